//! Policy rules.

use super::super::form::Bytes;
use ifctl_abi::rtnetlink::RuleFlags;
use std::net::IpAddr;

parts! {
    /// A policy rule.
    pub struct RuleState {
        /// The family: 2 IPv4, 10 IPv6, 128 and 129 their multicast routing.
        pub family: u8,
        /// The priority.
        pub priority: u32,
        /// What becomes of packets: 1 asks the table, 2 goes to another rule.
        pub action: u8,
        /// The table, 0 for that of a VRF or none.
        pub table: u32,
        /// The flags.
        #[cfg_attr(feature = "serde", serde(with = "super::super::form::flags"))]
        pub flags: RuleFlags,
        /// Who made the rule.
        pub protocol: u8,
        /// The device that packets came in by; none for any.
        pub input: Option<RuleDevice>,
        /// The device that packets are bound to; none for any.
        pub output: Option<RuleDevice>,
        /// The mark.
        pub mark: u32,
        /// The bits of the mark that count.
        pub mark_mask: u32,
        /// The priority of the rule that a jump goes to.
        pub target: u32,
        /// The tunnel, as messages have it; 0 for any.
        pub tunnel: u64,
        /// Whether the table is that of a VRF.
        pub l3mdev: bool,
        /// The first and the last user; none for everybody.
        pub users: Option<[u32; 2]>,
        /// The IP protocol, 0 for any.
        pub ip_protocol: u8,
        /// The source ports; none for all.
        pub source_ports: Option<RulePorts>,
        /// The destination ports; none for all.
        pub destination_ports: Option<RulePorts>,
        /// The prefix length that routes must have more than; -1 for none.
        pub suppress_length: i32,
        /// The group of devices by which no route may go.
        pub suppress_group: Option<u32>,
        /// Where packets come from; none for anywhere.
        pub source: Option<RulePrefix>,
        /// Where packets go; none for anywhere.
        pub destination: Option<RulePrefix>,
        /// The type of service, or the differentiated services in its bits.
        pub dscp: u8,
        /// The bits of that that count.
        pub dscp_mask: u8,
        /// Whether it was given as differentiated services.
        pub dscp_full: bool,
        /// The flow label.
        pub flow_label: u32,
        /// The bits of the flow label that count.
        pub flow_label_mask: u32,
        /// The realms, 0 for none.
        pub realms: u32,
    }

    /// A device that a rule names.
    pub struct RuleDevice {
        /// The name.
        pub name: Bytes,
        /// The index of the device that it was found to be; none where there is no such device.
        pub index: Option<u32>,
    }

    /// Ports that a rule is for.
    pub struct RulePorts {
        /// The first.
        pub first: u16,
        /// The last.
        pub last: u16,
        /// The bits of the one port that count; 0 where there are several.
        pub mask: u16,
    }

    /// A prefix that a rule is for.
    pub struct RulePrefix {
        /// The address, whose bits past the prefix do not count.
        pub address: IpAddr,
        /// The prefix length, not 0.
        pub length: u8,
    }
}
