//! IP aliases: the addresses that have a label of their own.

use crate::{Address, Device, Snapshot};
use core::fmt::Write;
use ifctl_abi::DeviceName;

/// An IP alias: an IPv4 address whose label is not the bare name of its device.
///
/// The kernel has no such object since Linux 2.2; this is a view of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alias<'a> {
    /// The label: `eth0:0`. Any bytes, and not always its device's name before the colon.
    pub label: DeviceName,
    /// The device that has the address.
    pub device: &'a Device,
    /// The address.
    pub address: &'a Address,
}

impl Snapshot {
    /// Returns the aliases: by device, and on each in the kernel's list order.
    pub fn aliases(&self) -> impl Iterator<Item = Alias<'_>> {
        self.devices.iter().flat_map(|device| {
            self.ipv4_of(device.index).iter().filter_map(move |address| {
                let label = address.label.filter(|label| *label != device.name)?;
                Some(Alias { label, device, address })
            })
        })
    }

    /// Returns the text that /proc/net/aliases had in the days of the IP alias HOWTO: a line for each
    /// alias, of its label, its address family and its address.
    ///
    /// What in a label could disturb a terminal is escaped.
    ///
    /// See the IP alias HOWTO, section 2. Linux 2.2 dropped the file.
    #[doc(alias = "/proc/net/aliases")]
    pub fn aliases_text(&self) -> String {
        let mut text = String::from("device         family    address\n");
        for alias in self.aliases() {
            let label = alias.label.to_string();
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{label:<16} {:<6} {}", AF_INET, alias.address.local);
        }
        text
    }

    /// Returns the text that /proc/net/alias_types had in the days of the IP alias HOWTO: the one
    /// address family that has aliases, and how many.
    ///
    /// See the IP alias HOWTO, section 2. Linux 2.2 dropped the file.
    #[doc(alias = "/proc/net/alias_types")]
    pub fn alias_types_text(&self) -> String {
        let count = self.aliases().count();
        format!("type    name            n_attach\n{:<7} {:<15} {count}\n", AF_INET, "ip")
    }
}

/// The family that both texts name.
const AF_INET: u16 = ifctl_abi::Family::INET.0;

#[cfg(test)]
mod tests {
    use super::*;
    use core::net::IpAddr;

    fn address(index: u32, label: &[u8], local: [u8; 4]) -> Address {
        let label = Some(DeviceName::new(label).unwrap());
        Address { label, ..Address::new(index, IpAddr::from(local), 24) }
    }

    fn device(index: u32, name: &str) -> Device {
        Device { index, name: name.parse().unwrap(), ..Device::default() }
    }

    #[test]
    fn the_howto_s_example_gives_the_howto_s_texts() {
        let snapshot = Snapshot {
            devices: vec![device(1, "lo"), device(2, "eth0")],
            addresses: vec![
                address(1, b"lo", [127, 0, 0, 1]),
                address(2, b"eth0", [172, 16, 3, 1]),
                address(2, b"eth0:0", [172, 16, 3, 10]),
                address(2, b"eth0:1", [172, 16, 3, 100]),
            ],
            ..Snapshot::default()
        };
        assert_eq!(
            snapshot.aliases_text(),
            "device         family    address\n\
             eth0:0           2      172.16.3.10\n\
             eth0:1           2      172.16.3.100\n"
        );
        assert_eq!(
            snapshot.alias_types_text(),
            "type    name            n_attach\n\
             2       ip              2\n"
        );
    }

    #[test]
    fn a_hostile_label_is_escaped_and_a_foreign_one_is_an_alias_too() {
        let snapshot = Snapshot {
            devices: vec![device(2, "eth0")],
            addresses: vec![
                address(2, b"eth0:\x1b[2J", [10, 0, 0, 1]),
                address(2, b"other", [10, 0, 0, 2]),
            ],
            ..Snapshot::default()
        };
        assert_eq!(
            snapshot.aliases_text(),
            "device         family    address\n\
             eth0:\\x1b[2J     2      10.0.0.1\n\
             other            2      10.0.0.2\n"
        );
    }

    #[test]
    fn without_aliases_there_are_headers_and_a_zero() {
        let snapshot = Snapshot::default();
        assert_eq!(snapshot.aliases_text(), "device         family    address\n");
        assert!(snapshot.alias_types_text().ends_with("\n2       ip              0\n"));
    }
}
