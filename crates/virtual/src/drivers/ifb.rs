//! Devices for traffic control, which drop what they are to send (`drivers/net/ifb.c`).

use super::Driver;
use crate::dev::{NewDevice, Segmentation};
use crate::machine::Machine;
use crate::release::Release;
use ifctl_abi::DeviceFlags;

/// The length of the transmit queue.
#[doc(alias = "TX_Q_LIMIT")]
const QUEUE: u32 = 32;

/// Returns a device.
#[doc(alias = "ifb_setup")]
pub(super) fn setup(machine: &mut Machine) -> NewDevice {
    let mut new = NewDevice::ether(Driver::Ifb);
    new.flags = DeviceFlags::BROADCAST | DeviceFlags::NOARP;
    new.min_mtu = 0;
    new.max_mtu = 0;
    new.tx_queue_length = QUEUE;
    new.queues.none = false;
    if machine.release >= Release::V6_18 {
        new.segmentation = Segmentation::longest();
    }
    new.draw_address(machine);
    new
}
