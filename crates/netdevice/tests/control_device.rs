//! The device requests of netdevice(7), on both kernels.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod wrapped;

use common::{Veth, errno, name, refused, text};
use ifctl_conformance::{
    has_init_capabilities, ip, on_both_in_two, private, say, sh, unprivileged,
};
use ifctl_kernel::Request;
use ifctl_netdevice::host::{TunDevice, TunMode, TunOptions};
use ifctl_netdevice::{
    Control, DeviceFlags, Errno, Family, HardwareAddress, HardwareType, Host, IfMap, Socket,
};
use wrapped::{Way, Wrapped};

#[test]
fn a_device_is_found_by_its_index_and_by_its_name() {
    on_both_in_two(|kernels| {
        let veth = Veth::new(kernels);
        let index = veth.control.index(veth.device).unwrap();
        assert_eq!(index.to_string(), text(kernels, "/sys/class/net/e0/ifindex").trim());
        assert_eq!(veth.control.name(index), Ok(veth.device));
        assert_eq!(errno(veth.control.name(0)), Errno::ENODEV);
        assert_eq!(errno(veth.control.name(u32::MAX)), Errno::ENODEV);
        assert_eq!(errno(veth.control.index(name("nosuch"))), Errno::ENODEV);
    });
}

#[test]
fn a_device_request_about_an_alias_answers_for_the_device() {
    on_both_in_two(|kernels| {
        let veth = Veth::new(kernels);
        assert_eq!(veth.control.index(name("e0:9")), veth.control.index(veth.device));
        veth.control.set_mtu(name("e0:9"), 1400).unwrap();
        assert_eq!(veth.control.mtu(veth.device), Ok(1400));
    });
}

#[test]
fn generic_requests_work_on_sockets_of_any_family() {
    on_both_in_two(|kernels| {
        let _veth = Veth::new(kernels);
        let device = name("e0");
        for family in [Family::INET, Family::INET6, Family::UNIX, Family::PACKET, Family::NETLINK] {
            let control = Control::open(kernels.here, family).unwrap();
            let index = control.index(device).unwrap();
            assert_eq!(control.name(index), Ok(device), "{family:?}");
            control.set_mtu(device, 1200 + i32::from(family.0)).unwrap();
            assert_eq!(control.mtu(device), Ok(1200 + i32::from(family.0)), "{family:?}");
            control.set_flags(device, DeviceFlags::UP | DeviceFlags::MULTICAST).unwrap();
            assert!(control.flags(device).unwrap().contains(DeviceFlags::UP), "{family:?}");
            control.set_flags(device, DeviceFlags::MULTICAST).unwrap();
            control.hardware_address(device).unwrap();
            control.map(device).unwrap();
            control.tx_queue_length(device).unwrap();
            assert_eq!(control.addresses(), Ok(vec![]), "{family:?}");
        }
    });
}

#[test]
fn a_borrowed_descriptor_of_any_socket_serves() {
    use std::os::fd::AsFd;
    private(|| {
        sh("ip link add e0 type veth peer name p0");
        let stream = std::net::TcpListener::bind("0.0.0.0:0").unwrap();
        let (local, _other) = std::os::unix::net::UnixStream::pair().unwrap();
        for descriptor in [stream.as_fd(), local.as_fd()] {
            let control = Control::on_descriptor(descriptor).unwrap();
            assert_eq!(control.mtu(name("e0")), Ok(1500));
        }
        let file = std::fs::File::open("/dev/null").unwrap();
        assert_eq!(errno(Control::on_descriptor(file.as_fd()).map(drop)), Errno::ENOTSOCK);
    });
}

