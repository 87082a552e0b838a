//! Command lines of all tools, carried out on the model.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ifctl_robustness::commands::run(data);
});
