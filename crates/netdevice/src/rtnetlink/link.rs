//! Devices.

mod spec;

use super::connection::malformed;
use super::{Batch, Dump, Rtnetlink};
use crate::{
    Consistency, Device, DeviceFlags, DeviceName, Error, HardwareAddress, HardwareType, IfMap,
    Result, Statistics,
};
use core::ffi::c_ulong;
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::{
    IFLA_ALT_IFNAME, IFLA_IFNAME, LinkHeader, LinkMap, LinkStats, LinkStats64,
};
use ifctl_netlink::{EncodeError, Encoder, Head, Link, LinkFilter, LinkMessage, dump_links};
use std::os::fd::BorrowedFd;

pub use spec::{LinkKind, LinkSpec, Peer};

impl Rtnetlink {
    /// Returns the devices, by index. One request.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] for an answer that cannot be understood.
    #[doc(alias("RTM_GETLINK", "if_nameindex"))]
    pub fn devices(&mut self) -> Result<Dump<Device>> {
        self.collect(|connection, devices| {
            connection.visit_devices(|message| {
                devices.push(Device::from_message(message)?);
                Ok(())
            })
        })
    }

    /// Gives each device to a closure, as the message in the receive buffer, in one pass.
    ///
    /// Nothing is allocated, and nothing is read anew: the result tells whether a change came between.
    /// An error of the closure ends the visits and is returned.
    ///
    /// # Errors
    ///
    /// As [`devices`](Self::devices), and the closure's.
    #[doc(alias = "RTM_GETLINK")]
    pub fn visit_devices(
        &mut self,
        mut visit: impl FnMut(&LinkMessage<'_>) -> Result<()>,
    ) -> Result<Consistency> {
        self.dump(
            "RTM_GETLINK",
            |encoder, sequence| dump_links(encoder, sequence, &LinkFilter::default()),
            |message| match message.kind() {
                MessageType::NEWLINK => {
                    visit(&LinkMessage::parse(message).map_err(malformed("RTM_GETLINK"))?)
                }
                _ => Ok(()),
            },
        )
    }

    /// Returns the device of this index.
    ///
    /// # Errors
    ///
    /// `ENODEV` where there is none; `EINVAL` for 0.
    #[doc(alias("RTM_GETLINK", "if_indextoname"))]
    pub fn device(&mut self, index: u32) -> Result<Device> {
        let link = Link { index: signed(index), ..Link::default() };
        self.get_device(|| format!("device {index}"), |head, encoder| link.encode(head, encoder))
    }

    /// Returns the device of this name or alternative name, which ends at its first NUL.
    ///
    /// The kernel does not look for a colon here: `eth0:0` is no device.
    ///
    /// # Errors
    ///
    /// `ENODEV` where there is none; `ERANGE` for a name of more than 127 bytes.
    #[doc(alias("RTM_GETLINK", "if_nametoindex"))]
    pub fn device_named(&mut self, name: &[u8]) -> Result<Device> {
        let attribute = if name.len() <= 15 { IFLA_IFNAME } else { IFLA_ALT_IFNAME };
        self.get_device(
            || String::from_utf8_lossy(name).escape_debug().to_string(),
            |head, encoder| {
                encoder.message(head, &LinkHeader::default(), |attributes| {
                    attributes.text(attribute, name);
                })
            },
        )
    }

    fn get_device(
        &mut self,
        subject: impl FnOnce() -> String,
        encode: impl FnOnce(Head, &mut Encoder) -> core::result::Result<(), EncodeError>,
    ) -> Result<Device> {
        self.ask(MessageType::GETLINK, subject, encode, |message| {
            let message = LinkMessage::parse(message).map_err(malformed("RTM_GETLINK"))?;
            Device::from_message(&message)
        })
    }

    /// Makes a device.
    ///
    /// Needs `CAP_NET_ADMIN`, for a device or peer in another namespace there too.
    ///
    /// # Errors
    ///
    /// `EPERM`; `EOPNOTSUPP` ("Unknown device type") for a kind that the kernel does not have; `EEXIST`
    /// for a name or index that is taken; `EINVAL` for a name that is none, or settings that make no
    /// sense; `ENODEV` for a device below that there is not.
    #[doc(alias = "RTM_NEWLINK")]
    pub fn add_device(&mut self, spec: &LinkSpec<'_>) -> Result<()> {
        self.change(|batch| batch.add_device(spec))
    }

    /// Deletes a device; a veth's peer goes with it.
    ///
    /// Needs `CAP_NET_ADMIN`.
    ///
    /// # Errors
    ///
    /// `EPERM`; `ENODEV`; `EOPNOTSUPP` for one that cannot be deleted, such as `lo` and hardware.
    #[doc(alias = "RTM_DELLINK")]
    pub fn delete_device(&mut self, index: u32) -> Result<()> {
        self.change(|batch| batch.delete_device(index))
    }

    /// Sets some flags of a device and clears others; the rest stay as they are.
    ///
    /// Bits that Linux does not let a user change are ignored without an error.
    ///
    /// Needs `CAP_NET_ADMIN`.
    ///
    /// # Errors
    ///
    /// `EPERM`; `ENODEV`; what the driver says when it cannot be opened.
    #[doc(alias("RTM_NEWLINK", "ifi_change"))]
    pub fn change_device_flags(
        &mut self,
        index: u32,
        set: DeviceFlags,
        clear: DeviceFlags,
    ) -> Result<()> {
        self.change(|batch| batch.change_device_flags(index, set, clear))
    }

    /// Sets the MTU of a device, in bytes.
    ///
    /// Needs `CAP_NET_ADMIN`.
    ///
    /// # Errors
    ///
    /// `EPERM`; `ENODEV`; `EINVAL` outside [`Device::minimum_mtu`] to [`Device::maximum_mtu`].
    #[doc(alias = "IFLA_MTU")]
    pub fn set_device_mtu(&mut self, index: u32, mtu: u32) -> Result<()> {
        self.change(|batch| batch.set_device_mtu(index, mtu))
    }

    /// Renames a device. Labels of its IPv4 addresses are rewritten by the kernel.
    ///
    /// Needs `CAP_NET_ADMIN`.
    ///
    /// # Errors
    ///
    /// `EPERM`; `ENODEV`; `EEXIST` for a name that is taken; `EINVAL` for one that is none; `EBUSY` while
    /// the device is up, before Linux 6.2.
    #[doc(alias = "IFLA_IFNAME")]
    pub fn rename_device(&mut self, index: u32, name: DeviceName) -> Result<()> {
        self.change(|batch| batch.rename_device(index, name))
    }

    /// Makes a device a port of a bridge or another master, or of none.
    ///
    /// Needs `CAP_NET_ADMIN`.
    ///
    /// # Errors
    ///
    /// `EPERM`; `ENODEV`; `EINVAL` for a master that there is not; `EOPNOTSUPP` for one that takes no
    /// ports.
    #[doc(alias = "IFLA_MASTER")]
    pub fn set_device_master(&mut self, index: u32, master: Option<u32>) -> Result<()> {
        self.change(|batch| batch.set_device_master(index, master))
    }

    /// Sets how many packets may wait to be sent on a device.
    ///
    /// Needs `CAP_NET_ADMIN` (the ioctl for this needs it in the initial user namespace).
    ///
    /// # Errors
    ///
    /// `EPERM`; `ENODEV`; `EINVAL` or `ERANGE` for too many.
    #[doc(alias = "IFLA_TXQLEN")]
    pub fn set_device_tx_queue_length(&mut self, index: u32, packets: u32) -> Result<()> {
        self.change(|batch| batch.set_device_tx_queue_length(index, packets))
    }

    /// Sets the link layer address of a device. The type in it is not looked at.
    ///
    /// Needs `CAP_NET_ADMIN`.
    ///
    /// # Errors
    ///
    /// `EPERM`; `ENODEV`; `EINVAL` for one too short; `EADDRNOTAVAIL` for a multicast address; `EBUSY` on
    /// a driver that cannot change it while up; `EOPNOTSUPP`.
    #[doc(alias = "IFLA_ADDRESS")]
    pub fn set_device_address(&mut self, index: u32, address: &HardwareAddress) -> Result<()> {
        self.change(|batch| batch.set_device_address(index, address))
    }

    /// Moves a device into the network namespace behind a descriptor, where it loses its addresses and
    /// may get another index.
    ///
    /// Needs `CAP_NET_ADMIN` in both.
    ///
    /// # Errors
    ///
    /// `EPERM`; `ENODEV`; `EINVAL` for a device that cannot be moved, or a descriptor of something else;
    /// `EEXIST` where its name is taken there.
    #[doc(alias = "IFLA_NET_NS_FD")]
    pub fn move_device(&mut self, index: u32, namespace: BorrowedFd<'_>) -> Result<()> {
        self.change(|batch| batch.move_device(index, namespace))
    }
}

impl<'fd> Batch<'fd> {
    /// Appends [`Rtnetlink::add_device`].
    ///
    /// # Errors
    ///
    /// [`Error::Unencodable`] if the message cannot be written.
    #[doc(alias = "RTM_NEWLINK")]
    pub fn add_device(&mut self, spec: &LinkSpec<'fd>) -> Result<()> {
        let flags = MessageFlags::CREATE | MessageFlags::EXCL;
        self.push(MessageType::NEWLINK, flags, |head, encoder| spec.encode(head, encoder))
    }

