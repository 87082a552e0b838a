//! Devices to be made.

use super::signed;
use crate::{Device, DeviceFlags, DeviceName, HardwareAddress};
use ifctl_abi::rtnetlink::MacvlanMode;
use ifctl_netlink::{Bridge, EncodeError, Encoder, Head, Link, LinkMessage, Macvlan, Vlan, Vxlan};
use std::os::fd::{AsRawFd, BorrowedFd};

/// A device to be made. What is not given is the kernel's to choose.
///
/// ```no_run
/// use ifctl_netdevice::host::NetworkNamespace;
/// use ifctl_netdevice::{Host, LinkKind, LinkSpec, Peer, Rtnetlink};
/// use std::os::fd::AsFd;
///
/// # fn elsewhere() -> Result<NetworkNamespace, Box<dyn std::error::Error>> { unimplemented!() }
/// // A cable: eth0 here, its other end out of sight in another namespace.
/// let outside = elsewhere()?;
/// let peer = Peer { namespace: Some(outside.as_fd()), ..Peer::default() };
/// let eth0 = LinkSpec { is_up: true, ..LinkSpec::new("eth0".try_into()?, LinkKind::Veth(peer)) };
/// Rtnetlink::open(&Host)?.add_device(&eth0)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// See ip-link(8).
#[derive(Debug, Clone)]
#[doc(alias = "RTM_NEWLINK")]
pub struct LinkSpec<'a> {
    /// The name, in which one `%d` stands for the least free number; `None` for the kind and a number.
    #[doc(alias = "IFLA_IFNAME")]
    pub name: Option<DeviceName>,
    /// What it is.
    #[doc(alias = "IFLA_INFO_KIND")]
    pub kind: LinkKind<'a>,
    /// The index.
    #[doc(alias = "ifi_index")]
    pub index: Option<u32>,
    /// Whether it comes up at once.
    #[doc(alias = "IFF_UP")]
    pub is_up: bool,
    /// The MTU in bytes.
    #[doc(alias = "IFLA_MTU")]
    pub mtu: Option<u32>,
    /// The link layer address.
    #[doc(alias = "IFLA_ADDRESS")]
    pub hardware: Option<HardwareAddress>,
    /// How many packets may wait to be sent.
    #[doc(alias = "IFLA_TXQLEN")]
    pub tx_queue_length: Option<u32>,
    /// The index of the bridge or other master that it becomes a port of.
    #[doc(alias = "IFLA_MASTER")]
    pub master: Option<u32>,
    /// The index of the device below: vlan and macvlan need one.
    #[doc(alias = "IFLA_LINK")]
    pub link: Option<u32>,
    /// The network namespace that it is made in, if not the connection's.
    #[doc(alias = "IFLA_NET_NS_FD")]
    pub namespace: Option<BorrowedFd<'a>>,
}

/// What a device is.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum LinkKind<'a> {
    /// Two Ethernet devices with a cable between them. See veth(4).
    Veth(Peer<'a>),
    /// An Ethernet bridge.
    Bridge(Bridge),
    /// A device that drops what it is to send.
    Dummy,
    /// A device for traffic control, which drops what it is to send.
    Ifb,
    /// A VLAN of the device below.
    Vlan {
        /// The VLAN's number, 0 to 4094.
        id: u16,
        /// The tag's Ethernet protocol: 0x8100 (802.1Q, the default) or 0x88a8 (802.1ad).
        protocol: Option<u16>,
    },
    /// An Ethernet device with an address of its own that shares the device below.
    Macvlan(Option<MacvlanMode>),
    /// Ethernet over UDP.
    Vxlan(Vxlan),
    /// Another kind, by name, with its default settings.
    Other(&'a str),
}

/// The other end of a veth. It cannot come up before the whole is made: Linux refuses that with
/// `ENOTCONN`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Peer<'a> {
    /// The name; `None` for `veth` and a number.
    pub name: Option<DeviceName>,
    /// The index.
    pub index: Option<u32>,
    /// The MTU in bytes.
    pub mtu: Option<u32>,
    /// The link layer address.
    pub hardware: Option<HardwareAddress>,
    /// The network namespace that it is made in, if not the connection's.
    #[doc(alias = "IFLA_NET_NS_FD")]
    pub namespace: Option<BorrowedFd<'a>>,
}

impl Peer<'_> {
    /// Returns a peer of this name, all else the kernel's to choose.
    pub fn named(name: DeviceName) -> Self {
        Self { name: Some(name), ..Self::default() }
    }
}

