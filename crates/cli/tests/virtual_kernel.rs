//! Virtual kernels in files: the HOWTO's walk, callers, what becomes of a file. No privilege is needed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod tool;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use tool::{IFCTL, hermetic};

/// A folder of a test's own, which goes with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self) -> String {
        self.0.join("net.json").to_str().unwrap().to_owned()
    }

    /// Returns the exit status, stdout and stderr of words on the file, or on a variant of it.
    fn run(&self, more: &str, words: &[&str]) -> (i32, String, String) {
        let kernel = format!("virtual:{}{more}", self.file());
        run(Command::new(IFCTL).args(["--kernel", &kernel]).args(words))
    }

    fn init(&self, words: &[&str]) {
        let (status, _, stderr) =
            run(Command::new(IFCTL).args(["virtual", "init", &self.file()]).args(words));
        assert_eq!((status, stderr.as_str()), (0, ""));
    }

    fn names(&self) -> Vec<String> {
        let names = fs::read_dir(&self.0).unwrap();
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(command: &mut Command) -> (i32, String, String) {
    let output = hermetic(command.env("NO_COLOR", "1")).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn seed(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

/// Returns the lines without blanks around them, empty ones left out, and numbers of packets masked.
fn tidy(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| match line.strip_prefix("RX packets:").or(line.strip_prefix("TX packets:")) {
            Some(rest) => {
                format!("packets:N{}", rest.trim_start_matches(|c: char| c.is_ascii_digit()))
            }
            None => line.to_owned(),
        })
        .collect()
}

#[test]
fn the_howtos_walk_ends_in_the_howtos_picture() {
    let folder = Folder::new("howto");
    folder.init(&["--howto"]);
    let tools = folder.0.join("sbin");
    fs::create_dir(&tools).unwrap();
    for name in ["ifconfig", "route", "insmod", "ifctl"] {
        symlink(IFCTL, tools.join(name)).unwrap();
    }
    let script = seed("examples/ip-alias-howto.sh");
    let script = script.replace("/sbin/", &format!("{}/", tools.display()));
    let kernel = format!("virtual:{}", folder.file());
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).env("IFCTL_KERNEL", kernel);
    let output = hermetic(&mut shell).output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    let told = seed("tests/seeds/ip-alias-howto.txt");
    let (_, picture) = told.split_once("my /sbin/ifconfig looks like:").unwrap();
    let (picture, _) = picture.split_once("Of course").unwrap();
    let headings = ["And /proc/net/aliases:", "And /proc/net/alias_types:"];
    let picture = tidy(picture);
    let picture: Vec<_> =
        picture.into_iter().filter(|line| !headings.contains(&line.as_str())).collect();
    assert_eq!(tidy(&String::from_utf8(output.stdout).unwrap()), picture);
}

#[test]
fn an_alias_wants_the_module_and_the_module_stays_while_there_is_one() {
    let folder = Folder::new("module");
    folder.init(&["--howto"]);
    assert_eq!(folder.run("", &["ifconfig", "eth0", "10.0.0.1"]).0, 0);
    let (status, _, stderr) = folder.run("", &["ifconfig", "eth0:0", "10.0.0.2"]);
    assert_eq!((status, stderr.contains("Invalid argument")), (255, true), "{stderr}");
    assert_eq!(folder.run("", &["insmod", "/a/ip_alias.o"]), (0, String::new(), String::new()));
    assert_eq!(folder.run("", &["insmod", "/a/ip_alias.o"]).0, 1);
    assert_eq!(folder.run("", &["ifconfig", "eth0:0", "10.0.0.2"]).0, 0);
    let (status, _, stderr) = folder.run("", &["rmmod", "ip_alias"]);
    assert_eq!((status, stderr.as_str()), (1, "rmmod: ip_alias: in use: there are aliases\n"));
}

#[test]
fn a_caller_without_privilege_is_refused_as_linux_refuses_it() {
    let folder = Folder::new("unprivileged");
    folder.init(&[]);
    let before = fs::read(folder.file()).unwrap();
    let (status, _, stderr) = folder.run(",unprivileged", &["ifconfig", "lo", "10.0.0.1"]);
    let refusals = "SIOCSIFADDR: Operation not permitted\nSIOCSIFFLAGS: Operation not permitted\n";
    assert_eq!((status, stderr.as_str()), (255, refusals));
    assert_eq!(folder.run(",unprivileged", &["ifconfig", "-a"]).0, 0);
    let after = fs::read(folder.file()).unwrap();
    assert!(after == before, "nothing changed, nothing is written");
}

#[test]
fn writers_at_the_same_time_lose_nothing() {
    let folder = Folder::new("parallel");
    folder.init(&[]);
    assert_eq!(folder.run("", &["ifconfig", "lo", "up"]).0, 0);
    std::thread::scope(|scope| {
        for writer in 0..2 {
            let folder = &folder;
            scope.spawn(move || {
                for number in 0..15 {
                    let label = format!("lo:{writer}{number:02}");
                    let address = format!("10.{writer}.{number}.1");
                    let ran = folder.run("", &["ifconfig", &label, &address]);
                    assert_eq!(ran, (0, String::new(), String::new()));
                }
            });
        }
    });
    let (_, aliases, _) = folder.run("", &["aliases"]);
    assert_eq!(aliases.lines().count(), 1 + 30, "{aliases}");
    assert_eq!(folder.names(), ["net.json"]);
}

#[test]
fn a_write_that_fails_is_told_and_loses_nothing() {
    let folder = Folder::new("full");
    folder.init(&[]);
    let before = fs::read(folder.file()).unwrap();
    // No file may grow: as on a full disk.
    let line = format!(
        "trap '' XFSZ; ulimit -f 0; exec {IFCTL} --kernel virtual:{} ifconfig lo up",
        folder.file()
    );
    let (status, stdout, stderr) = run(Command::new("sh").args(["-c", &line]));
    assert_eq!((status, stdout.as_str()), (1, ""));
    assert!(stderr.contains("cannot write") && stderr.contains("nothing is changed"), "{stderr}");
    assert_eq!(fs::read(folder.file()).unwrap(), before);
    assert_eq!(folder.names(), ["net.json"]);
}

#[test]
fn a_file_that_cannot_be_used_is_told_with_a_way_out() {
    let folder = Folder::new("broken");
    let (status, _, stderr) = folder.run("", &["show"]);
    assert!(
        status == 1 && stderr.contains("no such file") && stderr.contains("virtual init"),
        "{stderr}"
    );
    folder.init(&[]);
    let good = fs::read_to_string(folder.file()).unwrap();
    let told = |text: &str| {
        fs::write(folder.file(), text).unwrap();
        let (status, stdout, stderr) = folder.run("", &["ifconfig", "lo", "up"]);
        assert_eq!((status, stdout.as_str()), (1, ""), "{stderr}");
        assert_eq!(fs::read_to_string(folder.file()).unwrap(), text, "it stays as it is");
        stderr
    };
    assert!(told("nonsense").contains("is no virtual kernel's"));
    assert!(told(&good[..good.len() / 2]).contains("--force"));
    let newer = good.replace("\"ifctl_virtual_kernel\": 1", "\"ifctl_virtual_kernel\": 2");
    assert!(told(&newer).contains("has version 2, and this ifctl knows version 1"));
    let wrong = good.replace("\"index\": 1", "\"index\": 0");
    assert!(told(&wrong).contains("state.devices[0].index: "), "{}", told(&wrong));
    let (status, _, stderr) = run(Command::new(IFCTL).args(["virtual", "init", &folder.file()]));
    assert!(status == 1 && stderr.contains("--force replaces it"), "{stderr}");
    folder.init(&["--force"]);
    assert_eq!(folder.run("", &["show"]).0, 0);
}

#[test]
fn a_new_file_is_its_owners_and_follows_no_link() {
    let folder = Folder::new("planted");
    folder.init(&[]);
    fs::set_permissions(folder.file(), fs::Permissions::from_mode(0o600)).unwrap();
    let is_root = fs::metadata(folder.file()).unwrap().uid() == 0;
    let owner = if is_root { 65534 } else { fs::metadata(folder.file()).unwrap().uid() };
    chown(folder.file(), Some(owner), None).unwrap();
    // The new file's name has the number of the process, which exec keeps.
    let victim = folder.0.join("victim");
    fs::write(&victim, "untouched").unwrap();
    let line = format!(
        "ln -s {} {file}.$$.new; exec {IFCTL} --kernel virtual:{file} ifconfig lo up",
        victim.display(),
        file = folder.file()
    );
    assert_eq!(run(Command::new("sh").args(["-c", &line])), (0, String::new(), String::new()));
    assert_eq!(fs::read_to_string(&victim).unwrap(), "untouched");
    let after = fs::symlink_metadata(folder.file()).unwrap();
    assert!(after.is_file());
    assert_eq!((after.uid(), after.mode() & 0o777), (owner, 0o600));
}

#[test]
fn a_kernel_answers_as_the_linux_that_it_was_made_as() {
    let folder = Folder::new("release");
    // A device that is up could not be renamed before Linux 6.2.
    for (release, refusal) in [("6.1", "Device or resource busy"), ("6.12", "")] {
        folder.init(&["--force", "--linux", release]);
        assert_eq!(folder.run("", &["ifconfig", "lo", "up"]).0, 0);
        let (status, _, stderr) = folder.run("", &["ioctl", "SIOCSIFNAME", "lo", "lo1"]);
        assert_eq!(status, i32::from(!refusal.is_empty()), "{release}: {stderr}");
        assert!(stderr.contains(refusal), "{release}: {stderr}");
    }
    let words = ["virtual", "init", "--force", &folder.file(), "--linux", "2.0"];
    let (status, _, stderr) = run(Command::new(IFCTL).args(words));
    assert_eq!(status, 2);
    assert!(stderr.contains("5.10, 6.1, 6.12, 6.18"), "{stderr}");
}

#[test]
fn a_kernel_is_chosen_once() {
    let folder = Folder::new("twice");
    folder.init(&[]);
    let (status, _, stderr) = folder.run("", &["--kernel", "linux", "show"]);
    assert!(status == 2 && stderr.contains("once"), "{stderr}");
}
