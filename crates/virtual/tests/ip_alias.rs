//! IP aliases as a module, as Linux 2.0 had them. No kernel of today vouches for this; the HOWTO does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_abi::{DeviceFlags, DeviceName, Family, IfReq, SockAddr, SocketType};
use ifctl_kernel::{Errno, Kernel, Request};
use ifctl_virtual::{Capabilities, IpAlias, VirtualKernel};
use std::net::Ipv4Addr;
use std::path::Path;

fn named(name: &str) -> IfReq {
    IfReq::named(DeviceName::truncated(name.as_bytes()))
}

fn set_address(kernel: &VirtualKernel, name: &str, address: [u8; 4]) -> Result<(), Errno> {
    let socket = kernel.socket(Family::INET, SocketType::DATAGRAM, 0).unwrap();
    socket.ioctl(Request::SetAddress(&mut named(name).with(&SockAddr::inet(address.into()))))
}

fn set_flags(kernel: &VirtualKernel, name: &str, flags: DeviceFlags) -> Result<(), Errno> {
    let socket = kernel.socket(Family::INET, SocketType::DATAGRAM, 0).unwrap();
    socket.ioctl(Request::SetFlags(&mut named(name).with(&flags.low())))
}

fn address(kernel: &VirtualKernel, name: &str) -> Result<(Ipv4Addr, Ipv4Addr), Errno> {
    let socket = kernel.socket(Family::INET, SocketType::DATAGRAM, 0).unwrap();
    let mut address = named(name);
    socket.ioctl(Request::GetAddress(&mut address))?;
    let mut mask = named(name);
    socket.ioctl(Request::GetNetmask(&mut mask))?;
    Ok((address.address().inet_address(), mask.address().inet_address()))
}

fn file(kernel: &VirtualKernel, name: &str) -> Result<String, Errno> {
    let text = kernel.read(&Path::new("/proc/net").join(name))?;
    Ok(String::from_utf8(text)
        .unwrap()
        .lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect())
}

/// Returns a kernel with the module, not loaded, whose `lo` is up and has 10.0.0.1 with a mask of 24 bits.
fn old() -> VirtualKernel {
    let kernel = VirtualKernel::with_ip_alias(IpAlias::Module);
    let socket = kernel.socket(Family::INET, SocketType::DATAGRAM, 0).unwrap();
    set_flags(&kernel, "lo", DeviceFlags::UP).unwrap();
    let mask = SockAddr::inet([255, 255, 255, 0].into());
    set_address(&kernel, "lo", [10, 0, 0, 1]).unwrap();
    socket.ioctl(Request::SetNetmask(&mut named("lo").with(&mask))).unwrap();
    kernel
}

#[test]
fn no_alias_is_made_while_the_module_is_not_loaded() {
    let kernel = old();
    assert_eq!(set_address(&kernel, "lo:0", [10, 0, 0, 2]), Err(Errno::EINVAL));
    assert_eq!(file(&kernel, "alias_types").unwrap(), "type    name            n_attach\n");
    kernel.insert_module("ip_alias").unwrap();
    set_address(&kernel, "lo:0", [10, 0, 0, 2]).unwrap();
    assert_eq!(
        file(&kernel, "aliases").unwrap(),
        "\
device         family    address
lo:0             2      10.0.0.2
"
    );
    assert_eq!(
        file(&kernel, "alias_types").unwrap(),
        "\
type    name            n_attach
2       ip              1
"
    );
    assert_eq!(kernel.insert_module("ip_alias"), Err(Errno::EEXIST));
}

#[test]
fn a_lines_width_is_that_of_the_records_of_then() {
    let kernel = old();
    kernel.insert_module("ip_alias").unwrap();
    set_address(&kernel, "lo:0", [10, 0, 0, 2]).unwrap();
    let text = kernel.read(Path::new("/proc/net/aliases")).unwrap();
    assert!(text.chunks(64).all(|line| line.len() == 64 && line.ends_with(b"\n")));
}