impl<'a> LinkSpec<'a> {
    /// Returns a device of this name and kind, all else the kernel's to choose.
    pub fn new(name: DeviceName, kind: LinkKind<'a>) -> Self {
        Self {
            name: Some(name),
            kind,
            index: None,
            is_up: false,
            mtu: None,
            hardware: None,
            tx_queue_length: None,
            master: None,
            link: None,
            namespace: None,
        }
    }

    /// Returns what makes a device like the one that a message tells of: its kind with what is known of
    /// that kind's settings, name, index, MTU, address, queue length and the device below. `None` for a
    /// device that no message makes (`lo`, hardware, tun), and for a kind that is not in [`LinkKind`].
    ///
    /// It has no master and is down; a veth's other end is the kernel's to choose.
    #[must_use]
    pub fn like(message: &LinkMessage<'_>) -> Option<LinkSpec<'static>> {
        let kind = match message.info()?.value_reporting(&mut |_| ())? {
            ifctl_netlink::LinkKind::Veth(_) => LinkKind::Veth(Peer::default()),
            ifctl_netlink::LinkKind::Bridge(bridge) => LinkKind::Bridge(bridge),
            ifctl_netlink::LinkKind::Dummy => LinkKind::Dummy,
            ifctl_netlink::LinkKind::Ifb => LinkKind::Ifb,
            ifctl_netlink::LinkKind::Vlan(Vlan { id, protocol, .. }) => {
                LinkKind::Vlan { id: id?, protocol }
            }
            ifctl_netlink::LinkKind::Macvlan(macvlan) => LinkKind::Macvlan(macvlan.mode),
            ifctl_netlink::LinkKind::Vxlan(vxlan) => LinkKind::Vxlan(vxlan),
            _ => return None,
        };
        let device = Device::from_message(message).ok()?;
        Some(LinkSpec {
            index: Some(device.index),
            mtu: Some(device.mtu),
            hardware: Some(device.hardware),
            tx_queue_length: Some(device.tx_queue_length),
            link: device.link,
            ..LinkSpec::new(device.name, kind)
        })
    }

    /// Writes the message that asks for the device.
    pub(super) fn encode(&self, head: Head, encoder: &mut Encoder) -> Result<(), EncodeError> {
        let up = if self.is_up { DeviceFlags::UP } else { DeviceFlags::empty() };
        let link = Link {
            index: self.index.map_or(0, signed),
            flags: up,
            change: up,
            name: self.name.as_ref().map(DeviceName::as_bytes),
            mtu: self.mtu,
            address: self.hardware.as_ref().map(HardwareAddress::as_bytes),
            tx_queue_length: self.tx_queue_length,
            master: self.master,
            link: self.link,
            namespace_descriptor: self.namespace.map(number_of),
            kind: Some(self.kind.message()),
            ..Link::default()
        };
        link.encode(head, encoder)
    }
}

impl LinkKind<'_> {
    fn message(&self) -> ifctl_netlink::LinkKind<'_> {
        match self {
            Self::Veth(peer) => ifctl_netlink::LinkKind::Veth(Some(peer.message())),
            Self::Bridge(bridge) => ifctl_netlink::LinkKind::Bridge(*bridge),
            Self::Dummy => ifctl_netlink::LinkKind::Dummy,
            Self::Ifb => ifctl_netlink::LinkKind::Ifb,
            Self::Vlan { id, protocol } => ifctl_netlink::LinkKind::Vlan(Vlan {
                id: Some(*id),
                protocol: *protocol,
                ..Vlan::default()
            }),
            Self::Macvlan(mode) => {
                ifctl_netlink::LinkKind::Macvlan(Macvlan { mode: *mode, ..Macvlan::default() })
            }
            Self::Vxlan(vxlan) => ifctl_netlink::LinkKind::Vxlan(*vxlan),
            Self::Other(kind) => {
                ifctl_netlink::LinkKind::Other { kind: kind.as_bytes(), data: None }
            }
        }
    }
}

impl Peer<'_> {
    fn message(&self) -> ifctl_netlink::Peer<'_> {
        ifctl_netlink::Peer {
            index: self.index.map_or(0, signed),
            name: self.name.as_ref().map(DeviceName::as_bytes),
            address: self.hardware.as_ref().map(HardwareAddress::as_bytes),
            mtu: self.mtu,
            namespace_descriptor: self.namespace.map(number_of),
            ..ifctl_netlink::Peer::default()
        }
    }
}

/// Returns a descriptor's number as an attribute holds it.
pub(super) fn number_of(descriptor: BorrowedFd<'_>) -> u32 {
    descriptor.as_raw_fd().cast_unsigned()
}
