//! `ifctl sandbox` on the kernel that runs the tests, as root and as an ordinary user.
//!
//! Each test runs in a network and a mount namespace of its own, which stand for the host: what the
//! sandbox must leave alone is seen there without a thought for what else happens on the machine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod tool;

use ifctl_conformance::{Output, has_init_capabilities, private, sh, try_sh};
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use tool::{Folder, IFCTL};

/// What is found in the folders of system programs.
const OURS: [&str; 8] =
    ["ifctl", "ifconfig", "route", "nameif", "ipmaddr", "arp", "insmod", "rmmod"];

/// The words before a command that make it an ordinary user's: of another user where the test is run
/// by the host's root, else of whoever runs it, without a capability.
fn as_nobody() -> &'static str {
    if has_init_capabilities() {
        "setpriv --reuid=65534 --regid=65534 --clear-groups"
    } else {
        "unshare --user --map-user=1000 --map-group=1000"
    }
}

/// The words before a command that take every capability from it and leave the user as it is.
const WITHOUT_CAPABILITIES: &str = "setpriv --inh-caps=-all --bounding-set=-all";

/// Runs a line of shell in a sandbox.
fn inside(line: &str) -> Output {
    let output = Command::new(IFCTL).args(["sandbox", "--", "sh", "-c", line]).output().unwrap();
    Output {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        status: output.status.code().unwrap_or(-1),
    }
}

/// Runs a line of shell in a sandbox, and returns what it printed; it must not fail.
fn answer(line: &str) -> String {
    let output = inside(line);
    assert_eq!(output.status, 0, "`{line}`: {}", output.stderr);
    assert_eq!(output.stderr, "", "`{line}`");
    output.stdout
}

/// Waits, within the sandbox, for the kernel's news of the carrier: RUNNING is operational state up.
const UNTIL_RUNNING: &str = "tries=1000; until [ $(cat /sys/class/net/eth0/operstate) = up ]; do \
     tries=$((tries - 1)); [ $tries -gt 0 ] || exit 9; sleep 0.01; done";

#[test]
fn root_finds_lo_down_and_an_ethernet_device_that_is_running_once_up() {
    private(|| {
        let links = answer("ip -o link show | cut -d' ' -f2,3");
        assert!(links.starts_with("lo: <LOOPBACK>\neth0@"), "{links}");
        assert_eq!(links.lines().count(), 2, "{links}");
        assert!(links.ends_with(": <BROADCAST,MULTICAST>\n"), "{links}");
        assert_eq!(answer("cat /sys/class/net/eth0/type"), "1\n", "ARPHRD_ETHER");
        answer(&format!("ip link set eth0 up && {UNTIL_RUNNING}"));
    });
}

#[test]
fn an_ordinary_user_needs_no_privilege_and_is_root_inside() {
    private(|| {
        let folder = Folder::with_program("ordinary");
        let line = format!(
            "{} {} sandbox -- sh -c 'id -u; id -g; ls /sys/class/net; ip link set eth0 up; \
             {UNTIL_RUNNING}; ip addr add 10.0.0.1/8 dev eth0; /sbin/insmod /a/ip_alias.o'",
            as_nobody(),
            folder.path("ifctl"),
        );
        let output = try_sh(&line);
        assert_eq!(
            output.stderr,
            "insmod: ip_alias: built into Linux since 2.2, nothing to load\n"
        );
        assert_eq!((output.status, output.stdout.as_str()), (0, "0\n0\neth0\nlo\n"));
    });
}

#[test]
fn root_keeps_everybody_else_so_that_others_files_can_still_be_read() {
    private(|| {
        let map = sh("tr -s ' ' < /proc/self/uid_map | cut -d' ' -f2,4");
        assert_eq!(answer("tr -s ' ' < /proc/self/uid_map | cut -d' ' -f2,4"), map);
        assert_eq!(answer("tr -s ' ' < /proc/self/gid_map | cut -d' ' -f2,4"), map);
    });
}

