//! Values of every shape, for the tests that write and read them.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::net::IpAddr;

use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_abi::{DeviceFlags, HardwareType};
use ifctl_netlink::*;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

/// Few cases under Miri, which is slow, and no files.
pub fn cases(cases: u32) -> ProptestConfig {
    let cases = if cfg!(miri) { 3 } else { cases };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

pub fn head(kind: MessageType) -> Head {
    Head::request(kind, MessageFlags::CREATE | MessageFlags::ACK, 42)
}

/// Returns the only message in these bytes.
pub fn only(bytes: &[u8]) -> Message<'_> {
    let mut messages = Messages::new(bytes);
    let message = messages.next().expect("there is a message").expect("it is sound");
    assert!(messages.next().is_none(), "there is one message only");
    message
}

pub fn family(v6: bool) -> Family {
    if v6 { Family::INET6 } else { Family::INET }
}

pub fn ip(v6: bool) -> BoxedStrategy<IpAddr> {
    if v6 {
        any::<[u8; 16]>().prop_map(IpAddr::from).boxed()
    } else {
        any::<[u8; 4]>().prop_map(IpAddr::from).boxed()
    }
}

/// A text without NUL; what names and labels are.
pub fn text() -> impl Strategy<Value = Vec<u8>> {
    vec(b'!'..=b'~', 1..16)
}

/// An address and the label that it borrows.
#[derive(Clone, Debug)]
pub struct OwnAddress {
    pub plain: Address<'static>,
    pub label: Option<Vec<u8>>,
}

impl OwnAddress {
    pub fn value(&self) -> Address<'_> {
        Address { label: self.label.as_deref(), ..self.plain }
    }
}

prop_compose! {
    pub fn own_address()(v6 in any::<bool>())(
        v6 in Just(v6),
        (index, prefix_length, scope, flags) in any::<(u32, u8, u8, u32)>(),
        local in of(ip(v6)),
        address in of(ip(v6)),
        broadcast in of(any::<[u8; 4]>()),
        label in of(text()),
        protocol in of(any::<u8>()),
        priority in of(any::<u32>()),
        cache in of(any::<[u32; 4]>()),
    ) -> OwnAddress {
        OwnAddress {
            plain: Address {
                family: family(v6),
                index,
                prefix_length,
                scope: RouteScope(scope),
                flags: AddressFlags::from_bits_retain(flags),
                local,
                address,
                broadcast: broadcast.filter(|_| !v6).map(Into::into),
                label: None,
                protocol: protocol.map(AddressProtocol),
                priority,
                cache_info: cache.map(|[preferred, valid, created, updated]| AddressCacheInfo {
                    preferred, valid, created, updated,
                }),
            },
            label: label.filter(|_| !v6),
        }
    }
}

/// A neighbour and the hardware address that it borrows.
#[derive(Clone, Debug)]
pub struct OwnNeighbour {
    pub plain: Neighbour<'static>,
    pub link_address: Option<Vec<u8>>,
}

impl OwnNeighbour {
    pub fn value(&self) -> Neighbour<'_> {
        Neighbour { link_address: self.link_address.as_deref(), ..self.plain }
    }
}

