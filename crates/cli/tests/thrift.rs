//! No tool pays for what it does not use: which sockets it opens and which files it reads.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl::inside::{self, Given};
use ifctl_abi::SocketType;
use ifctl_conformance::{private, sh};
use ifctl_kernel::{Errno, Kernel, Socket};
use ifctl_netdevice::{Family, Host};
use std::ffi::{OsStr, OsString};
use std::ops::ControlFlow;
use std::path::Path;
use std::rc::Rc;
use std::sync::Mutex;

/// The host's kernel, and what it was asked for.
#[derive(Default)]
struct Asked(Mutex<Vec<String>>);

impl Asked {
    fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }
}

impl Kernel for Asked {
    fn socket(
        &self,
        family: Family,
        kind: SocketType,
        protocol: u32,
    ) -> Result<Box<dyn Socket>, Errno> {
        self.note(match family {
            Family::INET => "an IPv4 socket".to_owned(),
            Family::INET6 => "an IPv6 socket".to_owned(),
            Family::NETLINK => "a netlink socket".to_owned(),
            other => format!("a socket of {other:?}"),
        });
        Host.socket(family, kind, protocol)
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, Errno> {
        self.note(path.to_str().unwrap());
        Host.read(path)
    }

    fn read_lines(
        &self,
        path: &Path,
        take: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
    ) -> Result<(), Errno> {
        self.note(path.to_str().unwrap());
        Host.read_lines(path, take)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Errno> {
        self.note(path.to_str().unwrap());
        Host.write(path, bytes)
    }
}

/// Runs a line in this process, and returns what it asked the kernel for.
fn asked(line: &str) -> Vec<String> {
    let kernel = Asked::default();
    let (tool, words) = line.split_once(' ').unwrap_or((line, ""));
    let words: Vec<OsString> = words.split_whitespace().map(OsString::from).collect();
    let given = Rc::new(Given::default());
    let ran = inside::personality(&kernel, &given, OsStr::new(tool), &words).unwrap();
    assert_eq!((ran.status, String::from_utf8_lossy(&ran.stderr)), (0, "".into()), "{line}");
    kernel.0.into_inner().unwrap()
}

const INET: &str = "an IPv4 socket";
const INET6: &str = "an IPv6 socket";
const NETLINK: &str = "a netlink socket";

#[test]
fn a_tool_asks_for_what_it_uses_and_for_nothing_else() {
    private(|| {
        sh("ip link set lo up");
        for (line, expected) in [
            ("ifconfig --version", &[][..]),
            ("ifconfig lo", &["/proc/net/dev", INET, "/proc/net/if_inet6"]),
            ("ifconfig -s lo", &["/proc/net/dev", INET]),
            ("ifconfig", &[NETLINK, "/proc/net/if_inet6"]),
            ("ifconfig -s", &[NETLINK]),
            ("ifconfig lo mtu 1500", &[INET]),
            ("ifconfig lo:1 10.0.0.1 up", &[INET]),
            ("ifconfig lo add ::2/64", &[INET6]),
            // A free number is looked for.
            ("ifconfig lo add 10.0.0.9", &[INET, NETLINK]),
            ("route -n", &["/proc/net/route"]),
            ("route -6 -n", &["/proc/net/ipv6_route"]),
            ("route add -net 10.0.0.0 netmask 255.0.0.0 dev lo", &[INET]),
            ("arp -n", &[INET, "/proc/net/arp"]),
            ("ipmaddr", &["/proc/net/dev_mcast", "/proc/net/igmp", "/proc/net/igmp6"]),
        ] {
            assert_eq!(asked(line), expected, "{line}");
        }
    });
}
