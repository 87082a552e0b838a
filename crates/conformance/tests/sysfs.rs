//! The files of /sys/class/net and /proc/net/dev on both kernels.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod link_help;

use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_conformance::Setting;
use ifctl_kernel::Kernel;
use link_help::{Talk, create, device, flags, lines_on_both, name, number, properties, veth};
use std::path::Path;

/// The files of each device.
const FILES: [&str; 38] = [
    "addr_assign_type",
    "addr_len",
    "address",
    "broadcast",
    "carrier",
    "carrier_changes",
    "carrier_down_count",
    "carrier_up_count",
    "dev_id",
    "dev_port",
    "dormant",
    "duplex",
    "flags",
    "gro_flush_timeout",
    "ifalias",
    "ifindex",
    "iflink",
    "link_mode",
    "mtu",
    "name_assign_type",
    "napi_defer_hard_irqs",
    "netdev_group",
    "operstate",
    "proto_down",
    "speed",
    "testing",
    "threaded",
    "tx_queue_len",
    "type",
    "uevent",
    "statistics/collisions",
    "statistics/tx_window_errors",
    "statistics/nosuch",
    "statistics",
    "",
    "nosuch",
    "phys_port_id",
    "group",
];

fn read(kernel: &dyn Kernel, path: &str) -> String {
    let answer = kernel.read(Path::new(path));
    format!("{path}: {:?}", answer.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

fn prepare(setting: &Setting<'_>) -> Talk {
    let mut talk = Talk::new(setting.here);
    talk.ask(MessageType::NEWLINK, create(), &veth("v0", "v1"));
    talk.ask(MessageType::NEWLINK, create(), &device("br0", "bridge", 0x20, &[]));
    talk.ask(MessageType::NEWLINK, create(), &device("i0", "ifb", 0x21, &[]));
    talk.ask(MessageType::NEWLINKPROP, create(), &properties(3, &["other"]));
    talk
}

#[test]
fn every_file_of_a_device_reads_the_same_down_and_up() {
    lines_on_both(|setting| {
        let mut talk = prepare(setting);
        let mut lines = Vec::new();
        let list = |lines: &mut Vec<String>| {
            for device in ["lo", "v0", "br0", "i0", "other", "nosuch"] {
                for file in FILES {
                    lines.push(read(setting.here, &format!("/sys/class/net/{device}/{file}")));
                }
            }
        };
        list(&mut lines);
        for index in [1, 2, 3, 4, 5] {
            talk.ask(MessageType::SETLINK, MessageFlags::empty(), &flags(index, 1, 1));
        }
        let port = [name("v0"), number(IFLA_MASTER, 4)].concat();
        talk.ask(MessageType::SETLINK, MessageFlags::empty(), &port);
        list(&mut lines);
        lines
    });
}

#[test]
fn files_take_and_refuse_what_is_written_as_linux_does() {
    lines_on_both(|setting| {
        let mut talk = prepare(setting);
        talk.ask(MessageType::SETLINK, MessageFlags::empty(), &flags(3, 1, 1));
        let mut lines = Vec::new();
        for (file, text) in [
            ("mtu", "1400"),
            ("mtu", "0x500"),
            ("mtu", "02000"),
            ("mtu", "+1300\n"),
            ("mtu", "60"),
            ("mtu", "-1"),
            ("mtu", "abc"),
            ("mtu", " 1400"),
            ("mtu", "1400 "),
            ("mtu", "99999999999"),
            ("mtu", "99999999999999999999999"),
            ("mtu", "4294968796"),
            ("mtu", "0x"),
            ("mtu", "\n"),
            ("mtu", ""),
            ("flags", "0x1003"),
            ("flags", "4099"),
            ("flags", "0x1103"),
            ("flags", "0x1002"),
            ("flags", "-1"),
            ("tx_queue_len", "5"),
            ("tx_queue_len", "4294967296"),
            ("tx_queue_len", "2147483648"),
            ("ifalias", "hello\n"),
            ("ifalias", "\n"),
            ("carrier", "1"),
            ("carrier", "x"),
            ("dormant", "1"),
            ("operstate", "up"),
            ("address", "02:00:00:00:00:09"),
            ("speed", "10"),
            ("proto_down", "1"),
            ("gro_flush_timeout", "5"),
            ("napi_defer_hard_irqs", "3"),
            ("napi_defer_hard_irqs", "-1"),
            ("napi_defer_hard_irqs", "4294967295"),
            ("threaded", "1"),
            ("threaded", "x"),
            ("ifindex", "4"),
            ("nosuch", "3"),
            ("netdev_group", "8"),
            ("statistics/rx_bytes", "8"),
            ("type", "1"),
        ] {
            let path = format!("/sys/class/net/v0/{file}");
            for (who, kernel) in [("root", setting.here), ("none", setting.unprivileged)] {
                let answer = kernel.write(Path::new(&path), text.as_bytes());
                lines.push(format!("{who} {file} <- {text:?}: {answer:?}"));
                lines.extend(talk.heard());
            }
            lines.push(read(setting.here, &path));
        }
        lines
    });
}

#[test]
fn proc_net_dev_reads_the_same() {
    lines_on_both(|setting| {
        let mut talk = prepare(setting);
        talk.ask(MessageType::NEWLINK, create(), &device("fifteen_bytes_x", "ifb", 0x22, &[]));
        vec![read(setting.here, "/proc/net/dev"), read(setting.there, "/proc/net/dev")]
    });
}
