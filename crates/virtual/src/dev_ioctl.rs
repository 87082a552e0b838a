//! The requests about devices, whatever the socket's family (`net/core/dev_ioctl.c`).

use crate::lo;
use ifctl_abi::ioctl::*;
use ifctl_abi::{DeviceName, IfMap, IfReq};
use ifctl_kernel::Errno;

/// Answers a request about a device.
pub(crate) fn ioctl(number: u32, request: &mut IfReq) -> Result<(), Errno> {
    match number {
        SIOCGIFNAME if request.integer() == lo::INDEX.cast_signed() => {
            // The kernel writes the string and its NUL, and leaves what follows.
            for (to, from) in request.name.iter_mut().zip(lo::NAME.iter().chain(&[0])) {
                *to = *from;
            }
        }
        SIOCGIFNAME => return Err(Errno::ENODEV),
        SIOCGIFINDEX | SIOCGIFFLAGS | SIOCGIFMETRIC | SIOCGIFMTU | SIOCGIFHWADDR | SIOCGIFMAP
        | SIOCGIFTXQLEN => {
            look_up(request)?;
            *request = match number {
                SIOCGIFINDEX => request.with(&lo::INDEX),
                SIOCGIFFLAGS => request.with(&lo::FLAGS.low()),
                SIOCGIFMETRIC => request.with(&0_u32),
                SIOCGIFMTU => request.with(&lo::MTU),
                SIOCGIFTXQLEN => request.with(&lo::TX_QUEUE_LENGTH),
                SIOCGIFHWADDR => {
                    let [a, b] = lo::TYPE.0.to_ne_bytes();
                    request.with(&[a, b, 0, 0, 0, 0, 0, 0])
                }
                // All but the padding at its end.
                _ => request.with(&[0_u8; size_of::<IfMap>() - 3]),
            };
        }
        SIOCGIFSLAVE => {
            look_up(request)?;
            return Err(Errno::EINVAL);
        }
        SIOCSIFFLAGS | SIOCSIFMETRIC | SIOCSIFMTU | SIOCSIFHWADDR | SIOCSIFHWBROADCAST
        | SIOCSIFMAP | SIOCADDMULTI | SIOCDELMULTI | SIOCSIFTXQLEN | SIOCSIFNAME | SIOCSIFSLAVE => {
            return Err(Errno::EPERM);
        }
        _ => return Err(Errno::ENOTTY),
    }
    terminate(request);
    Ok(())
}

/// Finds the device by its name, cut at the first colon.
pub(crate) fn look_up(request: &IfReq) -> Result<(), Errno> {
    let name = DeviceName::truncated(&request.name);
    if name.base().as_bytes() == lo::NAME { Ok(()) } else { Err(Errno::ENODEV) }
}

/// Overwrites the last byte of the name, as the kernel does before it uses it.
pub(crate) fn terminate(request: &mut IfReq) {
    if let Some(last) = request.name.last_mut() {
        *last = 0;
    }
}
