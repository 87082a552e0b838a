//! Who asks: a namespace and capabilities.

mod devices;

pub use devices::Cable;

use crate::faults::{Asked, Hook, Verdict};
use crate::listing::{self, Entry};
use crate::machine::Machine;
use crate::net_alias::{self, IpAlias, NetAlias};
use crate::net_namespace::{Net, NetId};
use crate::release::Release;
use crate::socket::VirtualSocket;
use crate::{af_netlink, drivers, net_procfs, timers};
use bitflags::bitflags;
use ifctl_abi::{Family, SocketType};
use ifctl_kernel::{Errno, Kernel, Socket};
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

bitflags! {
    /// The capabilities that a network stack asks for.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct Capabilities: u8 {
        /// `CAP_NET_ADMIN` in the user namespace that owns the network namespace: to change things.
        #[doc(alias = "CAP_NET_ADMIN")]
        const NET_ADMIN = 1;
        /// `CAP_NET_RAW` there: for packet and raw sockets.
        #[doc(alias = "CAP_NET_RAW")]
        const NET_RAW = 2;
        /// `CAP_NET_ADMIN` in the initial user namespace, which `SIOCSIFTXQLEN` and `SIOCSIFMAP` want.
        const INITIAL_NET_ADMIN = 4;
        /// `CAP_SYS_MODULE`: to load a module, and unload it.
        #[doc(alias = "CAP_SYS_MODULE")]
        const SYS_MODULE = 8;
    }
}

/// A virtual kernel, as one caller sees it: through a network namespace, with capabilities.
///
/// Clones see the same kernel as the same caller; [`with_capabilities`](Self::with_capabilities) and
/// [`new_namespace`](Self::new_namespace) give other callers of it. Nothing in it waits, and no time
/// passes but what [`advance`](Self::advance) is told.
#[derive(Clone)]
pub struct VirtualKernel {
    pub(crate) machine: Arc<Mutex<Machine>>,
    pub(crate) caller: Caller,
    hook: Hook,
    /// The namespace is there as long as this.
    _held: Arc<devices::Held>,
}

/// A namespace and capabilities.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    pub(crate) net: NetId,
    pub(crate) capabilities: Capabilities,
}

impl Caller {
    /// Refuses whoever may not change this namespace.
    pub(crate) fn must_be_admin(self) -> Result<(), Errno> {
        self.must_have(Capabilities::NET_ADMIN)
    }

    /// Refuses whoever lacks a capability.
    pub(crate) fn must_have(self, capability: Capabilities) -> Result<(), Errno> {
        if self.capabilities.contains(capability) { Ok(()) } else { Err(Errno::EPERM) }
    }
}

impl VirtualKernel {
    /// Returns a kernel that has just started: one namespace with `lo` in it, down, and a caller who
    /// may do everything.
    pub fn new() -> Self {
        Self::with_release(Release::default())
    }

    /// Returns a kernel that has just started, and answers as this release of Linux does.
    pub fn with_release(release: Release) -> Self {
        let mut machine = Machine { release, ..Machine::default() };
        let net = add_net(&mut machine);
        Self::of(machine, net)
    }

    /// Returns a kernel that is this machine, seen from a namespace by a caller who may do everything.
    pub(crate) fn of(machine: Machine, net: NetId) -> Self {
        let caller = Caller { net, capabilities: Capabilities::all() };
        let machine = Arc::new(Mutex::new(machine));
        let held = Arc::new(devices::Held { machine: Arc::clone(&machine), net });
        Self { machine, caller, hook: Hook::default(), _held: held }
    }

    /// Returns a kernel that has just started, and knows IP aliases in this way.
    pub fn with_ip_alias(ip_alias: IpAlias) -> Self {
        let kernel = Self::new();
        if ip_alias == IpAlias::Module {
            lock(&kernel.machine).net_alias = Some(NetAlias::default());
        }
        kernel
    }

    /// Loads a module: `ip_alias` is the one that there is.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_SYS_MODULE`, `EEXIST` if it is there already, or built in, `ENOENT` for any
    /// other.
    #[doc(alias = "insmod")]
    pub fn insert_module(&self, name: &str) -> Result<(), Errno> {
        net_alias::insert_module(&mut lock(&self.machine), self.caller, name)
    }

    /// Unloads a module.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_SYS_MODULE`, `EBUSY` as long as there is an alias, `ENOENT` for what is not
    /// loaded, or built in.
    #[doc(alias = "rmmod")]
    pub fn remove_module(&self, name: &str) -> Result<(), Errno> {
        net_alias::remove_module(&mut lock(&self.machine), self.caller, name)
    }

    /// Returns the same namespace seen by a caller with these capabilities.
    #[must_use]
    pub fn with_capabilities(&self, capabilities: Capabilities) -> Self {
        let caller = Caller { capabilities, ..self.caller };
        Self { caller, ..self.clone() }
    }

    /// Returns a new network namespace of the same kernel, with `lo` in it, down, seen by a caller with
    /// the same capabilities.
    #[must_use]
    pub fn new_namespace(&self) -> Self {
        let net = add_net(&mut lock(&self.machine));
        let caller = Caller { net, ..self.caller };
        let held = Arc::new(devices::Held { machine: Arc::clone(&self.machine), net });
        Self { caller, _held: held, ..self.clone() }
    }

