//! What runs on Linux and on the model, unchanged, and must read the same.
//!
//! The model so far is `lo` alone, for a caller without privilege; Linux is given the same: a private
//! namespace with `lo` up, and no capabilities.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_abi::{Family, IfReq, SockAddr, SocketType};
use ifctl_conformance::{private, sh, unprivileged};
use ifctl_kernel::{ArgumentKind, Errno, Kernel, Request, Socket};
use ifctl_linux::Linux;
use ifctl_virtual::Virtual;
use std::path::Path;

/// Runs a test body in a namespace in which `lo` is up.
fn with_lo(body: impl FnOnce() + Send) {
    private(|| {
        sh("ip link set lo up");
        body();
    });
}

/// Returns what a question says of Linux, asked without privilege, and of the model.
fn on_both<T: Send>(question: impl Fn(&dyn Kernel) -> T + Sync) -> (T, T) {
    (unprivileged(|| question(&Linux)), question(&Virtual::new()))
}

#[test]
fn files_of_proc_net_read_the_same() {
    with_lo(|| {
        for file in ["/proc/net/dev", "/proc/net/if_inet6", "/proc/net/nosuch"] {
            let (linux, model) = on_both(|kernel| {
                kernel.read(Path::new(file)).map(|bytes| String::from_utf8(bytes).unwrap())
            });
            assert_eq!(model, linux, "{file}");
        }
    });
}

/// Sends a request by number, with an `ifreq` of this name and filling.
fn ask(socket: &dyn Socket, number: u32, name: &[u8], fill: u8) -> Result<IfReq, Errno> {
    let mut argument = IfReq::default().with(&SockAddr { family: 0, data: [fill; 14] });
    for (to, from) in argument.name.iter_mut().zip(name) {
        *to = *from;
    }
    socket.ioctl(Request::Other { number, argument: &mut argument })?;
    Ok(argument)
}

#[test]
fn every_request_about_a_device_gets_the_same_answer_on_every_family() {
    let names: [&[u8]; 6] = [b"lo", b"lo:1", b"nosuch", b"", b"lo\0behind", b"sixteen_bytes_xx"];
    let numbers = Request::TABLE
        .iter()
        .filter(|line| line.argument == ArgumentKind::IfReq)
        .map(|line| line.number)
        .chain([0x8911, 0x891F, 0x8920, 0x8925, 0x8926, 0x8929, 0x8930, 0x8938]);
    let numbers: Vec<u32> = numbers.collect();
    with_lo(|| {
        for family in [Family::INET, Family::INET6, Family::UNIX, Family::PACKET, Family::NETLINK] {
            let (linux, model) = on_both(|kernel| {
                let kind = match family {
                    Family::NETLINK | Family::PACKET => SocketType::RAW,
                    _ => SocketType::DATAGRAM,
                };
                let socket = match kernel.socket(family, kind, 0) {
                    Ok(socket) => socket,
                    Err(errno) => return vec![format!("{family:?}: {errno:?}")],
                };
                let mut answers = Vec::new();
                for number in &numbers {
                    for name in names {
                        for fill in [0, 0xa5] {
                            let answer = ask(socket.as_ref(), *number, name, fill);
                            let name = name.escape_ascii();
                            answers
                                .push(format!("{family:?} {number:#x} {name} {fill}: {answer:x?}"));
                        }
                    }
                }
                answers
            });
            for (linux, model) in linux.iter().zip(&model) {
                assert_eq!(model, linux, "the model, then Linux");
            }
            assert_eq!(linux.len(), model.len());
        }
    });
}
