//! Devices through rtnetlink, on the kernel that the tests run on and on the model.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod rtnetlink;

use ifctl_conformance::{Setting, ip as set_up, on_both_in_two, on_linux, private, sh, try_sh};
use ifctl_netdevice::host::NetworkNamespace;
use ifctl_netdevice::{
    Bridge, Consistency, Device, DeviceFlags, DeviceName, Errno, Error, HardwareAddress,
    HardwareType, Kernel, LinkKind, LinkSpec, MacvlanMode, OperationalState, Peer, Rtnetlink,
    Statistics, Vxlan,
};
use rtnetlink::open;
use serde_json::Value;
use std::os::fd::AsFd;
use std::time::Duration;

fn name(name: &str) -> DeviceName {
    name.parse().unwrap()
}

fn veth(rtnetlink: &mut Rtnetlink) -> Device {
    let kind = LinkKind::Veth(Peer::named(name("peer")));
    rtnetlink.add_device(&LinkSpec::new(name("eth0"), kind)).unwrap();
    rtnetlink.device_named(b"eth0").unwrap()
}

/// Returns what `ip -d -j link show` has for this device.
fn ip(device: &str) -> Value {
    let text = sh(&format!("ip -d -s -j link show dev {device}"));
    let list: Value = serde_json::from_str(&text).unwrap();
    list.get(0).unwrap().clone()
}

/// Proves that a caller without privilege is refused, and nothing changed.
fn refused(kernel: &Setting<'_>, change: impl Fn(&mut Rtnetlink) -> Result<(), Error> + Sync) {
    let before = settings(kernel.here);
    let error = change(&mut Rtnetlink::open(kernel.unprivileged).unwrap()).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::EPERM), "{error}");
    assert_eq!(settings(kernel.here), before);
}

/// Returns the devices without what the kernel changes by itself: counters, and the states that follow
/// a carrier a moment later.
fn settings(kernel: &dyn Kernel) -> Vec<Device> {
    let mut devices = Rtnetlink::open(kernel).unwrap().devices().unwrap().entries;
    for device in &mut devices {
        device.statistics = Statistics::default();
        device.operational_state = OperationalState::default();
        device.flags -= DeviceFlags::RUNNING | DeviceFlags::LOWER_UP;
        device.carrier = None;
        device.queueing_discipline = None;
    }
    devices
}

#[test]
fn a_list_of_devices_agrees_with_ip() {
    on_both_in_two(|kernel| {
        set_up(
            kernel.here,
            "ip link add eth0 type veth peer name peer; ip link add br0 type bridge",
        );
        set_up(
            kernel.here,
            "ip link set eth0 master br0 mtu 1400 txqueuelen 77 alias 'a cable' up",
        );
        set_up(
            kernel.here,
            "ip link set peer address 02:00:00:00:00:07 up; ip link set br0 up promisc on",
        );
        set_up(
            kernel.here,
            "ip link property add dev eth0 altname a-name-of-more-than-fifteen-bytes",
        );
        // Linux lets the states follow carriers up to a second later.
        while open(kernel).device_named(b"br0").unwrap().operational_state != OperationalState::UP
            || open(kernel).device_named(b"peer").unwrap().operational_state != OperationalState::UP
        {
            std::thread::sleep(Duration::from_millis(10));
        }
        let list = open(kernel).devices().unwrap();
        assert_eq!(list.consistency, Consistency::Consistent);
        let names: Vec<_> = list.entries.iter().map(|device| device.name.to_string()).collect();
        assert_eq!(names, ["lo", "peer", "eth0", "br0"]);
        // iproute2 asks Linux.
        for device in list.entries.iter().filter(|_| kernel.model.is_none()) {
            let seen = ip(&device.name.to_string());
            let field = |name| seen.get(name).unwrap();
            assert_eq!(field("ifindex"), device.index);
            assert_eq!(field("mtu"), device.mtu);
            assert_eq!(field("txqlen"), device.tx_queue_length);
            assert_eq!(field("address"), &Value::from(device.hardware.to_string()));
            assert_eq!(field("broadcast"), &Value::from(device.hardware_broadcast.to_string()));
            assert_eq!(field("promiscuity"), device.promiscuity);
            assert_eq!(field("qdisc").as_str(), device.queueing_discipline.as_deref());
            let is_flag =
                |flag: &str| field("flags").as_array().unwrap().iter().any(|seen| seen == flag);
            assert_eq!(is_flag("UP"), device.flags.contains(DeviceFlags::UP));
            assert_eq!(is_flag("LOWER_UP"), device.flags.contains(DeviceFlags::LOWER_UP));
            assert_eq!(is_flag("LOOPBACK"), device.flags.contains(DeviceFlags::LOOPBACK));
            assert_eq!(is_flag("PROMISC"), device.flags.contains(DeviceFlags::PROMISC));
            assert_eq!(
                seen.pointer("/linkinfo/info_kind").and_then(Value::as_str),
                device.kind.as_deref()
            );
            // The kernel sends packets of its own between one look at the counters and the other.
            let later = open(kernel).device(device.index).unwrap().statistics.tx_bytes;
            let bytes = seen.pointer("/stats64/tx/bytes").unwrap().as_u64().unwrap();
            assert!((device.statistics.tx_bytes..=later).contains(&bytes));
        }
        let [lo, peer, eth0, br0] = list.entries.try_into().unwrap();
        assert_eq!((lo.kind, lo.hardware.kind()), (None, HardwareType::LOOPBACK));
        assert_eq!(peer.hardware, "02:00:00:00:00:07".parse().unwrap());
        assert_eq!((eth0.link, peer.link), (Some(peer.index), Some(eth0.index)));
        assert_eq!((eth0.master, eth0.carrier), (Some(br0.index), Some(true)));
        assert_eq!(eth0.description.as_deref(), Some(&b"a cable"[..]));
        assert_eq!(eth0.alternative_names, [Box::from(&b"a-name-of-more-than-fifteen-bytes"[..])]);
        assert_eq!(peer.operational_state, OperationalState::UP);
        assert_eq!((eth0.minimum_mtu, eth0.maximum_mtu), (Some(68), Some(65535)));
    });
}

