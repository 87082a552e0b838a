//! The list of IPv4 addresses.

use super::Control;
use crate::Result;
use core::net::Ipv4Addr;
use ifctl_abi::{DeviceName, IfReq};
use ifctl_kernel::{IfConf, Request};

impl Control<'_> {
    /// Returns the label and address of every IPv4 address, of devices that are down too, device by
    /// device in the order of registration. Devices without one do not show.
    ///
    /// The kernel cuts the list to the buffer without an error, so the buffer grows until there is room
    /// left in it: two system calls, or more while addresses are being added.
    ///
    /// # Errors
    ///
    /// None that Linux gives to a proper request. Needs no privilege. See netdevice(7).
    #[doc(alias = "SIOCGIFCONF")]
    pub fn addresses(&self) -> Result<Vec<(DeviceName, Ipv4Addr)>> {
        let mut records = Vec::new();
        let mut length = 0;
        self.carry_out("", Request::GetConf(IfConf { buffer: None, length: &mut length }))?;
        loop {
            records.resize(records_in(length).saturating_add(1), IfReq::default());
            let room = i32::try_from(size_of_val(records.as_slice())).unwrap_or(i32::MAX);
            length = room;
            let buffer = Some(records.as_mut_slice());
            self.carry_out("", Request::GetConf(IfConf { buffer, length: &mut length }))?;
            if length < room {
                break;
            }
            length = room.saturating_mul(2);
        }
        records.truncate(records_in(length));
        Ok(records.iter().map(|r| (r.device_name(), r.address().inet_address())).collect())
    }
}

/// Returns how many records have this many bytes.
fn records_in(length: i32) -> usize {
    usize::try_from(length).unwrap_or_default() / size_of::<IfReq>()
}
