//! /proc/net/if_inet6.

use crate::in6;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use ifctl_kernel::Errno;
use std::io::Write;

/// Returns the file. Linux' order is that of a hash which is seeded at random; here it is by address.
#[doc(alias = "if6_seq_show")]
pub(crate) fn proc_if_inet6(machine: &Machine, net: NetId) -> Result<Vec<u8>, Errno> {
    let mut text = Vec::new();
    for ((address, _), id) in &machine.net(net)?.inet6.owners {
        let device = machine.device(*id)?;
        let entry = device.inet6.as_ref().and_then(|inet6| inet6.addresses.get(*address));
        let Some(entry) = entry else { continue };
        let _ = write!(
            text,
            "{address:032x} {:02x} {:02x} {:02x} {:02x} ",
            device.index,
            entry.prefix_length,
            in6::scope_bits(*address),
            entry.flags.bits() & 0xff,
        );
        let name = device.name.as_bytes();
        text.extend(std::iter::repeat_n(b' ', 8_usize.saturating_sub(name.len())));
        text.extend_from_slice(name);
        text.push(b'\n');
    }
    Ok(text)
}
