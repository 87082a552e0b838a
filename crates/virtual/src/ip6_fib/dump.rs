//! Routes listed.

use super::Place;
use super::message::{Told, write};
use crate::af_netlink::{DumpWriter, Progress, Walk};
use crate::dev::DeviceId;
use crate::fib_frontend::POLICY;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::rtnetlink::{DumpRequest, Request};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_kernel::Errno;

/// What a dump lets through.
#[derive(Debug, Clone, Copy, Default)]
#[doc(alias = "fib_dump_filter")]
struct Filter {
    table: u32,
    protocol: u8,
    kind: u8,
    index: Option<u32>,
    /// Exceptions alone, or routes that routers announced: there are none.
    nothing: bool,
}

/// A dump of routes.
struct Listing {
    of_every_family: bool,
    /// The socket checks strictly: then each answer says that something may have been left out.
    strict: bool,
    /// To be checked at first.
    request: Option<DumpRequest>,
    filter: Filter,
    /// The table and the place that come next, and how many routes of that place are written.
    next: Option<(u32, Place, usize)>,
    tables_done: Vec<u32>,
}

/// Lists the routes of all tables.
#[doc(alias = "inet6_dump_fib")]
pub(crate) fn dump(
    _machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<Box<dyn Walk>, Errno> {
    let mut listing = Listing {
        of_every_family: request.message.payload().first() != Some(&Family::INET6.0),
        strict: request.strict,
        request: DumpRequest::if_strict(request),
        filter: Filter::default(),
        next: None,
        tables_done: Vec::new(),
    };
    // Without strict checks one flag is honoured still.
    if let Ok((header, _)) = request.message.body::<RouteHeader>() {
        listing.filter.nothing = !request.strict && header.flags.contains(RtmFlags::PREFIX);
    }
    Ok(Box::new(listing))
}

/// Checks a request strictly, and returns its filter.
#[doc(alias = "ip_valid_fib_dump_req")]
fn check(
    request: &DumpRequest,
    machine: &Machine,
    net: NetId,
    writer: &mut DumpWriter<'_>,
) -> Result<Filter, Errno> {
    let header: RouteHeader =
        request.header(writer.extended, "Invalid header for FIB dump request")?;
    let unused = header.destination_length != 0
        || header.source_length != 0
        || header.tos != 0
        || header.scope.0 != 0;
    if unused {
        let text = "Invalid values in header for FIB dump request";
        return Err(writer.extended.refuse(Errno::EINVAL, text, None));
    }
    let known = RtmFlags::CLONED | RtmFlags::PREFIX;
    if !header.flags.difference(known).is_empty() {
        let text = "Invalid flags for FIB dump request";
        return Err(writer.extended.refuse(Errno::EINVAL, text, None));
    }
    let mut filter = Filter {
        table: u32::from(header.table),
        protocol: header.protocol.0,
        kind: header.kind.0,
        index: None,
        nothing: header.flags.intersects(known),
    };
    // The attributes are checked as IPv4's are.
    for attribute in request.attributes::<RouteHeader>(writer.extended, POLICY, RTA_FLOWLABEL)? {
        match attribute.kind() {
            RTA_TABLE => filter.table = attribute.u32().unwrap_or(0),
            RTA_OIF => {
                let index = attribute.u32().unwrap_or(0);
                machine.net(net)?.index(index)?;
                filter.index = Some(index);
            }
            _ => {
                let text = "Unsupported attribute in dump request";
                return Err(writer.extended.refuse(Errno::EINVAL, text, None));
            }
        }
    }
    let Filter { table, protocol, kind, index, nothing } = filter;
    // The end says so only where something may have been left out.
    if table != 0 || protocol != 0 || kind != 0 || index.is_some() || nothing {
        writer.add_flags(MessageFlags::DUMP_FILTERED);
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
            && !self.filter.nothing
    }
}

impl Walk for Listing {
    fn fill(
        &mut self,
        machine: &Machine,
        net: NetId,
        writer: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        if let Some(request) = self.request.take() {
            self.filter = check(&request, machine, net, writer)?;
        }
        let space = machine.net(net)?;
        let device = self.filter.index.and_then(|index| space.index(index).ok());
        if self.filter.table != 0 && space.inet6.tables.get(self.filter.table).is_none() {
            if self.of_every_family {
                return Ok(Progress::CompleteAlone);
            }
            let text = "ipv6: FIB table does not exist";
            return Err(writer.extended.refuse(Errno::ENOENT, text, None));
        }
        let strict = self.strict;
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
                    let last = told.siblings.last().map(|route| route.id);
                    let last = last.and_then(|last| node.iter().position(|it| it.id == last));
                    at = last.unwrap_or(at).max(at) + 1;
                }
            }
            self.tables_done.push(table.id);
        }
        Ok(Progress::CompleteAlone)
    }
}
