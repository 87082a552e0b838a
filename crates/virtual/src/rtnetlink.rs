//! The messages of rtnetlink (`net/core/rtnetlink.c`): listings, and the refusal of everything else.

use crate::lo;
use core::net::IpAddr;
use ifctl_abi::netlink::{MessageFlags, MessageType, NetlinkHeader};
use ifctl_abi::rtnetlink::{AddressCacheInfo, AddressFlags, AddressProtocol, Family, RouteScope};
use ifctl_kernel::Errno;
use ifctl_netlink::{Address, Encoder, ExtendedAck, Head, Link, Message, Messages};
use ifctl_netlink::{encode_done, encode_error};

/// Returns the datagrams that answer one: the messages in it are carried out in order, and one whose
/// length is wrong ends it in silence.
pub(crate) fn answers(datagram: &[u8], port: u32) -> Vec<Vec<u8>> {
    Messages::new(datagram).map_while(Result::ok).filter_map(|m| answer(&m, port)).collect()
}

fn answer(message: &Message<'_>, port: u32) -> Option<Vec<u8>> {
    let header = message.header();
    if !header.flags.contains(MessageFlags::REQUEST) {
        return None;
    }
    let mut encoder = Encoder::new();
    let dump = header.flags.intersects(MessageFlags::DUMP);
    let family = message.payload().first().copied().unwrap_or_default();
    let outcome = match (header.kind, dump) {
        (MessageType::GETLINK, true) => {
            list_links(header, port, &mut encoder);
            Ok(())
        }
        (MessageType::GETADDR, true) => {
            list_addresses(header, Family(family), port, &mut encoder);
            Ok(())
        }
        (MessageType::GETROUTE | MessageType::GETNEIGH, true) => Ok(()),
        (kind, _) if kind.0 % 4 != 2 => Err(Errno::EPERM),
        _ => Err(Errno::EOPNOTSUPP),
    };
    // A model's own messages always fit.
    let none = ExtendedAck::default();
    let _ = match outcome {
        Ok(()) => encode_done(&mut encoder, header, MessageFlags::empty(), 0, &none, port),
        Err(errno) => {
            let errno = errno.number().unsigned_abs() as u16;
            encode_error(&mut encoder, header, Some(message.payload()), errno, &none, port)
        }
    };
    Some(encoder.into_bytes())
}

/// Writes the devices.
fn list_links(request: &NetlinkHeader, port: u32, encoder: &mut Encoder) {
    let head = Head::answer(request, MessageType::NEWLINK, MessageFlags::MULTI, port);
    let link = Link {
        index: lo::INDEX.cast_signed(),
        hardware_type: lo::TYPE,
        flags: lo::FLAGS,
        name: Some(lo::NAME),
        mtu: Some(lo::MTU),
        tx_queue_length: Some(lo::TX_QUEUE_LENGTH),
        carrier: Some(true),
        address: Some(&[0; 6]),
        broadcast: Some(&[0; 6]),
        ..Link::default()
    };
    let _ = link.encode(head, encoder);
}

/// Writes the addresses of a family, or of both.
fn list_addresses(request: &NetlinkHeader, family: Family, port: u32, encoder: &mut Encoder) {
    let head = Head::answer(request, MessageType::NEWADDR, MessageFlags::MULTI, port);
    let inet = Address {
        label: Some(lo::NAME),
        ..Address::new(lo::INDEX, IpAddr::V4(lo::ADDRESS), lo::PREFIX_LENGTH)
    };
    let inet6 = Address {
        protocol: Some(AddressProtocol::KERNEL_LO),
        ..Address::new(lo::INDEX, IpAddr::V6(lo::ADDRESS6), lo::PREFIX_LENGTH6)
    };
    for address in [inet, inet6] {
        if family == Family::UNSPEC || family == address.family {
            let address = Address {
                scope: RouteScope::HOST,
                flags: AddressFlags::PERMANENT,
                cache_info: Some(AddressCacheInfo {
                    preferred: u32::MAX,
                    valid: u32::MAX,
                    ..AddressCacheInfo::default()
                }),
                ..address
            };
            let _ = address.encode(head, encoder);
        }
    }
}
