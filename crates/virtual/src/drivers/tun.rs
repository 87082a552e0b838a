//! Devices whose packets a program reads and writes (`drivers/net/tun.c`).

use super::Driver;
use crate::dev::{self, Device, DeviceId, HardwareAddress, NewDevice, assigned};
use crate::link_watch::set_carrier;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use ifctl_abi::rtnetlink::*;
use ifctl_abi::{DeviceFlags, DeviceName, HardwareType};
use ifctl_kernel::Errno;
use ifctl_netlink::AttributeWriter;

/// What such a device carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TunMode {
    /// IP packets.
    #[doc(alias = "IFF_TUN")]
    Tun,
    /// Ethernet frames.
    #[doc(alias = "IFF_TAP")]
    Tap,
}

/// What a device keeps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tun {
    pub(super) mode: TunMode,
    /// A program reads and writes.
    pub(super) is_attached: bool,
}

/// Returns a device that carries IP packets.
pub(super) fn setup() -> NewDevice {
    new(TunMode::Tun)
}

#[doc(alias = "tun_net_init")]
fn new(mode: TunMode) -> NewDevice {
    let mut new = NewDevice::ether(Driver::Tun(Tun { mode, is_attached: false }));
    new.queues.none = false;
    match mode {
        TunMode::Tun => {
            new.flags = DeviceFlags::POINTOPOINT | DeviceFlags::NOARP | DeviceFlags::MULTICAST;
            new.hardware_type = HardwareType::NONE;
            new.address = HardwareAddress::new(&[]);
            new.broadcast = HardwareAddress::new(&[]);
            new.tx_queue_length = 500;
            new.max_mtu = 65535;
        }
        // Frames have a header of 14 bytes.
        TunMode::Tap => new.max_mtu = 65535 - 14,
    }
    new
}

/// Makes a device that stays, as /dev/net/tun does for a program that then closes it.
#[doc(alias("tun_set_iff", "TUNSETIFF", "TUNSETPERSIST"))]
pub(crate) fn create(
    machine: &mut Machine,
    net: NetId,
    name: DeviceName,
    mode: TunMode,
) -> Result<DeviceId, Errno> {
    if machine.net(net)?.has_name(name.as_bytes()) {
        return Err(Errno::EBUSY);
    }
    let mut new = new(mode);
    new.name = match (name.is_empty(), mode) {
        (false, _) => name,
        (true, TunMode::Tun) => DeviceName::truncated(b"tun%d"),
        (true, TunMode::Tap) => DeviceName::truncated(b"tap%d"),
    };
    new.name_assign_type = assigned::NAME_UNKNOWN;
    if mode == TunMode::Tap {
        new.draw_address(machine);
    }
    let id = dev::register(machine, net, new)?;
    // The program that made it has gone.
    set_carrier(machine, id, false);
    Ok(id)
}

/// Attaches a program to a device, or detaches it.
pub(crate) fn attach(machine: &mut Machine, id: DeviceId, program: bool) -> Result<(), Errno> {
    let Driver::Tun(tun) = &mut machine.device_mut(id)?.driver else { return Err(Errno::EINVAL) };
    tun.is_attached = program;
    set_carrier(machine, id, program);
    Ok(())
}

/// Refuses a carrier to a device that no program reads.
#[doc(alias = "tun_net_change_carrier")]
pub(super) fn must_be_attached(device: &Device) -> Result<(), Errno> {
    match &device.driver {
        Driver::Tun(tun) if !tun.is_attached => Err(Errno::EPERM),
        _ => Ok(()),
    }
}

impl Tun {
    /// Returns whether it carries Ethernet frames.
    pub(super) fn is_tap(self) -> bool {
        self.mode == TunMode::Tap
    }

    /// Returns the flags of TUNSETIFF: no packet information, and that it stays.
    pub(super) fn flags_text(self) -> String {
        const STAYS: u32 = 0x1800;
        format!("{:#x}", STAYS | u32::from(self.number()))
    }

    fn number(self) -> u8 {
        match self.mode {
            TunMode::Tun => 1,
            TunMode::Tap => 2,
        }
    }

    /// Writes the settings.
    #[doc(alias = "tun_fill_info")]
    pub(super) fn fill(&self, data: &mut AttributeWriter<'_>) {
        data.u8(IFLA_TUN_TYPE, self.number())
            .u8(IFLA_TUN_PI, 0)
            .u8(IFLA_TUN_VNET_HDR, 0)
            .u8(IFLA_TUN_PERSIST, 1)
            .u8(IFLA_TUN_MULTI_QUEUE, 0);
    }
}
