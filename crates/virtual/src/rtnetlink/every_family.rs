//! Dumps of every family, one after the other.

use super::{Request, dump_handler};
use crate::af_netlink::{DumpWriter, Progress, Walk};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::release::Release;
use ifctl_abi::rtnetlink::Family;
use ifctl_kernel::Errno;
use std::collections::VecDeque;

/// The families that list anything, in the order of their numbers.
const FAMILIES: [Family; 2] = [Family::INET, Family::INET6];

/// What is still to be listed.
struct EveryFamily(VecDeque<Box<dyn Walk>>);

/// Returns the dumps of all families.
#[doc(alias = "rtnl_dump_all")]
pub(super) fn dump(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<Box<dyn Walk>, Errno> {
    let (release, kind) = (machine.release, request.message.kind());
    let mut walks = VecDeque::new();
    for handler in FAMILIES.into_iter().filter_map(|family| dump_handler(release, kind, family)) {
        walks.push_back(handler(machine, request)?);
    }
    Ok(Box::new(EveryFamily(walks)))
}

impl Walk for EveryFamily {
    fn fill(
        &mut self,
        machine: &Machine,
        net: NetId,
        writer: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        while let Some(walk) = self.0.front_mut() {
            if walk.fill(machine, net, writer)? == Progress::Full {
                return Ok(Progress::Full);
            }
            self.0.pop_front();
            writer.reset_generation();
            // Each family's part in a datagram of its own.
            if machine.release < Release::V6_12 && !writer.is_empty() {
                return Ok(Progress::Full);
            }
        }
        Ok(Progress::CompleteAlone)
    }
}