prop_compose! {
    pub fn own_neighbour()(v6 in any::<bool>())(
        v6 in Just(v6),
        forwarding in any::<bool>(),
        (index, state, flags, kind) in any::<(u32, u16, u8, u8)>(),
        destination in of(ip(v6)),
        link_address in of(vec(any::<u8>(), 0..=32)),
        cache in of(any::<[u32; 4]>()),
        (probes, protocol, extended, master) in
            any::<(Option<u32>, Option<u8>, Option<u32>, Option<u32>)>(),
        (vlan, vni, source_vni, port) in
            any::<(Option<u16>, Option<u32>, Option<u32>, Option<u16>)>(),
        (via_index, link_namespace, next_hop_id) in
            any::<(Option<u32>, Option<i32>, Option<u32>)>(),
    ) -> OwnNeighbour {
        OwnNeighbour {
            plain: Neighbour {
                family: if forwarding { Family::BRIDGE } else { family(v6) },
                index,
                state: NeighbourState::from_bits_retain(state),
                flags: NeighbourFlags::from_bits_retain(flags),
                kind: RouteType(kind),
                destination,
                link_address: None,
                probes,
                cache_info: cache.map(|[confirmed, used, updated, references]| {
                    NeighbourCacheInfo { confirmed, used, updated, references }
                }),
                protocol: protocol.map(RouteProtocol),
                extended_flags: extended.map(NeighbourExtendedFlags::from_bits_retain),
                master,
                vlan,
                vni,
                source_vni,
                port,
                via_index,
                link_namespace,
                next_hop_id,
            },
            link_address,
        }
    }
}

/// A route and the next hops and the name that it borrows.
#[derive(Clone, Debug)]
pub struct OwnRoute {
    pub plain: Route<'static>,
    pub hops: Vec<NextHop>,
    pub congestion_control: Option<Vec<u8>>,
}

impl OwnRoute {
    pub fn value(&self) -> Route<'_> {
        let metrics = match &self.congestion_control {
            Some(name) => self.plain.metrics.with_congestion_control(name),
            None => self.plain.metrics,
        };
        Route { metrics, next_hops: NextHops::new(&self.hops), ..self.plain }
    }
}

prop_compose! {
    fn next_hop()(
        gateway in of(any::<bool>().prop_flat_map(ip)),
        (index, hops, flags, realms) in any::<(u32, u8, u8, Option<u32>)>(),
    ) -> NextHop {
        NextHop { index, hops, flags: NextHopFlags::from_bits_retain(flags), gateway, realms }
    }
}

prop_compose! {
    fn metrics()(metrics in vec((1..18_u16, any::<u32>()), 0..6)) -> Metrics<'static> {
        metrics.into_iter().fold(Metrics::default(), |all, (kind, value)| all.with(kind, value))
    }
}

prop_compose! {
    pub fn own_route()(v6 in any::<bool>())(
        v6 in Just(v6),
        (destination_length, source_length, tos, table) in any::<(u8, u8, u8, u32)>(),
        (protocol, scope, kind, flags) in any::<(u8, u8, u8, u32)>(),
        (destination, source, preferred_source) in (of(ip(v6)), of(ip(v6)), of(ip(v6))),
        gateway in of(any::<bool>().prop_flat_map(ip)),
        (output, input, priority, realms) in
            any::<(Option<u32>, Option<u32>, Option<u32>, Option<u32>)>(),
        (preference, expires, next_hop_id, mark, user) in
            any::<(Option<u8>, Option<u32>, Option<u32>, Option<u32>, Option<u32>)>(),
        cache in of(any::<[u32; 8]>()),
        metrics in metrics(),
        hops in vec(next_hop(), 0..5),
        congestion_control in of(text()),
    ) -> OwnRoute {
        OwnRoute {
            plain: Route {
                family: family(v6),
                destination_length,
                source_length,
                tos,
                table: RouteTable(table.max(1)),
                protocol: RouteProtocol(protocol),
                scope: RouteScope(scope),
                kind: RouteType(kind),
                flags: RtmFlags::from_bits_retain(flags),
                destination,
                source,
                gateway,
                output,
                input,
                priority,
                preferred_source,
                metrics,
                next_hops: NextHops::default(),
                realms,
                cache_info: cache.map(|[a, b, c, d, e, f, g, h]| RouteCacheInfo {
                    references: a,
                    last_use: b,
                    expires: i32::from_ne_bytes(c.to_ne_bytes()),
                    error: d,
                    used: e,
                    id: f,
                    timestamp: g,
                    timestamp_age: h,
                }),
                preference,
                expires,
                next_hop_id,
                mark,
                user,
            },
            hops,
            congestion_control,
        }
    }
}