    /// Appends [`Rtnetlink::delete_device`].
    ///
    /// # Errors
    ///
    /// [`Error::Unencodable`] if the message cannot be written.
    #[doc(alias = "RTM_DELLINK")]
    pub fn delete_device(&mut self, index: u32) -> Result<()> {
        let link = Link { index: signed(index), ..Link::default() };
        self.push(MessageType::DELLINK, MessageFlags::empty(), |head, encoder| {
            link.encode(head, encoder)
        })
    }

    /// Appends [`Rtnetlink::change_device_flags`].
    ///
    /// # Errors
    ///
    /// [`Error::Unencodable`] if the message cannot be written.
    #[doc(alias("RTM_NEWLINK", "ifi_change"))]
    pub fn change_device_flags(
        &mut self,
        index: u32,
        set: DeviceFlags,
        clear: DeviceFlags,
    ) -> Result<()> {
        // Without a mask the kernel would take the flags for all of them.
        self.push_change(index, Link { flags: set, change: set | clear, ..Link::default() })
    }

    /// Appends [`Rtnetlink::set_device_mtu`].
    ///
    /// # Errors
    ///
    /// [`Error::Unencodable`] if the message cannot be written.
    #[doc(alias = "IFLA_MTU")]
    pub fn set_device_mtu(&mut self, index: u32, mtu: u32) -> Result<()> {
        self.push_change(index, Link { mtu: Some(mtu), ..Link::default() })
    }

