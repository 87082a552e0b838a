//! Addresses through rtnetlink, on the kernel that the tests run on and on the model.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod rtnetlink;

use ifctl_conformance::{Setting, ip as set_up, on_both_in_two, sh};
use ifctl_netdevice::{
    Address, AddressFilter, AddressFlags, AddressProtocol, Consistency, DeviceName, Errno, Error,
    Lifetime, Rtnetlink, Scope,
};
use rtnetlink::{eth0, open};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr};

fn name(name: &str) -> DeviceName {
    name.parse().unwrap()
}

fn ip(address: &str) -> IpAddr {
    address.parse().unwrap()
}

fn list(kernel: &Setting<'_>, filter: AddressFilter) -> Vec<Address> {
    let dump = open(kernel).addresses(filter).unwrap();
    assert_eq!(dump.consistency, Consistency::Consistent);
    dump.entries
}

fn on(kernel: &Setting<'_>, index: u32) -> Vec<Address> {
    list(kernel, AddressFilter::device(index))
}

/// Proves that a caller without privilege is refused, and nothing changed.
fn refused(kernel: &Setting<'_>, change: impl Fn(&mut Rtnetlink) -> Result<(), Error> + Sync) {
    let before = list(kernel, AddressFilter::default());
    let error = change(&mut Rtnetlink::open(kernel.unprivileged).unwrap()).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::EPERM), "{error}");
    assert_eq!(list(kernel, AddressFilter::default()), before);
}

#[test]
fn a_list_of_addresses_agrees_with_ip() {
    on_both_in_two(|kernel| {
        let index = eth0(kernel);
        set_up(
            kernel.here,
            "ip addr add 10.0.0.1/24 brd + dev eth0; ip addr add 10.0.0.2/24 dev eth0 label eth0:x",
        );
        set_up(kernel.here, "ip addr add 192.0.2.1 peer 192.0.2.9/28 dev eth0 metric 5 scope link");
        set_up(
            kernel.here,
            "ip addr add 198.51.100.1/32 dev peer valid_lft 1000 preferred_lft 500 noprefixroute",
        );
        set_up(
            kernel.here,
            "ip addr add 2001:db8::1/64 dev eth0 nodad; ip addr add 2001:db8::2 peer 2001:db8::3 dev eth0",
        );
        let mut ours: Vec<_> = list(kernel, AddressFilter::default())
            .into_iter()
            .map(|address| {
                (
                    address.index,
                    address.local,
                    address.peer,
                    address.prefix_length,
                    address.broadcast.map(|broadcast| broadcast.to_string()),
                    address.label.map(|label| label.to_string()),
                    address.scope.to_string(),
                    (address.preferred.seconds(), address.valid.seconds()),
                    address.metric,
                    address.is_secondary(),
                    address.flags.contains(AddressFlags::NOPREFIXROUTE),
                )
            })
            .collect();
        // `ip` shows each device's IPv4 and IPv6 addresses together.
        ours.sort_by_key(|(index, local, ..)| (*index, local.is_ipv6()));
        assert_eq!(ours.len(), 8);
        if kernel.model.is_none() {
            assert_eq!(ours, told_by_ip());
        }
        let on_eth0 = on(kernel, index);
        assert_eq!(on_eth0.len(), 5);
        assert_eq!(list(kernel, AddressFilter::IPV4).len(), 5);
        assert_eq!(
            list(kernel, AddressFilter { index: Some(index), ..AddressFilter::IPV6 }).len(),
            2
        );
        ours
    });
}

/// What is shown of an address: index, address, peer, prefix length, broadcast, label, scope, lifetimes,
/// metric, whether it is secondary, whether it has no route of its prefix.
type Shown = (
    u32,
    IpAddr,
    Option<IpAddr>,
    u8,
    Option<String>,
    Option<String>,
    String,
    (Option<u32>, Option<u32>),
    u32,
    bool,
    bool,
);

