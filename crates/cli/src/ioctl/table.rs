//! The requests: one line each, from which come the words that are understood, the list and the help.

use super::words::{Call, Parsed, Words};
use ifctl_netdevice::{Control, Family};

/// A request, as the command line has it.
pub(super) struct Row {
    pub(super) name: &'static str,
    /// The words behind the name, as the help writes them.
    pub(super) words: &'static str,
    /// What is printed; empty for nothing.
    pub(super) prints: &'static str,
    pub(super) needs: Privilege,
    pub(super) sockets: Sockets,
    /// The manual page that describes it.
    pub(super) manual: &'static str,
    /// Reads the words, and returns what is to be called.
    pub(super) parse: fn(&mut Words<'_>) -> Parsed<Call>,
}

/// What a caller must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Privilege {
    Nothing,
    /// `CAP_NET_ADMIN` in the user namespace that owns the network namespace.
    NetAdmin,
    /// `CAP_NET_ADMIN` in the initial user namespace.
    InitialNetAdmin,
}

/// The families of sockets that answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sockets {
    Any,
    Ipv4,
    Ipv6,
    /// IPv4's with IPv4 addresses, IPv6's with IPv6 addresses.
    Either,
    /// None on any Linux.
    Nobody,
}

impl Privilege {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::NetAdmin => "CAP_NET_ADMIN",
            Self::InitialNetAdmin => "initial CAP_NET_ADMIN",
        }
    }
}

impl Sockets {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Ipv4 => "inet packet",
            Self::Ipv6 => "inet6",
            Self::Either => "inet packet inet6",
            Self::Nobody => "none",
        }
    }

    /// Returns the family to open where nobody said: what the words need, if not what the row has.
    pub(super) fn family(self, words: Option<Family>) -> Family {
        match self {
            Self::Ipv6 => Family::INET6,
            _ => words.unwrap_or(Family::INET),
        }
    }

    /// Returns whether a socket of this family takes the request with the structure that belongs to
    /// the words, or does not take it at all. Where it does not, it would read one structure's bytes
    /// as another's.
    pub(super) fn agrees(self, family: Family, words: Option<Family>) -> bool {
        match self {
            Self::Either => match family {
                Family::INET6 => words == Some(Family::INET6),
                Family::INET | Family::PACKET => words.is_none(),
                _ => true,
            },
            _ => true,
        }
    }
}

/// Returns the row of a request: its name, in any case, `SIOC` understood.
pub(super) fn find(word: &str) -> Option<&'static Row> {
    let upper = word.to_ascii_uppercase();
    let bare = upper.strip_prefix("SIOC").unwrap_or(&upper);
    TABLE.iter().find(|row| row.name.strip_prefix("SIOC") == Some(bare))
}

use Privilege::{InitialNetAdmin, NetAdmin, Nothing};
use Sockets::{Any, Either, Ipv4, Ipv6, Nobody};

const NETDEVICE: &str = "netdevice(7)";
const IP: &str = "ip(7)";
const ARP: &str = "arp(7)";
const ROUTE: &str = "route(8)";

macro_rules! rows {
    ($($name:ident $words:literal, $prints:literal, $needs:expr, $sockets:expr, $manual:expr,
        $parse:expr;)*) => {
        /// All requests: netdevice(7)'s in its order, then those of addresses, routes and ARP.
        pub(super) const TABLE: &[Row] = &[$(Row {
            name: stringify!($name),
            words: $words,
            prints: $prints,
            needs: $needs,
            sockets: $sockets,
            manual: $manual,
            parse: $parse,
        },)*];
    };
}

