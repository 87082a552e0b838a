//! The corpus: 456 command lines, each in a namespace of its own, held against what net-tools 2.10 did.
//!
//! `tests/corpus/run.py` runs the lines; `tests/corpus/mends.jsonl` lists those whose answer is another on
//! purpose, with ours and the reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_conformance::{has_init_capabilities, peer, private, say, sh};
use serde_json::Value;
use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What is compared of an answer.
const FIELDS: [&str; 5] = ["rc", "stdout", "stderr", "removed", "added"];

/// How many lines the random search has found.
const FOUND: usize = 47;

/// A line's set-up, whether it is run without privilege, and its words.
type Line = (String, bool, String);

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus")
}

/// The answers in a file, one JSON object a line, by their command lines.
fn answers(path: &Path) -> BTreeMap<Line, Value> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let answers = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    answers.map(|answer| (line_of(&answer), answer)).collect()
}

fn line_of(answer: &Value) -> Line {
    let text = |key: &str| answer[key].as_str().unwrap().to_owned();
    (text("setup"), answer["unpriv"].as_bool().unwrap(), text("cmd"))
}

/// The fields in which two answers differ.
fn differing(one: &Value, other: &Value) -> Vec<&'static str> {
    FIELDS.into_iter().filter(|field| one[*field] != other[*field]).collect()
}

/// Runs all lines with our program, those of the corpus or of another file, and returns the answers.
fn ours(cases: &str) -> BTreeMap<Line, Value> {
    /// How many runs there were. One at a time: what the kernel does later comes later on a busy machine.
    static RUNS: Mutex<usize> = Mutex::new(0);
    let mut run = RUNS.lock().unwrap_or_else(PoisonError::into_inner);
    *run += 1;
    let folder = std::env::temp_dir().join(format!("ifctl-corpus-{}-{run}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let tools = ["ifconfig", "route", "nameif", "ipmaddr", "arp"].map(|tool| folder.join(tool));
    for tool in &tools {
        symlink(env!("CARGO_BIN_EXE_ifctl"), tool).unwrap();
    }
    let out = folder.join("ours.jsonl");
    // The runner names its namespaces: on a /run of its own, in this mount namespace alone.
    sh("mount -t tmpfs tmpfs /run; mkdir /run/netns");
    let runner = corpus().join("run.py");
    let (runner, into, bin) = (runner.display(), out.display(), folder.display());
    sh(&format!("python3 {runner} record {into} --bin {bin} -j 4 {cases}"));
    let answers = answers(&out);
    for file in tools.iter().chain([&out]) {
        std::fs::remove_file(file).unwrap();
    }
    std::fs::remove_dir(&folder).unwrap();
    answers
}

/// Runs a test body in private namespaces, or says why this machine cannot.
fn with_namespaces(body: impl FnOnce() + Send) {
    if !peer("python3", "corpus") {
        return;
    }
    if !has_init_capabilities() {
        say("corpus: not run, its unprivileged lines need root to begin with");
        return;
    }
    private(body);
}

#[test]
fn what_the_random_search_found_is_answered_as_net_tools_did() {
    with_namespaces(|| {
        let path = corpus().join("found.jsonl");
        let recorded = answers(&path);
        let ours = ours(&format!("--cases {}", path.display()));
        assert_eq!((recorded.len(), ours.len()), (FOUND, FOUND));
        for (line, recorded) in &recorded {
            let fields = differing(&ours[line], recorded);
            assert!(fields.is_empty(), "{line:?} {fields:?}\n    {recorded}\n    {}", ours[line]);
        }
    });
}

#[test]
fn every_line_is_answered_as_recorded_or_as_listed() {
    with_namespaces(|| {
        let recorded = answers(&corpus().join("golden.jsonl"));
        let mends = answers(&corpus().join("mends.jsonl"));
        let ours = ours("");
        let mut wrong = String::new();
        for (line, recorded) in &recorded {
            let expected = mends.get(line).unwrap_or(recorded);
            let fields = differing(&ours[line], expected);
            for field in &fields {
                let (expected, ours) = (&expected[*field], &ours[line][*field]);
                wrong +=
                    &format!("{line:?} {field}\n    expected {expected}\n    ours     {ours}\n");
            }
        }
        say(&format!(
            "corpus: {} lines, {} as recorded, {} as listed",
            ours.len(),
            recorded.len() - mends.len(),
            mends.len()
        ));
        assert!(wrong.is_empty(), "{wrong}");
        assert_eq!((recorded.len(), ours.len()), (456, 456));
    });
}

#[test]
fn the_list_of_mends_is_short_reasoned_and_current() {
    let recorded = answers(&corpus().join("golden.jsonl"));
    let mends = answers(&corpus().join("mends.jsonl"));
    assert!(!mends.is_empty() && mends.len() <= 30, "{} mends", mends.len());
    for (line, mend) in &mends {
        assert!(!differing(mend, &recorded[line]).is_empty(), "{line:?} is as recorded");
        assert!(mend["why"].as_str().is_some_and(|why| why.len() > 10), "{line:?}: why?");
    }
}
