//! Running others' programs on virtual kernels.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use crate::tool::{Folder, Run, finish};
use ifctl_conformance::{has_init_capabilities, peer};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

/// A caller, with a folder that it can read and write, in which our program is.
pub struct Who {
    pub folder: Folder,
    is_ordinary: bool,
}

/// Does something as an ordinary user, and, where the tests are root's, as root.
pub fn each(name: &str, body: impl Fn(&Who)) {
    if has_init_capabilities() {
        body(&Who::new(&format!("{name}-root"), false));
    }
    body(&Who::new(&format!("{name}-user"), true));
}

impl Who {
    pub fn new(name: &str, is_ordinary: bool) -> Self {
        let folder = Folder::with_program(name);
        for tool in ["insmod", "rmmod"] {
            symlink(folder.join("ifctl"), folder.join(tool)).unwrap();
        }
        fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o777)).unwrap();
        Self { folder, is_ordinary }
    }

    /// Returns a command of this caller's.
    pub fn command(&self, words: &[&str]) -> Command {
        let is_other = self.is_ordinary && has_init_capabilities();
        let other: &[&str] = match is_other {
            true => &["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"],
            false => &[],
        };
        let words: Vec<&str> = other.iter().chain(words).copied().collect();
        let (program, rest) = words.split_first().unwrap();
        let mut command = Command::new(program);
        command.args(rest).current_dir(&self.folder.0).env("F", &self.folder.0);
        command.env("LC_ALL", "C").stdin(Stdio::null());
        command
    }

    /// Returns `ifctl run` with options, and a script of shell for it.
    pub fn script(&self, options: &[&str], script: &str) -> Command {
        // Nothing here waits so long: a run that hangs fails its test.
        let program = self.folder.path("ifctl");
        let mut words = vec!["timeout", "120", &program, "run"];
        words.extend(options);
        words.extend(["--", "sh", "-c", script]);
        self.command(&words)
    }

    /// Runs a script.
    pub fn run(&self, options: &[&str], script: &str) -> Run {
        finish(&mut self.script(options, script))
    }

    /// Runs a script that succeeds, and complains about nothing; returns what it printed.
    pub fn answer(&self, options: &[&str], script: &str) -> String {
        let run = self.run(options, script);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "`{script}`: {run}");
        run.stdout
    }

    /// Makes a static program of a C source, which finds headers in the folder; `None` where there is no compiler for it.
    pub fn compiled(&self, name: &str, what: &str) -> Option<String> {
        if !peer("cc", what) {
            return None;
        }
        let source =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/run").join(format!("{name}.c"));
        let program = self.folder.path(name);
        let mut compiler = Command::new("cc");
        compiler
            .args(["-static", "-O1", "-pthread", "-o", &program, "-I"])
            .arg(&self.folder.0)
            .arg(source);
        let run = finish(&mut compiler);
        assert_eq!(run.status, 0, "{run}");
        Some(program)
    }
}
