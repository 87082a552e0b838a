//! Which system calls are looked at: a program for the kernel's seccomp filter.
//!
//! It sees a call's number and the bits of its arguments, and nothing behind a pointer. What it lets
//! through costs nothing, since Linux remembers which numbers always are; what it has asked about is
//! mostly let go on by the supervisor.

use ifctl_kernel::Errno;
use libc::sock_filter;

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    /// The supervisor answers it, or lets it go on.
    Ask,
    /// It fails.
    Refuse(Errno),
    /// It returns 0, and does nothing.
    Pretend,
}

/// What must hold of an argument, by its place.
#[derive(Debug, Clone, Copy)]
enum Condition {
    /// Its lower half is in the range.
    Within(u32, u32, u32),
    /// Its lower half is neither number.
    Neither(u32, u32, u32),
    /// It is not 0.
    Present(u32),
    /// Its lower half has one of the bits.
    Has(u32, u32),
    /// Its lower half has none of the bits.
    Lacks(u32, u32),
}
use Condition::{Has, Lacks, Neither, Present, Within};

/// A call, what must hold of its arguments, and what becomes of it then. Of several rules of a call, which
/// stand together, the first counts that holds.
struct Rule(libc::c_long, &'static [Condition], Action);

/// `ioctl`'s numbers of sockets that reach the network configuration: SIOCADDRT and all behind it, and
/// those of wireless devices.
const REQUESTS: [(u32, u32); 2] = [(0x890b, 0x89ff), (0x8b00, 0x8bff)];

const AT_EMPTY_PATH: u32 = libc::AT_EMPTY_PATH.cast_unsigned();
const NEW_NETWORK: u32 = libc::CLONE_NEWNET.cast_unsigned();
const INET6: u32 = libc::AF_INET6.cast_unsigned();
const NETLINK: u32 = libc::AF_NETLINK.cast_unsigned();
const PACKET: u32 = libc::AF_PACKET.cast_unsigned();
const SOL_NETLINK: u32 = libc::SOL_NETLINK.cast_unsigned();
const SOL_SOCKET: u32 = libc::SOL_SOCKET.cast_unsigned();
const SO_PROTOCOL: u32 = libc::SO_PROTOCOL.cast_unsigned();
const IPV6: u32 = libc::IPPROTO_IPV6.cast_unsigned();
const SIGCHLD: u32 = libc::SIGCHLD.cast_unsigned();

/// The lengths of addresses of IPv4 and IPv6, which `sendto` has most.
const USUAL_ADDRESSES: (u32, u32) = (16, 28);

/// The longest write that is looked at, whether it goes to a setting: what such a one refuses is a number or a
/// word. All short writes pay for it, since a descriptor's number tells nothing of what is behind it.
const LONGEST_VALUE: u32 = 64;

const RULES: &[Rule] = &[
    Rule(libc::SYS_ioctl, &[Within(1, REQUESTS[0].0, REQUESTS[0].1)], Action::Ask),
    Rule(libc::SYS_ioctl, &[Within(1, REQUESTS[1].0, REQUESTS[1].1)], Action::Ask),
    Rule(libc::SYS_socket, &[Within(0, INET6, INET6)], Action::Ask),
    // The two follow each other.
    Rule(libc::SYS_socket, &[Within(0, NETLINK, PACKET)], Action::Ask),
    Rule(libc::SYS_bind, &[], Action::Ask),
    Rule(libc::SYS_connect, &[], Action::Ask),
    Rule(
        libc::SYS_sendto,
        &[Present(4), Neither(5, USUAL_ADDRESSES.0, USUAL_ADDRESSES.1)],
        Action::Ask,
    ),
    Rule(libc::SYS_recvfrom, &[Present(4)], Action::Ask),
    Rule(libc::SYS_sendmsg, &[], Action::Ask),
    Rule(libc::SYS_recvmsg, &[], Action::Ask),
    Rule(libc::SYS_sendmmsg, &[], Action::Ask),
    Rule(libc::SYS_recvmmsg, &[], Action::Ask),
    Rule(libc::SYS_getsockopt, &[Within(1, SOL_NETLINK, SOL_NETLINK)], Action::Ask),
    Rule(
        libc::SYS_getsockopt,
        &[Within(1, SOL_SOCKET, SOL_SOCKET), Within(2, SO_PROTOCOL, SO_PROTOCOL)],
        Action::Ask,
    ),
    Rule(libc::SYS_setsockopt, &[Within(1, SOL_NETLINK, SOL_NETLINK)], Action::Ask),
    // Firewalls of old, and the routing of multicast: those would be the host's.
    Rule(
        libc::SYS_setsockopt,
        &[Within(1, 0, 0), Within(2, 64, 255)],
        Action::Refuse(Errno::EPERM),
    ),
    Rule(
        libc::SYS_setsockopt,
        &[Within(1, IPV6, IPV6), Within(2, 64, 65)],
        Action::Refuse(Errno::EPERM),
    ),
    Rule(
        libc::SYS_setsockopt,
        &[Within(1, IPV6, IPV6), Within(2, 200, 255)],
        Action::Refuse(Errno::EPERM),
    ),
    Rule(libc::SYS_openat, &[], Action::Ask),
    Rule(libc::SYS_openat2, &[], Action::Ask),
    Rule(libc::SYS_faccessat, &[], Action::Ask),
    Rule(libc::SYS_faccessat2, &[Lacks(3, AT_EMPTY_PATH)], Action::Ask),
    Rule(libc::SYS_readlinkat, &[], Action::Ask),
    Rule(libc::SYS_newfstatat, &[Lacks(3, AT_EMPTY_PATH)], Action::Ask),
    Rule(libc::SYS_statx, &[Lacks(2, AT_EMPTY_PATH)], Action::Ask),
    Rule(libc::SYS_rt_sigaction, &[Within(0, SIGCHLD, SIGCHLD), Present(1)], Action::Ask),
    Rule(libc::SYS_write, &[Within(2, 1, LONGEST_VALUE)], Action::Ask),
    Rule(libc::SYS_init_module, &[], Action::Ask),
    Rule(libc::SYS_finit_module, &[], Action::Ask),
    Rule(libc::SYS_delete_module, &[], Action::Ask),
    // These would pass by the filter.
    Rule(libc::SYS_io_uring_setup, &[], Action::Refuse(Errno::ENOSYS)),
    Rule(libc::SYS_io_uring_enter, &[], Action::Refuse(Errno::ENOSYS)),
    Rule(libc::SYS_io_uring_register, &[], Action::Refuse(Errno::ENOSYS)),
    // What is configured in another namespace would be configured in the model.
    Rule(libc::SYS_unshare, &[Has(0, NEW_NETWORK)], Action::Refuse(Errno::EPERM)),
    Rule(libc::SYS_clone, &[Has(0, NEW_NETWORK)], Action::Refuse(Errno::EPERM)),
    Rule(libc::SYS_setns, &[Has(1, NEW_NETWORK)], Action::Refuse(Errno::EPERM)),
];

/// The calls that only the older machine has.
#[cfg(target_arch = "x86_64")]
const OLDER: &[Rule] = &[
    Rule(libc::SYS_open, &[], Action::Ask),
    Rule(libc::SYS_stat, &[], Action::Ask),
    Rule(libc::SYS_lstat, &[], Action::Ask),
    Rule(libc::SYS_access, &[], Action::Ask),
    Rule(libc::SYS_readlink, &[], Action::Ask),
];
#[cfg(not(target_arch = "x86_64"))]
const OLDER: &[Rule] = &[];

/// The calls by which a program finds out that it is root, or becomes another user.
const OF_ROOT: &[Rule] = &[
    Rule(libc::SYS_getuid, &[], Action::Pretend),
    Rule(libc::SYS_geteuid, &[], Action::Pretend),
    Rule(libc::SYS_getgid, &[], Action::Pretend),
    Rule(libc::SYS_getegid, &[], Action::Pretend),
    Rule(libc::SYS_getresuid, &[], Action::Ask),
    Rule(libc::SYS_getresgid, &[], Action::Ask),
    Rule(libc::SYS_setuid, &[], Action::Pretend),
    Rule(libc::SYS_setgid, &[], Action::Pretend),
    Rule(libc::SYS_setreuid, &[], Action::Pretend),
    Rule(libc::SYS_setregid, &[], Action::Pretend),
    Rule(libc::SYS_setresuid, &[], Action::Pretend),
    Rule(libc::SYS_setresgid, &[], Action::Pretend),
    Rule(libc::SYS_setgroups, &[], Action::Pretend),
];

/// The machine, as the kernel's audit numbers it.
#[cfg(target_arch = "x86_64")]
const MACHINE: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
const MACHINE: u32 = 0xc000_00b7;

/// From here on numbers are x32's, which are other ways to the same calls.
#[cfg(target_arch = "x86_64")]
const FOREIGN: u32 = 0x4000_0000;
#[cfg(not(target_arch = "x86_64"))]
const FOREIGN: u32 = u32::MAX;

/// Where the filter finds the call's number, the machine, and the first argument (`seccomp_data`).
const NUMBER: u32 = 0;
const ARCHITECTURE: u32 = 4;
const ARGUMENTS: u32 = 16;

/// Returns the filter's program.
pub(crate) fn program(shows_root: bool) -> Vec<sock_filter> {
    let refused = give(Action::Refuse(Errno::ENOSYS));
    let mut program = vec![
        load(ARCHITECTURE),
        jump(libc::BPF_JEQ, MACHINE, 1, 0),
        refused,
        load(NUMBER),
        jump(libc::BPF_JGE, FOREIGN, 0, 1),
        refused,
    ];
    let root = if shows_root { OF_ROOT } else { &[] };
    let rules: Vec<&Rule> = RULES.iter().chain(OLDER).chain(root).collect();
    for rules in rules.chunk_by(|one, other| one.0 == other.0) {
        let mut block: Vec<sock_filter> = rules.iter().flat_map(|rule| compiled(rule)).collect();
        block.push(statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW));
        let number = rules.first().map_or(0, |rule| rule.0 as u32);
        program.push(jump(libc::BPF_JEQ, number, 0, block.len() as u8));
        program.extend(block);
    }
    program.push(statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW));
    program
}