#[test]
fn each_settable_flag_of_the_manual_page_is_set_and_cleared_alone() {
    on_both_in_two(|kernels| {
        let veth = Veth::new(kernels);
        let before = veth.control.flags(veth.device).unwrap();
        for flag in DeviceFlags::SETTABLE.iter() {
            veth.control.change_flags(veth.device, flag, DeviceFlags::empty()).unwrap();
            let set = veth.control.flags(veth.device).unwrap();
            assert!(set.contains(flag), "{flag:?} was not set");
            veth.control.change_flags(veth.device, DeviceFlags::empty(), flag).unwrap();
            let cleared = veth.control.flags(veth.device).unwrap();
            assert!(!cleared.intersects(flag), "{flag:?} was not cleared");
            assert_eq!(cleared & !flag, before & !flag, "{flag:?} took others along");
            veth.control.set_flags(veth.device, before).unwrap();
        }
    });
}

#[test]
fn flags_that_the_kernel_owns_are_ignored_in_a_write() {
    on_both_in_two(|kernels| {
        let veth = Veth::new(kernels);
        let before = veth.control.flags(veth.device).unwrap();
        let owned = DeviceFlags::BROADCAST
            | DeviceFlags::LOOPBACK
            | DeviceFlags::POINTOPOINT
            | DeviceFlags::RUNNING
            | DeviceFlags::MASTER
            | DeviceFlags::SLAVE;
        veth.control.set_flags(veth.device, before ^ owned).unwrap();
        assert_eq!(veth.control.flags(veth.device), Ok(before));
    });
}

#[test]
fn flags_without_privilege_are_read_and_not_written() {
    on_both_in_two(|kernels| {
        let veth = Veth::new(kernels);
        let before = veth.control.flags(veth.device).unwrap();
        refused(kernels, |control| control.set_flags(name("e0"), before | DeviceFlags::UP));
        assert_eq!(veth.control.flags(veth.device), Ok(before));
    });
}

#[test]
fn private_flags_are_refused_as_linux_refuses_them() {
    on_both_in_two(|kernels| {
        let veth = Veth::new(kernels);
        assert_eq!(errno(veth.control.private_flags(veth.device)), Errno::EINVAL);
        assert_eq!(errno(veth.control.set_private_flags(veth.device, 1)), Errno::EINVAL);
        let unix = Control::open(kernels.here, Family::UNIX).unwrap();
        assert_eq!(errno(unix.private_flags(veth.device)), Errno::ENOTTY);
        assert_eq!(errno(unix.set_private_flags(veth.device, 1)), Errno::ENOTTY);
        // Not a matter of privilege: the kernel does not get that far.
        let nobody = Control::open(kernels.unprivileged, Family::INET).unwrap();
        assert_eq!(errno(nobody.private_flags(name("e0"))), Errno::EINVAL);
        assert_eq!(errno(nobody.set_private_flags(name("e0"), 1)), Errno::EINVAL);
    });
}

#[test]
fn the_metric_reads_as_zero_and_cannot_be_set() {
    on_both_in_two(|kernels| {
        let veth = Veth::new(kernels);
        assert_eq!(veth.control.metric(veth.device), Ok(0));
        assert_eq!(errno(veth.control.set_metric(veth.device, 3)), Errno::EOPNOTSUPP);
        refused(kernels, |control| control.set_metric(name("e0"), 3));
        assert_eq!(veth.control.metric(veth.device), Ok(0));
        assert_eq!(errno(veth.control.metric(name("nosuch"))), Errno::ENODEV);
    });
}

#[test]
fn the_mtu_is_set_within_the_drivers_limits() {
    on_both_in_two(|kernels| {
        let veth = Veth::new(kernels);
        veth.control.set_mtu(veth.device, 9000).unwrap();
        assert_eq!(veth.control.mtu(veth.device), Ok(9000));
        assert_eq!(text(kernels, "/sys/class/net/e0/mtu"), "9000\n");
        for wrong in [-1, 0, 67, 65536] {
            assert_eq!(errno(veth.control.set_mtu(veth.device, wrong)), Errno::EINVAL, "{wrong}");
        }
        refused(kernels, |control| control.set_mtu(name("e0"), 1400));
        assert_eq!(veth.control.mtu(veth.device), Ok(9000));
    });
}

