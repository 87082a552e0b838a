//! The corpus on the virtual kernel: the same 456 command lines as in `corpus.rs`, on a kernel in memory, held
//! against what net-tools 2.10 did on Linux. Set-ups and effects go through our own library, and what `ip` would
//! print of them is written from a snapshot. It takes no privilege but to mount, in a namespace of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod model_corpus;
mod tool;

use ifctl_conformance::{peer, private, say};
use model_corpus::{Client, Place};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What is compared of an answer.
const FIELDS: [&str; 5] = ["rc", "stdout", "stderr", "removed", "added"];

/// What of net-tools' own answers is not its kernel's, with the words, the field and the reason.
const UNSETTLED: [(&str, &str, &str); 2] = [
    (
        "ifconfig e0 hw ether 02:01:02",
        "added",
        "net-tools sets an address of which it has read half: the rest is what lay on its stack",
    ),
    (
        "ifconfig e0:300 10.6.0.1; ifconfig e0 add 10.6.0.2",
        "stderr",
        "net-tools aborts, as recorded, and the shell tells of that, whose words were not recorded",
    ),
];

/// A line's set-up, whether it is run without privilege, and its words.
type Line = (String, bool, String);

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus")
}

/// The answers in a file, one JSON object a line, by their command lines.
fn answers(name: &str) -> BTreeMap<Line, Value> {
    let text = std::fs::read_to_string(corpus().join(name)).unwrap();
    let answers = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let line = |answer: &Value| {
        let text = |key: &str| answer[key].as_str().unwrap().to_owned();
        (text("setup"), answer["unpriv"].as_bool().unwrap(), text("cmd"))
    };
    answers.map(|answer| (line(&answer), answer)).collect()
}

/// The set-ups, by their letters.
fn setups() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(corpus().join("corpus.txt")).unwrap();
    let setups = text.lines().filter_map(|line| line.strip_prefix("setup ")?.split_once(" = "));
    setups.map(|(letter, lines)| (letter.to_owned(), lines.to_owned())).collect()
}

#[test]
fn on_the_model_every_line_is_answered_as_recorded_or_as_listed() {
    every_line_is_answered(Client::Ours, "corpus on the virtual kernel", &answers("mends.jsonl"));
}

#[test]
fn run_on_the_model_every_line_is_answered_as_recorded_or_as_listed() {
    every_line_is_answered(
        Client::OursRun,
        "corpus under ifctl run, our programs",
        &answers("mends.jsonl"),
    );
}

#[test]
fn run_on_the_model_every_line_is_answered_as_recorded_by_net_tools_own_programs() {
    if peer("ifconfig", "the corpus under ifctl run, by net-tools") {
        let what = "corpus under ifctl run, net-tools' own programs";
        every_line_is_answered(Client::NetToolsRun, what, &BTreeMap::new());
    }
}

/// Runs the corpus, and holds it against what was recorded, or against what is listed.
fn every_line_is_answered(client: Client, what: &str, mends: &BTreeMap<Line, Value>) {
    private(|| {
        let recorded = answers("golden.jsonl");
        let (setups, place) = (setups(), Place::new(&corpus(), client));
        let (mut wrong, mut as_recorded, mut as_listed, mut unsettled) = (String::new(), 0, 0, 0);
        for (line, recorded) in &recorded {
            let (letter, unprivileged, words) = line;
            let ours = place.answer(&setups[letter], *unprivileged, words);
            let expected = mends.get(line).unwrap_or(recorded);
            let differing: Vec<_> =
                FIELDS.into_iter().filter(|field| ours[*field] != expected[*field]).collect();
            if client == Client::NetToolsRun
                && let Some((.., why)) = UNSETTLED
                    .iter()
                    .find(|(known, field, _)| known == words && differing == [*field])
            {
                say(&format!("    unsettled: {words}: {why}"));
                unsettled += 1;
                continue;
            }
            match (differing.is_empty(), mends.contains_key(line)) {
                (true, true) => as_listed += 1,
                (true, false) => as_recorded += 1,
                (false, _) => {}
            }
            for field in differing {
                let (expected, ours) = (&expected[field], &ours[field]);
                wrong +=
                    &format!("{line:?} {field}\n    expected {expected}\n    ours     {ours}\n");
            }
        }
        let unprivileged = recorded.keys().filter(|(_, unprivileged, _)| *unprivileged).count();
        say(&format!(
            "{what}: {} lines, {unprivileged} of them unprivileged: \
             {as_recorded} as recorded, {as_listed} as listed, {unsettled} unsettled, 0 not run",
            recorded.len()
        ));
        for ((letter, _, words), mend) in mends {
            say(&format!("    as listed: {letter}: {words}: {}", mend["why"].as_str().unwrap()));
        }
        assert!(wrong.is_empty(), "{wrong}");
        assert_eq!((recorded.len(), unprivileged), (456, 13));
    });
}
