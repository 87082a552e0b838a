//! What programs notice of `ifctl run`, and what the host does: nothing, even when things go wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod run;
mod tool;

use ifctl_conformance::{has_init_capabilities, installed, peer, private, say, sh};
use run::{Who, each};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use tool::{IFCTL, finish};

#[test]
fn the_status_is_the_command_s_and_so_is_its_end_by_a_signal() {
    each("status", |who| {
        assert_eq!(who.run(&[], "exit 42").status, 42);
        let killed =
            who.command(&[&who.folder.path("ifctl"), "run", "sh", "-c", "kill -TERM $$"]).status();
        assert_eq!(killed.unwrap().signal(), Some(15));
        let missing =
            finish(&mut who.command(&[&who.folder.path("ifctl"), "run", "/nowhere/at-all"]));
        assert_eq!(missing.status, 127, "{missing}");
        let plain = who.folder.path("plain");
        fs::write(&plain, "").unwrap();
        let plain = finish(&mut who.command(&[&who.folder.path("ifctl"), "run", &plain]));
        assert_eq!(plain.status, 126, "{plain}");
    });
}

#[test]
fn a_run_within_a_run_is_refused_with_a_reason() {
    each("nested", |who| {
        let run = who.run(&[], "$F/ifctl run true");
        assert_eq!(run.status, 125);
        assert!(run.stderr.contains("answered by another program already"), "{run}");
        assert!(run.stderr.contains("hint"), "{run}");
    });
}

#[test]
fn a_value_that_a_setting_does_not_take_fails_the_write_with_its_reason() {
    each("values", |who| {
        let run = who.run(
            &["--howto"],
            "for v in 7 1400; do /bin/echo $v > /sys/class/net/eth0/mtu; echo $?; done
             /bin/echo yes > /proc/sys/net/ipv4/ip_forward; echo $?
             exec 3> /proc/sys/net/ipv6/conf/lo/hop_limit; /bin/echo 256 >&3; echo $?; /bin/echo 70 >&3; echo $?
             cat /sys/class/net/eth0/mtu /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/lo/hop_limit",
        );
        assert_eq!(run.stdout, "1\n0\n1\n1\n0\n1400\n0\n70\n", "{run}");
        assert_eq!(run.stderr, "/bin/echo: write error: Invalid argument\n".repeat(3));
    });
}

#[test]
fn folders_list_what_the_model_has_and_each_name_in_them_is_answered() {
    each("folders", |who| {
        let printed = who.answer(
            &["--howto"],
            "cd /; ls /sys/class/net /proc/sys/net/ipv4/conf; readlink /sys/class/net/eth0
             readlink -f /sys/class/net/eth0/mtu; find /sys/class/net/ -follow -name mtu | sort | xargs cat
             ls /proc/net | grep -E '^(route|aliases|tcp|fib_trie)$'
             cd /proc/net; grep -c : dev; stat -c %F . stat
             ip link add br0 type bridge; ls /sys/class/net /proc/sys/net/ipv6/conf; ip link del br0
             ls /sys/class/net; [ -d /sys/class/net/br0 ] || echo gone",
        );
        let words: Vec<_> = printed.split_whitespace().collect();
        let wanted = "/proc/sys/net/ipv4/conf: all default eth0 lo /sys/class/net: eth0 lo \
                      ../../devices/virtual/net/eth0 /sys/devices/virtual/net/eth0/mtu 1500 3584 \
                      aliases route tcp 2 directory directory \
                      /proc/sys/net/ipv6/conf: all br0 default eth0 lo /sys/class/net: br0 eth0 lo \
                      eth0 lo gone";
        assert_eq!(words, wanted.split_whitespace().collect::<Vec<_>>(), "{printed}");
        let settings =
            who.answer(&["--howto"], "sysctl -a 2> /dev/null | grep -c 'ipv[46].conf.eth0.'");
        assert!(settings.trim().parse::<u32>().unwrap() > 80, "{settings}");
    });
}

/// What a netlink socket's options are before and after they are set.
const OPTIONS: &str = "
import ctypes, socket, struct
libc = ctypes.CDLL(None, use_errno=True)
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
def get(level, name, room):
    value, length = ctypes.create_string_buffer(16), ctypes.c_int(room)
    answer = libc.getsockopt(s.fileno(), level, name, value, ctypes.byref(length))
    print(level, name, room, answer, ctypes.get_errno() if answer else 0, length.value, value.raw.hex())
def show():
    for name in [*range(1, 14), 77]:
        for room in [4, 3, 8, -1]:
            if name != 6: get(270, name, room)
    for room in [4, 2, 8]: get(1, 38, room)
    for room in [0, 3, 4, 8, 16]: get(270, 9, room)