    /// Appends [`Rtnetlink::rename_device`].
    ///
    /// # Errors
    ///
    /// [`Error::Unencodable`] if the message cannot be written.
    #[doc(alias = "IFLA_IFNAME")]
    pub fn rename_device(&mut self, index: u32, name: DeviceName) -> Result<()> {
        // Without an index the kernel would look for a device of this name, and find nothing to change.
        let index = if index == 0 { u32::MAX } else { index };
        self.push_change(index, Link { name: Some(name.as_bytes()), ..Link::default() })
    }

    /// Appends [`Rtnetlink::set_device_master`].
    ///
    /// # Errors
    ///
    /// [`Error::Unencodable`] if the message cannot be written.
    #[doc(alias = "IFLA_MASTER")]
    pub fn set_device_master(&mut self, index: u32, master: Option<u32>) -> Result<()> {
        self.push_change(index, Link { master: Some(master.unwrap_or(0)), ..Link::default() })
    }

    /// Appends [`Rtnetlink::set_device_tx_queue_length`].
    ///
    /// # Errors
    ///
    /// [`Error::Unencodable`] if the message cannot be written.
    #[doc(alias = "IFLA_TXQLEN")]
    pub fn set_device_tx_queue_length(&mut self, index: u32, packets: u32) -> Result<()> {
        self.push_change(index, Link { tx_queue_length: Some(packets), ..Link::default() })
    }

    /// Appends [`Rtnetlink::set_device_address`].
    ///
    /// # Errors
    ///
    /// [`Error::Unencodable`] if the message cannot be written.
    #[doc(alias = "IFLA_ADDRESS")]
    pub fn set_device_address(&mut self, index: u32, address: &HardwareAddress) -> Result<()> {
        self.push_change(index, Link { address: Some(address.as_bytes()), ..Link::default() })
    }

    /// Appends [`Rtnetlink::move_device`].
    ///
    /// # Errors
    ///
    /// [`Error::Unencodable`] if the message cannot be written.
    #[doc(alias = "IFLA_NET_NS_FD")]
    pub fn move_device(&mut self, index: u32, namespace: BorrowedFd<'fd>) -> Result<()> {
        let namespace_descriptor = Some(spec::number_of(namespace));
        self.push_change(index, Link { namespace_descriptor, ..Link::default() })
    }