    /// Returns how long ago the kernel started.
    pub fn now(&self) -> Duration {
        lock(&self.machine).now
    }

    /// Lets time pass: timers that end in it do their work.
    pub fn advance(&self, time: Duration) {
        let mut machine = lock(&self.machine);
        timers::advance(&mut machine, time);
    }

    /// Opens a socket, as [`Kernel::socket`] does; what it returns has the raw front door too.
    ///
    /// # Errors
    ///
    /// As [`Kernel::socket`].
    pub fn open(
        &self,
        family: Family,
        kind: SocketType,
        protocol: u32,
    ) -> Result<VirtualSocket, Errno> {
        VirtualSocket::open(self, family, kind, protocol)
    }

    /// Has this code asked about every request of every caller from now on, before it is carried out:
    /// to let it fail, to lose what it announces, or to change something first, as a foreign writer
    /// does. It takes the place of the code that was there before.
    ///
    /// While the code runs it is not asked: neither about requests of its own, nor about those that other
    /// threads make meanwhile.
    ///
    /// ```
    /// use ifctl_abi::{DeviceName, Family, IfReq, SocketType, ioctl::SIOCGIFMTU};
    /// use ifctl_kernel::{Errno, Kernel, Request};
    /// use ifctl_virtual::{Asked, Verdict, VirtualKernel};
    ///
    /// let kernel = VirtualKernel::new();
    /// kernel.before_each_request(|_, asked| match asked {
    ///     Asked::Ioctl { number: SIOCGIFMTU, .. } => Verdict::Fail(Errno::ENODEV),
    ///     _ => Verdict::Proceed,
    /// });
    /// let socket = kernel.socket(Family::INET, SocketType::DATAGRAM, 0)?;
    /// let mut lo = IfReq::named(DeviceName::truncated(b"lo"));
    /// assert_eq!(socket.ioctl(Request::GetMtu(&mut lo)), Err(Errno::ENODEV));
    /// # Ok::<(), Errno>(())
    /// ```
    pub fn before_each_request(
        &self,
        code: impl FnMut(&VirtualKernel, Asked<'_>) -> Verdict + Send + 'static,
    ) {
        self.hook.set(Some(Box::new(code)));
    }

    /// Returns what a folder below /proc/net, /proc/sys/net or /sys/class/net has, of what can be read: that a name is
    /// listed does not say that it can be read just now.
    ///
    /// # Errors
    ///
    /// `ENOENT` if there is no such folder.
    pub fn list(&self, folder: &Path) -> Result<Vec<Entry>, Errno> {
        listing::list(&lock(&self.machine), self.caller, folder)
    }

    /// Carries a request out, unless a test wants it to fail, and what follows from it later.
    pub(crate) fn during<T>(
        &self,
        asked: Asked<'_>,
        carry_out: impl FnOnce(&mut Machine) -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        self.carry(asked, true, carry_out)
    }

    /// Carries a request out, unless a test wants it to fail, and leaves what follows from it for later.
    pub(crate) fn at_once<T>(
        &self,
        asked: Asked<'_>,
        carry_out: impl FnOnce(&mut Machine) -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        self.carry(asked, false, carry_out)
    }

    fn carry<T>(
        &self,
        asked: Asked<'_>,
        settles: bool,
        carry_out: impl FnOnce(&mut Machine) -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        let verdict = self.hook.ask(|| self.clone(), asked);
        let mut machine = lock(&self.machine);
        match verdict {
            Verdict::Fail(errno) => return Err(errno),
            Verdict::LoseNotifications => machine.loses_notifications = true,
            Verdict::InterruptDumps => af_netlink::interrupt_dumps(&mut machine),
            Verdict::Proceed => {}
        }
        let answer = carry_out(&mut machine);
        // What follows from a request whose news are lost is lost as well, and nothing else.
        if settles || machine.loses_notifications {
            timers::settle(&mut machine);
            machine.loses_notifications = false;
        }
        answer
    }

    /// Does what Linux' workers do a moment after a request.
    pub(crate) fn later(&self) {
        timers::settle(&mut lock(&self.machine));
    }
}

impl Default for VirtualKernel {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for VirtualKernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VirtualKernel").field("caller", &self.caller).finish_non_exhaustive()
    }
}

impl Kernel for VirtualKernel {
    fn socket(
        &self,
        family: Family,
        kind: SocketType,
        protocol: u32,
    ) -> Result<Box<dyn Socket>, Errno> {
        Ok(Box::new(self.open(family, kind, protocol)?))
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, Errno> {
        self.during(Asked::Read(path), |machine| net_procfs::read(machine, self.caller, path))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Errno> {
        self.during(Asked::Write(path), |machine| {
            net_procfs::write(machine, self.caller, path, bytes)
        })
    }
}

/// Returns the state, whatever became of a thread that had it: if that thread panicked in the middle of a
/// change, half of the change may be seen.
pub(crate) fn lock(machine: &Mutex<Machine>) -> MutexGuard<'_, Machine> {
    machine.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Adds a namespace with its `lo`.
fn add_net(machine: &mut Machine) -> NetId {
    let id = NetId(machine.next_id());
    machine.nets.insert(id, Net::default());
    drivers::loopback::create(machine, id);
    id
}
