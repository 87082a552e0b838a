//! `ifctl aliases`, on the real kernel in private namespaces.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod tool;

use ifctl_conformance::private;
use insta::assert_snapshot;
use tool::{ifctl, ordinary, script};

#[test]
fn the_howto_s_aliases_give_the_howto_s_texts() {
    private(|| {
        script("ip link add eth0 type veth peer name far");
        for line in ["eth0 172.16.3.1", "eth0:0 172.16.3.10", "eth0:1 172.16.3.100"] {
            assert_eq!(ifctl(&format!("ioctl SIOCSIFADDR {line}")).to_string(), "");
            assert_eq!(
                ifctl(&format!(
                    "ioctl SIOCSIFNETMASK {} 255.255.255.0",
                    &line[..line.find(' ').unwrap()]
                ))
                .to_string(),
                ""
            );
        }
        assert_snapshot!(ifctl("aliases"), @r"
        device         family    address
        eth0:0           2      172.16.3.10
        eth0:1           2      172.16.3.100
        ");
        assert_snapshot!(ifctl("aliases --types"), @r"
        type    name            n_attach
        2       ip              2
        ");
        assert_eq!(ordinary("aliases"), ifctl("aliases"), "no privilege is needed");

        ifctl("ioctl SIOCSIFFLAGS eth0:0 0");
        assert_snapshot!(ifctl("aliases"), @r"
        device         family    address
        eth0:1           2      172.16.3.100
        ");
        assert!(ifctl("aliases --types").stdout.ends_with("\n2       ip              1\n"));
    });
}

#[test]
fn without_aliases_the_headers_stand_alone() {
    private(|| {
        script("ip link set lo up; ip addr add 10.0.0.1/8 dev lo");
        assert_snapshot!(ifctl("aliases"), @"device         family    address");
        assert_snapshot!(ifctl("aliases --types"), @r"
        type    name            n_attach
        2       ip              0
        ");
    });
}

#[test]
fn a_hostile_label_is_escaped() {
    private(|| {
        script(
            r#"ip link add eth0 type veth peer name far
            ip addr add 10.0.0.1/24 dev eth0 label "eth0:$(printf '\033[2J\377')""#,
        );
        assert_snapshot!(ifctl("aliases"), @r"
        device         family    address
        eth0:\x1b[2J\xff 2      10.0.0.1
        ");
    });
}

#[test]
fn the_help_has_examples() {
    let help = ifctl("aliases --help").stdout;
    assert!(help.contains("Examples:") && help.contains("/proc/net/alias_types"), "{help}");
}
