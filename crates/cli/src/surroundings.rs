//! What a personality finds around it beside the kernel: files, the names of hosts, the environment,
//! the system's log. The host's own, or given ones.

use ifctl_linux::{resolver, syslog};
use std::collections::BTreeMap;
use std::ffi::{CStr, OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::unix::ffi::OsStrExt;
use std::rc::Rc;

/// `EAI_NONAME`: there is no such host.
const NO_NAME: i32 = -2;
/// `EAI_ADDRFAMILY`: the host has addresses of another family.
const OTHER_FAMILY: i32 = -9;
/// `ENOENT`: there is no such file.
const NO_FILE: i32 = 2;

/// Surroundings that are given, so that a run reads nothing of the host and asks nobody.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The files, by their paths as a command line or a tool names them. There is no other.
    pub files: BTreeMap<Vec<u8>, Vec<u8>>,
    /// The hosts: names, and the address of each.
    pub hosts: Vec<(Vec<u8>, IpAddr)>,
    /// The variables of the environment.
    pub variables: Vec<(&'static str, OsString)>,
    /// Whether a terminal shows what is printed, so that names are escaped.
    pub is_terminal: bool,
}

/// The surroundings of one run.
#[derive(Debug, Clone, Default)]
pub(crate) enum Surroundings {
    /// The host's.
    #[default]
    Host,
    /// Those that are given.
    Given(Rc<Given>),
}

impl Surroundings {
    /// Returns the content of a file. One that can be opened and not read, a folder, is as good as empty.
    pub(crate) fn file(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Host => {
                let mut file = File::open(OsStr::from_bytes(path))?;
                let mut text = Vec::new();
                let _ = file.read_to_end(&mut text);
                Ok(text)
            }
            Self::Given(given) => {
                given.files.get(path).cloned().ok_or_else(|| io::Error::from_raw_os_error(NO_FILE))
            }
        }
    }

    /// Returns the value of a variable.
    pub(crate) fn variable(&self, name: &str) -> Option<OsString> {
        match self {
            Self::Host => std::env::var_os(name),
            Self::Given(given) => {
                let mut found = given.variables.iter().filter(|(known, _)| *known == name);
                found.next().map(|(_, value)| value.clone())
            }
        }
    }

    /// Looks up the IPv4 address of a host, as gethostbyname(3) does.
    pub(crate) fn host_by_name(&self, name: &CStr) -> resolver::HostAnswer {
        match self {
            Self::Host => resolver::host_by_name(name),
            Self::Given(given) => {
                let address = given.addresses(name.to_bytes()).find_map(|address| match address {
                    IpAddr::V4(address) => Some(address),
                    IpAddr::V6(_) => None,
                });
                let h_errno = match address {
                    Some(_) => 0,
                    None if name.is_empty() => 3,
                    None => 1,
                };
                resolver::HostAnswer { address, h_errno }
            }
        }
    }

    /// Looks up the IPv6 address of a host, as getaddrinfo(3) does.
    pub(crate) fn address6_by_name(&self, name: &CStr) -> Result<Ipv6Addr, i32> {
        let given = match self {
            Self::Host => return resolver::address6_by_name(name),
            Self::Given(given) => given,
        };
        let text = name.to_str().unwrap_or_default();
        if let Ok(address) = text.parse() {
            return Ok(address);
        }
        let mut failure = if text.parse::<Ipv4Addr>().is_ok() { OTHER_FAMILY } else { NO_NAME };
        for address in given.addresses(name.to_bytes()) {
            match address {
                IpAddr::V6(address) => return Ok(address),
                IpAddr::V4(_) => failure = OTHER_FAMILY,
            }
        }
        Err(failure)
    }

    /// Returns the name of the host of an address, as getnameinfo(3) does.
    pub(crate) fn name_by_address(&self, address: IpAddr) -> Option<Vec<u8>> {
        match self {
            Self::Host => resolver::name_by_address(address),
            Self::Given(given) => {
                let mut found = given.hosts.iter().filter(|(_, known)| *known == address);
                found.next().map(|(name, _)| name.clone())
            }
        }
    }

    /// Writes a message to the system's log. Given surroundings have none.
    pub(crate) fn log(&self, program: &'static CStr, text: &CStr) {
        match self {
            Self::Host => syslog::local0_error(program, text),
            Self::Given(_) => {}
        }
    }
}

impl Given {
    fn addresses(&self, name: &[u8]) -> impl Iterator<Item = IpAddr> {
        self.hosts.iter().filter(move |(known, _)| known == name).map(|(_, address)| *address)
    }
}