rows! {
    SIOCGIFNAME "INDEX", "the name", Nothing, Any, NETDEVICE, |words| {
        let index = words.index()?;
        Ok(Box::new(move |control| control.name(index).map(Into::into)))
    };
    SIOCGIFINDEX "DEVICE", "the index", Nothing, Any, NETDEVICE,
        |words| words.read(Control::index);
    SIOCGIFFLAGS "DEVICE", "FLAGS", Nothing, Any, NETDEVICE,
        |words| words.read(Control::flags);
    SIOCSIFFLAGS "DEVICE FLAGS", "", NetAdmin, Any, NETDEVICE,
        |words| words.write(Words::flags, Control::set_flags);
    SIOCGIFPFLAGS "DEVICE", "bits", Nothing, Nobody, NETDEVICE,
        |words| words.read(Control::private_flags);
    SIOCSIFPFLAGS "DEVICE BITS", "", Nothing, Nobody, NETDEVICE,
        |words| words.write(Words::short, Control::set_private_flags);
    SIOCGIFMETRIC "DEVICE", "0", Nothing, Any, NETDEVICE,
        |words| words.read(Control::metric);
    SIOCSIFMETRIC "DEVICE METRIC", "", NetAdmin, Nobody, NETDEVICE,
        |words| words.write(Words::integer, Control::set_metric);
    SIOCGIFMTU "DEVICE", "bytes", Nothing, Any, NETDEVICE,
        |words| words.read(Control::mtu);
    SIOCSIFMTU "DEVICE BYTES", "", NetAdmin, Any, NETDEVICE,
        |words| words.write(Words::integer, Control::set_mtu);
    SIOCGIFHWADDR "DEVICE", "HARDWARE", Nothing, Any, NETDEVICE,
        |words| words.read(Control::hardware_address);
    SIOCSIFHWADDR "DEVICE HARDWARE", "", NetAdmin, Any, NETDEVICE,
        |words| words.write_by_reference(Words::hardware, Control::set_hardware_address);
    SIOCSIFHWBROADCAST "DEVICE HARDWARE", "", NetAdmin, Any, NETDEVICE,
        |words| words.write_by_reference(Words::hardware, Control::set_hardware_broadcast);
    SIOCGIFMAP "DEVICE", "MAP", Nothing, Any, NETDEVICE,
        |words| words.read(Control::map);
    SIOCSIFMAP "DEVICE MAP", "", InitialNetAdmin, Any, NETDEVICE,
        |words| words.write_by_reference(Words::map, Control::set_map);
    SIOCADDMULTI "DEVICE HARDWARE", "", NetAdmin, Any, NETDEVICE,
        |words| words.write_by_reference(Words::hardware, Control::add_multicast);
    SIOCDELMULTI "DEVICE HARDWARE", "", NetAdmin, Any, NETDEVICE,
        |words| words.write_by_reference(Words::hardware, Control::delete_multicast);
    SIOCGIFTXQLEN "DEVICE", "packets", Nothing, Any, NETDEVICE,
        |words| words.read(Control::tx_queue_length);
    SIOCSIFTXQLEN "DEVICE PACKETS", "", InitialNetAdmin, Any, NETDEVICE,
        |words| words.write(Words::integer, Control::set_tx_queue_length);
    SIOCSIFNAME "DEVICE NAME", "", NetAdmin, Any, NETDEVICE,
        |words| words.write(Words::new_name, Control::rename);
    SIOCGIFCONF "", "LABEL ADDRESS lines", Nothing, Any, NETDEVICE,
        |_| Ok(Box::new(|control| control.addresses().map(Into::into)));
    SIOCGIFADDR "LABEL [ADDRESS]", "the address", Nothing, Ipv4, IP,
        |words| words.read_label(Control::address);
    SIOCSIFADDR "LABEL ADDRESS", "", NetAdmin, Either, IP, |words| words.add_address();
    SIOCDIFADDR "DEVICE ADDRESS6", "", NetAdmin, Ipv6, "ipv6(7)",
        |words| words.delete_address6();
    SIOCGIFDSTADDR "LABEL [ADDRESS]", "the peer's address", Nothing, Ipv4, IP,
        |words| words.read_label(Control::destination);
    SIOCSIFDSTADDR "LABEL ADDRESS", "", NetAdmin, Ipv4, IP,
        |words| words.write(Words::ipv4, Control::set_destination);
    SIOCGIFBRDADDR "LABEL [ADDRESS]", "the broadcast address", Nothing, Ipv4, IP,
        |words| words.read_label(Control::broadcast);
    SIOCSIFBRDADDR "LABEL ADDRESS", "", NetAdmin, Ipv4, IP,
        |words| words.write(Words::ipv4, Control::set_broadcast);
    SIOCGIFNETMASK "LABEL [ADDRESS]", "the mask", Nothing, Ipv4, IP,
        |words| words.read_label(Control::netmask);
    SIOCSIFNETMASK "LABEL MASK", "", NetAdmin, Ipv4, IP,
        |words| words.write(Words::ipv4, Control::set_netmask);
    SIOCADDRT "ROUTE", "", NetAdmin, Either, ROUTE,
        |words| words.route(Control::add_route, Control::add_route6);
    SIOCDELRT "ROUTE", "", NetAdmin, Either, ROUTE,
        |words| words.route(Control::delete_route, Control::delete_route6);
    SIOCGARP "address=ADDRESS dev=DEVICE", "ENTRY", Nothing, Ipv4, ARP, |words| {
        let entry = words.arp()?;
        let device = entry.device.unwrap_or_default();
        Ok(Box::new(move |control| control.arp(entry.address, device).map(Into::into)))
    };
    SIOCSARP "ENTRY", "", NetAdmin, Ipv4, ARP, |words| {
        let entry = words.arp()?;
        Ok(Box::new(move |control| control.set_arp(&entry).map(Into::into)))
    };
    SIOCDARP "address=ADDRESS [flags=PUBL] [dev=DEVICE]", "", NetAdmin, Ipv4, ARP, |words| {
        let entry = words.arp()?;
        Ok(Box::new(move |control| control.delete_arp(&entry).map(Into::into)))
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use ifctl_kernel::{Direction, Request};
    use std::collections::BTreeSet;

    #[test]
    fn every_request_of_the_library_has_one_row_and_no_other_has() {
        let known: BTreeSet<_> = Request::TABLE.iter().map(|request| request.name).collect();
        let rows: BTreeSet<_> = TABLE.iter().map(|row| row.name).collect();
        assert_eq!(rows, known);
        assert_eq!(rows.len(), TABLE.len());
    }

    #[test]
    fn what_reads_prints_and_needs_nothing_and_what_writes_does_neither() {
        for row in TABLE {
            let request = Request::TABLE.iter().find(|request| request.name == row.name).unwrap();
            let reads = request.direction == Direction::Get;
            assert_eq!(!row.prints.is_empty(), reads, "{}", row.name);
            // Linux refuses private flags before it looks at privilege.
            let open = reads || row.name == "SIOCSIFPFLAGS";
            assert_eq!(row.needs == Nothing, open, "{}", row.name);
        }
    }

    #[test]
    fn a_request_is_found_in_any_case_with_or_without_sioc() {
        for word in ["SIOCGIFMTU", "siocgifmtu", "GIFMTU", "gIfMtU"] {
            assert_eq!(find(word).unwrap().name, "SIOCGIFMTU", "{word}");
        }
        for word in ["", "SIOC", "MTU", "SIOCSIOCGIFMTU", "SIOCGIFMTU "] {
            assert!(find(word).is_none(), "{word}");
        }
    }
}
