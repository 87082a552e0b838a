//! Datagrams of netlink, read and written again.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ifctl_robustness::netlink::read(data);
});
