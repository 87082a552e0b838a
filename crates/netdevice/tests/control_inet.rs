//! The requests of ip(7) about IPv4 addresses and aliases, on both kernels.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod wrapped;

use common::{Veth, errno, name, refused};
use core::net::Ipv4Addr;
use ifctl_conformance::{Setting, ip, on_both_in_two, sh};
use ifctl_kernel::{IfConf, Request};
use ifctl_netdevice::{
    Address, AddressFilter, Batch, Control, DeviceFlags, DeviceName, Errno, Family, LinkKind,
    LinkSpec, Rtnetlink, Socket, Which,
};
use std::sync::atomic::{AtomicU32, Ordering};
use wrapped::{Way, Wrapped};

const MAIN: Ipv4Addr = Ipv4Addr::new(172, 16, 3, 1);
const ALIAS: Ipv4Addr = Ipv4Addr::new(172, 16, 3, 10);

/// The IPv4 addresses of e0 as our own list has them: `address/length label`. On Linux iproute2 must see
/// the same.
fn addresses(kernels: &Setting<'_>) -> Vec<String> {
    let mut rtnetlink = Rtnetlink::open(kernels.here).unwrap();
    let index = rtnetlink.device_named(b"e0").unwrap().index;
    let filter = AddressFilter { index: Some(index), ..AddressFilter::IPV4 };
    let told = |address: Address| {
        let Address { local, prefix_length, label, .. } = address;
        format!("{local}/{prefix_length} {}", label.unwrap())
    };
    let ours: Vec<String> =
        rtnetlink.addresses(filter).unwrap().entries.into_iter().map(told).collect();
    if kernels.model.is_none() {
        assert_eq!(ours, addresses_of_ip());
    }
    ours
}

fn addresses_of_ip() -> Vec<String> {
    let text = sh("ip -o -4 addr show dev e0");
    let words = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let label = words.iter().position(|w| *w == "valid_lft").unwrap() - 1;
        format!("{} {}", words[3], words[label].trim_end_matches('\\'))
    };
    text.lines().map(words).collect()
}

#[test]
fn an_address_gets_the_mask_and_broadcast_of_its_class() {
    on_both_in_two(|kernels| {
        let veth = Veth::new(kernels);
        veth.control.set_address(veth.device, MAIN).unwrap();
        assert_eq!(veth.control.address(veth.device), Ok(MAIN));
        assert_eq!(veth.control.netmask(veth.device), Ok([255, 255, 0, 0].into()));
        assert_eq!(veth.control.broadcast(veth.device), Ok([172, 16, 255, 255].into()));
        assert_eq!(veth.control.destination(veth.device), Ok(MAIN));
        assert_eq!(addresses(kernels), ["172.16.3.1/16 e0"]);
    });
}

#[test]
fn an_alias_is_an_address_of_its_own_label() {
    on_both_in_two(|kernels| {
        let veth = Veth::up(kernels);
        let (first, second) = (name("e0:0"), name("e0:1"));
        veth.control.set_address(veth.device, MAIN).unwrap();
        veth.control.set_address(first, ALIAS).unwrap();
        veth.control.set_address(second, [172, 16, 3, 100].into()).unwrap();
        assert_eq!(veth.control.address(first), Ok(ALIAS));
        assert_eq!(veth.control.address(second), Ok([172, 16, 3, 100].into()));
        assert_eq!(
            veth.control.addresses().unwrap(),
            [(veth.device, MAIN), (first, ALIAS), (second, [172, 16, 3, 100].into())]
        );
        assert_eq!(errno(veth.control.address(name("e0:2"))), Errno::EADDRNOTAVAIL);

        // Down on an alias deletes it, and it alone.
        veth.control.change_flags(first, DeviceFlags::empty(), DeviceFlags::UP).unwrap();
        assert_eq!(addresses(kernels), ["172.16.3.1/16 e0", "172.16.3.100/16 e0:1"]);
        assert!(veth.control.flags(veth.device).unwrap().contains(DeviceFlags::UP));

        // So does the address 0.0.0.0.
        veth.control.set_address(second, Ipv4Addr::UNSPECIFIED).unwrap();
        assert_eq!(addresses(kernels), ["172.16.3.1/16 e0"]);
    });
}

