//! The requests about IPv4 addresses (`net/ipv4/devinet.c`).

use crate::{dev_ioctl, lo};
use core::net::Ipv4Addr;
use ifctl_abi::ioctl::*;
use ifctl_abi::{DeviceName, IfReq, SockAddr};
use ifctl_kernel::{Errno, IfConf};

/// Answers a request about the address of a label.
pub(crate) fn ioctl(number: u32, request: &mut IfReq) -> Result<(), Errno> {
    let address = match number {
        SIOCGIFADDR | SIOCGIFDSTADDR => lo::ADDRESS,
        SIOCGIFBRDADDR => Ipv4Addr::UNSPECIFIED,
        SIOCGIFNETMASK => lo::NETMASK,
        _ => return Err(Errno::EPERM),
    };
    dev_ioctl::look_up(request)?;
    if DeviceName::truncated(&request.name).as_bytes() != lo::NAME {
        return Err(Errno::EADDRNOTAVAIL);
    }
    *request = request.with(&SockAddr::inet(address));
    dev_ioctl::terminate(request);
    Ok(())
}

/// Lists the addresses (`inet_gifconf`): whole records, as many as fit.
pub(crate) fn list(conf: IfConf<'_>) -> Result<(), Errno> {
    let record = IfReq::named(DeviceName::truncated(lo::NAME)).with(&SockAddr::inet(lo::ADDRESS));
    let size = size_of::<IfReq>() as i32;
    match conf.buffer {
        None => *conf.length = size,
        Some(records) => {
            let room = *conf.length >= size;
            *conf.length = 0;
            if let Some(first) = records.first_mut().filter(|_| room) {
                *first = record;
                *conf.length = size;
            }
        }
    }
    Ok(())
}