show()
for name, value in [(1, 1), (1, 5), (1, 33), (2, 5), (3, 1), (5, 1), (10, 1), (11, 1), (12, 1), (11, 0)]:
    s.setsockopt(270, name, value)
show()
";

#[test]
fn netlink_options_are_shown_as_linux_shows_them() {
    if !peer("python3", "ifctl run: getsockopt") {
        return;
    }
    each("options", |who| {
        let script = who.folder.join("options.py");
        fs::write(&script, OPTIONS).unwrap();
        let python = if installed("/usr/bin/python3") { "/usr/bin/python3" } else { "python3" };
        let natively = finish(&mut who.command(&[python, &who.folder.path("options.py")]));
        assert_eq!((natively.status, natively.stderr.as_str()), (0, ""), "{natively}");
        assert_eq!(who.answer(&[], &format!("{python} $F/options.py")), natively.stdout);
    });
}

#[test]
fn pipes_sessions_and_background_jobs_work_and_no_call_is_interrupted_by_a_child_that_dies() {
    each("jobs", |who| {
        let printed = who.answer(
            &[],
            "echo a b | tr a-z A-Z; setsid sh -c 'echo session; exit 3' || echo $?
             n=0; while [ $n -lt 300 ]; do sleep 0.001 & [ -e /etc/passwd ] || echo FAIL; n=$((n+1)); done
             wait; (sleep 0.1; echo late) & wait $!; echo end",
        );
        assert_eq!(printed, "A B\nsession\n3\nlate\nend\n");
    });
}

#[test]
fn a_signal_ends_or_stops_a_receive_that_waits() {
    each("signals", |who| {
        let printed = who.answer(
            &[],
            "ip monitor > /dev/null & sleep 0.2; kill -STOP $!; sleep 0.2; kill -CONT $!; sleep 0.1
             kill -INT $! 2>&1; kill -TERM $!; wait $! 2> /dev/null; echo $?",
        );
        // A job in the background of a shell that does no job control does not heed SIGINT.
        assert_eq!(printed, "143\n");
        if peer("python3", "ifctl run: a handler of signals") {
            let program = "import signal, socket\n\
                s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0); s.bind((0, 1))\n\
                class Ring(Exception): pass\n\
                def ring(*_): raise Ring()\n\
                signal.signal(signal.SIGALRM, ring); signal.setitimer(signal.ITIMER_REAL, 0.2)\n\
                try: s.recvfrom(100)\n\
                except Ring: print('rung')\n\
                s.settimeout(0.2)\n\
                try: s.recvfrom(100)\n\
                except TimeoutError: print('late')\n";
            fs::write(who.folder.join("program.py"), program).unwrap();
            assert_eq!(who.answer(&[], "python3 $F/program.py"), "rung\nlate\n");
        }
    });
}

#[test]
fn a_receive_that_waits_is_stopped_by_a_terminal_s_or_another_s_signal() {
    each("stop", |who| {
        let printed = who.answer(
            &[],
            "ip monitor > /dev/null & sleep 0.3; kill -STOP $!; n=0
             until grep -q 'State:.T' /proc/$!/status; do sleep 0.05; n=$((n+1)); [ $n -lt 100 ] || exit 1; done
             kill -CONT $!; until grep -qv 'State:.T' /proc/$!/status; do :; done; kill $!; wait $! 2> /dev/null || echo $?",
        );
        assert_eq!(printed, "143\n");
    });
}

#[test]
fn thirty_two_threads_with_two_hundred_sockets_each_have_every_answer() {
    each("sockets", |who| {
        let Some(program) = who.compiled("sockets", "ifctl run: 6400 sockets") else { return };
        let hard = rustix_limit();
        if hard < 8000 {
            say(&format!(
                "ifctl run: 6400 sockets: not done, a process may have {hard} descriptors"
            ));
            return;
        }
        // The supervisor begins with fewer descriptors than it will need.
        let script = format!(
            "ulimit -Sn 256; exec timeout 120 $F/ifctl run sh -c '{program}; {program}; ip link | grep -c mtu'"
        );
        let run = finish(&mut who.command(&["sh", "-c", &script]));
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("6400\n6400\n1\n", ""), "{run}");
    });
}

/// How many descriptors a process may have.
fn rustix_limit() -> u64 {
    let text = sh("ulimit -Hn");
    text.trim().parse().unwrap_or(u64::MAX)
}