#[test]
fn netmask_broadcast_and_destination_are_set_and_read_back() {
    on_both_in_two(|kernels| {
        let veth = Veth::up(kernels);
        veth.control.set_address(veth.device, MAIN).unwrap();
        veth.control.set_netmask(veth.device, [255, 255, 255, 0].into()).unwrap();
        assert_eq!(veth.control.netmask(veth.device), Ok([255, 255, 255, 0].into()));
        assert_eq!(
            veth.control.broadcast(veth.device),
            Ok([172, 16, 3, 255].into()),
            "a broadcast address that followed from the mask follows it"
        );
        veth.control.set_broadcast(veth.device, [172, 16, 3, 127].into()).unwrap();
        assert_eq!(veth.control.broadcast(veth.device), Ok([172, 16, 3, 127].into()));
        veth.control.set_broadcast(veth.device, Ipv4Addr::UNSPECIFIED).unwrap();
        assert_eq!(veth.control.broadcast(veth.device), Ok(Ipv4Addr::UNSPECIFIED));
        veth.control.set_destination(veth.device, [10, 9, 9, 9].into()).unwrap();
        assert_eq!(veth.control.destination(veth.device), Ok([10, 9, 9, 9].into()));
        let mut rtnetlink = Rtnetlink::open(kernels.here).unwrap();
        let [address] =
            rtnetlink.addresses(AddressFilter::IPV4).unwrap().entries.try_into().unwrap();
        let Address { local, peer, prefix_length, .. } = address;
        assert_eq!((local, peer, prefix_length), (MAIN.into(), Some([10, 9, 9, 9].into()), 24));
        if kernels.model.is_none() {
            let seen = sh("ip -4 -br addr show dev e0");
            assert_eq!(seen.split_whitespace().nth(2), Some("172.16.3.1"));
            assert!(sh("ip -4 addr show dev e0").contains("peer 10.9.9.9/24"));
        }
    });
}

#[test]
fn every_setter_is_refused_without_privilege_and_changes_nothing() {
    on_both_in_two(|kernels| {
        let veth = Veth::up(kernels);
        veth.control.set_address(veth.device, MAIN).unwrap();
        let all = || Rtnetlink::open(kernels.here).unwrap().addresses(AddressFilter::default());
        let before = all().unwrap();
        refused(kernels, |control| control.set_address(name("e0:0"), ALIAS));
        refused(kernels, |control| control.set_netmask(name("e0"), [255, 0, 0, 0].into()));
        refused(kernels, |control| control.set_broadcast(name("e0"), ALIAS));
        refused(kernels, |control| control.set_destination(name("e0"), ALIAS));
        assert_eq!(all().unwrap(), before);
    });
}

#[test]
fn what_the_kernel_refuses_is_passed_through() {
    on_both_in_two(|kernels| {
        let veth = Veth::up(kernels);
        let control = &veth.control;
        let multicast = Ipv4Addr::new(224, 0, 0, 1);
        assert_eq!(errno(control.set_address(veth.device, multicast)), Errno::EINVAL);
        assert_eq!(errno(control.set_address(name("nosuch"), MAIN)), Errno::ENODEV);
        let mask = Ipv4Addr::new(255, 0, 255, 0);
        assert_eq!(errno(control.set_netmask(veth.device, mask)), Errno::EADDRNOTAVAIL);
        control.set_address(veth.device, MAIN).unwrap();
        assert_eq!(errno(control.set_netmask(veth.device, mask)), Errno::EINVAL);
        assert_eq!(errno(control.set_address(name("e0:1"), MAIN)), Errno::EEXIST);
        assert_eq!(errno(control.set_destination(veth.device, multicast)), Errno::EINVAL);
        let unix = Control::open(kernels.here, Family::UNIX).unwrap();
        assert_eq!(errno(unix.address(veth.device)), Errno::ENOTTY);
        let packet = Control::open(kernels.here, Family::PACKET).unwrap();
        assert_eq!(packet.address(veth.device), Ok(MAIN));
    });
}

