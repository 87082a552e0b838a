//! What runs on Linux and on the model, unchanged, and must read the same.
//!
//! Here: what a caller without privilege sees of a namespace with nothing but `lo` in it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_abi::{Family, IfReq, SockAddr, SocketType};
use ifctl_conformance::on_both_in_two;
use ifctl_kernel::{ArgumentKind, Errno, Kernel, Request, Socket};
use ifctl_netdevice::{Control, Device, DeviceFlags, Error, Rtnetlink, Snapshot, SnapshotParts};
use std::fmt::Debug;
use std::path::Path;

/// Sets `lo` up, by a privileged caller, and asserts that a question of one without privilege is
/// answered the same.
#[track_caller]
fn alike<T: PartialEq + Debug + Send>(question: impl Fn(&dyn Kernel) -> T + Sync) {
    on_both_in_two(|setting| {
        let mut rtnetlink = Rtnetlink::open(setting.here).unwrap();
        rtnetlink.change_device_flags(1, DeviceFlags::UP, DeviceFlags::empty()).unwrap();
        question(setting.unprivileged)
    });
}

#[test]
fn the_library_lists_both_kernels_alike() {
    alike(|kernel| {
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
        assert_eq!((devices.len(), snapshot.addresses.len()), (1, 2));
        (devices, snapshot.addresses, control.addresses(), control.netmask(lo))
    });
}

#[test]
fn the_library_is_refused_a_change_by_both_kernels_alike() {
    alike(|kernel| {
        let mut rtnetlink = Rtnetlink::open(kernel).unwrap();
        let lo = rtnetlink.devices().unwrap().entries.first().unwrap().index;
        let errno = |answer: Result<(), Error>| answer.unwrap_err().errno();
        let control = Control::open(kernel, Family::INET).unwrap();
        assert_eq!(errno(rtnetlink.set_device_mtu(lo, 1400)), Some(Errno::EPERM));
        assert_eq!(errno(rtnetlink.delete_device(lo)), Some(Errno::EPERM));
        assert_eq!(errno(control.set_mtu("lo".try_into().unwrap(), 1400)), Some(Errno::EPERM));
    });
}

#[test]
fn files_of_proc_net_read_the_same() {
    alike(|kernel| {
        ["dev", "if_inet6", "route", "dev_mcast", "arp", "nosuch"].map(|file| {
            let bytes = kernel.read(&Path::new("/proc/net").join(file));
            (file, bytes.map(|bytes| String::from_utf8(bytes).unwrap()))
        })
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
    alike(|kernel| {
        let mut answers = Vec::new();
        for family in [Family::INET, Family::INET6, Family::UNIX, Family::PACKET, Family::NETLINK] {
            let kind = match family {
                Family::NETLINK | Family::PACKET => SocketType::RAW,
                _ => SocketType::DATAGRAM,
            };
            let socket = match kernel.socket(family, kind, 0) {
                Ok(socket) => socket,
                Err(errno) => {
                    answers.push(format!("{family:?}: {errno:?}"));
                    continue;
                }
            };
            for number in &numbers {
                for name in names {
                    for fill in [0, 0xa5] {
                        let answer = ask(socket.as_ref(), *number, name, fill);
                        let name = name.escape_ascii();
                        answers.push(format!("{family:?} {number:#x} {name} {fill}: {answer:x?}"));
                    }
                }
            }
        }
        answers
    });
}
