//! Records of ioctls, names, hardware addresses.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ifctl_robustness::records::read(data);
});