#[test]
fn the_peer_is_out_of_sight_and_lives_as_long_as_anything_in_the_sandbox() {
    private(|| {
        let folder = Folder::with_program("peer");
        let (go, result) = (folder.path("go"), folder.path("result"));
        sh(&format!("mkfifo {go} {result}"));
        // The command ends at once; what it left behind must still have a carrier.
        let line = format!(
            "ip link set eth0 up; (read word < {go}; {UNTIL_RUNNING}; \
             cat /sys/class/net/eth0/carrier > {result}) < /dev/null > /dev/null 2>&1 &"
        );
        assert_eq!(answer(&line), "");
        fs::write(&go, "go\n").unwrap();
        assert_eq!(fs::read_to_string(&result).unwrap(), "1\n");
    });
}

#[test]
fn the_tools_are_ours_by_absolute_path_and_by_name() {
    private(|| {
        let folders = ["/sbin/", "/usr/sbin/", ""];
        for (folder, tool) in folders.iter().flat_map(|folder| OURS.map(|tool| (folder, tool))) {
            answer(&format!("cmp {IFCTL} $(command -v {folder}{tool})"));
        }
    });
}

#[test]
fn the_tools_are_found_by_name_whatever_path_the_caller_has() {
    private(|| {
        for path in ["/usr/bin:/bin", "/nowhere:/usr/sbin:/usr/bin:/bin"] {
            let output = Command::new(IFCTL)
                .args(["sandbox", "sh", "-c", "cmp $(command -v ifconfig) $(command -v ifctl)"])
                .env("PATH", path)
                .output()
                .unwrap();
            assert!(output.status.success(), "{path}: {output:?}");
        }
        // A PATH that leads to them already is left as it is.
        assert_eq!(
            Command::new(IFCTL)
                .args(["sandbox", "sh", "-c", "echo $PATH"])
                .env("PATH", "/nowhere:/usr/sbin:/usr/bin:/bin")
                .output()
                .unwrap()
                .stdout,
            b"/nowhere:/usr/sbin:/usr/bin:/bin\n"
        );
    });
}

#[test]
fn the_tools_are_there_where_net_tools_is_not_installed() {
    private(|| {
        // A host whose folder of system programs has but one.
        sh("mount -t tmpfs none /usr/sbin && cp /bin/true /usr/sbin/other");
        if fs::canonicalize("/sbin").unwrap() != fs::canonicalize("/usr/sbin").unwrap() {
            sh("mount --bind /usr/sbin /sbin");
        }
        assert_eq!(try_sh("ls /sbin/ifconfig").status, 2, "the host must not have it");
        let listing = answer("ls /sbin/");
        assert_eq!(listing, "arp\nifconfig\nifctl\ninsmod\nipmaddr\nnameif\nother\nrmmod\nroute\n");
        answer(&format!("cmp {IFCTL} /sbin/ifconfig && /sbin/other"));
    });
}

#[test]
fn the_hosts_other_programs_stay_where_they_were() {
    private(|| {
        let outside = sh("ls -A /usr/sbin/");
        let inside = answer("ls -A /usr/sbin/");
        let others = |listing: &str| -> Vec<String> {
            listing.lines().filter(|name| !OURS.contains(name)).map(str::to_owned).collect()
        };
        assert_eq!(others(&inside), others(&outside));
        assert!(!others(&outside).is_empty());
    });
}

#[test]
fn links_stand_in_where_an_overlay_would_be_the_third_on_top_of_others() {
    private(|| {
        // Linux stacks two overlays and refuses the third; the host may have one of its own.
        let line = "/sbin/ifctl sandbox /sbin/ifctl sandbox sh -c 'ls -A /usr/sbin/; \
                    cmp /usr/sbin/ifctl /usr/sbin/ifconfig && readlink /usr/sbin/ldconfig; \
                    /usr/sbin/ldconfig -V > /dev/null'";
        sh("test -e /usr/sbin/ldconfig");
        let listing = answer(line);
        for name in sh("ls -A /usr/sbin/").lines().chain([".host/ldconfig"]) {
            assert!(listing.lines().any(|found| found == name), "{name} is not in:\n{listing}");
        }
    });
}