/// A device and all that it borrows.
#[derive(Clone, Debug)]
pub struct OwnLink {
    pub plain: Link<'static>,
    pub texts: [Option<Vec<u8>>; 4],
    pub addresses: [Option<Vec<u8>>; 3],
    pub names: Vec<Vec<u8>>,
    pub kind: OwnKind,
}

#[derive(Clone, Debug)]
pub enum OwnKind {
    None,
    Plain(LinkKind<'static>),
    Veth { plain: Peer<'static>, name: Option<Vec<u8>>, address: Option<Vec<u8>> },
    Other { kind: Vec<u8>, data: Option<Vec<u8>> },
}

impl OwnLink {
    /// Calls the test with the device, whose names are borrowed from a list of this call.
    pub fn with<T>(&self, test: impl FnOnce(&Link<'_>) -> T) -> T {
        let names: Vec<&[u8]> = self.names.iter().map(Vec::as_slice).collect();
        let [name, description, discipline, port_kind] = &self.texts;
        let [address, broadcast, permanent] = &self.addresses;
        let kind = match &self.kind {
            OwnKind::None => None,
            OwnKind::Plain(kind) => Some(*kind),
            OwnKind::Veth { plain, name, address } => Some(LinkKind::Veth(Some(Peer {
                name: name.as_deref(),
                address: address.as_deref(),
                ..*plain
            }))),
            OwnKind::Other { kind, data } => Some(LinkKind::Other { kind, data: data.as_deref() }),
        };
        test(&Link {
            name: name.as_deref(),
            description: description.as_deref(),
            queueing_discipline: discipline.as_deref(),
            port_kind: port_kind.as_deref(),
            address: address.as_deref(),
            broadcast: broadcast.as_deref(),
            permanent_address: permanent.as_deref(),
            alternative_names: Names::new(&names),
            kind,
            ..self.plain.clone()
        })
    }
}

prop_compose! {
    fn bridge()(
        (forward_delay, hello_time, max_age, ageing_time) in
            any::<(Option<u32>, Option<u32>, Option<u32>, Option<u32>)>(),
        (stp_state, priority, vlan_filtering, vlan_protocol) in
            any::<(Option<u32>, Option<u16>, Option<bool>, Option<u16>)>(),
    ) -> Bridge {
        Bridge {
            forward_delay, hello_time, max_age, ageing_time,
            stp_state, priority, vlan_filtering, vlan_protocol,
        }
    }
}

prop_compose! {
    fn vxlan()(
        (id, link, ageing, limit) in any::<(Option<u32>, Option<u32>, Option<u32>, Option<u32>)>(),
        (ttl, tos, learning, port) in any::<(Option<u8>, Option<u8>, Option<bool>, Option<u16>)>(),
        source_ports in any::<Option<(u16, u16)>>(),
        group in of(any::<bool>().prop_flat_map(ip)),
        local in of(any::<bool>().prop_flat_map(ip)),
    ) -> Vxlan {
        Vxlan { id, group, link, local, ttl, tos, learning, ageing, limit, source_ports, port }
    }
}

prop_compose! {
    fn veth()(
        (index, flags, change) in any::<(i32, u32, u32)>(),
        (mtu, namespace_process, namespace_descriptor) in
            any::<(Option<u32>, Option<u32>, Option<u32>)>(),
        name in of(text()),
        address in of(vec(any::<u8>(), 0..=32)),
    ) -> OwnKind {
        let plain = Peer {
            index,
            flags: DeviceFlags::from_bits_retain(flags),
            change: DeviceFlags::from_bits_retain(change),
            name: None,
            address: None,
            mtu,
            namespace_process,
            namespace_descriptor,
        };
        OwnKind::Veth { plain, name, address }
    }
}

pub fn own_kind() -> impl Strategy<Value = OwnKind> {
    let tun = any::<(Option<u8>, Option<u32>, Option<u32>, [Option<bool>; 4])>();
    let plain = prop_oneof![
        Just(LinkKind::Veth(None)),
        Just(LinkKind::Dummy),
        Just(LinkKind::Ifb),
        bridge().prop_map(LinkKind::Bridge),
        vxlan().prop_map(LinkKind::Vxlan),
        any::<(Option<u16>, Option<u16>, Option<(u32, u32)>)>().prop_map(
            |(id, protocol, flags)| {
                let flags = flags.map(|(flags, mask)| VlanFlags { flags, mask });
                LinkKind::Vlan(Vlan { id, protocol, flags })
            }
        ),
        any::<(Option<u32>, Option<u16>)>().prop_map(|(mode, flags)| {
            LinkKind::Macvlan(Macvlan { mode: mode.map(MacvlanMode), flags })
        }),
        tun.prop_map(|(kind, owner, group, [pi, vnet, persist, multi])| LinkKind::Tun(Tun {
            kind,
            owner,
            group,
            packet_information: pi,
            vnet_header: vnet,
            persist,
            multi_queue: multi,
        })),
    ];
    prop_oneof![
        Just(OwnKind::None),
        plain.prop_map(OwnKind::Plain),
        veth(),
        (vec(b'A'..=b'Z', 1..16), of(vec(any::<u8>(), 0..40)))
            .prop_map(|(kind, data)| OwnKind::Other { kind, data }),
    ]
}

prop_compose! {
    fn plain_link()(
        (family, index, hardware_type, flags, change) in any::<(u8, i32, u16, u32, u32)>(),
        numbers in any::<[Option<u32>; 16]>(),
        (operational_state, link_mode, link_namespace) in
            any::<(Option<u8>, Option<u8>, Option<i32>)>(),
        (carrier, protocol_down) in any::<(Option<bool>, Option<bool>)>(),
        map in any::<Option<(u64, u64, u64, u16, u8, u8)>>(),
        stats in any::<Option<(u64, u64, u32)>>(),
    ) -> Link<'static> {
        let [
            tx_queue_length, mtu, least_mtu, greatest_mtu, group, promiscuity, all_multicast,
            tx_queues, rx_queues, link, master, carrier_changes, carrier_up_count,
            carrier_down_count, namespace_process, namespace_descriptor,
        ] = numbers;
        Link {
            family: Family(family),
            index,
            hardware_type: HardwareType(hardware_type),
            flags: DeviceFlags::from_bits_retain(flags),
            change: DeviceFlags::from_bits_retain(change),
            tx_queue_length, mtu, least_mtu, greatest_mtu, group, promiscuity, all_multicast,
            tx_queues, rx_queues, link, master, carrier_changes, carrier_up_count,
            carrier_down_count, namespace_process, namespace_descriptor,
            operational_state: operational_state.map(OperationalState),
            link_mode: link_mode.map(LinkMode),
            link_namespace,
            carrier,
            protocol_down,
            map: map.map(|(mem_start, mem_end, base_addr, irq, dma, port)| LinkMap {
                mem_start, mem_end, base_addr, irq, dma, port, padding: [0; 4],
            }),
            stats64: stats.map(|(first, last, _)| LinkStats64 {
                rx_packets: first,
                rx_otherhost_dropped: last,
                ..LinkStats64::default()
            }),
            stats: stats.map(|(_, _, rx_nohandler)| LinkStats {
                rx_nohandler,
                ..LinkStats::default()
            }),
            ..Link::default()
        }
    }
}

prop_compose! {
    pub fn own_link()(
        plain in plain_link(),
        texts in proptest::array::uniform4(of(text())),
        addresses in proptest::array::uniform3(of(vec(any::<u8>(), 0..=32))),
        names in vec(text(), 0..4),
        kind in own_kind(),
    ) -> OwnLink {
        OwnLink { plain, texts, addresses, names, kind }
    }
}