#[test]
fn the_hardware_address_is_read_and_set() {
    on_both_in_two(|kernels| {
        let veth = Veth::new(kernels);
        let old = HardwareAddress::ethernet([2, 0, 0, 0, 0, 1]);
        assert_eq!(veth.control.hardware_address(veth.device), Ok(old));
        let new = HardwareAddress::ethernet([2, 0, 0, 0, 0, 0xff]);
        veth.control.set_hardware_address(veth.device, &new).unwrap();
        assert_eq!(veth.control.hardware_address(veth.device), Ok(new));
        assert_eq!(text(kernels, "/sys/class/net/e0/address"), "02:00:00:00:00:ff\n");

        let multicast = HardwareAddress::ethernet([1, 0, 0x5e, 0, 0, 1]);
        let answer = veth.control.set_hardware_address(veth.device, &multicast);
        assert_eq!(errno(answer), Errno::EADDRNOTAVAIL);
        let foreign = HardwareAddress::new(HardwareType::LOOPBACK, &[2, 0, 0, 0, 0, 3]).unwrap();
        let answer = veth.control.set_hardware_address(veth.device, &foreign);
        assert_eq!(errno(answer), Errno::EINVAL);

        refused(kernels, |control| control.set_hardware_address(name("e0"), &old));
        assert_eq!(veth.control.hardware_address(veth.device), Ok(new));
    });
}

#[test]
fn the_loopback_has_a_hardware_address_of_six_zeros() {
    on_both_in_two(|kernels| {
        let control = Control::open(kernels.here, Family::INET).unwrap();
        let lo = control.hardware_address(name("lo")).unwrap();
        assert_eq!((lo.kind(), lo.as_bytes()), (HardwareType::LOOPBACK, &[0; 6][..]));
    });
}

