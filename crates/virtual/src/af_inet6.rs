//! What sockets of IPv6 answer themselves (`net/ipv6/af_inet6.c`).

use crate::caller::Caller;
use crate::machine::Machine;
use crate::memory::UserMemory;
use crate::{addrconf, ip6_fib};
use ifctl_abi::ioctl::*;
use ifctl_kernel::Errno;

/// Answers a request, or leaves it to the device layer.
#[doc(alias = "inet6_ioctl")]
pub(crate) fn ioctl(
    machine: &mut Machine,
    caller: Caller,
    number: u32,
    address: u64,
    memory: &mut dyn UserMemory,
) -> Option<Result<(), Errno>> {
    Some(match number {
        SIOCADDRT | SIOCDELRT => ip6_fib::ioctl(machine, caller, number, address, memory),
        SIOCSIFADDR => addrconf::add_address(machine, caller, address, memory),
        SIOCDIFADDR => addrconf::remove_address(machine, caller, address, memory),
        // For tunnels over IPv4 alone, which this kernel has none of.
        SIOCSIFDSTADDR => Err(Errno::ENODEV),
        _ => return None,
    })
}