#[test]
fn nothing_outside_changes() {
    private(|| {
        // A host with a device, addresses and routes, whose mounts would pass mounts on.
        sh("ip link add eth0 type veth peer name other && ip addr add 10.1.0.1/16 dev eth0 && \
            ip link set eth0 up && ip link set other up && ip route add 10.2.0.0/16 via 10.1.0.2 && \
            ip -6 addr flush dev eth0 && ip -6 addr flush dev other && mount --make-rshared /");
        let folder = Folder::with_program("outside");
        let (ready, go) = (folder.path("ready"), folder.path("go"));
        sh(&format!("mkfifo {ready} {go}"));
        // Statistics count the host's own packets, and so are left out.
        let host = || {
            sh(
                "ip -o link; ip -o addr; ip route show table all; ip neigh; cat /proc/self/mountinfo; \
                ls -lA /sbin/ /usr/sbin/; ls /sys/class/net; readlink /proc/self/ns/*",
            )
        };
        let before = host();
        let mut sandbox = Command::new(IFCTL)
            .args(["sandbox", "--", "sh", "-ec"])
            .arg(format!(
                "ip addr add 10.9.9.9/24 dev eth0; ip link set eth0 up; ip link set lo up; \
                 ip route add default via 10.9.9.1; ip link del eth0; ip link add eth7 type veth; \
                 mount -t tmpfs none /mnt; echo ready > {ready}; cat {go}"
            ))
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        assert_eq!(fs::read_to_string(&ready).unwrap(), "ready\n");
        let during = host();
        fs::write(&go, "").unwrap();
        assert!(sandbox.wait().unwrap().success());
        assert_eq!(during, before);
        assert_eq!(host(), before);
    });
}

#[test]
fn the_exit_status_is_the_commands() {
    private(|| {
        assert_eq!(inside("exit 0").status, 0);
        assert_eq!(inside("exit 7").status, 7);
        let killed = Command::new(IFCTL).args(["sandbox", "sh", "-c", "kill -9 $$"]).status();
        assert_eq!(killed.unwrap().signal(), Some(9));
        assert_eq!(try_sh(&format!("{IFCTL} sandbox sh -c 'kill -9 $$'; exit $?")).status, 137);
    });
}

#[test]
fn a_command_that_cannot_be_run_has_the_shells_statuses() {
    private(|| {
        let folder = Folder::with_program("statuses");
        let missing = try_sh(&format!("{IFCTL} sandbox no-such-command"));
        assert_eq!(missing.status, 127);
        assert!(missing.stderr.contains("cannot run no-such-command: No such file"), "{missing:?}");

        // A folder of PATH that may not be looked into is no reason to make the name executable.
        let line = format!(
            "mkdir /mnt/closed && chmod 0 /mnt/closed && cp {IFCTL} /mnt/ifctl && chmod 755 /mnt && \
             {} env PATH=$PATH:/mnt/closed /mnt/ifctl sandbox no-such-command",
            as_nobody()
        );
        let missing = try_sh(&format!("mount -t tmpfs none /mnt && {line}"));
        assert_eq!(missing.status, 127, "{missing:?}");
        assert!(
            missing.stderr.contains("no folder of PATH that can be read has it"),
            "{missing:?}"
        );
        assert!(!missing.stderr.contains("chmod"), "{missing:?}");

        let text = folder.path("text");
        fs::write(&text, "#!/bin/sh\n").unwrap();
        let refused = try_sh(&format!("{IFCTL} sandbox {text}"));
        assert_eq!(refused.status, 126);
        assert!(refused.stderr.contains("Permission denied"), "{refused:?}");
        assert!(refused.stderr.contains(&format!("chmod +x {text}")), "{refused:?}");

        let script = folder.path("script");
        fs::write(&script, "#!/no/such/interpreter\n").unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        let refused = try_sh(&format!("{IFCTL} sandbox {script}"));
        assert_eq!(refused.status, 126);
        assert!(refused.stderr.contains("interpreter"), "{refused:?}");
    });
}

