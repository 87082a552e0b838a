//! What the fuzzer and the mutation tests have found, so that it stays mended.
#![cfg(feature = "tools")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_robustness::{commands, listings, netlink, rtnetlink};

/// Reads hexadecimal digits.
fn bytes(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        digits.bytes().filter_map(|byte| char::from(byte).to_digit(16)).map(|d| d as u8).collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
}

#[test]
fn a_list_of_next_hops_of_which_none_is_whole_is_not_written_as_an_empty_one() {
    assert_eq!(
        netlink::round_trip(&bytes(
            "740000001800220001000000fd60e0e60a800000ff0200020000000008000f00ff00520029000900ca010db8\
             0001000000000000000000010800060000000000080004000300000024000c00000000000000580000000000\
             00000000000000000000000000000000000000000000500140000000000"
        )),
        1
    );
}

#[test]
fn words_that_clap_quotes_reach_no_terminal_as_they_are() {
    // Control characters, and what is not UTF-8 beside them.
    commands::run(&bytes("08360c646f2738776e01012d4334"));
    commands::run(&bytes(
        "0873686ffffffffefefefffffefe0c0c0c0c0c0c0c0c0c0c0c0c0c0c0cfeff1ffefefefefefefeb5fefefefefefefefefe3b68656d61",
    ));
}

#[test]
fn a_callsign_reaches_no_terminal_as_it_is() {
    listings::list(&bytes(
        "63370000000000000000000000000000000000000000313220242628d5d5d4d3d283ebc52020202020312004",
    ));
}

#[test]
fn a_second_answer_to_one_request_of_a_batch_counts_for_nothing() {
    rtnetlink::ask(&bytes(
        "0088000000020000020e000000be5e179cdeffffff20000000140005060e00000000000000021800000200\
             0000060002000102000027000100417474726962757465206661696c656420706f6c691800000200000006\
             0002000102000027000100417474726962757465206661696c656420706f6c6963792076616c6964617401\
             000002000800020018000000020000000000000000000000000001ffffff2314fc0600ffffff0000020000\
             00000000000000000800000114000600ffffffffff000000000800010004000000",
    ));
}

#[test]
fn every_target_has_its_program_in_fuzz_and_no_program_is_without_target() {
    let fuzz = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let programs = std::fs::read_dir(fuzz.join("fuzz_targets")).unwrap();
    let mut programs: Vec<_> =
        programs.map(|file| file.unwrap().path().file_stem().unwrap().to_owned()).collect();
    let mut targets: Vec<_> = ifctl_robustness::TARGETS.iter().map(|target| target.name).collect();
    programs.sort();
    targets.sort_unstable();
    assert_eq!(programs, targets);
    let manifest = std::fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
    assert!(targets.iter().all(|name| manifest.contains(&format!("name = \"{name}\""))));
}