    /// Appends a change of a device that exists: without CREATE it is never made.
    fn push_change(&mut self, index: u32, link: Link<'_>) -> Result<()> {
        let link = Link { index: signed(index), ..link };
        self.push(MessageType::NEWLINK, MessageFlags::empty(), |head, encoder| {
            link.encode(head, encoder)
        })
    }
}

impl Device {
    /// Returns the device that a message tells of.
    pub(crate) fn from_message(message: &LinkMessage<'_>) -> Result<Self> {
        // What is odd about an attribute is the loss of that attribute alone.
        let link = message.value_reporting(&mut |_| {});
        let (Ok(index), Some(name)) = (u32::try_from(link.index), link.name) else {
            let detail = format!("a device without a name, of index {}", link.index);
            return Err(Error::Malformed { operation: "RTM_NEWLINK", detail });
        };
        let hardware = |bytes: Option<&[u8]>| hardware(link.hardware_type, bytes);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(Self {
            index,
            name: DeviceName::truncated(name),
            flags: link.flags,
            mtu: link.mtu.unwrap_or(0),
            minimum_mtu: link.least_mtu,
            maximum_mtu: link.greatest_mtu,
            hardware: hardware(link.address),
            hardware_broadcast: hardware(link.broadcast),
            tx_queue_length: link.tx_queue_length.unwrap_or(0),
            map: link.map.map(if_map).unwrap_or_default(),
            statistics: link
                .stats64
                .map(Statistics::from)
                .or(link.stats.map(Statistics::from))
                .unwrap_or_default(),
            operational_state: link.operational_state.unwrap_or_default(),
            carrier: link.carrier,
            promiscuity: link.promiscuity.unwrap_or(0),
            kind: message.kind().map(text),
            master: link.master.filter(|index| *index != 0),
            link: link.link.filter(|index| *index != 0),
            link_namespace: link.link_namespace,
            group: link.group.unwrap_or(0),
            queueing_discipline: link.queueing_discipline.map(text),
            alternative_names: link.alternative_names.iter().map(Box::from).collect(),
            description: link.description.map(Box::from),
        })
    }
}

/// Returns the hardware address made of these bytes; more than 32 are none.
fn hardware(kind: HardwareType, bytes: Option<&[u8]>) -> HardwareAddress {
    HardwareAddress::new(kind, bytes.unwrap_or_default())
        .or_else(|_| HardwareAddress::new(kind, &[]))
        .unwrap_or_default()
}

/// Returns the hardware parameters as `SIOCGIFMAP` would show them: cut to its narrower fields.
fn if_map(map: LinkMap) -> IfMap {
    IfMap {
        mem_start: map.mem_start as c_ulong,
        mem_end: map.mem_end as c_ulong,
        base_addr: map.base_addr as u16,
        irq: map.irq as u8,
        dma: map.dma,
        port: map.port,
        padding: [0; 3],
    }
}

/// Returns an index as the header holds it; one too large is none that a device has.
fn signed(index: u32) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}

macro_rules! statistics_from {
    ($($counters:ident { $($field:ident)* } $(.. $rest:expr)?;)*) => {
        $(impl From<$counters> for Statistics {
            fn from(counters: $counters) -> Self {
                Self { $($field: counters.$field.into(),)* $(..$rest)? }
            }
        })*
    };
}

statistics_from! {
    LinkStats64 {
        rx_packets tx_packets rx_bytes tx_bytes rx_errors tx_errors rx_dropped tx_dropped multicast
        collisions rx_length_errors rx_over_errors rx_crc_errors rx_frame_errors rx_fifo_errors
        rx_missed_errors tx_aborted_errors tx_carrier_errors tx_fifo_errors tx_heartbeat_errors
        tx_window_errors rx_compressed tx_compressed rx_nohandler rx_otherhost_dropped
    };
    LinkStats {
        rx_packets tx_packets rx_bytes tx_bytes rx_errors tx_errors rx_dropped tx_dropped multicast
        collisions rx_length_errors rx_over_errors rx_crc_errors rx_frame_errors rx_fifo_errors
        rx_missed_errors tx_aborted_errors tx_carrier_errors tx_fifo_errors tx_heartbeat_errors
        tx_window_errors rx_compressed tx_compressed rx_nohandler
    } .. Self::default();
}
