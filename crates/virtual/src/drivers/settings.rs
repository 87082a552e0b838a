//! What several kinds check of a message.

use crate::dev::HardwareAddress;
use crate::rtnetlink::LinkTable;
use ifctl_abi::rtnetlink::IFLA_ADDRESS;
use ifctl_kernel::Errno;

/// The bytes of an Ethernet address.
const ADDRESS_LENGTH: usize = 6;

/// Checks the address that a new Ethernet device is to have.
pub(super) fn check_address(table: &LinkTable<'_>) -> Result<(), Errno> {
    match table.bytes(IFLA_ADDRESS) {
        None => Ok(()),
        Some(bytes) if bytes.len() != ADDRESS_LENGTH => Err(Errno::EINVAL),
        Some(bytes) if !HardwareAddress::new(bytes).is_valid_ether() => Err(Errno::EADDRNOTAVAIL),
        Some(_) => Ok(()),
    }
}
