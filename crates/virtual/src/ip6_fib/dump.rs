//! Routes listed.

use super::Place;
use super::message::{Told, write};
use crate::af_netlink::{DumpWriter, Progress, Walk};
use crate::dev::DeviceId;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::rtnetlink::Request;
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_kernel::Errno;
use zerocopy::FromBytes;

/// What a dump lets through.
#[derive(Debug, Clone, Copy, Default)]
#[doc(alias = "fib_dump_filter")]
struct Filter {
    table: u32,
    protocol: u8,
    kind: u8,
    index: Option<u32>,
    cloned: bool,
    /// It was asked for strictly, as each answer says, be anything left out or not.
    strict: bool,
}

/// A dump of routes.
struct Listing {
    family: Family,
    filter: Filter,
    wrong: Option<(Errno, &'static str)>,
    /// The table and the place that come next, and how many routes of that place are written.
    next: Option<(u32, Place, usize)>,
    tables_done: Vec<u32>,
}

/// Lists the routes of all tables.
#[doc(alias("inet6_dump_fib", "ip_valid_fib_dump_req"))]
pub(crate) fn dump(
    _machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<Box<dyn Walk>, Errno> {
    let family = request.message.payload().first().copied().map_or(Family::INET6, Family);
    let mut listing = Listing {
        family,
        filter: Filter::default(),
        wrong: None,
        next: None,
        tables_done: Vec::new(),
    };
    if request.strict {
        match read_filter(request) {
            Ok(filter) => listing.filter = filter,
            Err(text) => listing.wrong = Some((Errno::EINVAL, text)),
        }
    } else if let Ok((header, _)) = RouteHeader::read_from_prefix(request.message.payload()) {
        listing.filter.cloned = header.flags.contains(RouteFlags::CLONED);
    }
    Ok(Box::new(listing))
}

fn read_filter(request: &Request<'_, '_>) -> Result<Filter, &'static str> {
    let Ok((header, attributes)) = request.message.body::<RouteHeader>() else {
        return Err("Invalid header for FIB dump request");
    };
    let unused = header.destination_length != 0
        || header.source_length != 0
        || header.tos != 0
        || header.scope.0 != 0;
    if unused {
        return Err("Invalid values in header for FIB dump request");
    }
    if !header.flags.difference(RouteFlags::CLONED | RouteFlags::PREFIX).is_empty() {
        return Err("Invalid flags for FIB dump request");
    }
    let mut filter = Filter {
        table: u32::from(header.table),
        protocol: header.protocol.0,
        kind: header.kind.0,
        index: None,
        cloned: header.flags.contains(RouteFlags::CLONED),
        strict: true,
    };
    for attribute in attributes {
        let value = attribute.u32().ok().filter(|_| attribute.bytes().len() == 4);
        match (attribute.kind(), value) {
            (RTA_TABLE, Some(table)) => filter.table = table,
            (RTA_OIF, Some(index)) => filter.index = Some(index),
            _ => return Err("Unsupported attribute in dump request"),
        }
    }
    Ok(filter)
}

impl Listing {
    fn lets(&self, device: Option<DeviceId>, told: &Told<'_>) -> bool {
        let Filter { protocol, kind, .. } = self.filter;
        let route = told.route;
        (protocol == 0 || protocol == route.protocol.0)
            && (kind == 0 || kind == route.kind.0)
            && device.is_none_or(|device| {
                device == route.device || told.siblings.iter().any(|hop| hop.device == device)
            })
            && !self.filter.cloned
    }
}

impl Walk for Listing {
    fn fill(
        &mut self,
        machine: &Machine,
        net: NetId,
        writer: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        if let Some((errno, text)) = self.wrong {
            return Err(writer.extended.refuse(errno, text, None));
        }
        let space = machine.net(net)?;
        let device = self.filter.index.map(|index| space.index(index)).transpose()?;
        let Filter { table, protocol, kind, index, cloned, strict } = self.filter;
        // The end says so only where something may have been left out.
        if strict && (table != 0 || protocol != 0 || kind != 0 || index.is_some() || cloned) {
            writer.add_flags(MessageFlags::DUMP_FILTERED);
        }
        if self.filter.table != 0 && space.inet6.tables.get(self.filter.table).is_none() {
            if self.family != Family::INET6 {
                return Ok(Progress::Complete);
            }
            let text = "ipv6: FIB table does not exist";
            return Err(writer.extended.refuse(Errno::ENOENT, text, None));
        }
        for table in space.inet6.tables.iter() {
            let wanted = self.filter.table == 0 || self.filter.table == table.id;
            if !wanted || self.tables_done.contains(&table.id) {
                continue;
            }
            let (start, mut skip) = match self.next {
                Some((id, place, written)) if id == table.id => (Some(place), written),
                _ => (None, 0),
            };
            let nodes = match start {
                Some(start) => table.nodes.range(start..),
                None => table.nodes.range(..),
            };
            for (place, node) in nodes {
                if start != Some(*place) {
                    skip = 0;
                }
                let mut at = skip;
                while let Some(route) = node.get(at) {
                    let told = Told::with_siblings(table.id, *place, node, route);
                    if self.lets(device, &told) {
                        let written = writer.put(MessageType::NEWROUTE, |mut head, encoder| {
                            head.flags.set(MessageFlags::DUMP_FILTERED, strict);
                            write(machine, &told, None, head, encoder)
                        });
                        if written.is_err() {
                            self.next = Some((table.id, *place, at));
                            return Ok(Progress::Full);
                        }
                    }
                    // Those that share the load are told of once: on to behind the last of them.
                    let last = told.siblings.last().map_or(route.id, |route| route.id);
                    at = node.iter().position(|route| route.id == last).unwrap_or(at).max(at) + 1;
                }
            }
            self.tables_done.push(table.id);
        }
        Ok(Progress::CompleteAlone)
    }
}