#[test]
fn one_device_is_found_by_index_by_name_and_by_alternative_name() {
    on_both_in_two(|kernel| {
        let mut rtnetlink = open(kernel);
        let eth0 = veth(&mut rtnetlink);
        set_up(
            kernel.here,
            "ip link property add dev eth0 altname short altname a-name-of-more-than-fifteen-bytes",
        );
        assert_eq!(rtnetlink.device(eth0.index).unwrap().name, name("eth0"));
        assert_eq!(rtnetlink.device_named(b"short").unwrap().index, eth0.index);
        let long = rtnetlink.device_named(b"a-name-of-more-than-fifteen-bytes").unwrap();
        assert_eq!(long.index, eth0.index);
        for absent in [&b"eth0:0"[..], b"nosuch", b"another-name-of-more-than-fifteen"] {
            let error = rtnetlink.device_named(absent).unwrap_err();
            assert_eq!(error.errno(), Some(Errno::ENODEV), "{error}");
        }
        let error = rtnetlink.device(9999).unwrap_err();
        assert_eq!(error.to_string(), "RTM_GETLINK device 9999: No such device");
        assert_eq!(rtnetlink.device(0).unwrap_err().errno(), Some(Errno::EINVAL));
    });
}

#[test]
fn a_cable_s_other_end_can_be_in_another_namespace() {
    // Linux alone: a model has no descriptors of namespaces. `conformance` moves devices on both.
    private(|| {
        on_linux(|kernel| {
            let here = NetworkNamespace::current().unwrap();
            let outside = NetworkNamespace::unshare().unwrap();
            here.enter().unwrap();
            let peer = Peer {
                mtu: Some(1300),
                hardware: Some(HardwareAddress::ethernet([2, 0, 0, 0, 0, 9])),
                namespace: Some(outside.as_fd()),
                ..Peer::named(name("outside"))
            };
            let spec = LinkSpec {
                is_up: true,
                mtu: Some(1300),
                tx_queue_length: Some(50),
                hardware: Some(HardwareAddress::ethernet([2, 0, 0, 0, 0, 8])),
                index: Some(42),
                ..LinkSpec::new(name("eth0"), LinkKind::Veth(peer))
            };
            let mut rtnetlink = open(kernel);
            rtnetlink.add_device(&spec).unwrap();
            let eth0 = rtnetlink.device_named(b"eth0").unwrap();
            assert_eq!((eth0.index, eth0.mtu, eth0.tx_queue_length), (42, 1300, 50));
            assert_eq!(eth0.hardware, "02:00:00:00:00:08".parse().unwrap());
            assert!(eth0.flags.contains(DeviceFlags::UP), "{:?}", eth0.flags);
            assert_eq!(rtnetlink.devices().unwrap().entries.len(), 2);
            outside.enter().unwrap();
            let far = open(kernel).device_named(b"outside").unwrap();
            assert_eq!((far.mtu, far.hardware), (1300, "02:00:00:00:00:09".parse().unwrap()));
            open(kernel)
                .change_device_flags(far.index, DeviceFlags::UP, DeviceFlags::empty())
                .unwrap();
            let eth0 = rtnetlink.device(42).unwrap();
            assert!(eth0.flags.contains(DeviceFlags::LOWER_UP), "{:?}", eth0.flags);
            refused(kernel, |rtnetlink| {
                let kind = LinkKind::Veth(Peer::named(name("b")));
                rtnetlink.add_device(&LinkSpec::new(name("a"), kind))
            });
        })
    });
}