/// Returns what iproute2 shows of Linux' addresses.
fn told_by_ip() -> Vec<Shown> {
    let seen: Value = serde_json::from_str(&sh("ip -d -j addr show")).unwrap();
    let mut expected = Vec::new();
    for device in seen.as_array().unwrap() {
        for address in device.get("addr_info").unwrap().as_array().unwrap() {
            let text = |field: &str| address.get(field).and_then(Value::as_str);
            let number = |field: &str| address.get(field).and_then(Value::as_u64);
            let forever = |field: &str| match number(field) {
                Some(4_294_967_295) | None => None,
                Some(seconds) => Some(seconds as u32),
            };
            expected.push((
                device.get("ifindex").unwrap().as_u64().unwrap() as u32,
                ip(text("local").unwrap()),
                text("address").map(ip),
                number("prefixlen").unwrap() as u8,
                text("broadcast").map(str::to_owned),
                text("label").map(str::to_owned),
                text("scope").unwrap().to_owned(),
                (forever("preferred_life_time"), forever("valid_life_time")),
                number("metric").unwrap_or(0) as u32,
                address.get("secondary").is_some(),
                address.get("noprefixroute").is_some(),
            ));
        }
    }
    expected
}

#[test]
fn an_address_is_added_with_all_that_it_can_have() {
    on_both_in_two(|kernel| {
        let index = eth0(kernel);
        let address = Address {
            peer: Some(ip("192.0.2.9")),
            broadcast: Some(Ipv4Addr::new(192, 0, 2, 15)),
            label: Some(name("eth0:\x1b a/b")),
            scope: Scope::LINK,
            flags: AddressFlags::NOPREFIXROUTE,
            preferred: Lifetime::from_seconds(1000),
            valid: Lifetime::from_seconds(100_000),
            protocol: Some(AddressProtocol(77)),
            metric: 9,
            ..Address::new(index, ip("10.1.2.3"), 28)
        };
        refused(kernel, |rtnetlink| rtnetlink.add_address(&address));
        open(kernel).add_address(&address).unwrap();
        let [added] = on(kernel, index).try_into().unwrap();
        assert!(added.valid.seconds() >= Some(99_000));
        assert_eq!(added, Address { preferred: added.preferred, valid: added.valid, ..address });
        let error = open(kernel).add_address(&address).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::EEXIST));
        assert!(error.to_string().starts_with("RTM_NEWADDR 10.1.2.3/28: File exists"), "{error}");
    });
}

#[test]
fn without_more_an_address_is_permanent_and_labelled_with_the_device_s_name() {
    on_both_in_two(|kernel| {
        let index = eth0(kernel);
        open(kernel).add_address(&Address::new(index, ip("10.0.0.1"), 24)).unwrap();
        open(kernel).add_address(&Address::new(index, ip("10.0.0.2"), 24)).unwrap();
        open(kernel).add_address(&Address::new(index, ip("2001:db8::1"), 64)).unwrap();
        let [first, second, sixth] = on(kernel, index).try_into().unwrap();
        assert_eq!((first.label, first.broadcast), (Some(name("eth0")), None));
        assert_eq!((first.flags, first.valid), (AddressFlags::PERMANENT, Lifetime::FOREVER));
        assert!(!first.is_secondary() && second.is_secondary());
        assert_eq!((sixth.local, sixth.peer, sixth.label), (ip("2001:db8::1"), None, None));
    });
}

#[test]
fn replacing_changes_lifetimes_and_metric_and_keeps_label_and_broadcast() {
    on_both_in_two(|kernel| {
        let index = eth0(kernel);
        let address = Address {
            label: Some(name("eth0:0")),
            broadcast: Some(Ipv4Addr::new(10, 0, 0, 255)),
            ..Address::new(index, ip("10.0.0.1"), 24)
        };
        open(kernel).add_address(&address).unwrap();
        let changed = Address {
            valid: Lifetime::from_seconds(5000),
            preferred: Lifetime::from_seconds(5000),
            metric: 44,
            ..Address::new(index, ip("10.0.0.1"), 24)
        };
        refused(kernel, |rtnetlink| rtnetlink.replace_address(&changed));
        open(kernel).replace_address(&changed).unwrap();
        let [after] = on(kernel, index).try_into().unwrap();
        assert_eq!((after.label, after.broadcast), (address.label, address.broadcast));
        assert_eq!(after.metric, 44);
        assert!(after.valid.seconds() >= Some(4900));
        open(kernel).replace_address(&Address::new(index, ip("10.0.0.7"), 24)).unwrap();
        assert_eq!(on(kernel, index).len(), 2);
    });
}

