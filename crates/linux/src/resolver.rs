//! The C library's resolver: host names to addresses and back.
//!
//! The library asks what nsswitch.conf(5) says: /etc/hosts, DNS, and whatever modules are configured.
//! IPv4 names go through `gethostbyname_r`, because it tells apart what `getaddrinfo` does not (an
//! empty name is a server error, a name that no server could be asked about is a temporary failure)
//! and keeps the order of the addresses.

use std::ffi::{CStr, c_char, c_int};
use std::mem::MaybeUninit;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ptr;

/// The most bytes that an answer may take before the search is given up.
const LIMIT: usize = 1 << 20;

/// Room for a host name and its NUL (`NI_MAXHOST`).
const NAME_LENGTH: usize = 1025;

// The libc crate has no declaration of this one. glibc, musl and uClibc all have it, with this type.
unsafe extern "C" {
    fn gethostbyname_r(
        name: *const c_char,
        answer: *mut libc::hostent,
        buffer: *mut c_char,
        length: libc::size_t,
        result: *mut *mut libc::hostent,
        h_errno: *mut c_int,
    ) -> c_int;
}

/// What the host database said about a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostAnswer {
    /// The first IPv4 address of the name, if it has one.
    pub address: Option<Ipv4Addr>,
    /// `h_errno` as the look-up left it; it may be set after a success too, by a database that was
    /// asked in vain before another one knew the name.
    pub h_errno: i32,
}

/// Looks up the IPv4 address of a host name.
///
/// See gethostbyname(3).
pub fn host_by_name(name: &CStr) -> HostAnswer {
    let mut h_errno = 0;
    let mut buffer: Vec<c_char> = vec![0; 1024];
    loop {
        let mut host = MaybeUninit::<libc::hostent>::zeroed();
        let mut result = ptr::null_mut();
        // SAFETY: the name is NUL-terminated; the structure, the buffer of the length that is given,
        // the result and the error number are exclusively borrowed and live until the call returns.
        let status = unsafe {
            gethostbyname_r(
                name.as_ptr(),
                host.as_mut_ptr(),
                buffer.as_mut_ptr(),
                buffer.len(),
                &raw mut result,
                &raw mut h_errno,
            )
        };
        if status == libc::ERANGE && buffer.len() < LIMIT {
            buffer = vec![0; buffer.len() * 2];
            continue;
        }
        if status != 0 || result.is_null() {
            return HostAnswer { address: None, h_errno };
        }
        // SAFETY: the structure was zeroed, which is a value of it (numbers and null pointers), and a
        // call that gives a result has filled it.
        let host = unsafe { host.assume_init() };
        return HostAnswer { address: first_address(&host), h_errno };
    }
}

/// Returns the first address of an answer. The buffer that the call filled must still be there.
fn first_address(host: &libc::hostent) -> Option<Ipv4Addr> {
    if host.h_addrtype != libc::AF_INET || host.h_length != 4 || host.h_addr_list.is_null() {
        return None;
    }
    // SAFETY: in an answer the list is an array of pointers in the caller's buffer, ended by a null.
    let first = unsafe { *host.h_addr_list };
    if first.is_null() {
        return None;
    }
    // SAFETY: an entry of the list that is not null points to `h_length` bytes, which is 4.
    let bytes = unsafe { *first.cast::<[u8; 4]>() };
    Some(Ipv4Addr::from(bytes))
}

/// Looks up the first IPv6 address of a host name.
///
/// # Errors
///
/// The C library's `EAI_*` number: -2 for an unknown name, -3 where no server answered, -9 for a name
/// that has addresses of another family.
///
/// See getaddrinfo(3).
pub fn address6_by_name(name: &CStr) -> Result<Ipv6Addr, i32> {
    // SAFETY: zeroes are a value of this structure: numbers and null pointers.
    let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
    hints.ai_family = libc::AF_INET6;
    let mut result = ptr::null_mut();
    // SAFETY: the name is NUL-terminated, no service is given, the hints hold a family and nothing
    // else, and the result is exclusively borrowed; all live until the call returns.
    let status = unsafe { libc::getaddrinfo(name.as_ptr(), ptr::null(), &hints, &raw mut result) };
    if status != 0 {
        return Err(status);
    }
    let address = first_address6(result).ok_or(libc::EAI_NONAME);
    // SAFETY: the list comes from a call of getaddrinfo that succeeded, and is freed once.
    unsafe { libc::freeaddrinfo(result) };
    address
}

