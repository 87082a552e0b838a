//! What is shown of a kernel whose answers are the input.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ifctl_robustness::listings::list(data);
});
