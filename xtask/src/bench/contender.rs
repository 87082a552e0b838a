//! A command, what its runs took, and how much memory it needs.

use super::{Result, SCRATCH};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A command, and what was measured of it.
pub(super) struct Contender {
    program: PathBuf,
    words: &'static [&'static str],
    pub(super) times: Vec<Duration>,
    /// The most memory that was resident at one time, in KiB, where time(1) is there to tell it.
    pub(super) peak: Option<u64>,
}

impl Contender {
    pub(super) fn new(program: PathBuf, words: &'static [&'static str]) -> Self {
        Self { program, words, times: Vec::new(), peak: None }
    }

    /// Runs the command once, and keeps how long it took.
    pub(super) fn run(&mut self) -> Result<()> {
        let mut command = in_c_locale(&self.program)?;
        command.args(self.words);
        let start = Instant::now();
        let status = command.status().map_err(|error| self.failed(error))?;
        self.times.push(start.elapsed());
        if status.success() { Ok(()) } else { Err(self.failed(status)) }
    }

    /// Looks for a text in what the last run wrote.
    pub(super) fn check(&self, text: &str) -> Result<()> {
        let output = std::fs::read(output()).map_err(|error| self.failed(error))?;
        match String::from_utf8_lossy(&output).contains(text) {
            true => Ok(()),
            false => Err(self.failed(format!("does not show {text}"))),
        }
    }

    /// Runs the command once under GNU time, which reads its `ru_maxrss` by wait4(2). A program that
    /// needs less than time itself, about 1 MiB, is told as that.
    pub(super) fn measure_peak(&mut self) -> Result<()> {
        let time = Path::new("/usr/bin/time");
        if !time.exists() {
            return Ok(());
        }
        let told = Path::new(SCRATCH).join("peak");
        let mut command = in_c_locale(time)?;
        command.args(["-f", "%M", "-o"]).arg(&told).arg(&self.program).args(self.words);
        let status = command.status().map_err(|error| self.failed(error))?;
        if !status.success() {
            return Err(self.failed(status));
        }
        let told = std::fs::read_to_string(told).map_err(|error| self.failed(error))?;
        self.peak = told.trim().parse().ok();
        Ok(())
    }

    /// Returns the median of the runs in seconds.
    pub(super) fn median(&self) -> f64 {
        let mut times = self.times.clone();
        times.sort();
        times.get(times.len() / 2).map(Duration::as_secs_f64).unwrap_or_default()
    }

    fn failed(&self, why: impl std::fmt::Display) -> String {
        format!("{} {}: {why}", self.program.display(), self.words.join(" "))
    }
}

/// Returns a command whose output goes to a new file in memory.
fn in_c_locale(program: &Path) -> Result<Command> {
    let output = File::create(output()).map_err(|error| format!("{SCRATCH}: {error}"))?;
    let mut command = Command::new(program);
    command.env("LC_ALL", "C").stdin(Stdio::null()).stdout(output).stderr(Stdio::inherit());
    Ok(command)
}

fn output() -> PathBuf {
    Path::new(SCRATCH).join("output")
}