#[test]
fn an_address_is_selected_among_those_of_one_label() {
    on_both_in_two(|kernels| {
        let veth = Veth::up(kernels);
        ip(kernels.here, "ip addr add 10.0.0.1/24 dev e0; ip addr add 10.1.0.1/20 brd + dev e0");
        let second = Which { label: veth.device, address: Some([10, 1, 0, 1].into()) };
        assert_eq!(veth.control.address(veth.device), Ok([10, 0, 0, 1].into()));
        assert_eq!(veth.control.address(second), Ok([10, 1, 0, 1].into()));
        assert_eq!(veth.control.netmask(second), Ok([255, 255, 240, 0].into()));
        assert_eq!(veth.control.broadcast(second), Ok([10, 1, 15, 255].into()));
        assert_eq!(veth.control.destination(second), Ok([10, 1, 0, 1].into()));
    });
}

#[test]
fn the_list_of_more_than_ten_thousand_addresses_is_whole() {
    on_both_in_two(|kernels| {
        let veth = Veth::new(kernels);
        let mut rtnetlink = Rtnetlink::open(kernels.here).unwrap();
        let mut batch = Batch::new();
        for device in 0..12_u8 {
            let name: DeviceName = format!("v{device}").parse().unwrap();
            let index = 100 + u32::from(device);
            let spec = LinkSpec { index: Some(index), ..LinkSpec::new(name, LinkKind::Ifb) };
            batch.add_device(&spec).unwrap();
            for i in 0..900_u16 {
                let [high, low] = [(i / 250) as u8, (i % 250 + 1) as u8];
                let label = Some(format!("v{device}:{i}").parse().unwrap());
                let address = Address::new(index, [10, device, high, low].into(), 32);
                batch.add_address(&Address { label, ..address }).unwrap();
            }
        }
        rtnetlink.run(&batch).into_result().unwrap();
        let addresses = veth.control.addresses().unwrap();
        assert_eq!(addresses.len(), 10_800);
        let last = (name("v11:899"), Ipv4Addr::new(10, 11, 3, 150));
        assert_eq!(addresses.last(), Some(&last));
        let mut distinct: Vec<_> = addresses.iter().map(|(_, address)| address).collect();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), 10_800);
    });
}

/// A kernel on which addresses are added between the question how many there are and the list: it
/// speaks of one. Counts the lists.
#[derive(Default)]
struct Growing {
    lists: AtomicU32,
}

impl Way for Growing {
    fn ioctl(&self, socket: &dyn Socket, request: Request<'_>) -> Result<(), Errno> {
        match request {
            Request::GetConf(IfConf { buffer: None, length }) => {
                socket.ioctl(Request::GetConf(IfConf { buffer: None, length: &mut *length }))?;
                *length = (*length).min(size_of::<ifctl_abi::IfReq>() as i32);
                Ok(())
            }
            request => {
                self.lists.fetch_add(1, Ordering::Relaxed);
                socket.ioctl(request)
            }
        }
    }
}

#[test]
fn a_list_that_was_cut_off_is_asked_for_again_with_more_room() {
    on_both_in_two(|kernels| {
        let veth = Veth::new(kernels);
        for last in 1..=20 {
            let label = format!("e0:{last}");
            veth.control.set_address(name(&label), [10, 0, last, 1].into()).unwrap();
        }
        let kernel = Wrapped::new(kernels.here, Growing::default());
        let addresses = Control::open(&kernel, Family::INET).unwrap().addresses().unwrap();
        assert_eq!(addresses, veth.control.addresses().unwrap());
        assert_eq!(addresses.len(), 20);
        // Room for 2 records, 5, 11, 23.
        assert_eq!(kernel.way.lists.load(Ordering::Relaxed), 4);
    });
}
