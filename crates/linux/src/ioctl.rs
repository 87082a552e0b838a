//! The system call `ioctl`, for requests whose arguments are known.

use crate::errno;
use ifctl_abi::ioctl::*;
use ifctl_abi::{DeviceName, IfReq, NAME_SIZE};
use ifctl_kernel::{Argument, Errno, IfConf, Request};
use std::ffi::{c_int, c_void};
use std::mem::size_of_val;
use std::os::fd::{AsRawFd, BorrowedFd};
use zerocopy::{FromBytes, Immutable, IntoBytes};

/// Room for any argument of the table's requests, whichever structure the socket's family takes the
/// number to mean: the largest, `rtentry`, has 120 bytes.
const SCRATCH: usize = 256;

/// What a pointer of the kernel's structures points to: nothing longer is read or written there.
#[repr(C, align(8))]
struct Scratch([u8; SCRATCH]);

/// The numbers outside the table whose argument is an `ifreq` without a pointer, in every family:
/// those that no kernel of today implements, and two that it refuses.
const OTHER: [u32; 11] = [
    SIOCRTMSG,
    SIOCSIFLINK,
    SIOCGIFMEM,
    SIOCSIFMEM,
    SIOCGIFENCAP,
    SIOCSIFENCAP,
    SIOCGIFSLAVE,
    SIOCSIFSLAVE,
    SIOCGIFCOUNT,
    0x8960,
    0x8961,
];

/// Carries out a request on a socket.
pub(crate) fn ioctl(socket: BorrowedFd<'_>, request: Request<'_>) -> Result<(), Errno> {
    if let Request::Other { number, .. } = &request
        && !OTHER.contains(number)
        && !Request::TABLE.iter().any(|line| line.number == *number && *number != SIOCGIFCONF)
    {
        return Err(Errno::EOPNOTSUPP);
    }
    let (number, argument) = request.into_parts();
    match argument {
        Argument::IfReq(argument) => exchange(socket, number, argument),
        Argument::Arp(argument) => exchange(socket, number, argument),
        Argument::Route6(argument) => exchange(socket, number, argument),
        Argument::Address6(argument) => exchange(socket, number, argument),
        Argument::Route(route) => {
            let name = route.device.as_ref().map(DeviceName::to_owned).map(DeviceName::to_array);
            route.entry.device = name
                .as_ref()
                .map_or(0, |name: &[u8; NAME_SIZE]| std::ptr::from_ref(name).expose_provenance());
            let answer = exchange(socket, number, &mut route.entry);
            route.entry.device = 0;
            answer
        }
        Argument::IfConf(conf) => list(socket, conf),
        _ => Err(Errno::EOPNOTSUPP),
    }
}

/// Sends a structure and takes back what the kernel made of it.
fn exchange<T: FromBytes + IntoBytes + Immutable>(
    socket: BorrowedFd<'_>,
    number: u32,
    argument: &mut T,
) -> Result<(), Errno> {
    let mut scratch = Scratch([0; SCRATCH]);
    argument.write_to_prefix(&mut scratch.0).map_err(|_| Errno::EINVAL)?;
    // SAFETY: `number` is one of the table's or of `OTHER`. For each of them, in every socket family,
    // the kernel reads and writes at most one structure of at most 120 bytes at the pointer, and the
    // scratch has 256 initialised bytes, aligned to 8. A pointer inside the structure stands in
    // `rtentry` alone: `rt_dev`, which the kernel only reads, up to 16 bytes; it is 0 or the address of
    // a 16-byte array that lives until the caller returns, and should another family's structure have
    // other bytes there, the kernel's own copy from user memory checks them (EFAULT). `SIOCGIFCONF`,
    // whose structure holds a pointer to be written through, never comes here. The descriptor is a
    // socket (both ways to make one of this crate's sockets see to it), so no driver of another kind
    // of file gives the number a meaning of its own.
    let answer = unsafe { call(socket, number, scratch.0.as_mut_ptr().cast()) };
    answer?;
    let (value, _) = T::read_from_prefix(&scratch.0).map_err(|_| Errno::EINVAL)?;
    *argument = value;
    Ok(())
}

/// Fills a list of addresses.
fn list(socket: BorrowedFd<'_>, conf: IfConf<'_>) -> Result<(), Errno> {
    let (pointer, room) = match conf.buffer {
        Some(records) => (records.as_mut_ptr(), size_of_val(records)),
        None => (std::ptr::null_mut(), 0),
    };
    let room = c_int::try_from(room).unwrap_or(c_int::MAX);
    let mut argument = libc::ifconf {
        ifc_len: if pointer.is_null() { *conf.length } else { room.min(*conf.length) },
        ifc_ifcu: libc::__c_anonymous_ifc_ifcu { ifcu_buf: pointer.cast() },
    };
    // SAFETY: for this number the kernel reads and writes one `ifconf` at the pointer, and at most
    // `ifc_len` bytes at the buffer that it names, which is no longer than the caller's exclusively
    // borrowed slice (of a type for which every byte pattern is a value); without a buffer it is null
    // and not written to.
    let answer = unsafe { call(socket, SIOCGIFCONF, std::ptr::from_mut(&mut argument).cast()) };
    answer?;
    *conf.length = argument.ifc_len;
    Ok(())
}

/// Makes the system call.
///
/// # Safety
///
/// What the kernel reads and writes at the pointer for this number must be valid for it.
unsafe fn call(socket: BorrowedFd<'_>, number: u32, argument: *mut c_void) -> Result<(), Errno> {
    #[allow(
        clippy::unnecessary_cast,
        clippy::cast_possible_wrap,
        reason = "the number's type is c_ulong with one C library and c_int with another"
    )]
    // SAFETY: the caller's, as stated above; the descriptor is open as long as it is borrowed.
    let answer = unsafe { libc::ioctl(socket.as_raw_fd(), number as _, argument) };
    if answer < 0 { Err(errno::last()) } else { Ok(()) }
}

/// The kernel fills records of this size; ours must have it.
const _: () = assert!(size_of::<IfReq>() == size_of::<libc::ifreq>());
