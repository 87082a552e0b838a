//! What runs on Linux and on the model, unchanged, and must read the same.
//!
//! The model so far is `lo` alone, for a caller without privilege; Linux is given the same: a private
//! namespace with `lo` up, and no capabilities.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_abi::{Family, IfReq, SockAddr, SocketType};
use ifctl_conformance::{private, sh, unprivileged};
use ifctl_kernel::{ArgumentKind, Errno, Kernel, Request, Socket};
use ifctl_linux::Linux;
use ifctl_netdevice::{Control, Device, Error, Rtnetlink, Snapshot, SnapshotParts};
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
fn the_library_lists_both_kernels_alike() {
    with_lo(|| {
        let (linux, model) = on_both(|kernel| {
            let snapshot = Snapshot::take(kernel, SnapshotParts::default()).unwrap();
            let devices: Vec<String> = snapshot
                .devices
                .iter()
                .map(|d| {
                    let Device { index, name, flags, mtu, hardware, tx_queue_length, .. } = d;
                    format!("{index} {name} {flags:?} {mtu} {hardware:?} {tx_queue_length}")
                })
                .collect();
            let control = Control::open(kernel, Family::INET).unwrap();
            let lo = snapshot.devices.first().unwrap().name;
            (devices, snapshot.addresses, control.addresses(), control.netmask(lo))
        });
        assert_eq!(linux.0.len(), 1);
        assert_eq!(linux.1.len(), 2);
        assert_eq!(model, linux);
    });
}

#[test]
fn the_library_is_refused_a_change_by_both_kernels_alike() {
    with_lo(|| {
        let (linux, model) = on_both(|kernel| {
            let mut rtnetlink = Rtnetlink::open(kernel).unwrap();
            let lo = rtnetlink.devices().unwrap().entries.first().unwrap().index;
            let errno = |answer: Result<(), Error>| answer.unwrap_err().errno();
            let control = Control::open(kernel, Family::INET).unwrap();
            (
                errno(rtnetlink.set_device_mtu(lo, 1400)),
                errno(rtnetlink.delete_device(lo)),
                errno(control.set_mtu("lo".try_into().unwrap(), 1400)),
            )
        });
        assert_eq!(linux, (Some(Errno::EPERM), Some(Errno::EPERM), Some(Errno::EPERM)));
        assert_eq!(model, linux);
    });
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
