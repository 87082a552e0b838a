//! Listings of what devices have: device by device, and of each one entry after the other.

use super::Progress;
use super::dump::NoRoom;
use crate::dev::DeviceId;
use crate::net_namespace::Net;
use ifctl_kernel::Errno;

/// Where such a listing goes on.
#[derive(Default)]
pub(crate) struct ByDevice {
    /// The index of the one device that is asked about.
    pub(crate) only: Option<u32>,
    /// The index of the device that comes next, and how many of its entries are written.
    next: (u32, usize),
}

impl ByDevice {
    /// Writes each entry that `entries` tells of a device with `put`, which gets the device's index too, from
    /// where the last piece ended.
    pub(crate) fn go_on<Entries: IntoIterator>(
        &mut self,
        net: &Net,
        entries: impl Fn(DeviceId) -> Result<Entries, Errno>,
        mut put: impl FnMut(u32, Entries::Item) -> Result<(), NoRoom>,
    ) -> Result<Progress, Errno> {
        let (first, mut skip) = self.next;
        let is_wanted = |index: u32| self.only.is_none_or(|only| only == index);
        for (index, id) in net.by_index_from(first).filter(|(index, _)| is_wanted(*index)) {
            if index != first {
                skip = 0;
            }
            for (at, entry) in entries(id)?.into_iter().enumerate().skip(skip) {
                if put(index, entry).is_err() {
                    self.next = (index, at);
                    return Ok(Progress::Full);
                }
            }
        }
        self.next = (u32::MAX, 0);
        Ok(Progress::Complete)
    }
}
