//! What sockets of IPv4, and packet sockets, answer themselves (`net/ipv4/af_inet.c`).

use crate::caller::Caller;
use crate::machine::Machine;
use crate::memory::UserMemory;
use crate::{arp, devinet, fib_frontend};
use ifctl_abi::Family;
use ifctl_abi::ioctl::*;
use ifctl_kernel::Errno;

/// Answers a request, or leaves it to the device layer.
#[doc(alias("inet_ioctl", "packet_ioctl"))]
pub(crate) fn ioctl(
    machine: &mut Machine,
    caller: Caller,
    family: Family,
    number: u32,
    address: u64,
    memory: &mut dyn UserMemory,
) -> Option<Result<(), Errno>> {
    Some(match number {
        SIOCADDRT | SIOCDELRT => fib_frontend::ioctl(machine, caller, number, address, memory),
        SIOCRTMSG if family == Family::INET => Err(Errno::EINVAL),
        SIOCDARP | SIOCGARP | SIOCSARP => arp::ioctl(machine, caller, number, address, memory),
        SIOCGIFADDR | SIOCGIFBRDADDR | SIOCGIFNETMASK | SIOCGIFDSTADDR | SIOCSIFADDR
        | SIOCSIFBRDADDR | SIOCSIFNETMASK | SIOCSIFDSTADDR | SIOCSIFFLAGS => {
            devinet::ioctl(machine, caller, number, address, memory)
        }
        SIOCGIFPFLAGS | SIOCSIFPFLAGS if family == Family::INET => Err(Errno::EINVAL),
        _ => return None,
    })
}