/// Returns the address of the first entry of a list that getaddrinfo made.
fn first_address6(list: *const libc::addrinfo) -> Option<Ipv6Addr> {
    // SAFETY: null, or the head of a list that getaddrinfo made and nobody has freed yet.
    let entry = unsafe { list.as_ref() }?;
    if entry.ai_family != libc::AF_INET6
        || (entry.ai_addrlen as usize) < size_of::<libc::sockaddr_in6>()
    {
        return None;
    }
    // SAFETY: null, or an address of the family and of the length that were just checked.
    let address = unsafe { entry.ai_addr.cast::<libc::sockaddr_in6>().as_ref() }?;
    Some(Ipv6Addr::from(address.sin6_addr.s6_addr))
}

/// Looks up the name of an address; `None` where it has none.
///
/// The bytes are as the database gives them.
///
/// See getnameinfo(3), `NI_NAMEREQD`.
pub fn name_by_address(address: IpAddr) -> Option<Vec<u8>> {
    let mut name = [0u8; NAME_LENGTH];
    let status = match address {
        IpAddr::V4(address) => {
            // SAFETY: zeroes are a value of this structure: numbers and bytes.
            let mut socket: libc::sockaddr_in = unsafe { std::mem::zeroed() };
            socket.sin_family = libc::AF_INET as libc::sa_family_t;
            socket.sin_addr.s_addr = u32::from_ne_bytes(address.octets());
            // SAFETY: an exclusively borrowed structure of the family that it says it is.
            unsafe { name_of(&socket, &mut name) }
        }
        IpAddr::V6(address) => {
            // SAFETY: as above.
            let mut socket: libc::sockaddr_in6 = unsafe { std::mem::zeroed() };
            socket.sin6_family = libc::AF_INET6 as libc::sa_family_t;
            socket.sin6_addr.s6_addr = address.octets();
            // SAFETY: as above.
            unsafe { name_of(&socket, &mut name) }
        }
    };
    if status != 0 {
        return None;
    }
    CStr::from_bytes_until_nul(&name).ok().map(|name| name.to_bytes().to_vec())
}

/// Calls getnameinfo.
///
/// # Safety
///
/// `T` must be a socket address structure whose family field says so.
unsafe fn name_of<T>(socket: &T, name: &mut [u8; NAME_LENGTH]) -> c_int {
    // SAFETY: the address is one (the caller's promise) and borrowed, of the length of its type; the
    // name is exclusively borrowed, of the length that is given; no service name is asked for.
    unsafe {
        libc::getnameinfo(
            ptr::from_ref(socket).cast(),
            size_of::<T>() as libc::socklen_t,
            name.as_mut_ptr().cast(),
            NAME_LENGTH as libc::socklen_t,
            ptr::null_mut(),
            0,
            libc::NI_NAMEREQD,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dotted_quad_is_its_own_host() {
        assert_eq!(host_by_name(c"127.0.0.1").address, Some(Ipv4Addr::LOCALHOST));
    }

    #[test]
    fn a_word_that_cannot_be_a_name_is_refused_without_a_server() {
        for name in [c"256.1.1.1", c"1.2.3.4.5", c"+", c"/24"] {
            assert_eq!(host_by_name(name), HostAnswer { address: None, h_errno: 1 }, "{name:?}");
        }
        assert_eq!(host_by_name(c"").h_errno, 3);
    }

    #[test]
    fn an_ipv6_literal_is_its_own_host_and_an_ipv4_one_is_of_another_family() {
        assert_eq!(address6_by_name(c"::1"), Ok(Ipv6Addr::LOCALHOST));
        assert_eq!(address6_by_name(c"127.0.0.1"), Err(-9));
    }
}