#[test]
fn bridge_macvlan_vxlan_and_ifb_are_made_as_ip_makes_them() {
    on_both_in_two(|kernel| {
        let is_linux = kernel.model.is_none();
        let mut rtnetlink = open(kernel);
        let eth0 = veth(&mut rtnetlink);
        let bridge = Bridge { stp_state: Some(1), forward_delay: Some(400), ..Bridge::default() };
        rtnetlink.add_device(&LinkSpec::new(name("br0"), LinkKind::Bridge(bridge))).unwrap();
        if is_linux {
            let seen = ip("br0");
            assert_eq!(seen.pointer("/linkinfo/info_data/forward_delay").unwrap(), 400);
            assert_eq!(seen.pointer("/linkinfo/info_data/stp_state").unwrap(), 1);
        }
        let macvlan = LinkSpec {
            link: Some(eth0.index),
            ..LinkSpec::new(name("mv0"), LinkKind::Macvlan(Some(MacvlanMode::BRIDGE)))
        };
        rtnetlink.add_device(&macvlan).unwrap();
        if is_linux {
            let seen = ip("mv0");
            assert_eq!(seen.pointer("/linkinfo/info_data/mode").unwrap(), "bridge");
            assert_eq!(seen.get("link").unwrap(), "eth0");
        }
        let vxlan = Vxlan {
            id: Some(42),
            group: Some([192, 0, 2, 1].into()),
            local: Some([192, 0, 2, 2].into()),
            port: Some(4789),
            ..Vxlan::default()
        };
        rtnetlink.add_device(&LinkSpec::new(name("vx0"), LinkKind::Vxlan(vxlan))).unwrap();
        if is_linux {
            let seen = ip("vx0");
            let data = |field: &str| seen.pointer(&format!("/linkinfo/info_data/{field}")).unwrap();
            assert_eq!((data("id"), data("port")), (&Value::from(42), &Value::from(4789)));
            assert_eq!((data("remote"), data("local")), (&"192.0.2.1".into(), &"192.0.2.2".into()));
        }
        rtnetlink.add_device(&LinkSpec::new(name("ifb7"), LinkKind::Ifb)).unwrap();
        assert_eq!(rtnetlink.device_named(b"ifb7").unwrap().kind.as_deref(), Some("ifb"));
        rtnetlink.add_device(&LinkSpec::new(name("br%d"), LinkKind::Other("bridge"))).unwrap();
        assert_eq!(rtnetlink.device_named(b"br1").unwrap().kind.as_deref(), Some("bridge"));
        kinds(kernel)
    });
}

/// Returns what messages tell of the kinds of devices, with their settings; the times that run apart.
fn kinds(kernel: &Setting<'_>) -> Vec<String> {
    let mut told = Vec::new();
    open(kernel)
        .visit_devices(|message| {
            let kind = message.info().map(|info| info.value().unwrap());
            told.push(format!("{:?} {kind:?}", LinkSpec::like(message).is_some()));
            Ok(())
        })
        .unwrap();
    told
}

