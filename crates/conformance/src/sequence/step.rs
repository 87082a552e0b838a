//! Requests as data.

use super::words::bytes_of;
use ifctl_abi::Family;

/// Who makes a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// A caller with `CAP_NET_ADMIN`, in the first namespace.
    Here,
    /// A caller without capabilities, in the first namespace.
    Unprivileged,
    /// A caller with `CAP_NET_ADMIN`, in the second namespace.
    There,
    /// A caller without capabilities, in the second namespace.
    ThereUnprivileged,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// An ioctl.
    Ioctl {
        /// The socket's family.
        family: Family,
        /// The request's number.
        number: u32,
        /// The argument's bytes, filled up with zeros to what the number takes. For `SIOCGIFCONF`: the
        /// length, and how many records the buffer has room for (`ffffffff`: there is no buffer).
        argument: Vec<u8>,
        /// For `rtentry`: the device's name.
        device: Option<Vec<u8>>,
    },
    /// A datagram to rtnetlink.
    Netlink {
        /// By a socket that checks strictly.
        strict: bool,
        /// The messages. A number `THERE` in them stands for the second namespace.
        bytes: Vec<u8>,
    },
    /// A file is read.
    Read(String),
    /// A file is written.
    Write(String, Vec<u8>),
}

/// What stands for the second namespace's descriptor in a datagram.
pub(crate) const THERE: [u8; 4] = *b"\xf1ns\xf1";

/// A request, and who makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Who makes it.
    pub who: Who,
    /// What is asked.
    pub asked: Asked,
}

impl Step {
    /// Returns an ioctl; the argument is written in hexadecimal digits, blanks are skipped.
    ///
    /// # Panics
    ///
    /// If the argument holds anything else.
    pub fn ioctl(who: Who, family: Family, number: u32, argument: &str) -> Self {
        let argument = bytes_of(argument);
        Self { who, asked: Asked::Ioctl { family, number, argument, device: None } }
    }

    /// Returns an ioctl with an `rtentry` that points to this device's name.
    ///
    /// # Panics
    ///
    /// As [`ioctl`](Self::ioctl).
    pub fn route(who: Who, family: Family, number: u32, argument: &str, device: &[u8]) -> Self {
        let (argument, device) = (bytes_of(argument), Some(device.to_vec()));
        Self { who, asked: Asked::Ioctl { family, number, argument, device } }
    }

    /// Returns a datagram to rtnetlink, written in hexadecimal digits.
    ///
    /// # Panics
    ///
    /// As [`ioctl`](Self::ioctl).
    pub fn netlink(who: Who, bytes: &str) -> Self {
        Self { who, asked: Asked::Netlink { strict: false, bytes: bytes_of(bytes) } }
    }

    /// As [`netlink`](Self::netlink), by a socket that checks strictly.
    ///
    /// # Panics
    ///
    /// As [`ioctl`](Self::ioctl).
    pub fn strict(who: Who, bytes: &str) -> Self {
        Self { who, asked: Asked::Netlink { strict: true, bytes: bytes_of(bytes) } }
    }

    /// Returns the reading of a file.
    pub fn read(who: Who, path: &str) -> Self {
        Self { who, asked: Asked::Read(path.to_owned()) }
    }

    /// Returns the writing of a file.
    pub fn write(who: Who, path: &str, bytes: &[u8]) -> Self {
        Self { who, asked: Asked::Write(path.to_owned(), bytes.to_vec()) }
    }
}
