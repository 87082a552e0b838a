//! The first process of a guest: makes it a place to run tests in, runs them, powers it off.

use super::{PLAN, Result};
use rustix::mount::{MountFlags, mount};
use rustix::system::{RebootCommand, reboot};
use serde_json::Value;
use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Where the folder that is shared with the host is mounted.
const SHARED: &str = "/mnt";

/// How long one program may take before it is ended.
const PATIENCE: Duration = Duration::from_secs(900);

/// Runs what the plan in this folder of the host's tells.
pub(crate) fn run(words: &[String]) -> Result<()> {
    // A kernel may have added words of its own behind them.
    let [folder, ..] = words else { return Err("kernels-guest is not for people".to_owned()) };
    let outcome = settle(folder).and_then(|()| run_all());
    if let Err(message) = &outcome {
        println!("{message}");
    }
    reboot(RebootCommand::PowerOff).map_err(|error| format!("power off: {error}"))?;
    outcome
}

/// Mounts what a Linux has, and what is to be written to.
fn settle(folder: &str) -> Result<()> {
    attach("proc", "proc", "/proc", "")?;
    attach("sysfs", "sysfs", "/sys", "")?;
    if attach("devtmpfs", "devtmpfs", "/dev", "").is_err() {
        println!("no devtmpfs: the host's /dev is used");
    }
    // Tests of what programs do at a terminal make one.
    if std::fs::create_dir_all("/dev/pts").is_err()
        || attach("devpts", "devpts", "/dev/pts", "ptmxmode=666").is_err()
    {
        println!("no devpts: there are no terminals");
    }
    attach("hostfs", "hostfs", SHARED, folder)?;
    let plan = read_plan()?;
    for hidden in ["/run", "/tmp"] {
        attach("tmpfs", "tmpfs", hidden, "mode=1777")?;
    }
    let checkout = text(&plan, "checkout")?;
    if checkout.starts_with("/tmp/") || checkout.starts_with("/run/") {
        std::fs::create_dir_all(checkout).map_err(|error| format!("{checkout}: {error}"))?;
        attach("hostfs", "hostfs", checkout, checkout)?;
    }
    if let Some(scratch) = plan.get("scratch").and_then(Value::as_str) {
        attach("tmpfs", "tmpfs", scratch, "")?;
    }
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease")
        .map_err(|error| format!("the kernel's release: {error}"))?;
    write("release", &release)?;
    match plan.get("modules").and_then(Value::as_str) {
        Some(modules) => find_modules(modules),
        None => Ok(()),
    }
}

fn attach(source: &str, kind: &str, target: &str, data: &str) -> Result<()> {
    let data = std::ffi::CString::new(data).map_err(|error| format!("{target}: {error}"))?;
    mount(source, target, kind, MountFlags::empty(), data.as_c_str())
        .map_err(|error| format!("mount {kind} on {target}: {error}"))
}

/// Has the kernel look for its modules in this folder, which holds one for each release.
fn find_modules(modules: &str) -> Result<()> {
    let told = |what: &str, error: std::io::Error| format!("{what}: {error}");
    std::fs::create_dir_all("/run/modules/lib").map_err(|error| told("/run/modules", error))?;
    std::os::unix::fs::symlink(modules, "/run/modules/lib/modules")
        .map_err(|error| told("/run/modules", error))?;
    let helper = Path::new("/run/modprobe");
    std::fs::write(helper, "#!/bin/sh\nexec modprobe -d /run/modules \"$@\"\n")
        .and_then(|()| std::fs::set_permissions(helper, PermissionsExt::from_mode(0o755)))
        .and_then(|()| std::fs::write("/proc/sys/kernel/modprobe", "/run/modprobe"))
        .map_err(|error| told("/run/modprobe", error))
}

fn read_plan() -> Result<Value> {
    let path = Path::new(SHARED).join(PLAN);
    let text = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(name: &str, text: &str) -> Result<()> {
    let path = Path::new(SHARED).join(name);
    std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str> {
    value.get(name).and_then(Value::as_str).ok_or_else(|| format!("the plan has no {name}"))
}

fn run_all() -> Result<()> {
    let plan = read_plan()?;
    let programs = plan.get("programs").and_then(Value::as_array);
    let programs = programs.ok_or("the plan has no programs")?;
    for (number, program) in programs.iter().enumerate() {
        let status = match run_one(number, program) {
            Ok(status) => match status.code() {
                Some(code) => code.to_string(),
                None => status.to_string(),
            },
            Err(message) => message,
        };
        write(&format!("{number}.status"), &status)?;
    }
    Ok(())
}

fn run_one(number: usize, program: &Value) -> Result<ExitStatus> {
    let words = program.get("words").and_then(Value::as_array).ok_or("the plan has no words")?;
    let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
    let (first, rest) = words.split_first().ok_or("the plan has no words")?;
    let output: PathBuf = Path::new(SHARED).join(format!("{number}.output"));
    let output = File::create(&output).map_err(|error| format!("{}: {error}", output.display()))?;
    let errors = output.try_clone().map_err(|error| format!("its output: {error}"))?;
    let mut child = Command::new(first)
        .args(rest)
        .current_dir(text(program, "folder")?)
        .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        .env("INSTA_UPDATE", "no")
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        .spawn()
        .map_err(|error| format!("{first}: {error}"))?;
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if start.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(50));
            }
            Ok(None) => {
                child.kill().map_err(|error| format!("{first}: {error}"))?;
                return Err(format!("ended after {} s", PATIENCE.as_secs()));
            }
            Err(error) => return Err(format!("{first}: {error}")),
        }
    }
}
