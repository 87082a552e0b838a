//! `RTM_GETLINK` of all devices.

use super::fill::{Filling, fill};
use super::{INFO_POLICY, Table, parse_question};
use crate::af_netlink::{DumpWriter, Progress, Walk};
use crate::dev::Device;
use crate::drivers;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::rtnetlink::{Extended, Request, parse_nested};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_kernel::Errno;
use ifctl_netlink::{AttributeTable, Head};

/// A listing of devices by index.
struct Links {
    /// What was wrong with the request; a dump tells it at its end.
    refusal: Option<(Errno, Extended)>,
    filter: Filter,
    mask: ExtendedMask,
    next: u32,
}

/// What is to be listed.
#[derive(Debug, Default)]
struct Filter {
    /// Ports of this master; `u32::MAX`: what is no port.
    master: Option<u32>,
    kind: Option<Vec<u8>>,
}

/// Returns the listing.
#[doc(alias = "rtnl_dump_ifinfo")]
pub(in crate::rtnetlink) fn dump(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<Box<dyn Walk>, Errno> {
    let mut links =
        Links { refusal: None, filter: Filter::default(), mask: ExtendedMask::empty(), next: 0 };
    match check(machine, request) {
        Ok((filter, mask)) => (links.filter, links.mask) = (filter, mask),
        // Without strict checking, what cannot be read is not looked at.
        Err(_) if !request.strict => *request.extended = Extended::of(machine.release),
        Err(errno) => links.refusal = Some((errno, std::mem::take(request.extended))),
    }
    Ok(Box::new(links))
}

#[doc(alias = "rtnl_valid_dump_ifinfo_req")]
fn check(
    machine: &Machine,
    request: &mut Request<'_, '_>,
) -> Result<(Filter, ExtendedMask), Errno> {
    let strict = request.strict;
    if strict && request.message.payload().len() < size_of::<LinkHeader>() {
        return Err(request.refuse(Errno::EINVAL, "Invalid header for link dump"));
    }
    let table: Table<'_> = if request.message.payload().len() < size_of::<LinkHeader>() {
        // Old programs send a family and nothing more.
        let (_, table) = parse_question::<u8>(request)?;
        table
    } else {
        if strict && let Ok((header, _)) = request.message.body::<LinkHeader>() {
            check_header(request, &header)?;
        }
        let (_, table) = parse_question::<LinkHeader>(request)?;
        table
    };
    let known = [IFLA_TARGET_NETNSID, IFLA_EXT_MASK, IFLA_MASTER, IFLA_LINKINFO];
    for kind in (1..IFLA_COUNT as u16).filter(|kind| table.get(*kind).is_some()) {
        if kind == IFLA_TARGET_NETNSID {
            return Err(request.refuse(Errno::EINVAL, "Invalid target network namespace id"));
        }
        if strict && !known.contains(&kind) {
            let text = "Unsupported attribute in link dump request";
            return Err(request.refuse(Errno::EINVAL, text));
        }
    }
    let number = |kind| table.u32(kind).ok().flatten();
    let kind = table.get(IFLA_LINKINFO).and_then(|info| {
        let info: AttributeTable<'_, IFLA_INFO_COUNT> =
            parse_nested(&mut Extended::of(machine.release), info.nested(), INFO_POLICY).ok()?;
        let kind = info.text(IFLA_INFO_KIND)?;
        drivers::kind_named(machine, kind).map(|_| kind.to_vec())
    });
    let filter = Filter { master: number(IFLA_MASTER).filter(|master| *master != 0), kind };
    let mask = number(IFLA_EXT_MASK).unwrap_or_default();
    Ok((filter, ExtendedMask::from_bits_retain(mask)))
}

fn check_header(request: &mut Request<'_, '_>, header: &LinkHeader) -> Result<(), Errno> {
    if header.padding != 0 || header.hardware_type != 0 || header.flags != 0 || header.change != 0 {
        let text = "Invalid values in header for link dump request";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    if header.index != 0 {
        let text = "Filter by device index not supported for link dumps";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    Ok(())
}

impl Filter {
    fn is_empty(&self) -> bool {
        self.master.is_none() && self.kind.is_none()
    }

    #[doc(alias = "link_dump_filtered")]
    fn takes(&self, machine: &Machine, device: &Device) -> bool {
        let master = device.master.and_then(|master| machine.device(master).ok());
        let master = master.map(|master| master.index);
        let by_master = match self.master {
            None => true,
            Some(u32::MAX) => master.is_none(),
            wanted => master == wanted,
        };
        let kind = drivers::kind(device).map(str::as_bytes);
        by_master && self.kind.as_deref().is_none_or(|wanted| kind == Some(wanted))
    }
}

impl Walk for Links {
    fn fill(
        &mut self,
        machine: &Machine,
        net: NetId,
        writer: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        if let Some((errno, extended)) = self.refusal.take() {
            *writer.extended = extended;
            return Err(errno);
        }
        let net = machine.net(net)?;
        writer.set_generation(net.dev_base_seq);
        let filling = Filling { mask: self.mask, ..Filling::default() };
        let filtered = match self.filter.is_empty() {
            true => MessageFlags::empty(),
            false => MessageFlags::DUMP_FILTERED,
        };
        let mut is_empty = true;
        for (index, id) in net.by_index_from(self.next) {
            self.next = index;
            let Ok(device) = machine.device(id) else { continue };
            if !self.filter.takes(machine, device) {
                continue;
            }
            let written = writer.put(MessageType::NEWLINK, |head, encoder| {
                let head = Head { flags: head.flags | filtered, ..head };
                fill(machine, id, &filling, head, encoder)
            });
            if written.is_err() {
                return Ok(Progress::Full);
            }
            is_empty = false;
        }
        if is_empty {
            // The flag for an interruption goes to a message that is not there.
            writer.reset_generation();
        }
        self.next = u32::MAX;
        Ok(Progress::CompleteAlone)
    }
}