#[test]
fn a_kind_that_the_kernel_has_not_is_refused_in_the_kernel_s_words() {
    on_both_in_two(|kernel| {
        let mut rtnetlink = open(kernel);
        let eth0 = veth(&mut rtnetlink);
        let vlan = LinkSpec {
            link: Some(eth0.index),
            ..LinkSpec::new(name("vlan5"), LinkKind::Vlan { id: 5, protocol: None })
        };
        let dummy = LinkSpec::new(name("dummy0"), LinkKind::Dummy);
        // A kernel that has them makes them; one that has not says so. Both are what `ip` gets.
        for (spec, line) in [
            (vlan, "ip link add link eth0 name vlan6 type vlan id 6"),
            (dummy, "ip link add dummy1 type dummy"),
        ] {
            // iproute2 asks Linux, which the model is made like.
            let peer = kernel.model.is_none().then(|| try_sh(line));
            let name = spec.name.unwrap();
            match rtnetlink.add_device(&spec) {
                Ok(()) => {
                    if let Some(peer) = &peer {
                        assert_eq!(peer.status, 0, "{line}: {}", peer.stderr);
                    }
                    let made = rtnetlink.device_named(name.as_bytes()).unwrap();
                    let kind = made.kind.unwrap();
                    assert!(line.contains(&format!("type {kind}")), "{kind}");
                    if kind == "vlan" && kernel.model.is_none() {
                        let seen = ip("vlan5");
                        assert_eq!(seen.pointer("/linkinfo/info_data/id").unwrap(), 5);
                        assert_eq!(seen.get("link").unwrap(), "eth0");
                    }
                }
                Err(error) => {
                    if let Some(peer) = &peer {
                        assert_eq!(peer.stderr, "Error: Unknown device type.\n");
                    }
                    assert_eq!(
                        error.to_string(),
                        format!(
                            "RTM_NEWLINK {name}: Operation not supported (Unknown device type)"
                        )
                    );
                }
            }
        }
        let nonsense = LinkSpec::new(name("x"), LinkKind::Other("nonsense"));
        let error = rtnetlink.add_device(&nonsense).unwrap_err();
        assert_eq!(
            error.to_string(),
            "RTM_NEWLINK x: Operation not supported (Unknown device type)"
        );
    });
}

#[test]
fn a_taken_name_a_bad_name_and_lo_s_deletion_are_refused() {
    on_both_in_two(|kernel| {
        let mut rtnetlink = open(kernel);
        veth(&mut rtnetlink);
        let bridge = |text| LinkSpec::new(name(text), LinkKind::Bridge(Bridge::default()));
        for (text, errno) in [("eth0", Errno::EEXIST), ("a b", Errno::EINVAL), ("", Errno::EINVAL)]
        {
            let error = rtnetlink.add_device(&bridge(text)).unwrap_err();
            assert_eq!(error.errno(), Some(errno), "{error}");
        }
        assert_eq!(rtnetlink.delete_device(1).unwrap_err().errno(), Some(Errno::EOPNOTSUPP));
        assert_eq!(rtnetlink.delete_device(9999).unwrap_err().errno(), Some(Errno::ENODEV));
        // No index is no device, also where there is one of the new name.
        let error = rtnetlink.rename_device(0, name("eth0")).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ENODEV));
    });
}

#[test]
fn deleting_one_end_of_a_cable_deletes_both_and_needs_privilege() {
    on_both_in_two(|kernel| {
        let mut rtnetlink = open(kernel);
        let eth0 = veth(&mut rtnetlink);
        refused(kernel, |rtnetlink| rtnetlink.delete_device(eth0.index));
        rtnetlink.delete_device(eth0.index).unwrap();
        assert_eq!(rtnetlink.devices().unwrap().entries.len(), 1);
    });
}

#[test]
fn flags_change_by_mask_and_the_others_stay() {
    on_both_in_two(|kernel| {
        let mut rtnetlink = open(kernel);
        let eth0 = veth(&mut rtnetlink);
        let (up, promisc) = (DeviceFlags::UP, DeviceFlags::PROMISC);
        refused(kernel, |rtnetlink| {
            rtnetlink.change_device_flags(eth0.index, up, DeviceFlags::empty())
        });
        rtnetlink.change_device_flags(eth0.index, up | promisc, DeviceFlags::empty()).unwrap();
        let flags = rtnetlink.device(eth0.index).unwrap().flags;
        assert!(flags.contains(up | promisc | DeviceFlags::MULTICAST), "{flags:?}");
        rtnetlink.change_device_flags(eth0.index, DeviceFlags::NOARP, promisc).unwrap();
        let flags = rtnetlink.device(eth0.index).unwrap().flags;
        assert!(flags.contains(up | DeviceFlags::NOARP | DeviceFlags::MULTICAST), "{flags:?}");
        assert!(!flags.contains(promisc), "{flags:?}");
        // Nothing asked is nothing done: not "all flags off".
        let (before, none) = (flags, DeviceFlags::empty());
        rtnetlink.change_device_flags(eth0.index, none, none).unwrap();
        assert_eq!(rtnetlink.device(eth0.index).unwrap().flags, before);
    });
}