/// Returns a rule's statements: its conditions, each of which leads behind the rule where it does not hold,
/// and its action.
fn compiled(rule: &Rule) -> Vec<sock_filter> {
    let length = |condition: &Condition| match condition {
        Within(..) | Neither(..) => 3,
        Present(_) => 4,
        Has(..) | Lacks(..) => 2,
    };
    let mut left = rule.1.iter().map(length).sum::<u8>() + 1;
    let mut out = Vec::new();
    for condition in rule.1 {
        let of = |argument: u32| ARGUMENTS + 8 * argument;
        let place = left;
        // How many statements lie between the n-th of this condition and the end of the rule.
        let end = |nth: u8| place - nth - 1;
        match *condition {
            Within(argument, first, last) => out.extend([
                load(of(argument)),
                jump(libc::BPF_JGE, first, 0, end(1)),
                jump(libc::BPF_JGT, last, end(2), 0),
            ]),
            Neither(argument, one, other) => out.extend([
                load(of(argument)),
                jump(libc::BPF_JEQ, one, end(1), 0),
                jump(libc::BPF_JEQ, other, end(2), 0),
            ]),
            Present(argument) => out.extend([
                load(of(argument)),
                jump(libc::BPF_JEQ, 0, 0, 2),
                load(of(argument) + 4),
                jump(libc::BPF_JEQ, 0, end(3), 0),
            ]),
            Has(argument, bits) => {
                out.extend([load(of(argument)), jump(libc::BPF_JSET, bits, 0, end(1))])
            }
            Lacks(argument, bits) => {
                out.extend([load(of(argument)), jump(libc::BPF_JSET, bits, end(1), 0)])
            }
        }
        left -= length(condition);
    }
    out.push(give(rule.2));
    out
}

fn give(action: Action) -> sock_filter {
    let value = match action {
        Action::Ask => libc::SECCOMP_RET_USER_NOTIF,
        Action::Refuse(errno) => libc::SECCOMP_RET_ERRNO | errno.number().unsigned_abs(),
        Action::Pretend => libc::SECCOMP_RET_ERRNO,
    };
    statement(libc::BPF_RET | libc::BPF_K, value)
}

fn load(offset: u32) -> sock_filter {
    statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, offset)
}

fn statement(code: u32, k: u32) -> sock_filter {
    sock_filter { code: code as u16, jt: 0, jf: 0, k }
}

fn jump(test: u32, k: u32, holds: u8, fails: u8) -> sock_filter {
    let code = (libc::BPF_JMP | test | libc::BPF_K) as u16;
    sock_filter { code, jt: holds, jf: fails, k }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_a_call_stand_together() {
        let rules: Vec<&Rule> = RULES.iter().chain(OLDER).chain(OF_ROOT).collect();
        let mut calls: Vec<_> =
            rules.chunk_by(|one, other| one.0 == other.0).map(|rules| rules[0].0).collect();
        calls.sort_unstable();
        let count = calls.len();
        calls.dedup();
        assert_eq!(calls.len(), count);
    }
}
