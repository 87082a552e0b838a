//! What is run on a kernel: the programs of the tests, the search, or a command of the caller's.

use super::Result;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The packages whose tests ask a kernel.
const PACKAGES: [&str; 4] = ["ifctl-linux", "ifctl-netdevice", "ifctl-conformance", "ifctl"];

/// One program that a guest runs.
pub(super) struct Program {
    /// What it is called in what is printed.
    pub(super) name: String,
    folder: PathBuf,
    words: Vec<String>,
    /// Whether all that it printed is shown, not its failures alone.
    pub(super) shown: bool,
}

impl Program {
    /// The differential search.
    pub(super) fn search(seed: u64, runs: u64) -> Result<Program> {
        let me =
            std::env::current_exe().map_err(|error| format!("this program's path: {error}"))?;
        let words = ["differential", "--seed", &seed.to_string(), "--runs", &runs.to_string()];
        let words = std::iter::once(me.display().to_string())
            .chain(words.into_iter().map(str::to_owned))
            .collect();
        Ok(Program { name: "differential".to_owned(), folder: checkout()?, words, shown: true })
    }

    /// A command of the caller's.
    pub(super) fn command(words: &[String]) -> Result<Program> {
        Ok(Program {
            name: words.join(" "),
            folder: checkout()?,
            words: words.to_vec(),
            shown: true,
        })
    }

    /// As a guest reads it.
    pub(super) fn to_json(&self) -> Value {
        json!({ "folder": self.folder, "words": self.words })
    }
}

/// Returns the checkout's own folder.
pub(super) fn checkout() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent()
        .map(Path::to_owned)
        .ok_or_else(|| "the checkout's folder has no parent".to_owned())
}

/// Returns the folder that cargo gives to tests for what they write, if it is there.
pub(super) fn scratch() -> Option<PathBuf> {
    let me = std::env::current_exe().ok()?;
    let folder = me.parent()?.parent()?.join("tmp");
    folder.is_dir().then_some(folder)
}

/// Builds the programs of the suite and returns them.
pub(super) fn of_the_suite() -> Result<Vec<Program>> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["test", "--no-run", "--message-format=json-render-diagnostics"]);
    cargo.args(PACKAGES.iter().flat_map(|package| ["--package", package]));
    let output = cargo
        .current_dir(checkout()?)
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo test --no-run: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo test --no-run: {}", output.status));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    Ok(messages.filter_map(|message| program(&message)).collect())
}

/// Returns the test program that a message of cargo's tells of, if it tells of one.
fn program(message: &Value) -> Option<Program> {
    if message["profile"]["test"] != Value::Bool(true) {
        return None;
    }
    let path = message["executable"].as_str()?;
    let manifest = Path::new(message["manifest_path"].as_str()?);
    let name = message["target"]["name"].as_str()?;
    let folder = manifest.parent()?.to_owned();
    let package = folder.file_name()?.to_str()?;
    let name = format!("{package}/{name}");
    Some(Program { name, folder, words: vec![path.to_owned()], shown: false })
}

/// How many tests passed and did not.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
}

impl Counts {
    /// Adds the closing line of a test program's output.
    pub(super) fn add(&mut self, output: &str) {
        let closing = output.lines().filter_map(|line| line.strip_prefix("test result: "));
        for line in closing {
            for part in line.split(['.', ';']) {
                match part.trim().split_once(' ') {
                    Some((number, "passed")) => self.passed += number.parse().unwrap_or(0),
                    Some((number, "failed")) => self.failed += number.parse().unwrap_or(0),
                    Some((number, "ignored")) => self.skipped += number.parse().unwrap_or(0),
                    _ => {}
                }
            }
        }
    }
}

/// Returns what a test program printed of its failures: all from there on.
pub(super) fn failures(output: &str) -> &str {
    let start = output.find("\nfailures:\n").unwrap_or(0);
    output.get(start..).unwrap_or(output).trim()
}
