//! What the tests of `ifctl show` share: devices to be shown, and documents that the schema allows.
#![allow(dead_code, reason = "each test file uses its part")]

use crate::tool::{ifctl, script, settle};
use serde_json::Value;

pub(crate) const SCHEMA: &str = include_str!("../../schema/show.schema.json");

/// eth0, up, with a bit of everything; its peer `far` is a port of the bridge br0.
pub(crate) fn set_up() {
    script(
        "sysctl -qw net.ipv6.conf.default.accept_dad=0
        ip link set lo up
        ip link add eth0 address 02:00:00:00:00:01 type veth peer name far address 02:00:00:00:00:02
        ip link set far up
        ip link set eth0 up promisc on alias uplink
        ip link property add dev eth0 altname an-alternative-name
        ip link add br0 address 02:00:00:00:00:03 type bridge
        ip link set far master br0
        ip addr add 172.16.3.1/24 brd 172.16.3.255 dev eth0
        ip addr add 172.16.3.10/24 brd + dev eth0 label eth0:0
        ip addr add 10.9.0.1 peer 10.9.0.2/32 dev eth0 label eth0:1
        ip addr add 2001:db8::1/64 dev eth0 preferred_lft 0
        ip route add default via 172.16.3.200
        ip route add 198.51.100.0/24 nexthop via 172.16.3.201 weight 2 nexthop via 172.16.3.202
        ip route add unreachable 192.0.2.0/24 metric 7
        ip route add local 203.0.113.0/24 dev lo
        ip route add 198.51.100.9 via 172.16.3.200 mtu 1400 table 77",
    );
    settle(2);
}

/// Runs the program, which must print one document that the committed schema allows.
pub(crate) fn json(line: &str) -> Value {
    let run = ifctl(line);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{line}");
    let document = run.stdout.strip_suffix('\n').expect("a newline at the end");
    assert!(!document.contains('\n'), "one line");
    let document = serde_json::from_str(document).unwrap();
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let mut faults = Vec::new();
    check(&schema, &schema, &document, "$", &mut faults);
    assert!(faults.is_empty(), "{line}: {faults:#?}");
    document
}

/// Checks a value against the part of JSON Schema that the schema uses; what the schema does not name is
/// a fault, too.
pub(crate) fn check(
    root: &Value,
    schema: &Value,
    value: &Value,
    path: &str,
    faults: &mut Vec<String>,
) {
    let known = [
        "$schema",
        "$defs",
        "$ref",
        "title",
        "description",
        "type",
        "properties",
        "required",
        "items",
        "enum",
        "format",
        "minimum",
        "maximum",
    ];
    for key in schema.as_object().unwrap().keys() {
        assert!(known.contains(&key.as_str()), "the check does not know {key}");
    }
    if let Some(reference) = schema["$ref"].as_str() {
        let target =
            root.pointer(reference.strip_prefix('#').unwrap()).expect("what is referred to");
        return check(root, target, value, path, faults);
    }
    let is = |kind: &str| match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "null" => value.is_null(),
        other => panic!("the check does not know the type {other}"),
    };
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(|kind| kind.as_str().unwrap()).collect(),
        kind => vec![kind.as_str().unwrap()],
    };
    if !kinds.iter().any(|kind| is(kind)) {
        faults.push(format!("{path}: {value} is no {}", kinds.join(" or ")));
        return;
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        faults.push(format!("{path}: {value} is none of {words:?}"));
    }
    if let (Some(number), Some(least)) = (value.as_i64(), schema["minimum"].as_i64())
        && number < least
    {
        faults.push(format!("{path}: {number} is less than {least}"));
    }
    if let (Some(number), Some(most)) = (value.as_i64(), schema["maximum"].as_i64())
        && number > most
    {
        faults.push(format!("{path}: {number} is more than {most}"));
    }
    if let Some(text) = value.as_str() {
        let fits = match schema["format"].as_str() {
            Some("ip") => text.parse::<std::net::IpAddr>().is_ok(),
            Some("ipv4") => text.parse::<std::net::Ipv4Addr>().is_ok(),
            _ => true,
        };
        if !fits {
            faults.push(format!("{path}: {text} is of another format"));
        }
    }
    if let Some(fields) = value.as_object() {
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap();
            if !fields.contains_key(name) {
                faults.push(format!("{path}: {name} is missing"));
            }
        }
        for (name, value) in fields {
            match schema["properties"].get(name) {
                Some(schema) => check(root, schema, value, &format!("{path}.{name}"), faults),
                None => faults.push(format!("{path}: {name} is unknown")),
            }
        }
    }
    for (i, value) in value.as_array().into_iter().flatten().enumerate() {
        check(root, &schema["items"], value, &format!("{path}[{i}]"), faults);
    }
}
