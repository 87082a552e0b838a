//! Private namespaces for test bodies.

use ifctl_kernel::Errno;
use ifctl_linux::namespace::{NetworkNamespace, mount_sysfs, unshare_mounts};
use rustix::thread::{CapabilitySet, CapabilitySets};
use std::panic::resume_unwind;
use std::process::Command;

/// Set in the process that an ordinary user's test runs in, inside a user namespace.
const INSIDE: &str = "IFCTL_TEST_IN_USER_NAMESPACE";

/// Runs a test body in a network namespace and a mount namespace of its own, with a fresh /sys.
///
/// The body runs in a thread of its own; what it starts is in the namespaces too. A panic in the body
/// fails the test. For a caller who may not make namespaces the whole test is run again by
/// `unshare -Urnm`, in a user namespace: call this first in the test, once.
///
/// # Panics
///
/// If no namespace can be had in either way, or the body panics.
pub fn private(body: impl FnOnce() + Send) {
    let outcome = std::thread::scope(|scope| {
        let name = std::thread::current().name().unwrap_or("private").to_owned();
        let inside = || match enter() {
            Err(Errno::EPERM) if std::env::var_os(INSIDE).is_none() => false,
            Err(errno) => panic!("no private namespace: {errno}"),
            Ok(()) => {
                body();
                true
            }
        };
        std::thread::Builder::new().name(name).spawn_scoped(scope, inside).expect("a thread").join()
    });
    match outcome {
        Ok(true) => {}
        Ok(false) => again_in_a_user_namespace(),
        Err(panic) => resume_unwind(panic),
    }
}

fn enter() -> Result<(), Errno> {
    NetworkNamespace::unshare()?;
    unshare_mounts()?;
    mount_sysfs()
}

/// Runs the current test, and no other, in a process inside a user namespace.
fn again_in_a_user_namespace() {
    let arguments: Vec<String> = std::env::args().collect();
    let thread = std::thread::current();
    let test = match thread.name() {
        Some("main") | None => {
            arguments.iter().skip_while(|word| *word != "--exact").nth(1).cloned()
        }
        Some(name) => Some(name.to_owned()),
    };
    let test = test.expect("the test's name, from its thread or from --exact");
    let output = Command::new("unshare")
        .args(["-Urnm", "--"])
        .arg(std::env::current_exe().expect("the test program's path"))
        .args(["--exact", &test, "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .expect("unshare(1), of util-linux, to run tests as an ordinary user");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && printed.contains("1 passed"),
        "{test} failed in a user namespace: {}\n{printed}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr),
    );
}

/// Runs a closure in the same namespaces with every capability given up, and returns its result.
///
/// # Panics
///
/// If the capabilities cannot be given up, or the closure panics.
pub fn unprivileged<T: Send>(body: impl FnOnce() -> T + Send) -> T {
    let outcome = std::thread::scope(|scope| {
        scope
            .spawn(|| {
                let none = CapabilitySet::empty();
                let sets = CapabilitySets { effective: none, permitted: none, inheritable: none };
                rustix::thread::set_capabilities(None, sets).expect("giving up capabilities");
                body()
            })
            .join()
    });
    outcome.unwrap_or_else(|panic| resume_unwind(panic))
}

/// Makes a call with no capability in effect, and takes them back after it.
pub(crate) fn without_capabilities<T>(call: impl FnOnce() -> T) -> T {
    let all = rustix::thread::capabilities(None).expect("this thread's capabilities");
    let none = CapabilitySets { effective: CapabilitySet::empty(), ..all };
    rustix::thread::set_capabilities(None, none).expect("giving up capabilities");
    let answer = call();
    rustix::thread::set_capabilities(None, all).expect("taking capabilities back");
    answer
}

/// Returns whether the caller's capabilities are those of the initial user namespace: `SIOCSIFTXQLEN`
/// and `SIOCSIFMAP` ask for these.
pub fn has_init_capabilities() -> bool {
    let map = std::fs::read_to_string("/proc/self/uid_map").expect("/proc");
    let initial = map.split_whitespace().eq(["0", "0", "4294967295"]);
    initial && rustix::process::geteuid().is_root()
}
