//! The files of /sys/class/net and /proc/net/dev on both kernels.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod link_help;

use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_conformance::Setting;
use ifctl_kernel::Kernel;
use ifctl_virtual::VirtualKernel;
use link_help::{
    Talk, create, device, flags, index, lines_on_both, name, number, properties, text, veth,
};
use std::fs;
use std::path::Path;

/// What is read of each device, besides the files that the model lists.
const FURTHER: [&str; 8] = [
    "statistics/collisions",
    "statistics/tx_window_errors",
    "statistics/nosuch",
    "statistics",
    "",
    "nosuch",
    "phys_port_id",
    "group",
];

fn names(folder: &str) -> Vec<String> {
    let listed = VirtualKernel::new().list(Path::new(folder)).unwrap();
    listed.into_iter().map(|entry| entry.name).collect()
}

/// What a folder lists, in order; on Linux without what the model has nothing of: queues, power, other devices.
fn listed(setting: &Setting<'_>, folder: &str) -> String {
    let mut names: Vec<String> = match setting.model {
        Some(model) => {
            let listed = model.list(Path::new(folder)).into_iter().flatten();
            listed.map(|entry| entry.name).collect()
        }
        None => {
            let listed = fs::read_dir(folder).into_iter().flatten().flatten();
            let listed = listed.filter(|entry| match folder {
                "/sys/class/net" => entry.file_type().unwrap().is_symlink(),
                _ => entry.file_type().unwrap().is_file() || folder.starts_with("/proc"),
            });
            let mut names: Vec<_> =
                listed.map(|entry| entry.file_name().into_string().unwrap()).collect();
            if Path::new(folder).join("statistics").is_dir() {
                names.push("statistics".into());
            }
            names
        }
    };
    // A bridge's table of addresses, which the model's has none of.
    names.retain(|name| name != "brforward");
    names.sort();
    format!("{folder}: {names:?}")
}

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
                for file in names("/sys/class/net/lo").iter().map(String::as_str).chain(FURTHER) {
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
fn folders_list_the_same_devices_and_files() {
    lines_on_both(|setting| {
        let mut talk = prepare(setting);
        let mut lines = Vec::new();
        let list = |lines: &mut Vec<String>| {
            lines.push(listed(setting, "/sys/class/net"));
            for protocol in ["ipv4", "ipv6"] {
                lines.push(listed(setting, &format!("/proc/sys/net/{protocol}/conf")));
            }
            for device in ["lo", "v0", "br0", "i0", "other", "w0", "all", "default"] {
                for folder in
                    ["/sys/class/net", "/proc/sys/net/ipv4/conf", "/proc/sys/net/ipv6/conf"]
                {
                    lines.push(listed(setting, &format!("{folder}/{device}")));
                }
                lines.push(listed(setting, &format!("/sys/class/net/{device}/statistics")));
            }
        };
        list(&mut lines);
        // Without room for IPv6, by another name, and gone.
        talk.ask(
            MessageType::SETLINK,
            MessageFlags::empty(),
            &[index(3), number(IFLA_MTU, 1000)].concat(),
        );
        talk.ask(
            MessageType::SETLINK,
            MessageFlags::empty(),
            &[index(2), text(IFLA_IFNAME, "w0")].concat(),
        );
        talk.ask(MessageType::DELLINK, MessageFlags::empty(), &flags(4, 0, 0));
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
