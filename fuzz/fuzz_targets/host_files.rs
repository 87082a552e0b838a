//! /etc/ethers, /etc/mactab, /etc/networks.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ifctl_robustness::commands::with_files(data);
});
