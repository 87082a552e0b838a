//! A kernel in a file, had by a run while something is asked.

use crate::error::CommandError;
use crate::virtual_file::{Choice, Opened, Version};
use ifctl_rootless::Keeper;
use ifctl_virtual::{State, VirtualKernel};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

/// The file's kernel.
pub(super) struct Kept {
    /// As long as the program.
    choice: &'static Choice,
    opened: Option<Opened<'static>>,
    /// What the file held when it was given back.
    last: Option<(Version, State)>,
    latest: Latest,
}

/// The kernel as it was last.
#[derive(Clone)]
pub(super) struct Latest(Arc<Mutex<VirtualKernel>>);

impl Latest {
    /// Returns it.
    pub(super) fn get(&self) -> VirtualKernel {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, kernel: &VirtualKernel) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = kernel.clone();
    }
}

fn failure(error: &CommandError) -> io::Error {
    io::Error::other(error.to_string())
}

impl Kept {
    pub(super) fn new(choice: Choice) -> Self {
        // One for the program, which ends with the run.
        let choice = Box::leak(Box::new(choice));
        let latest = Latest(Arc::new(Mutex::new(VirtualKernel::new())));
        Self { choice, opened: None, last: None, latest }
    }

    /// Reads the file, so that one that cannot be read is told of before anything is run.
    pub(super) fn first(&self) -> Result<VirtualKernel, CommandError> {
        let kernel = Opened::lock(self.choice)?.read()?;
        self.latest.set(&kernel);
        Ok(kernel)
    }

    /// Returns where the kernel is found in the end.
    pub(super) fn latest(&self) -> Latest {
        self.latest.clone()
    }
}

impl Keeper for Kept {
    fn take(&mut self) -> io::Result<Option<VirtualKernel>> {
        let mut opened = Opened::lock(self.choice).map_err(|error| failure(&error))?;
        let version = opened.version()?;
        let kernel = match self.last.take() {
            Some((last, state)) if last == version => {
                opened.holds(state);
                None
            }
            _ => Some(opened.read().map_err(|error| failure(&error))?),
        };
        self.opened = Some(opened);
        if let Some(kernel) = &kernel {
            self.latest.set(kernel);
        }
        Ok(kernel)
    }

    fn give_back(&mut self, kernel: &VirtualKernel) -> io::Result<()> {
        if let Some(opened) = self.opened.take() {
            opened.keep(kernel).map_err(|error| failure(&error))?;
            let state = kernel.save().map_err(|error| failure(&error.into()))?;
            self.last = Some((opened.written()?, state));
        }
        Ok(())
    }
}
