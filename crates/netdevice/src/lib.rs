//! Linux network devices, addresses, aliases and routes.
#![forbid(unsafe_code)]

mod error;
mod hardware;

pub use error::{Error, Refusal, Result};
pub use hardware::{HardwareAddress, HardwareAddressError};
pub use ifctl_abi::{DeviceFlags, DeviceName, HardwareType, IfMap, NameError};
pub use ifctl_kernel::{Errno, Kernel, Socket};
