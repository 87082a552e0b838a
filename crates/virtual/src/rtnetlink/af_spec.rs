//! What each address family tells of a device, and takes for it (`rtnl_af_ops`).

use crate::dev::DeviceId;
use crate::machine::Machine;
use crate::{addrconf, devinet};
use ifctl_abi::rtnetlink::{ExtendedMask, Family, IFLA_AF_SPEC};
use ifctl_kernel::Errno;
use ifctl_netlink::{Attribute, AttributeWriter};

/// Writes the settings of each family that has the device.
#[doc(alias("rtnl_fill_link_af", "inet_fill_link_af"))]
pub(super) fn fill(
    machine: &Machine,
    id: DeviceId,
    mask: ExtendedMask,
    attributes: &mut AttributeWriter<'_>,
) {
    let Ok(device) = machine.device(id) else { return };
    attributes.nested(IFLA_AF_SPEC, |families| {
        if let Some(inet) = &device.inet {
            families.nested(Family::INET.0.into(), |settings| {
                devinet::write_link_settings(machine.release, inet, settings);
            });
        }
        if device.inet6.is_some() {
            families.nested(Family::INET6.0.into(), |inet6| {
                addrconf::write_link_settings(machine.release, device, mask, inet6);
            });
        }
    });
}

/// Takes settings of the families.
#[doc(alias = "validate_linkmsg")]
pub(super) fn set(
    machine: &mut Machine,
    id: DeviceId,
    settings: &Attribute<'_>,
) -> Result<(), Errno> {
    for family in settings.nested() {
        match u8::try_from(family.kind()).map(Family) {
            Ok(Family::INET6) => addrconf::set_link_settings(machine, id, family.nested())?,
            Ok(Family::INET) => devinet::set_link_settings(machine, id, family.nested())?,
            _ => return Err(Errno::EAFNOSUPPORT),
        }
    }
    Ok(())
}