#[test]
fn the_host_is_never_reached_while_it_runs_or_after_its_supervisor_was_killed() {
    let look = "cat /proc/net/dev /proc/net/route /proc/net/if_inet6 /proc/net/arp; ip -o addr; ip route; \
                sysctl -a 2>/dev/null | grep -e '^net.ipv[46].*forwarding' -e '^net.ipv4.ip_'; \
                cat /sys/class/net/*/mtu";
    let change = "ifconfig lo:1 192.0.2.1; ip link add br0 type bridge; ip link set lo mtu 1400; \
                  route add -net 198.51.100.0/24 dev lo; echo 1 > /proc/sys/net/ipv4/ip_forward; \
                  ip addr add 192.0.2.9/24 dev lo; ip link set lo down; ip tuntap add dev t0 mode tun; echo 1400 > /sys/devices/virtual/net/lo/mtu; \
                  echo 99 > /proc/sys/net/ipv4/ip_default_ttl; nameif new 00:00:00:00:00:00";
    let body = |who: &Who| {
        let before = sh(look);
        let inside =
            who.run(&[], &format!("ip link set lo up; {change}; ip addr; cat /proc/net/dev"));
        assert!(
            inside.stdout.contains("192.0.2.9/24") && inside.stdout.contains("br0"),
            "{inside}"
        );
        assert_eq!(sh(look), before);
        // The command waits for a line, by which time nobody answers it.
        let script = format!(
            "echo $$; read go; {change}; ip addr; cat /proc/net/dev; ls /sys/class/net; \
                              echo end > $F/end"
        );
        let mut command = who.command(&[&who.folder.path("ifctl"), "run", "sh", "-c", &script]);
        let log = fs::File::create(who.folder.join("log")).unwrap();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        lines.next().unwrap().unwrap();
        child.kill().unwrap();
        let mut pipe = child.stdin.take().unwrap();
        child.wait().unwrap();
        pipe.write_all(b"go\n").unwrap();
        // To the end: the pipe is closed when the last of them has ended, which all do.
        let rest: Vec<_> = lines.map(Result::unwrap).collect();
        assert_eq!(rest, Vec::<String>::new());
        assert_eq!(sh(look), before);
        let log = fs::read_to_string(who.folder.join("log")).unwrap();
        assert!(log.contains("not implemented"), "{log}");
    };
    if has_init_capabilities() {
        // The host's part is played by a namespace, whose root could change all of it.
        private(|| body(&Who::new("host-root", false)));
        private(|| body(&Who::new("host-user", true)));
    } else {
        body(&Who::new("host-user", true));
    }
}

#[test]
fn it_runs_under_docker_s_default_profile_where_a_namespace_cannot_be_had() {
    each("docker", |who| {
        let names = include_str!("run/docker-default.txt").split_whitespace();
        let lines = names.map(|name| format!("#ifdef SYS_{name}\nSYS_{name},\n#endif\n"));
        fs::write(who.folder.join("allowed.h"), lines.collect::<String>()).unwrap();
        let Some(docker) = who.compiled("docker", "ifctl run: Docker's default profile") else {
            return;
        };
        let program = who.folder.path("ifctl");
        let refused = finish(&mut who.command(&[&docker, "unshare", "--user", "--net", "true"]));
        assert_ne!(refused.status, 0, "{refused}");
        assert!(refused.stderr.contains("Operation not permitted"), "{refused}");
        let script =
            "ifconfig eth0 172.16.3.1; ip -br addr show eth0; cat /proc/net/dev | grep -c eth0";
        let run =
            finish(&mut who.command(&[&docker, &program, "run", "--howto", "sh", "-c", script]));
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run}");
        assert!(run.stdout.contains("172.16.3.1/24") && run.stdout.ends_with("\n1\n"), "{run}");
    });
}

#[test]
fn strace_within_shows_the_answers() {
    if !peer("strace", "ifctl run: strace within") {
        return;
    }
    each("strace", |who| {
        let printed = who.answer(&[], "strace -e trace=ioctl -o $F/log ip -br link; cat $F/log");
        assert!(printed.starts_with("lo "), "{printed}");
    });
}

#[test]
fn every_option_is_told_by_the_help() {
    let help = finish(std::process::Command::new(IFCTL).args(["run", "--help"]));
    for option in
        ["--kernel", "--howto", "--from-host", "--as-user", "--trace", "--record", "--expect"]
    {
        assert!(help.stdout.contains(option), "{option}");
    }
    for limit in
        ["no packet goes to a virtual address", "no security boundary", "Packet sockets, nftables"]
    {
        let text = help.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(limit), "{limit}: {text}");
    }
}
