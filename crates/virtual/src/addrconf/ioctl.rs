//! The requests about addresses that IPv6 sockets take.

use super::change::{self, Config6};
use crate::caller::Caller;
use crate::in6;
use crate::machine::Machine;
use crate::memory::{UserMemory, get};
use crate::release::Release;
use crate::rtnetlink::Extended;
use ifctl_abi::In6IfReq;
use ifctl_kernel::Errno;

/// Adds an address.
#[doc(alias("addrconf_add_ifaddr", "SIOCSIFADDR"))]
pub(crate) fn add_address(
    machine: &mut Machine,
    caller: Caller,
    address: u64,
    memory: &mut dyn UserMemory,
) -> Result<(), Errno> {
    caller.must_be_admin()?;
    let request: In6IfReq = get(memory, address)?;
    // A length that no byte holds is too long by any count.
    let length = u8::try_from(request.prefix_length).unwrap_or(u8::MAX);
    if length > 128 && machine.release < Release::V6_18 {
        return Err(Errno::EINVAL);
    }
    let index = u32::try_from(request.index).map_err(|_| Errno::ENODEV)?;
    let id = machine.net(caller.net)?.index(index)?;
    let config = Config6::permanent(in6::from_bytes(request.address), length);
    change::add(machine, id, &config, &mut Extended::default())
}

/// Deletes an address.
#[doc(alias("addrconf_del_ifaddr", "SIOCDIFADDR"))]
pub(crate) fn remove_address(
    machine: &mut Machine,
    caller: Caller,
    address: u64,
    memory: &mut dyn UserMemory,
) -> Result<(), Errno> {
    caller.must_be_admin()?;
    let request: In6IfReq = get(memory, address)?;
    let index = u32::try_from(request.index).unwrap_or(0);
    let (address, length) = (in6::from_bytes(request.address), request.prefix_length);
    let extended = &mut Extended::default();
    change::delete_exactly(machine, caller.net, index, address, length, extended)
}
