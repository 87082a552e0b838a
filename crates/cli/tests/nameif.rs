//! `nameif` where net-tools' own does not help: the system's log, and files that nobody would believe.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod tool;

use ifctl_conformance::{private, sh};
use std::os::unix::net::UnixDatagram;

#[test]
fn with_s_messages_go_to_the_system_s_log() {
    private(|| {
        sh("mount -t tmpfs none /dev; touch /dev/null");
        let log = UnixDatagram::bind("/dev/log").unwrap();
        let run = tool::ifctl("nameif -s foo zz");
        assert_eq!((run.status, run.stderr.as_str()), (1, ""));
        let mut message = [0; 200];
        let length = log.recv(&mut message).unwrap();
        let message = String::from_utf8_lossy(&message[..length]);
        // Facility local0, severity error; then the time.
        assert!(message.starts_with("<131>"), "{message}");
        assert!(message.ends_with(" nameif: cannot parse MAC `zz' at argument 3"), "{message}");
    });
}

#[test]
fn a_list_of_devices_that_is_none_renames_nothing_and_breaks_nothing() {
    private(|| {
        sh(
            "ip link add e0 address 02:00:00:00:00:01 type veth peer name p0; mount -t tmpfs none /proc",
        );
        assert_eq!(
            tool::ifctl("nameif foo 02:00:00:00:00:01").to_string(),
            "! open of /proc/net/dev: No such file or directory\n[exit status: 1]\n"
        );
        sh(r"mkdir /proc/net; printf 'one\ntwo\n: 1\n\n \t gone 2\n\xff\n' >/proc/net/dev");
        assert_eq!(
            tool::ifctl("nameif foo 02:00:00:00:00:01").to_string(),
            "! interface 'foo' not found\n[exit status: 1]\n"
        );
        sh(r"printf 'one\ntwo\nabcdefghijklmnopqrstuvwxyz: 1\n' >/proc/net/dev");
        assert_eq!(
            tool::ifctl("nameif foo 02:00:00:00:00:01").to_string(),
            "! interface name `abcdefghijklmnopqrstuvwxyz' too long\n[exit status: 1]\n"
        );
    });
}