#[test]
fn the_commands_words_descriptors_and_folder_are_left_as_they_were() {
    private(|| {
        let output = Command::new(IFCTL)
            .args(["sandbox", "printf", "%s|", "--", "-a", "--help", "a b"])
            .output()
            .unwrap();
        assert_eq!(output.stdout, b"--|-a|--help|a b|");
        let shown = |words: &[&str]| {
            let (first, rest) = words.split_first().unwrap();
            let command = ["pwd; ls /proc/self/fd; grep SigIgn /proc/self/status"];
            let output = Command::new(first).args(rest).args(command).current_dir("/tmp").output();
            String::from_utf8(output.unwrap().stdout).unwrap()
        };
        assert_eq!(shown(&[IFCTL, "sandbox", "sh", "-c"]), shown(&["sh", "-c"]));
    });
}

#[test]
fn without_a_command_the_users_shell_reads_on() {
    private(|| {
        let folder = Folder::with_program("shell");
        let shell = folder.path("shell");
        fs::write(&shell, "#!/bin/sh\necho \"this is my shell, with $# words\"\n").unwrap();
        fs::set_permissions(&shell, fs::Permissions::from_mode(0o755)).unwrap();
        let output = Command::new(IFCTL).arg("sandbox").env("SHELL", &shell).output().unwrap();
        assert_eq!(output.stdout, b"this is my shell, with 0 words\n");

        let mut sandbox = Command::new(IFCTL)
            .arg("sandbox")
            .env_remove("SHELL")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        sandbox.stdin.take().unwrap().write_all(b"ls /sys/class/net; exit 3\n").unwrap();
        let output = sandbox.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(3), &b"eth0\nlo\n"[..]));
    });
}

#[test]
fn a_program_that_was_deleted_still_puts_itself_into_the_sandbox() {
    private(|| {
        let folder = Folder::with_program("deleted");
        let program = folder.path("ifctl");
        // The shell has the program open when the name goes.
        let line =
            format!("exec 9< {program}; rm {program}; /proc/self/fd/9 sandbox ls /sbin/ifctl");
        assert_eq!(try_sh(&line).stdout, "/sbin/ifctl\n");
    });
}

#[test]
fn root_without_user_namespaces_has_a_sandbox_still() {
    private(|| {
        let line = format!(
            "unshare -Urm sh -c 'echo 0 > /proc/sys/user/max_user_namespaces; \
             readlink /proc/self/ns/user; exec {IFCTL} sandbox readlink /proc/self/ns/user'"
        );
        let output = try_sh(&line);
        assert_eq!(output.status, 0, "{}", output.stderr);
        let mut namespaces = output.stdout.lines();
        assert_eq!(namespaces.next(), namespaces.next(), "no new user namespace was to be had");
    });
}

#[test]
fn no_user_namespace_keeps_roots_own_and_is_refused_to_others() {
    private(|| {
        let own = sh("readlink /proc/self/ns/user");
        let line = format!("{IFCTL} sandbox --no-user-namespace readlink /proc/self/ns/user");
        assert_eq!(sh(&line), own);
        assert_ne!(answer("readlink /proc/self/ns/user"), own);

        let folder = Folder::with_program("own");
        let program = folder.path("ifctl");
        let refused =
            try_sh(&format!("{} {program} sandbox --no-user-namespace true", as_nobody()));
        assert_eq!(refused.status, 125);
        assert!(refused.stderr.contains("needs CAP_SYS_ADMIN"), "{}", refused.stderr);
    });
}

/// Runs this command in a user namespace with one of its limits set.
fn with_limit(limit: &str, number: u32, command: &str) -> Output {
    try_sh(&format!("unshare -Ur sh -c 'echo {number} > /proc/sys/user/{limit} && exec {command}'"))
}

