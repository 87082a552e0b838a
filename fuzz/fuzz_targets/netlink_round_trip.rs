//! What netlink messages mean, written, read and written.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ifctl_robustness::netlink::round_trip(data);
});
