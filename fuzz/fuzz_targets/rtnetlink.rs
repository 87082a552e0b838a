//! rtnetlink as the library speaks it: lists, single answers, batches, events.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ifctl_robustness::rtnetlink::ask(data);
});
