//! The files of /proc/net.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ifctl_robustness::proc::parse(data);
});
