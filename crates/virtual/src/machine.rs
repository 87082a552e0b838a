//! The whole of a virtual kernel's state.

use crate::af_netlink::{NetlinkSocket, SocketId};
use crate::dev::{Device, DeviceId, HardwareAddress};
use crate::drivers::Kind;
use crate::net_alias::NetAlias;
use crate::net_namespace::{Net, NetId};
use crate::release::Release;
use crate::timers::Timers;
use ifctl_kernel::Errno;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// What is the same for every namespace, and the namespaces.
#[derive(Default)]
pub(crate) struct Machine {
    /// Which Linux it answers as.
    pub(crate) release: Release,
    /// The time since the kernel started. It goes on only when the owner says so.
    pub(crate) now: Duration,
    pub(crate) nets: BTreeMap<NetId, Net>,
    pub(crate) devices: BTreeMap<DeviceId, Device>,
    pub(crate) sockets: BTreeMap<SocketId, NetlinkSocket>,
    /// Devices whose carrier changed: looked at when the request at hand is done (`link_watch`).
    pub(crate) watched: VecDeque<DeviceId>,
    /// What the request at hand announces is lost: a test wants it so.
    pub(crate) loses_notifications: bool,
    /// What is to be done later.
    pub(crate) timers: Timers,
    /// Kinds of devices that this kernel was built without.
    pub(crate) lacking: Vec<Kind>,
    pub(crate) drawn_addresses: u32,
    /// IP aliases are a module's, as in Linux 2.0.
    pub(crate) net_alias: Option<NetAlias>,
    pub(crate) last_id: u64,
}

impl Machine {
    /// Returns a number that was not given before.
    pub(crate) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Returns a locally administered address, where Linux draws one at random.
    #[doc(alias = "eth_random_addr")]
    pub(crate) fn draw_address(&mut self) -> HardwareAddress {
        self.drawn_addresses = self.drawn_addresses.wrapping_add(1);
        let [a, b, c, d] = self.drawn_addresses.to_be_bytes();
        HardwareAddress::new(&[0x0e, 0xfe, a, b, c, d])
    }

    /// Returns a namespace. It is there as long as one of its callers or sockets is.
    pub(crate) fn net(&self, id: NetId) -> Result<&Net, Errno> {
        self.nets.get(&id).ok_or(Errno::ENODEV)
    }

    /// Returns a namespace, to change it.
    pub(crate) fn net_mut(&mut self, id: NetId) -> Result<&mut Net, Errno> {
        self.nets.get_mut(&id).ok_or(Errno::ENODEV)
    }

    /// Returns a device.
    pub(crate) fn device(&self, id: DeviceId) -> Result<&Device, Errno> {
        self.devices.get(&id).ok_or(Errno::ENODEV)
    }

    /// Returns a device, to change it.
    pub(crate) fn device_mut(&mut self, id: DeviceId) -> Result<&mut Device, Errno> {
        self.devices.get_mut(&id).ok_or(Errno::ENODEV)
    }
}