#[test]
fn an_alias_takes_its_devices_mask_and_keeps_its_own() {
    let kernel = old();
    kernel.insert_module("ip_alias").unwrap();
    set_address(&kernel, "lo:0", [10, 0, 0, 2]).unwrap();
    let mask = Ipv4Addr::new(255, 255, 255, 0);
    assert_eq!(address(&kernel, "lo:0"), Ok(([10, 0, 0, 2].into(), mask)));
    set_address(&kernel, "lo:0", [10, 0, 0, 3]).unwrap();
    assert_eq!(address(&kernel, "lo:0"), Ok(([10, 0, 0, 3].into(), mask)));
    set_address(&kernel, "lo", [10, 0, 0, 9]).unwrap();
    assert_eq!(address(&kernel, "lo"), Ok(([10, 0, 0, 9].into(), mask)));
}

#[test]
fn an_alias_has_flags_of_its_device_and_is_a_device_to_every_request() {
    let kernel = old();
    kernel.insert_module("ip_alias").unwrap();
    let multicast = DeviceFlags::UP | DeviceFlags::MULTICAST;
    set_flags(&kernel, "lo", multicast).unwrap();
    set_address(&kernel, "lo:0", [10, 0, 0, 2]).unwrap();
    let socket = kernel.socket(Family::UNIX, SocketType::DATAGRAM, 0).unwrap();
    let mut alias = named("lo:0");
    socket.ioctl(Request::GetFlags(&mut alias)).unwrap();
    let running = DeviceFlags::UP | DeviceFlags::LOOPBACK | DeviceFlags::RUNNING;
    assert_eq!(alias.flags(), running);
    assert_eq!(socket.ioctl(Request::GetMtu(&mut named("lo:1"))), Err(Errno::ENODEV));
}

#[test]
fn a_slot_is_a_number_below_256() {
    let kernel = old();
    kernel.insert_module("ip_alias").unwrap();
    set_address(&kernel, "lo:255", [10, 0, 0, 2]).unwrap();
    for name in ["lo:256", "lo:x", "lo:", "lo:1x", "lo:-", "lo:+1"] {
        assert_eq!(set_address(&kernel, name, [10, 0, 0, 3]), Err(Errno::ENODEV), "{name}");
    }
    set_address(&kernel, "lo:007", [10, 0, 0, 7]).unwrap();
    assert!(address(&kernel, "lo:7").is_ok());
    set_address(&kernel, "lo:7-", [0, 0, 0, 0]).unwrap();
    assert_eq!(address(&kernel, "lo:7"), Err(Errno::ENODEV));
}

#[test]
fn aliases_go_down_with_their_device_and_cannot_be_made_while_it_is() {
    let kernel = old();
    kernel.insert_module("ip_alias").unwrap();
    for last in 2..6 {
        set_address(&kernel, &format!("lo:{last}"), [10, 0, 0, last]).unwrap();
    }
    assert_eq!(kernel.remove_module("ip_alias"), Err(Errno::EBUSY));
    set_flags(&kernel, "lo", DeviceFlags::empty()).unwrap();
    assert_eq!(file(&kernel, "aliases").unwrap(), "device         family    address\n");
    assert_eq!(set_address(&kernel, "lo:0", [10, 0, 0, 2]), Err(Errno::EIO));
    assert!(address(&kernel, "lo").is_ok());
    kernel.remove_module("ip_alias").unwrap();
    assert_eq!(kernel.remove_module("ip_alias"), Err(Errno::ENOENT));
}

#[test]
fn a_kernel_of_today_has_no_module_and_no_such_files() {
    let kernel = VirtualKernel::new();
    assert_eq!(kernel.insert_module("ip_alias"), Err(Errno::EEXIST));
    assert_eq!(kernel.remove_module("ip_alias"), Err(Errno::ENOENT));
    assert_eq!(kernel.insert_module("dummy"), Err(Errno::ENOENT));
    assert_eq!(file(&kernel, "aliases"), Err(Errno::ENOENT));
    let nobody = kernel.with_capabilities(Capabilities::NET_ADMIN);
    assert_eq!(nobody.insert_module("ip_alias"), Err(Errno::EPERM));
}