#[test]
fn mtu_name_master_queue_length_and_address_are_set_and_need_privilege() {
    on_both_in_two(|kernel| {
        let mut rtnetlink = open(kernel);
        let eth0 = veth(&mut rtnetlink).index;
        let bridge = LinkSpec::new(name("br0"), LinkKind::Bridge(Bridge::default()));
        rtnetlink.add_device(&bridge).unwrap();
        let br0 = rtnetlink.device_named(b"br0").unwrap().index;
        let hardware = HardwareAddress::ethernet([2, 0, 0, 0, 0, 5]);
        refused(kernel, |rtnetlink| rtnetlink.set_device_mtu(eth0, 1280));
        refused(kernel, |rtnetlink| rtnetlink.rename_device(eth0, name("uplink")));
        refused(kernel, |rtnetlink| rtnetlink.set_device_master(eth0, Some(br0)));
        refused(kernel, |rtnetlink| rtnetlink.set_device_tx_queue_length(eth0, 7));
        refused(kernel, |rtnetlink| rtnetlink.set_device_address(eth0, &hardware));
        rtnetlink.set_device_mtu(eth0, 1280).unwrap();
        rtnetlink.rename_device(eth0, name("uplink")).unwrap();
        rtnetlink.set_device_master(eth0, Some(br0)).unwrap();
        rtnetlink.set_device_tx_queue_length(eth0, 7).unwrap();
        rtnetlink.set_device_address(eth0, &hardware).unwrap();
        let device = rtnetlink.device(eth0).unwrap();
        assert_eq!((device.mtu, device.name), (1280, name("uplink")));
        assert_eq!((device.master, device.tx_queue_length), (Some(br0), 7));
        assert_eq!(device.hardware, hardware);
        rtnetlink.set_device_master(eth0, None).unwrap();
        assert_eq!(rtnetlink.device(eth0).unwrap().master, None);
        let error = rtnetlink.set_device_mtu(eth0, 67).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("RTM_NEWLINK device {eth0}: Invalid argument (mtu less than device minimum)")
        );
        let error = rtnetlink.set_device_mtu(9999, 1500).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ENODEV), "a change must not make a device");
    });
}

#[test]
fn a_device_moves_into_another_namespace_and_needs_privilege() {
    // Linux alone: a model has no descriptors of namespaces. `conformance` moves devices on both.
    private(|| {
        on_linux(|kernel| {
            let here = NetworkNamespace::current().unwrap();
            let elsewhere = NetworkNamespace::unshare().unwrap();
            here.enter().unwrap();
            let mut rtnetlink = open(kernel);
            let eth0 = veth(&mut rtnetlink).index;
            refused(kernel, |rtnetlink| rtnetlink.move_device(eth0, elsewhere.as_fd()));
            rtnetlink.move_device(eth0, elsewhere.as_fd()).unwrap();
            assert_eq!(rtnetlink.device_named(b"eth0").unwrap_err().errno(), Some(Errno::ENODEV));
            let peer = rtnetlink.device_named(b"peer").unwrap();
            assert_eq!(peer.link, Some(eth0));
            assert!(peer.link_namespace.is_some());
            elsewhere.enter().unwrap();
            assert!(open(kernel).device_named(b"eth0").is_ok());
        })
    });
}

#[test]
fn reading_devices_needs_no_privilege() {
    on_both_in_two(|kernel| {
        veth(&mut open(kernel));
        let all = settings(kernel.here);
        assert_eq!(settings(kernel.unprivileged), all);
    });
}

#[test]
fn a_visitor_sees_each_device_once_and_its_error_leaves_the_connection_usable() {
    on_both_in_two(|kernel| {
        let mut rtnetlink = open(kernel);
        veth(&mut rtnetlink);
        let mut seen = Vec::new();
        let consistency = rtnetlink
            .visit_devices(|message| {
                seen.extend(message.name().map(<[u8]>::to_vec));
                Ok(())
            })
            .unwrap();
        assert_eq!(consistency, Consistency::Consistent);
        assert_eq!(seen, [b"lo".to_vec(), b"peer".to_vec(), b"eth0".to_vec()]);
        let stop = Error::AnswerLost { operation: "a test" };
        let mut visits = 0;
        let error = rtnetlink.visit_devices(|_| {
            visits += 1;
            Err(stop.clone())
        });
        assert_eq!((error, visits), (Err(stop), 1));
        assert_eq!(rtnetlink.devices().unwrap().entries.len(), 3);
    });
}