#[test]
fn deleting_wants_the_same_address_prefix_and_label() {
    on_both_in_two(|kernel| {
        let index = eth0(kernel);
        let mut rtnetlink = open(kernel);
        let address = |local, prefix| Address::new(index, ip(local), prefix);
        let labelled = |label, local| Address { label: Some(name(label)), ..address(local, 24) };
        rtnetlink.add_address(&labelled("eth0:0", "10.0.0.1")).unwrap();
        rtnetlink.add_address(&labelled("eth0:1", "10.0.1.1")).unwrap();
        rtnetlink.add_address(&address("2001:db8::1", 64)).unwrap();
        for wrong in [
            labelled("eth0:1", "10.0.0.1"),
            address("10.0.0.1", 25),
            address("10.0.0.2", 24),
            address("2001:db8::1", 65),
        ] {
            let error = rtnetlink.delete_address(&wrong).unwrap_err();
            assert_eq!(error.errno(), Some(Errno::EADDRNOTAVAIL), "{error}");
        }
        assert_eq!(on(kernel, index).len(), 3);
        refused(kernel, |rtnetlink| rtnetlink.delete_address(&address("10.0.0.1", 24)));
        rtnetlink.delete_address(&address("10.0.0.1", 24)).unwrap();
        rtnetlink.delete_address(&labelled("eth0:1", "10.0.1.1")).unwrap();
        rtnetlink.delete_address(&address("2001:db8::1", 64)).unwrap();
        assert_eq!(on(kernel, index), []);
    });
}

#[test]
fn the_kernel_s_refusals_come_with_their_words() {
    on_both_in_two(|kernel| {
        let index = eth0(kernel);
        let mut rtnetlink = open(kernel);
        let mut errno = |address: Address| rtnetlink.add_address(&address).unwrap_err().errno();
        assert_eq!(errno(Address::new(9999, ip("10.0.0.1"), 24)), Some(Errno::ENODEV));
        assert_eq!(errno(Address::new(index, ip("10.0.0.1"), 33)), Some(Errno::EINVAL));
        assert_eq!(errno(Address::new(index, ip("ff02::1"), 64)), Some(Errno::EADDRNOTAVAIL));
        let ends_before_it_begins = Address {
            preferred: Lifetime::from_seconds(2),
            valid: Lifetime::from_seconds(1),
            ..Address::new(index, ip("10.0.0.1"), 24)
        };
        let error = rtnetlink.add_address(&ends_before_it_begins).unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("RTM_NEWADDR 10.0.0.1/24: Invalid argument ("), "{text}");
        assert!(text.ends_with("address lifetime invalid)"), "{text}");
        // A success that does nothing.
        rtnetlink.add_address(&Address::new(index, ip("0.0.0.0"), 24)).unwrap();
        assert_eq!(on(kernel, index), []);
        let error = rtnetlink.addresses(AddressFilter::device(9999)).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ENODEV));
        assert_eq!(on(kernel, index), []);
    });
}

#[test]
fn a_list_that_changes_while_it_is_read_says_so() {
    on_both_in_two(|kernel| {
        let index = eth0(kernel);
        let mut rtnetlink = open(kernel);
        for host in 1..=1000_u32 {
            let local = Ipv4Addr::from_bits(0x0a00_0000 + host).into();
            rtnetlink.add_address(&Address::new(index, local, 8)).unwrap();
        }
        let mut other = open(kernel);
        let mut visits = 0;
        let consistency = rtnetlink
            .visit_addresses(AddressFilter::IPV4, |_| {
                visits += 1;
                if visits == 1 {
                    other.add_address(&Address::new(index, ip("10.1.0.0"), 8))?;
                }
                Ok(())
            })
            .unwrap();
        assert_eq!(consistency, Consistency::Interrupted);
        assert!(visits >= 1000, "{visits}");
        // Nobody disturbs the next.
        assert_eq!(list(kernel, AddressFilter::IPV4).len(), 1002);
    });
}

#[test]
fn reading_addresses_needs_no_privilege() {
    on_both_in_two(|kernel| {
        let index = eth0(kernel);
        open(kernel).add_address(&Address::new(index, ip("10.0.0.1"), 24)).unwrap();
        let mut unprivileged = Rtnetlink::open(kernel.unprivileged).unwrap();
        let seen = unprivileged.addresses(AddressFilter::device(index)).unwrap();
        assert_eq!(seen.entries, on(kernel, index));
    });
}
