//! Further names of devices: `RTM_NEWLINKPROP` and `RTM_DELLINKPROP`.

use super::{LONGEST_ALTNAME, POLICY, Table, meant};
use crate::dev;
use crate::machine::Machine;
use crate::rtnetlink::{Request, Rule, check_one, parse_strictly};
use ifctl_abi::rtnetlink::*;
use ifctl_kernel::Errno;

/// The most bytes that all names of a device may take in its message.
const MOST: usize = 65535;

/// Adds names.
pub(in crate::rtnetlink) fn new_link_property(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    change(machine, request, Change::Add)
}

/// Takes names away.
pub(in crate::rtnetlink) fn delete_link_property(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    change(machine, request, Change::Remove)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Add,
    Remove,
}

/// Names before a bad one stay changed, and nobody is told of them.
#[doc(alias("rtnl_linkprop", "rtnl_alt_ifname"))]
fn change(machine: &mut Machine, request: &mut Request<'_, '_>, what: Change) -> Result<(), Errno> {
    let (header, table): (LinkHeader, Table<'_>) = parse_strictly(request, POLICY)?;
    let id = meant(machine, request, &header, &table)?;
    let Some(list) = table.get(IFLA_PROP_LIST) else { return Ok(()) };
    let mut changed = false;
    for attribute in list.nested().filter(|attribute| attribute.kind() == IFLA_ALT_IFNAME) {
        check_one(request.extended, &attribute, Rule::Text(LONGEST_ALTNAME))?;
        let name = attribute.text();
        match what {
            Change::Add => {
                let names = machine.device(id)?.altnames.iter();
                let taken: usize = names.map(|name| name.len().next_multiple_of(4) + 8).sum();
                if taken + attribute.bytes().len() + 8 >= MOST {
                    let text = "effective property list too long";
                    return Err(request.refuse(Errno::EINVAL, text));
                }
                dev::add_altname(machine, id, name)?;
            }
            Change::Remove => dev::remove_altname(machine, id, name)?,
        }
        changed = true;
    }
    if changed {
        dev::state_change(machine, id);
    }
    Ok(())
}
