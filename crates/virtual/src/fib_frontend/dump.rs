//! Lists of routes: RTM_GETROUTE.

use super::POLICY;
use crate::af_netlink::{DumpWriter, Progress, Walk};
use crate::dev::DeviceId;
use crate::fib_semantics::fill;
use crate::fib_trie::Key;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::rtnetlink::{DumpRequest, Request};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::{
    Family, RTA_FLOWLABEL, RTA_OIF, RTA_TABLE, RouteHeader, RouteProtocol, RouteScope, RouteType,
    RtmFlags,
};
use ifctl_kernel::Errno;

/// Starts a list of all routes.
#[doc(alias = "inet_dump_fib")]
pub(crate) fn dump(
    _machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<Box<dyn Walk>, Errno> {
    let mut routes = Routes {
        strict: request.strict,
        request: DumpRequest::if_strict(request),
        of_every_family: request.message.payload().first() != Some(&Family::INET.0),
        ..Routes::default()
    };
    // Without strict checks one flag is honoured still: that which asks for prefixes of IPv6.
    if let Ok((header, _)) = request.message.body::<RouteHeader>() {
        routes.is_empty = !request.strict && header.flags.contains(RtmFlags::PREFIX);
    }
    Ok(Box::new(routes))
}

#[derive(Default)]
struct Routes {
    /// The socket checks strictly: then each route is told to be filtered.
    strict: bool,
    /// To be checked at first.
    request: Option<DumpRequest>,
    of_every_family: bool,
    is_empty: bool,
    /// 0: all.
    table: u32,
    protocol: RouteProtocol,
    kind: RouteType,
    device: Option<DeviceId>,
    /// The table at hand, and the route to go on with.
    next: Option<(u32, Key)>,
}

impl Walk for Routes {
    fn fill(
        &mut self,
        machine: &Machine,
        net: NetId,
        writer: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        if let Some(request) = self.request.take() {
            self.check(&request, machine, net, writer)?;
        }
        if self.is_empty {
            return Ok(Progress::CompleteAlone);
        }
        let fib = &machine.net(net)?.fib;
        if self.table != 0 && fib.table(self.table).is_none() {
            if self.of_every_family {
                return Ok(Progress::CompleteAlone);
            }
            let text = "ipv4: FIB table does not exist";
            return Err(writer.extended.refuse(Errno::ENOENT, text, None));
        }
        let shown = if self.strict { MessageFlags::DUMP_FILTERED } else { MessageFlags::empty() };
        let begun = self.next.map(|(table, _)| table);
        let tables: Vec<u32> = match self.table {
            0 => fib.tables().to_vec(),
            table => vec![table],
        };
        for table in tables.into_iter().skip_while(|table| begun.is_some_and(|id| id != *table)) {
            let first = match self.next {
                Some((id, key)) if id == table => key,
                _ => Key::FIRST,
            };
            self.next = Some((table, first));
            let Some(routes) = fib.table(table) else { continue };
            for (key, alias) in routes.from(first) {
                let Some(info) = fib.infos.get(alias.info) else { continue };
                let is_wanted = (self.kind == RouteType::UNSPEC || info.key.kind == self.kind)
                    && (self.protocol.0 == 0 || info.key.protocol == self.protocol)
                    && self.device.is_none_or(|device| info.uses(device));
                if !is_wanted {
                    continue;
                }
                let written = writer.put(MessageType::NEWROUTE, |mut head, encoder| {
                    head.flags |= shown;
                    fill(machine, table, *key, *alias, info, head, encoder)
                });
                if written.is_err() {
                    self.next = Some((table, *key));
                    return Ok(Progress::Full);
                }
            }
        }
        self.is_empty = true;
        Ok(Progress::CompleteAlone)
    }
}

impl Routes {
    /// Checks a request strictly, and takes its filters.
    #[doc(alias = "ip_valid_fib_dump_req")]
    fn check(
        &mut self,
        request: &DumpRequest,
        machine: &Machine,
        net: NetId,
        writer: &mut DumpWriter<'_>,
    ) -> Result<(), Errno> {
        let header: RouteHeader =
            request.header(writer.extended, "Invalid header for FIB dump request")?;
        let mut invalid = |text| Err(writer.extended.refuse(Errno::EINVAL, text, None));
        if header.destination_length != 0
            || header.source_length != 0
            || header.tos != 0
            || header.scope != RouteScope::UNIVERSE
        {
            return invalid("Invalid values in header for FIB dump request");
        }
        let known = RtmFlags::CLONED | RtmFlags::PREFIX;
        if !header.flags.difference(known).is_empty() {
            return invalid("Invalid flags for FIB dump request");
        }
        // Routes that packets made are none of the tables'.
        self.is_empty = header.flags.intersects(known);
        (self.protocol, self.kind) = (header.protocol, header.kind);
        self.table = u32::from(header.table);
        for attribute in
            request.attributes::<RouteHeader>(writer.extended, POLICY, RTA_FLOWLABEL)?
        {
            match attribute.kind() {
                RTA_TABLE => self.table = attribute.u32().unwrap_or(0),
                RTA_OIF => {
                    let index = attribute.u32().unwrap_or(0);
                    self.device = Some(machine.net(net)?.index(index)?);
                }
                _ => {
                    let text = "Unsupported attribute in dump request";
                    return Err(writer.extended.refuse(Errno::EINVAL, text, None));
                }
            }
        }
        let filters = !header.flags.is_empty()
            || self.protocol.0 != 0
            || self.kind != RouteType::UNSPEC
            || self.table != 0
            || self.device.is_some();
        if filters {
            writer.add_flags(MessageFlags::DUMP_FILTERED);
        }
        Ok(())
    }
}
