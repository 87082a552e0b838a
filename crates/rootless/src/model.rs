//! The kernel that answers, and the time that passes in it.

use crate::keeper::Keeper;
use ifctl_abi::{Family, SocketType};
use ifctl_kernel::Errno;
use ifctl_virtual::{Capabilities, UserMemory, VirtualKernel};
use std::io;
use std::time::{Duration, Instant};

/// How long a kernel that others want too is had without being asked, and at most.
pub(crate) const IDLE: Duration = Duration::from_millis(20);
const LONGEST: Duration = Duration::from_millis(200);

/// The kernel that answers.
pub(crate) struct Model {
    kernel: VirtualKernel,
    told: Instant,
    keeper: Option<Box<dyn Keeper>>,
    /// Since when it was taken from its keeper.
    taken: Option<Instant>,
}

impl Model {
    pub(crate) fn new(kernel: VirtualKernel, keeper: Option<Box<dyn Keeper>>) -> Self {
        Self { kernel, told: Instant::now(), keeper, taken: None }
    }

    /// Has the kernel for requests, as it is now; returns whether it is another one than before.
    pub(crate) fn take(&mut self) -> io::Result<bool> {
        let mut is_new = false;
        if let Some(keeper) = &mut self.keeper
            && self.taken.is_none()
        {
            if let Some(kernel) = keeper.take()? {
                self.kernel = kernel;
                self.told = Instant::now();
                is_new = true;
            }
            self.taken = Some(Instant::now());
        }
        self.pass();
        Ok(is_new)
    }

    /// Returns whether others wait for the kernel, or might.
    pub(crate) fn is_taken(&self) -> bool {
        self.taken.is_some()
    }

    /// Gives the kernel back: at once where nothing is to be done, else if it was had for long.
    pub(crate) fn give_back(&mut self, is_idle: bool) -> io::Result<()> {
        let is_due = self.taken.is_some_and(|since| is_idle || since.elapsed() >= LONGEST);
        if let (Some(keeper), true) = (&mut self.keeper, is_due) {
            self.taken = None;
            keeper.give_back(&self.kernel)?;
        }
        Ok(())
    }

    /// Lets time pass where nobody else has the kernel; returns whether that is so.
    pub(crate) fn passes(&mut self) -> bool {
        let is_had = self.keeper.is_none() || self.taken.is_some();
        if is_had {
            self.pass();
        }
        is_had
    }

    /// Returns the kernel for a caller.
    pub(crate) fn kernel(&self, capabilities: Capabilities) -> VirtualKernel {
        self.kernel.with_capabilities(capabilities)
    }

    /// Lets the time pass that has passed outside.
    fn pass(&mut self) {
        let now = Instant::now();
        self.kernel.advance(now.saturating_duration_since(self.told));
        self.told = now;
    }

    /// Carries a request of a socket out that is no netlink socket.
    pub(crate) fn ioctl(
        &self,
        capabilities: Capabilities,
        family: Family,
        number: u32,
        address: u64,
        memory: &mut dyn UserMemory,
    ) -> Result<(), Errno> {
        let kernel = self.kernel(capabilities);
        kernel.open(family, SocketType::DATAGRAM, 0)?.ioctl_at(number, address, memory)
    }
}