#[test]
fn a_host_that_forbids_user_namespaces_is_named_as_the_cause_with_the_way_out() {
    private(|| {
        let command = format!("{WITHOUT_CAPABILITIES} {IFCTL} sandbox true");
        let refused = with_limit("max_user_namespaces", 0, &command);
        assert_eq!((refused.status, refused.stdout.as_str()), (125, ""));
        assert_eq!(
            refused.stderr,
            "ifctl: error: no sandbox: Linux refuses a user namespace: No space left on device, \
             since user.max_user_namespaces is 0\n  \
             hint: allow some: sudo sysctl user.max_user_namespaces=15000\n  \
             hint: or run it as root: sudo ifctl sandbox ...\n  \
             hint: or do without: ifctl virtual init net.json --howto && export \
             IFCTL_KERNEL=virtual:net.json gives these tools a virtual kernel, which needs no \
             privilege\n"
        );
    });
}

#[test]
fn limits_that_are_reached_are_told_apart() {
    private(|| {
        // The ordinary user's own namespace is the one that the limit of 1 allows.
        let command =
            format!("unshare --user --map-user=1000 --map-group=1000 {IFCTL} sandbox true");
        for (kind, number, what) in [
            ("user", 1, "a user namespace"),
            ("net", 0, "a network namespace"),
            ("mnt", 0, "a mount namespace"),
        ] {
            let refused = with_limit(&format!("max_{kind}_namespaces"), number, &command);
            assert_eq!(refused.status, 125);
            let expected = format!(
                "Linux refuses {what}: No space left on device, since the limit \
                 user.max_{kind}_namespaces is reached\n"
            );
            assert!(refused.stderr.contains(&expected), "{}", refused.stderr);
        }
    });
}

#[test]
fn a_root_without_the_capability_to_name_itself_is_told_which_it_lacks() {
    private(|| {
        let refused = try_sh(&format!("{WITHOUT_CAPABILITIES} {IFCTL} sandbox true"));
        assert_eq!(refused.status, 125);
        assert!(
            refused.stderr.contains("Operation not permitted, since user 0 lacks CAP_SETFCAP\n"),
            "{}",
            refused.stderr
        );
    });
}

#[test]
fn what_is_no_matter_of_permission_gets_no_advice_about_it() {
    private(|| {
        // Enough for the program to start, and too few for its namespaces.
        let refused = try_sh(&format!("exec 3>&- 4>&-; ulimit -n 5; {IFCTL} sandbox true"));
        assert_eq!(refused.status, 125);
        assert!(refused.stderr.ends_with("Too many open files\n"), "{}", refused.stderr);
    });
}

/// Runs the sandbox in a chroot, in which Linux refuses user namespaces, without capabilities.
///
/// The mounts are in the test's own mount namespace and go with it; nothing is ever removed there.
fn in_a_chroot() -> Output {
    try_sh(&format!("chroot /mnt {WITHOUT_CAPABILITIES} {IFCTL} sandbox true"))
}

#[test]
fn a_chroot_is_named_among_the_causes_that_cannot_be_seen() {
    private(|| {
        sh("mount --rbind / /mnt");
        let refused = in_a_chroot();
        assert_eq!(refused.status, 125);
        assert!(
            refused.stderr.contains("Linux refuses a user namespace: Operation not permitted\n"),
            "{}",
            refused.stderr
        );
        assert!(refused.stderr.contains("hint: a chroot and a security module"), "{refused:?}");
    });
}

#[test]
fn a_switch_that_is_off_is_named_as_the_cause() {
    private(|| {
        // This kernel need not have the switch: the refusal is a chroot's, the file is put there, in
        // a folder in memory that only this test's mounts have.
        sh("mount --rbind / /mnt");
        for (switch, value) in
            [("unprivileged_userns_clone", 0), ("apparmor_restrict_unprivileged_userns", 1)]
        {
            sh(&format!(
                "mount -t tmpfs none /mnt/proc/sys/kernel && \
                 echo {value} > /mnt/proc/sys/kernel/{switch}"
            ));
            let refused = in_a_chroot();
            assert_eq!(refused.status, 125);
            let expected = format!("not permitted, since kernel.{switch} is {value}\n");
            assert!(refused.stderr.contains(&expected), "{}", refused.stderr);
            let way_out = format!("sudo sysctl kernel.{switch}={}\n", 1 - value);
            assert!(refused.stderr.contains(&way_out), "{}", refused.stderr);
        }
    });
}