/// A kernel with a device of this type and address, which those that the tests run on have not. As Linux
/// does, it writes the address' bytes and leaves those behind them.
struct OfType(HardwareType, &'static [u8]);

impl Way for OfType {
    fn ioctl(&self, _: &dyn Socket, request: Request<'_>) -> Result<(), Errno> {
        let Request::GetHardwareAddress(argument) = request else { return Err(Errno::ENOTTY) };
        let (family, rest) = argument.data_mut().split_at_mut(2);
        family.copy_from_slice(&self.0.0.to_ne_bytes());
        rest.get_mut(..self.1.len()).unwrap().copy_from_slice(self.1);
        Ok(())
    }
}

#[test]
fn hardware_addresses_of_other_lengths_are_measured() {
    for (kind, bytes) in [
        (HardwareType(768), &[192, 0, 2, 1][..]),
        (HardwareType(24), &[1, 2, 3, 4, 5, 6, 7, 0]),
        (HardwareType::INFINIBAND, &[0xff; 14]),
        (HardwareType::NONE, &[0; 14]),
    ] {
        let kernel = Wrapped::new(&Host, OfType(kind, bytes));
        let control = Control::open(&kernel, Family::UNIX).unwrap();
        let address = control.hardware_address(name("x0")).unwrap();
        let expected = if kind == HardwareType::NONE { &[][..] } else { bytes };
        assert_eq!((address.kind(), address.as_bytes()), (kind, expected));
    }
}

#[test]
fn a_tun_device_has_no_hardware_address() {
    private(|| {
        let control = Control::open(&Host, Family::INET).unwrap();
        let options = TunOptions { name: Some(name("t0")), mode: TunMode::Tun, persistent: false };
        let tun = match TunDevice::open(options) {
            // Some hosts keep /dev/net/tun from ordinary users: then that is what is passed through.
            Err(Errno::EACCES) => {
                let file = std::fs::OpenOptions::new().write(true).open("/dev/net/tun");
                assert_eq!(file.unwrap_err().kind(), std::io::ErrorKind::PermissionDenied);
                say("a tun device: not made, this host keeps /dev/net/tun from ordinary users");
                return;
            }
            tun => tun.unwrap(),
        };
        assert_eq!(tun.name(), name("t0"));
        let none = control.hardware_address(tun.name()).unwrap();
        assert_eq!((none.kind(), none.as_bytes()), (HardwareType::NONE, &[][..]));
        drop(tun);
        assert_eq!(errno(control.index(name("t0"))), Errno::ENODEV, "it goes with its descriptor");
    });
}

#[test]
fn a_tap_device_is_ethernet_and_can_outlive_its_descriptor() {
    private(|| {
        let control = Control::open(&Host, Family::INET).unwrap();
        let options =
            TunOptions { name: Some(name("tap%d")), mode: TunMode::Tap, persistent: true };
        let Ok(tap) = TunDevice::open(options) else {
            let file = std::fs::OpenOptions::new().write(true).open("/dev/net/tun");
            assert_eq!(file.unwrap_err().kind(), std::io::ErrorKind::PermissionDenied);
            say("a tap device: not made, this host keeps /dev/net/tun from ordinary users");
            return;
        };
        assert_eq!(tap.name(), name("tap0"));
        assert_eq!(control.hardware_address(tap.name()).unwrap().kind(), HardwareType::ETHER);
        drop(tap);
        control.index(name("tap0")).unwrap();
        let again = TunOptions { name: Some(name("tap0")), ..options };
        let tap = TunDevice::open(again).unwrap();
        tap.set_persistent(false).unwrap();
        drop(tap);
        assert_eq!(errno(control.index(name("tap0"))), Errno::ENODEV);
        let refused = unprivileged(|| TunDevice::open(options).map(drop));
        assert!(matches!(refused, Err(Errno::EPERM | Errno::EACCES)), "{refused:?}");
    });
}

#[test]
fn the_hardware_broadcast_address_is_set() {
    on_both_in_two(|kernels| {
        let veth = Veth::new(kernels);
        let address = HardwareAddress::ethernet([0xff, 0xff, 0xff, 0, 0, 1]);
        veth.control.set_hardware_broadcast(veth.device, &address).unwrap();
        assert_eq!(text(kernels, "/sys/class/net/e0/broadcast"), "ff:ff:ff:00:00:01\n");
        let foreign = HardwareAddress::new(HardwareType::LOOPBACK, &[255; 6]).unwrap();
        let answer = veth.control.set_hardware_broadcast(veth.device, &foreign);
        assert_eq!(errno(answer), Errno::EINVAL);
        let all = HardwareAddress::ethernet([0xff; 6]);
        refused(kernels, |control| control.set_hardware_broadcast(name("e0"), &all));
        assert_eq!(text(kernels, "/sys/class/net/e0/broadcast"), "ff:ff:ff:00:00:01\n");
    });
}

#[test]
fn the_hardware_map_is_read_and_no_virtual_device_takes_one() {
    on_both_in_two(|kernels| {
        let veth = Veth::new(kernels);
        assert_eq!(veth.control.map(veth.device), Ok(IfMap::default()));
        let map = IfMap { irq: 7, base_addr: 0x378, ..IfMap::default() };
        let answer = errno(veth.control.set_map(veth.device, &map));
        let expected = if has_init_capabilities() { Errno::EOPNOTSUPP } else { Errno::EPERM };
        assert_eq!(answer, expected);
        refused(kernels, |control| control.set_map(name("e0"), &map));
        assert_eq!(veth.control.map(veth.device), Ok(IfMap::default()));
        assert_eq!(errno(veth.control.map(name("nosuch"))), Errno::ENODEV);
    });
}

#[test]
fn link_layer_multicast_addresses_are_added_and_deleted() {
    on_both_in_two(|kernels| {
        let veth = Veth::new(kernels);
        let listed = || text(kernels, "/proc/net/dev_mcast").contains("01005e7f0001");
        let address = HardwareAddress::ethernet([1, 0, 0x5e, 0x7f, 0, 1]);
        refused(kernels, |control| control.add_multicast(name("e0"), &address));
        assert!(!listed());
        veth.control.add_multicast(veth.device, &address).unwrap();
        assert!(listed());
        veth.control.add_multicast(veth.device, &address).unwrap();
        refused(kernels, |control| control.delete_multicast(name("e0"), &address));
        assert!(listed());
        veth.control.delete_multicast(veth.device, &address).unwrap();
        assert!(!listed(), "added twice, it counts once");
        let answer = veth.control.delete_multicast(veth.device, &address);
        assert_eq!(errno(answer), Errno::ENOENT);
        let answer = veth.control.add_multicast(name("lo"), &address);
        assert_eq!(errno(answer), Errno::EINVAL, "lo has no filter");
    });
}

#[test]
fn the_transmit_queue_length_is_read_and_set() {
    on_both_in_two(|kernels| {
        let veth = Veth::new(kernels);
        let before = veth.control.tx_queue_length(veth.device).unwrap();
        assert_eq!(text(kernels, "/sys/class/net/e0/tx_queue_len"), format!("{before}\n"));
        refused(kernels, |control| control.set_tx_queue_length(name("e0"), 7));
        assert_eq!(veth.control.tx_queue_length(veth.device), Ok(before));
        if has_init_capabilities() {
            veth.control.set_tx_queue_length(veth.device, 7).unwrap();
            assert_eq!(veth.control.tx_queue_length(veth.device), Ok(7));
            let answer = veth.control.set_tx_queue_length(veth.device, -1);
            assert_eq!(errno(answer), Errno::EINVAL);
        } else {
            let answer = veth.control.set_tx_queue_length(veth.device, 7);
            assert_eq!(errno(answer), Errno::EPERM, "user-namespace root is not enough");
        }
    });
}

#[test]
fn a_device_is_renamed_with_its_index_kept() {
    on_both_in_two(|kernels| {
        let veth = Veth::new(kernels);
        let index = veth.control.index(veth.device).unwrap();
        refused(kernels, |control| control.rename(name("e0"), name("wan")));
        assert_eq!(veth.control.name(index), Ok(veth.device));
        veth.control.rename(veth.device, name("wan")).unwrap();
        assert_eq!(veth.control.name(index), Ok(name("wan")));
        veth.control.rename(name("wan"), name("lan%d")).unwrap();
        assert_eq!(veth.control.name(index), Ok(name("lan0")));
        assert_eq!(errno(veth.control.rename(name("lan0"), name("lo"))), Errno::EEXIST);
        for bad in ["", ".", "..", "a/b", "a:b", "a b", "a%s"] {
            assert_eq!(
                errno(veth.control.rename(name("lan0"), name(bad))),
                Errno::EINVAL,
                "{bad:?}"
            );
        }
    });
}

#[test]
fn renaming_a_device_that_is_up_is_the_kernels_to_decide() {
    on_both_in_two(|kernels| {
        let veth = Veth::new(kernels);
        ip(kernels.here, "ip link set e0 up");
        // The model is one of 6.18.
        let release = match kernels.model {
            Some(_) => "6.18".to_owned(),
            None => sh("uname -r"),
        };
        let mut numbers = release.split(['.', '-']).map(|n| n.parse().unwrap_or(0));
        let version: (u32, u32) = (numbers.next().unwrap(), numbers.next().unwrap());
        let answer = veth.control.rename(veth.device, name("wan"));
        if version >= (6, 2) {
            assert_eq!(answer, Ok(()));
        } else {
            assert_eq!(errno(answer), Errno::EBUSY);
        }
    });
}

#[test]
fn names_of_any_bytes_are_names() {
    on_both_in_two(|kernels| {
        let veth = Veth::new(kernels);
        let odd = ifctl_netdevice::DeviceName::new(b"\x1b[31m\xff\xc3(").unwrap();
        veth.control.rename(veth.device, odd).unwrap();
        let index = veth.control.index(odd).unwrap();
        assert_eq!(veth.control.name(index), Ok(odd));
        let error = veth.control.set_mtu(odd, -1).unwrap_err();
        assert_eq!(error.to_string(), "SIOCSIFMTU \\x1b[31m\\xff\\xc3(: Invalid argument");
    });
}
