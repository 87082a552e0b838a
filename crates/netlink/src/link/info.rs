//! The kind of a device and its settings: IFLA_LINKINFO.

use ifctl_abi::rtnetlink::{
    IFLA_INFO_COUNT, IFLA_INFO_DATA, IFLA_INFO_KIND, IFLA_INFO_SLAVE_DATA, IFLA_INFO_SLAVE_KIND,
    IFLA_INFO_XSTATS, IFLA_LINKINFO, VETH_INFO_PEER,
};

use super::kinds::{Bridge, Macvlan, Peer, Tun, Vlan, Vxlan};
use crate::table::strictly;
use crate::{Attribute, AttributeError, AttributeTable, AttributeWriter, Attributes};

/// The kind of a device and its settings, borrowed from a device message.
#[derive(Clone, Copy, Debug)]
pub struct LinkInfo<'a> {
    table: AttributeTable<'a, IFLA_INFO_COUNT>,
}

impl<'a> LinkInfo<'a> {
    pub(super) fn new(attributes: Attributes<'a>) -> Self {
        Self { table: AttributeTable::new(attributes) }
    }

    /// Returns the attributes.
    #[must_use]
    pub fn table(&self) -> &AttributeTable<'a, IFLA_INFO_COUNT> {
        &self.table
    }

    /// Returns the kind: `veth`, `bridge`, ...
    #[must_use]
    #[doc(alias = "IFLA_INFO_KIND")]
    pub fn kind(&self) -> Option<&'a [u8]> {
        self.table.text(IFLA_INFO_KIND)
    }

    /// Returns the settings, whose numbers the kind defines.
    #[must_use]
    #[doc(alias = "IFLA_INFO_DATA")]
    pub fn data(&self) -> Option<Attribute<'a>> {
        self.table.get(IFLA_INFO_DATA)
    }

    /// Returns the statistics of the kind.
    #[must_use]
    #[doc(alias = "IFLA_INFO_XSTATS")]
    pub fn statistics(&self) -> Option<Attribute<'a>> {
        self.table.get(IFLA_INFO_XSTATS)
    }

    /// Returns the kind of the device that this one is a port of: `bridge`, `bond`, ...
    #[must_use]
    #[doc(alias = "IFLA_INFO_SLAVE_KIND")]
    pub fn port_kind(&self) -> Option<&'a [u8]> {
        self.table.text(IFLA_INFO_SLAVE_KIND)
    }

    /// Returns the settings of the port.
    #[must_use]
    #[doc(alias = "IFLA_INFO_SLAVE_DATA")]
    pub fn port_data(&self) -> Option<Attribute<'a>> {
        self.table.get(IFLA_INFO_SLAVE_DATA)
    }

    /// Returns the kind with its settings as a value; `None` where there is no kind.
    ///
    /// # Errors
    ///
    /// The first setting that is malformed.
    pub fn value(&self) -> Result<Option<LinkKind<'a>>, AttributeError> {
        strictly(|report| self.value_reporting(report))
    }

    /// Returns the kind with its settings as a value in which malformed settings are missing, and
    /// reports each of them.
    pub fn value_reporting(&self, report: &mut dyn FnMut(AttributeError)) -> Option<LinkKind<'a>> {
        let data = self.data().map(|data| data.nested()).unwrap_or_default();
        Some(match self.kind()? {
            b"veth" => LinkKind::Veth(Peer::read(data, report)),
            b"bridge" => LinkKind::Bridge(Bridge::read(data, report)),
            b"dummy" => LinkKind::Dummy,
            b"ifb" => LinkKind::Ifb,
            b"vlan" => LinkKind::Vlan(Vlan::read(data, report)),
            b"macvlan" => LinkKind::Macvlan(Macvlan::read(data, report)),
            b"vxlan" => LinkKind::Vxlan(Vxlan::read(data, report)),
            b"tun" => LinkKind::Tun(Tun::read(data, report)),
            kind => LinkKind::Other { kind, data: self.data().map(|data| data.bytes()) },
        })
    }
}

/// A kind of device with its settings, as a request or an answer holds it.
///
/// Settings that have no field here are lost in a value; [`LinkInfo::data`] has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkKind<'a> {
    /// Two Ethernet devices, each of which receives what the other sends. A request may describe
    /// the other end; an answer never does. See veth(4).
    Veth(Option<Peer<'a>>),
    /// An Ethernet bridge.
    Bridge(Bridge),
    /// A device that drops what it is to send.
    Dummy,
    /// An intermediate functional block, for traffic control.
    Ifb,
    /// A VLAN of another device.
    Vlan(Vlan),
    /// An Ethernet device that shares another.
    Macvlan(Macvlan),
    /// Ethernet over UDP.
    Vxlan(Vxlan),
    /// A device whose other end is a program. It is made through `/dev/net/tun`: a request for
    /// one is refused with EOPNOTSUPP or EINVAL.
    Tun(Tun),
    /// Any other kind.
    Other {
        /// Its name.
        kind: &'a [u8],
        /// The bytes of its settings, encoded attributes.
        data: Option<&'a [u8]>,
    },
}

impl<'a> LinkKind<'a> {
    /// Returns the kind's name.
    #[must_use]
    pub fn name(&self) -> &'a [u8] {
        match *self {
            Self::Veth(_) => b"veth",
            Self::Bridge(_) => b"bridge",
            Self::Dummy => b"dummy",
            Self::Ifb => b"ifb",
            Self::Vlan(_) => b"vlan",
            Self::Macvlan(_) => b"macvlan",
            Self::Vxlan(_) => b"vxlan",
            Self::Tun(_) => b"tun",
            Self::Other { kind, .. } => kind,
        }
    }
}

/// Appends IFLA_LINKINFO: the kind and, of a port, what it is a port of.
pub(super) fn write(
    kind: Option<&LinkKind<'_>>,
    port_kind: Option<&[u8]>,
    attributes: &mut AttributeWriter<'_>,
) {
    if kind.is_none() && port_kind.is_none() {
        return;
    }
    attributes.nested(IFLA_LINKINFO, |info| {
        if let Some(kind) = kind {
            info.text(IFLA_INFO_KIND, kind.name());
            write_data(kind, info);
        }
        if let Some(kind) = port_kind {
            info.text(IFLA_INFO_SLAVE_KIND, kind);
        }
    });
}

fn write_data(kind: &LinkKind<'_>, info: &mut AttributeWriter<'_>) {
    match kind {
        LinkKind::Veth(Some(peer)) => {
            info.nested(IFLA_INFO_DATA, |data| {
                data.nested_with(VETH_INFO_PEER, &peer.header(), |peer_data| peer.write(peer_data));
            });
        }
        LinkKind::Bridge(bridge) if *bridge != Bridge::default() => {
            info.nested(IFLA_INFO_DATA, |data| bridge.write(data));
        }
        LinkKind::Vlan(vlan) => {
            info.nested(IFLA_INFO_DATA, |data| vlan.write(data));
        }
        LinkKind::Macvlan(macvlan) if *macvlan != Macvlan::default() => {
            info.nested(IFLA_INFO_DATA, |data| macvlan.write(data));
        }
        LinkKind::Vxlan(vxlan) => {
            info.nested(IFLA_INFO_DATA, |data| vxlan.write(data));
        }
        LinkKind::Tun(tun) if *tun != Tun::default() => {
            info.nested(IFLA_INFO_DATA, |data| tun.write(data));
        }
        LinkKind::Other { data: Some(data), .. } => {
            info.bytes(IFLA_INFO_DATA, data);
        }
        _ => {}
    }
}
