//! Why a sandbox is not to be had, told by looking: what the kernel answered, and which of the
//! switches that can be behind that answer is set.

use crate::error::{CommandError, Kind};
use ifctl_kernel::Errno;
use ifctl_linux::sandbox::unshare_is_filtered;
use std::fs;
use std::path::Path;

/// What was tried.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stage<'a> {
    /// A user namespace.
    UserNamespace,
    /// The caller's name in that namespace.
    Identity,
    /// The same, for a caller who is user 0 and lacks CAP_SETFCAP.
    IdentityOfRoot,
    /// A mount namespace.
    Mounts,
    /// A network namespace.
    Network,
    /// eth0 and its peer.
    Device,
    /// The mounts over this folder.
    Tools(&'a Path),
}

/// The way that no host refuses.
const WITHOUT: &str = "or do without: ifctl virtual init net.json --howto && export \
                       IFCTL_KERNEL=virtual:net.json gives these tools a virtual kernel, which needs no \
                       privilege";

const SYSCTL_CLONE: &str = "kernel.unprivileged_userns_clone";
const SYSCTL_APPARMOR: &str = "kernel.apparmor_restrict_unprivileged_userns";

/// Returns the error for a refusal, with its cause where one can be seen, and the way out.
pub(crate) fn explain(stage: Stage<'_>, errno: Errno) -> CommandError {
    let what = match stage {
        Stage::UserNamespace => "a user namespace".to_owned(),
        Stage::Identity | Stage::IdentityOfRoot => "root's name in the user namespace".to_owned(),
        Stage::Mounts => "a mount namespace".to_owned(),
        Stage::Network => "a network namespace".to_owned(),
        Stage::Device => "the Ethernet device eth0".to_owned(),
        Stage::Tools(folder) => format!("the tools in {}", folder.display()),
    };
    let cause = Cause::find(stage, errno);
    let text = format!("no sandbox: Linux refuses {what}: {errno}{}", cause.text());
    let error = CommandError::new(Kind::NoSandbox, text);
    let error = cause.hints().into_iter().fold(error, CommandError::hint);
    match cause {
        // No privilege is what is missing.
        Cause::Told => error,
        _ => error.hint(WITHOUT),
    }
}

/// What is behind a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Cause {
    /// This limit of namespaces is 0: none are allowed.
    Forbidden(&'static str),
    /// This limit of namespaces is reached, here or in a user namespace around this one, where the
    /// number may be another.
    Limit(&'static str),
    /// Debian's and Arch's switch is off.
    SwitchedOff,
    /// AppArmor takes the capabilities away that a user namespace gives.
    AppArmor,
    /// Since 5.12 nobody is mapped to user 0 of the namespace around without this capability.
    NoSetfcap,
    /// A seccomp filter refuses the call itself.
    Filter,
    /// A filter is there, which may refuse this call for what it asks for.
    PerhapsFilter,
    /// The kernel was built without this.
    NotBuilt(&'static str),
    /// Nothing that can be seen from here.
    Unknown,
    /// What the kernel answered says it: too many open files, no memory.
    Told,
}

impl Cause {
    /// Looks at the switches, those first whose effect is certain.
    fn find(stage: Stage<'_>, errno: Errno) -> Self {
        let refused = matches!(errno, Errno::EPERM | Errno::EACCES);
        match (stage, errno) {
            (Stage::UserNamespace, Errno::ENOSPC | Errno::EUSERS) => {
                Self::limit("user.max_user_namespaces")
            }
            (Stage::Mounts, Errno::ENOSPC) => Self::limit("user.max_mnt_namespaces"),
            (Stage::Network, Errno::ENOSPC) => Self::limit("user.max_net_namespaces"),
            (Stage::UserNamespace, Errno::EINVAL) => Self::NotBuilt("CONFIG_USER_NS"),
            (Stage::Network, Errno::EINVAL) => Self::NotBuilt("CONFIG_NET_NS"),
            (Stage::Device, Errno::EOPNOTSUPP) => Self::NotBuilt("CONFIG_VETH"),
            (Stage::IdentityOfRoot, Errno::EPERM) => Self::NoSetfcap,
            (Stage::UserNamespace, _) if is(SYSCTL_CLONE, "0") && refused => Self::SwitchedOff,
            _ if (refused || errno == Errno::ENOSYS) && unshare_is_filtered() => Self::Filter,
            _ if refused && is(SYSCTL_APPARMOR, "1") => Self::AppArmor,
            _ if refused && has_filter() => Self::PerhapsFilter,
            _ if refused => Self::Unknown,
            _ => Self::Told,
        }
    }

    fn limit(name: &'static str) -> Self {
        if is(name, "0") { Self::Forbidden(name) } else { Self::Limit(name) }
    }

    /// Returns the cause as the end of a sentence.
    fn text(&self) -> String {
        match self {
            Self::Forbidden(name) => format!(", since {name} is 0"),
            Self::Limit(name) => format!(", since the limit {name} is reached"),
            Self::SwitchedOff => format!(", since {SYSCTL_CLONE} is 0"),
            Self::AppArmor => format!(", since {SYSCTL_APPARMOR} is 1"),
            Self::NoSetfcap => ", since user 0 lacks CAP_SETFCAP".to_owned(),
            Self::Filter => ", since a seccomp filter forbids unshare(2)".to_owned(),
            Self::PerhapsFilter => ", perhaps by the seccomp filter that is in place".to_owned(),
            Self::NotBuilt(option) => format!(", since it was built without {option}"),
            Self::Unknown | Self::Told => String::new(),
        }
    }

    /// Returns the ways out, the narrowest first.
    fn hints(&self) -> Vec<String> {
        let as_root = "or run it as root: sudo ifctl sandbox ...".to_owned();
        let container = "in a container, start that with: docker run --security-opt \
                         seccomp=unconfined --security-opt apparmor=unconfined --cap-add SYS_ADMIN";
        match self {
            Self::Forbidden(name) => vec![format!("allow some: sudo sysctl {name}=15000"), as_root],
            Self::Limit(name) => vec![format!(
                "raise it (sudo sysctl {name}=15000), also outside of a container, or end what uses \
                 so many; they nest 32 deep at most"
            )],
            Self::SwitchedOff => vec![format!("sudo sysctl {SYSCTL_CLONE}=1"), as_root],
            Self::AppArmor => vec![
                "give this program an AppArmor profile with the rule `userns,`".to_owned(),
                format!("or lift the restriction for all: sudo sysctl {SYSCTL_APPARMOR}=0"),
                as_root,
            ],
            Self::NoSetfcap => {
                vec!["run it as another user, or keep that capability".to_owned()]
            }
            Self::Filter | Self::PerhapsFilter => vec![container.to_owned()],
            Self::NotBuilt(_) => vec![
                "load the module, if there is one (sudo modprobe veth), or use another kernel"
                    .to_owned(),
            ],
            Self::Unknown => vec![
                "a chroot and a security module (SELinux, AppArmor) can refuse so: try outside of it"
                    .to_owned(),
                container.to_owned(),
            ],
            Self::Told => Vec::new(),
        }
    }
}

fn is(sysctl_name: &str, value: &str) -> bool {
    sysctl(sysctl_name).is_some_and(|found| found == value)
}

fn sysctl(name: &str) -> Option<String> {
    let file = Path::new("/proc/sys").join(name.replace('.', "/"));
    fs::read_to_string(file).ok().map(|text| text.trim().to_owned())
}

fn has_filter() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().any(|line| line.split_whitespace().eq(["Seccomp:", "2"]))
}
