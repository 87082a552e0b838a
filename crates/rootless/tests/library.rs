//! The library, from a program that has children of its own to wait for: this one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_abi::{DeviceName, Family, IfMap};
use ifctl_kernel::{Errno, Kernel};
use ifctl_netdevice::Control;
use ifctl_rootless::{Error, Keeper, Rootless};
use ifctl_virtual::VirtualKernel;
use std::io;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

fn with_card() -> VirtualKernel {
    let kernel = VirtualKernel::new();
    kernel.add_card("eth0".parse().unwrap(), [2, 0, 0, 0, 0, 1], IfMap::default()).unwrap();
    kernel
}

#[test]
fn what_a_script_did_can_be_read_from_the_kernel_afterwards() {
    let kernel = with_card();
    let status = Rootless::new(kernel.clone())
        .run(shell(
            "echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1400 > /sys/class/net/eth0/mtu; exit 3",
        ))
        .unwrap();
    assert_eq!(status.code(), Some(3));
    assert_eq!(kernel.read(Path::new("/proc/sys/net/ipv4/ip_forward")).unwrap(), b"1\n");
    let control = Control::open(&kernel, Family::INET).unwrap();
    assert_eq!(control.mtu(DeviceName::truncated(b"eth0")).unwrap(), 1400);
}

#[test]
fn a_caller_without_privilege_changes_nothing() {
    let kernel = with_card();
    let before = kernel.save().unwrap().devices;
    let status = Rootless::new(kernel.clone())
        .as_user()
        .run(shell("echo 1400 > /sys/class/net/eth0/mtu"))
        .unwrap();
    assert!(!status.success());
    assert_eq!(kernel.save().unwrap().devices, before);
}

#[test]
fn a_command_that_is_not_there_is_an_error_and_the_next_one_runs() {
    let missing = Rootless::new(with_card()).run(Command::new("/nowhere/at-all"));
    assert!(
        matches!(missing, Err(Error::Command(error)) if error.kind() == io::ErrorKind::NotFound)
    );
    assert!(Rootless::new(with_card()).run(Command::new("true")).unwrap().success());
}

#[test]
fn several_runs_at_once_have_each_their_own_kernel() {
    let kernels: Vec<_> = (1..=4).map(|_| with_card()).collect();
    let runs: Vec<_> = (1..)
        .zip(&kernels)
        .map(|(n, kernel)| {
            let script =
                format!("for i in 1 2 3 4 5; do echo 140{n} > /sys/class/net/eth0/mtu; done");
            Rootless::new(kernel.clone()).spawn(shell(&script)).unwrap()
        })
        .collect();
    for mut run in runs {
        assert!(run.wait().unwrap().success());
        run.finish().unwrap();
    }
    for (n, kernel) in (1..).zip(&kernels) {
        let control = Control::open(kernel, Family::INET).unwrap();
        assert_eq!(control.mtu(DeviceName::truncated(b"eth0")).unwrap(), 1400 + n);
    }
}

#[test]
fn an_observer_is_told_of_each_request_with_its_outcome() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let events = Arc::clone(&told);
    let rootless = Rootless::new(with_card()).observe(move |event| {
        events.lock().unwrap().push((event.call.clone(), event.subject.clone(), event.outcome));
    });
    rootless
        .run(shell("echo 1 > /proc/sys/net/ipv4/ip_forward; echo 7 > /sys/class/net/eth0/mtu; :"))
        .unwrap();
    let told = told.lock().unwrap();
    let forward = ("write".to_owned(), "/proc/sys/net/ipv4/ip_forward".to_owned(), Some(Ok(())));
    let mtu = ("write".to_owned(), "/sys/class/net/eth0/mtu".to_owned(), Some(Err(Errno::EINVAL)));
    assert_eq!(*told, [forward, mtu]);
}

/// A keeper that counts, and that refuses from a certain time on.
struct Counting(Arc<Mutex<(u32, u32)>>, VirtualKernel);

impl Keeper for Counting {
    fn take(&mut self) -> io::Result<Option<VirtualKernel>> {
        let mut counts = self.0.lock().unwrap();
        counts.0 += 1;
        match counts.0 {
            1 => Ok(Some(self.1.clone())),
            _ => Err(io::Error::other("gone")),
        }
    }

    fn give_back(&mut self, _: &VirtualKernel) -> io::Result<()> {
        self.0.lock().unwrap().1 += 1;
        Ok(())
    }
}

#[test]
fn a_kernel_that_is_kept_is_taken_for_requests_and_given_back_and_one_that_is_gone_fails_them() {
    let counts = Arc::new(Mutex::new((0, 0)));
    let keeper = Counting(Arc::clone(&counts), with_card());
    let script = "cat /sys/class/net/eth0/mtu > /dev/null || exit 1; sleep 0.5; cat /sys/class/net/eth0/mtu || exit 5";
    let mut command = shell(script);
    command.stderr(std::process::Stdio::null());
    let status = Rootless::new(VirtualKernel::new()).keep(keeper).run(command).unwrap();
    assert_eq!(status.code(), Some(5));
    let (taken, given_back) = *counts.lock().unwrap();
    assert!(taken >= 2 && given_back == 1, "{taken} {given_back}");
}
