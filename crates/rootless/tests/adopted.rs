//! What a command leaves behind comes to this process: alone in its file, for it waits for all children.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_rootless::Rootless;
use ifctl_virtual::VirtualKernel;
use std::fs;
use std::process::Command;

#[test]
fn an_orphan_is_adopted_and_answered_and_waited_for() {
    let file = std::env::temp_dir().join(format!("ifctl-adopted-{}", std::process::id()));
    let script = "(sleep 0.3; exec sh -c 'cat /sys/class/net/lo/mtu; echo $PPID' > $F) & exit 4";
    let mut command = Command::new("sh");
    command.args(["-c", script]).env("F", &file);
    let mut running = Rootless::new(VirtualKernel::new()).adopt().spawn(command).unwrap();
    assert_eq!(running.wait().unwrap().code(), Some(4));
    running.finish().unwrap();
    let text = fs::read_to_string(&file).unwrap();
    fs::remove_file(&file).unwrap();
    assert_eq!(text, format!("65536\n{}\n", std::process::id()));
}
