//! What takes time in IPv6: duplicate address detection and lifetimes, on the model as time is handed to
//! it, and on Linux as it passes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod ipv6_steps;

use ifctl_abi::rtnetlink::AddressFlags;
use ifctl_abi::{DeviceFlags, DeviceName, Family, IfReq, SocketType};
use ifctl_conformance::sequence::{Asked, Step};
use ifctl_conformance::{Setting, on_linux, on_model, private};
use ifctl_kernel::{Kernel, Receive, Request};
use ifctl_netdevice::{AddressFilter, Rtnetlink};
use ipv6_steps::*;
use std::path::Path;
use std::time::Duration;

/// How long both kernels are given at most, in steps of the time below.
const PATIENCE: u32 = 200;
const A_MOMENT: Duration = Duration::from_millis(50);

/// A namespace, and how its time passes.
struct Clock<'s, 'k>(&'s Setting<'k>);

impl Clock<'_, '_> {
    fn kernel(&self) -> &dyn Kernel {
        self.0.here
    }

    /// Lets a moment pass.
    fn wait(&self) {
        match self.0.model {
            Some(model) => model.advance(A_MOMENT),
            None => std::thread::sleep(A_MOMENT),
        }
    }

    /// Waits until the listing of the addresses is such, and returns the listings on the way to it, each
    /// once.
    fn until(&self, is_such: impl Fn(&[String]) -> bool) -> Vec<Vec<String>> {
        let mut seen: Vec<Vec<String>> = Vec::new();
        for _ in 0..PATIENCE {
            let now = addresses(self.kernel());
            if seen.last() != Some(&now) {
                seen.push(now.clone());
            }
            if is_such(&now) {
                return seen;
            }
            self.wait();
        }
        panic!("it never became so: {seen:#?}");
    }

    fn carry_out(&self, steps: &[Step]) {
        let socket = self.kernel().socket(Family::NETLINK, SocketType::RAW, 0).unwrap();
        for step in steps {
            match &step.asked {
                Asked::Netlink { bytes, .. } => {
                    socket.send(bytes).unwrap();
                    let mut buffer = [0; 4096];
                    while socket.receive(&mut buffer, Receive::NOW).is_ok() {}
                }
                Asked::Write(path, bytes) => self.kernel().write(Path::new(path), bytes).unwrap(),
                _ => panic!("{step:?}"),
            }
        }
    }
}

/// Returns the IPv6 addresses with their flags, as /proc/net/if_inet6 tells them, in one order.
fn addresses(kernel: &dyn Kernel) -> Vec<String> {
    let text = kernel.read(Path::new("/proc/net/if_inet6")).unwrap();
    let text = String::from_utf8(text).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

fn is_tentative(line: &str) -> bool {
    let flags = line.split_whitespace().nth(4).unwrap();
    u32::from_str_radix(flags, 16).unwrap() & AddressFlags::TENTATIVE.bits() != 0
}

/// Runs a body on both kernels, and holds what it returns against each other.
fn on_both_clocks(body: impl Fn(&Clock<'_, '_>) -> Vec<Vec<String>> + Sync) {
    private(|| {
        let linux = on_linux(|setting| body(&Clock(setting)));
        let model = on_model(|setting| body(&Clock(setting)));
        assert_eq!(model, linux, "the model, then Linux");
    });
}

#[test]
fn an_address_is_tentative_until_detection_ends() {
    on_both_clocks(|clock| {
        clock.carry_out(&[set("default", "router_solicitations", "0"), veth(), up(A0), up(B0)]);
        let mut seen =
            clock.until(|lines| lines.len() == 2 && !lines.iter().any(|line| is_tentative(line)));
        clock.carry_out(&[add(A0, "2001:db8::1/64")]);
        // The first listing may or may not show what is done at once.
        seen = seen.pop().into_iter().collect();
        seen.extend(
            clock.until(|lines| lines.len() == 3 && !lines.iter().any(|line| is_tentative(line))),
        );
        seen
    });
}

#[test]
fn an_address_without_detection_is_never_tentative() {
    on_both_clocks(|clock| {
        clock.carry_out(&[set("default", "router_solicitations", "0"), veth(), up(A0), up(B0)]);
        let seen =
            clock.until(|lines| lines.len() == 2 && !lines.iter().any(|line| is_tentative(line)));
        clock.carry_out(&[add_with(A0, "2001:db8::1/64", &[flags(AddressFlags::NODAD)])]);
        let now = addresses(clock.kernel());
        assert!(!now.iter().any(|line| is_tentative(line)), "{now:?}");
        vec![seen.last().unwrap().clone(), now]
    });
}

#[test]
fn a_permanent_address_waits_tentatively_for_its_device() {
    on_both_clocks(|clock| {
        clock.carry_out(&[set("default", "router_solicitations", "0"), veth()]);
        clock.carry_out(&[add(A0, "2001:db8::1/64")]);
        for _ in 0..30 {
            clock.wait();
        }
        let waiting = addresses(clock.kernel());
        assert!(waiting.iter().all(|line| is_tentative(line)), "{waiting:?}");
        clock.carry_out(&[up(A0), up(B0)]);
        let seen =
            clock.until(|lines| lines.len() == 3 && !lines.iter().any(|line| is_tentative(line)));
        vec![waiting, seen.last().unwrap().clone()]
    });
}

#[test]
fn a_temporary_address_is_deprecated_and_then_gone() {
    on_both_clocks(|clock| {
        clock.carry_out(&[
            set("default", "accept_dad", "0"),
            set("default", "router_solicitations", "0"),
            veth(),
            up(A0),
            up(B0),
        ]);
        clock.until(|lines| lines.len() == 2);
        clock.carry_out(&[add_with(
            A0,
            "2001:db8::1/64",
            &[lifetimes(1, 2), flags(AddressFlags::NODAD)],
        )]);
        clock.until(|lines| lines.len() == 2)
    });
}

#[test]
fn the_library_sees_a_tentative_address_become_usable() {
    private(|| {
        let body = |setting: &Setting<'_>| {
            let clock = Clock(setting);
            clock.carry_out(&[set("default", "router_solicitations", "0"), veth(), up(A0), up(B0)]);
            clock.until(|lines| lines.len() == 2 && !lines.iter().any(|line| is_tentative(line)));
            let mut rtnetlink = Rtnetlink::open(setting.here).unwrap();
            let listed = rtnetlink.addresses(AddressFilter::default()).unwrap().entries;
            let told: Vec<String> = listed
                .iter()
                .map(|it| format!("{} {:?} {:?}", it.local, it.flags, it.scope))
                .collect();
            let mut request = IfReq::named(DeviceName::truncated(b"a0"));
            let socket = setting.here.socket(Family::INET, SocketType::DATAGRAM, 0).unwrap();
            socket.ioctl(Request::GetFlags(&mut request)).unwrap();
            (told, request.flags().contains(DeviceFlags::RUNNING))
        };
        let linux = on_linux(body);
        assert_eq!(on_model(body), linux, "the model, then Linux");
    });
}
