//! `ifctl completions`: what the scripts offer, asked in the real shells where they are installed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod tool;

use ifctl_conformance::{peer, private, sh};
use std::io::Write;
use std::process::{Command, Stdio};
use tool::{IFCTL, ifctl};

/// Asks a bash, in the caller's namespaces, what it offers at the end of each of these lines.
fn offered(lines: &[&str]) -> Vec<Vec<String>> {
    // As bash calls what `complete -F` names; its own parting of the words is not what counts.
    let ask = "
        eval \"$($IFCTL completions bash)\"
        while IFS= read -r COMP_LINE; do
            COMP_POINT=${#COMP_LINE}
            read -ra COMP_WORDS <<<\"$COMP_LINE\"
            [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            function=$(complete -p ${COMP_WORDS[0]##*/} | sed 's/.*-F \\([^ ]*\\).*/\\1/')
            $function ${COMP_WORDS[0]} \"${COMP_WORDS[COMP_CWORD]}\"
            echo \"${COMPREPLY[*]}\"
        done";
    let mut bash = Command::new("bash")
        .args(["--norc", "-c", ask])
        .env("IFCTL", IFCTL)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    bash.stdin.take().unwrap().write_all(format!("{}\n", lines.join("\n")).as_bytes()).unwrap();
    let output = bash.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    let text = String::from_utf8(output.stdout).unwrap();
    let offered: Vec<Vec<String>> =
        text.lines().map(|line| line.split_whitespace().map(String::from).collect()).collect();
    assert_eq!(offered.len(), lines.len(), "{text}");
    offered
}

/// Asks a bash, and compares.
fn assert_offers(cases: &[(&str, &str)]) {
    let lines: Vec<&str> = cases.iter().map(|(line, _)| *line).collect();
    for ((line, expected), offered) in cases.iter().zip(offered(&lines)) {
        assert_eq!(offered.join(" "), *expected, "`{line}`");
    }
}

#[test]
fn bash_completes_the_words_of_the_tools_from_their_tables() {
    private(|| {
        sh("ip link add eth0 type veth peer name eth1");
        assert_offers(&[
            ("ifconfig eth0 netm", "netmask"),
            ("ifconfig eth0 -p", "-pointopoint -pointtopoint -promisc"),
            ("ifconfig eth0 inet6 ad", "add"),
            ("ifconfig eth0:0 172.16.3.10 netm", "netmask"),
            ("ifconfig eth0 add 2001:db8::1/64 u", "up unix"),
            ("ifconfig eth0 hw e", "ether eui64"),
            ("ifconfig eth0 mtu ", ""),
            ("ifconfig --al", "--all-addresses"),
            ("ifctl ifconfig eth0 txq", "txqueuelen"),
            ("/usr/sbin/ifconfig eth0 txq", "txqueuelen"),
            ("route a", "add"),
            ("route -n d", "del delete"),
            ("route add -n", "-n -net"),
            ("route add -net 10.0.0.0/8 re", "reinstate reject"),
            ("route -A ine", "inet inet6"),
            ("route --protocol=ine", "inet inet6"),
            ("nameif --s", "--syslog"),
            ("ipmaddr s", "show"),
            ("ipmaddr show ip", "ipv4 ipv6"),
            ("arp -H ar", "arcnet"),
            ("arp -s 192.168.1.7 02:00:00:00:00:07 te", "temp"),
        ]);
    });
}

#[test]
fn bash_completes_names_of_devices_where_one_is_wanted() {
    private(|| {
        sh("ip link add eth0 type veth peer name eth1");
        assert_offers(&[
            ("ifconfig ", "eth0 eth1 lo"),
            ("ifconfig -a e", "eth0 eth1"),
            ("ifctl ifconfig l", "lo"),
            ("route add 10.0.0.1 dev ", "eth0 eth1 lo"),
            ("route add 10.0.0.1 gw 10.0.0.2 eth", "eth0 eth1"),
            ("ipmaddr add 33:33:00:00:00:77 dev e", "eth0 eth1"),
            ("arp -i ", "eth0 eth1 lo"),
            ("ifctl show ", "eth0 eth1 lo"),
            ("ifctl show eth0 e", "eth0 eth1"),
            ("ifctl ioctl SIOCGIFMTU ", "eth0 eth1 lo"),
        ]);
    });
}

#[test]
fn bash_completes_subcommands_options_and_their_values() {
    assert_offers(&[
        ("ifctl s", "sandbox show"),
        ("ifctl help comp", "completions"),
        ("ifctl show --j", "--json"),
        ("ifctl ioctl --socket n", "netlink"),
        ("ifctl ioctl --socket=in", "inet inet6"),
        ("ifctl ioctl SIOCGIFM", "SIOCGIFMETRIC SIOCGIFMTU SIOCGIFMAP"),
        ("ifctl completions ", "bash zsh fish"),
        ("ifctl man /pro", "/proc"),
        ("ifctl sandbox ifctl-no-such-com", ""),
        ("ifctl nonsense ", ""),
    ]);
}

#[test]
fn a_device_s_name_is_never_run_as_a_command() {
    private(|| {
        sh("ip link add 'e$(id)' type veth peer name 'e`id`'");
        assert_offers(&[("ifconfig e", "e\\$\\(id\\) e\\`id\\`")]);
    });
}

#[test]
fn each_script_is_one_that_its_shell_can_read() {
    for (shell, marks) in [
        ("bash", ["complete -F _ifctl ifctl ifconfig route nameif ipmaddr arp", "netmask"]),
        (
            "zsh",
            ["#compdef ifctl ifconfig route nameif ipmaddr arp", "'netmask:Set the network mask"],
        ),
        ("fish", ["complete -c ipmaddr -f -a '(__ifctl)'", "'netmask' 'Set the network mask"]),
    ] {
        let script = ifctl(&format!("completions {shell}"));
        assert_eq!((script.status, script.stderr.as_str()), (0, ""), "{shell}");
        for mark in marks {
            assert!(script.stdout.contains(mark), "{shell}: {mark}");
        }
        if !peer(shell, &format!("completions: the reading of the script for {shell}")) {
            continue;
        }
        let option = if shell == "fish" { "--no-execute" } else { "-n" };
        let mut reader = Command::new(shell).arg(option).stdin(Stdio::piped()).spawn().unwrap();
        reader.stdin.take().unwrap().write_all(script.stdout.as_bytes()).unwrap();
        assert!(reader.wait().unwrap().success(), "{shell}");
    }
}
