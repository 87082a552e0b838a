//! A caller's memory, as the kernel reaches it.

use ifctl_abi::{DeviceName, IfReq, NAME_SIZE};
use ifctl_kernel::{Argument, Errno, IfConf};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// The memory of the program that makes a call.
///
/// The model reads each argument when Linux does, and no more of it than Linux does, so that `EFAULT`
/// comes where Linux gives it.
#[doc(alias("copy_from_user", "copy_to_user"))]
pub trait UserMemory {
    /// Fills the buffer with the bytes at an address.
    ///
    /// # Errors
    ///
    /// `EFAULT` where any of them cannot be read.
    fn read(&self, address: u64, buffer: &mut [u8]) -> Result<(), Errno>;

    /// Writes these bytes at an address.
    ///
    /// # Errors
    ///
    /// `EFAULT` where any of them cannot be written.
    fn write(&mut self, address: u64, bytes: &[u8]) -> Result<(), Errno>;
}

/// Reads a structure.
pub(crate) fn get<T: FromBytes + IntoBytes>(
    memory: &dyn UserMemory,
    address: u64,
) -> Result<T, Errno> {
    let mut value = T::new_zeroed();
    memory.read(address, value.as_mut_bytes())?;
    Ok(value)
}

/// Writes a structure.
pub(crate) fn put<T: IntoBytes + Immutable>(
    memory: &mut dyn UserMemory,
    address: u64,
    value: &T,
) -> Result<(), Errno> {
    memory.write(address, value.as_bytes())
}

/// `struct ifconf`, as a caller of this machine's word size has it.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub(crate) struct RawIfConf {
    pub(crate) length: i32,
    pub(crate) padding: [u8; 4],
    pub(crate) buffer: u64,
}

/// Where the argument of a typed request lies in the memory made for it.
pub(crate) const ARGUMENT: u64 = 0x1_0000;

/// Where what it points to lies.
const POINTED_TO: u64 = 0x2_0000;

/// The memory of a caller that has nothing but one argument, and what that points to.
pub(crate) struct OneArgument<'a> {
    argument: &'a mut [u8],
    pointed_to: &'a mut [u8],
}

impl OneArgument<'_> {
    fn place(&self, address: u64, length: usize) -> Option<(bool, std::ops::Range<usize>)> {
        let second = address >= POINTED_TO;
        let (start, region) = match second {
            false => (address.checked_sub(ARGUMENT)?, &self.argument),
            true => (address - POINTED_TO, &self.pointed_to),
        };
        let start = usize::try_from(start).ok()?;
        let end = start.checked_add(length).filter(|end| *end <= region.len())?;
        Some((second, start..end))
    }
}

impl UserMemory for OneArgument<'_> {
    fn read(&self, address: u64, buffer: &mut [u8]) -> Result<(), Errno> {
        let (second, range) = self.place(address, buffer.len()).ok_or(Errno::EFAULT)?;
        let region = if second { &self.pointed_to } else { &self.argument };
        buffer.copy_from_slice(region.get(range).ok_or(Errno::EFAULT)?);
        Ok(())
    }

    fn write(&mut self, address: u64, bytes: &[u8]) -> Result<(), Errno> {
        let (second, range) = self.place(address, bytes.len()).ok_or(Errno::EFAULT)?;
        let region = if second { &mut self.pointed_to } else { &mut self.argument };
        region.get_mut(range).ok_or(Errno::EFAULT)?.copy_from_slice(bytes);
        Ok(())
    }
}

/// How many bytes an argument's memory has, as in the program that asks Linux: a number may mean a longer
/// structure to a socket of another family.
const ROOM: usize = 256;

/// Makes a call with an argument that lies in memory of that size.
fn exchange(
    argument: &mut [u8],
    pointed_to: &mut [u8],
    call: impl FnOnce(&mut dyn UserMemory) -> Result<(), Errno>,
) -> Result<(), Errno> {
    let mut room = [0; ROOM];
    for (to, from) in room.iter_mut().zip(&*argument) {
        *to = *from;
    }
    call(&mut OneArgument { argument: &mut room, pointed_to })?;
    for (to, from) in argument.iter_mut().zip(room) {
        *to = from;
    }
    Ok(())
}

/// Lays a typed request's argument into memory, makes the call with it, and takes back what the call
/// made of it.
pub(crate) fn with_argument(
    argument: Argument<'_>,
    call: impl FnOnce(&mut dyn UserMemory) -> Result<(), Errno>,
) -> Result<(), Errno> {
    match argument {
        Argument::IfReq(value) => exchange(value.as_mut_bytes(), &mut [], call),
        Argument::Arp(value) => exchange(value.as_mut_bytes(), &mut [], call),
        Argument::Route6(value) => exchange(value.as_mut_bytes(), &mut [], call),
        Argument::Address6(value) => exchange(value.as_mut_bytes(), &mut [], call),
        Argument::Route(route) => {
            let mut name = route.device.map_or([0; NAME_SIZE], DeviceName::to_array);
            route.entry.device = if route.device.is_some() { POINTED_TO as usize } else { 0 };
            let answer = exchange(route.entry.as_mut_bytes(), &mut name, call);
            route.entry.device = 0;
            answer
        }
        Argument::IfConf(IfConf { buffer, length }) => {
            let room = buffer.as_deref().map(size_of_val::<[IfReq]>);
            let most = room.map_or(i32::MAX, |room| i32::try_from(room).unwrap_or(i32::MAX));
            let mut conf = RawIfConf {
                length: (*length).min(most),
                padding: [0; 4],
                buffer: if room.is_some() { POINTED_TO } else { 0 },
            };
            let records = buffer.map_or(&mut [][..], |records| records.as_mut_bytes());
            call(&mut OneArgument { argument: conf.as_mut_bytes(), pointed_to: records })?;
            *length = conf.length;
            Ok(())
        }
        _ => Err(Errno::EOPNOTSUPP),
    }
}
