//! One test body on two kernels: Linux in private namespaces, and the model.

use crate::namespace::{has_init_capabilities, private, without_capabilities};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::{NDA_DST, NeighbourFlags, NeighbourHeader};
use ifctl_abi::{Family, SocketType};
use ifctl_kernel::{Errno, Kernel, Receive, Received, Request, Socket, SocketOption};
use ifctl_linux::Linux;
use ifctl_linux::namespace::NetworkNamespace;
use ifctl_netlink::{Answer, Encoder, Head, Link, LinkKind, Messages, NeighbourMessage};
use ifctl_virtual::{Capabilities, Release, VirtualKernel};
use std::fmt::Debug;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::path::Path;

/// A kernel as a test body meets it: two fresh namespaces, each with `lo`, down, and two callers in
/// each.
///
/// [`Linux`] is one of the calling thread, so a setting stays in the thread that it was made in.
pub struct Setting<'k> {
    /// The first namespace, to a caller with `CAP_NET_ADMIN` over both.
    pub here: &'k dyn Kernel,
    /// The first namespace, to a caller without capabilities.
    pub unprivileged: &'k dyn Kernel,
    /// The second namespace, to a caller with `CAP_NET_ADMIN` over both.
    pub there: &'k dyn Kernel,
    /// The second namespace, to a caller without capabilities.
    pub there_unprivileged: &'k dyn Kernel,
    /// The model behind them, if it is that; `None` for Linux.
    pub model: Option<&'k VirtualKernel>,
    /// A descriptor of the second namespace on Linux, as `IFLA_NET_NS_FD` takes it; `None` on the model.
    pub there_descriptor: Option<u32>,
}

/// Runs a body on Linux, in a private namespace, and on the model, and asserts that it returns the
/// same.
///
/// As [`private`], it must be the first thing that a test does, and done once: an ordinary user's test
/// runs a second time in a user namespace.
///
/// # Panics
///
/// If the body does, or if the two kernels make it return different things.
#[track_caller]
pub fn on_both<T: PartialEq + Debug + Send>(body: impl Fn(&dyn Kernel) -> T + Sync) {
    on_both_in_two(|setting| body(setting.here));
}

/// As [`on_both`], with two namespaces and callers without privilege.
///
/// # Panics
///
/// As [`on_both`].
#[track_caller]
pub fn on_both_in_two<T: PartialEq + Debug + Send>(body: impl Fn(&Setting<'_>) -> T + Sync) {
    private(|| {
        let linux = on_linux(&body);
        let model = on_model(&body);
        assert_eq!(model, linux, "the model, then Linux");
    });
}

/// Runs a body on Linux, in the calling thread's namespace, which is to be a private one, and a new
/// one beside it.
///
/// # Panics
///
/// If the second namespace cannot be made, or the body panics.
pub fn on_linux<T>(body: impl FnOnce(&Setting<'_>) -> T) -> T {
    let home = NetworkNamespace::current().expect("this thread's namespace");
    let there = NetworkNamespace::unshare().expect("a second namespace");
    home.enter().expect("the way back");
    let elsewhere = Elsewhere { home, there };
    remove_left_proxies(&Linux);
    remove_left_proxies(&elsewhere);
    body(&Setting {
        here: &Linux,
        unprivileged: &Unprivileged::<&dyn Kernel>(&Linux),
        there: &elsewhere,
        there_unprivileged: &ElsewhereUnprivileged(&elsewhere),
        model: None,
        there_descriptor: u32::try_from(elsewhere.there.as_fd().as_raw_fd()).ok(),
    })
}

/// Removes the proxies without a device: Linux leaves them behind when a namespace ends, and gives them to
/// the one that gets the same memory.
fn remove_left_proxies(kernel: &dyn Kernel) {
    let socket = kernel.socket(Family::NETLINK, SocketType::RAW, 0).expect("a netlink socket");
    let mut encoder = Encoder::new();
    let body = NeighbourHeader { flags: NeighbourFlags::PROXY, ..NeighbourHeader::default() };
    let listing = encoder.message(Head::dump(MessageType::GETNEIGH, 0), &body, |_| {});
    listing.expect("a short message");
    let datagrams = exchange(socket.as_ref(), encoder.as_bytes());
    for message in datagrams.iter().flat_map(|datagram| Messages::new(datagram)).flatten() {
        let Ok(proxy) = NeighbourMessage::parse(&message) else { continue };
        let destination = proxy.table().address(NDA_DST, proxy.header().family).ok().flatten();
        let (0, Some(destination)) = (proxy.header().index, destination) else { continue };
        let mut encoder = Encoder::new();
        let head = Head::request(MessageType::DELNEIGH, MessageFlags::ACK, 0);
        let written = encoder.message(head, proxy.header(), |attributes| {
            attributes.address(NDA_DST, destination);
        });
        written.expect("a short message");
        exchange(socket.as_ref(), encoder.as_bytes());
    }
}

/// Sends and takes what is answered.
pub(crate) fn exchange(socket: &dyn Socket, bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut datagrams = Vec::new();
    if socket.send(bytes).is_ok() {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(received) = socket.receive(&mut buffer, Receive::NOW) {
            datagrams.push(buffer.get(..received.copied).unwrap_or_default().to_vec());
        }
    }
    datagrams
}

/// Returns the release that this Linux is, as far as the model knows it.
///
/// # Panics
///
/// If it is older than all that the model knows.
pub fn release() -> Release {
    let name = std::fs::read_to_string("/proc/sys/kernel/osrelease").expect("Linux' release");
    Release::of(&name).unwrap_or_else(|| panic!("Linux {name}: older than the model knows"))
}

/// Runs a body on a new model of this Linux' release, whose privileged caller may do what this process may on Linux.
pub fn on_model<T>(body: impl FnOnce(&Setting<'_>) -> T) -> T {
    let mut most = Capabilities::all();
    most.set(Capabilities::INITIAL_NET_ADMIN, has_init_capabilities());
    let here = VirtualKernel::with_release(release()).with_capabilities(most);
    for kind in ["dummy", "vlan", "bond"] {
        if lacks(kind) {
            here.forget_kind(kind);
        }
    }
    let there = here.new_namespace();
    body(&Setting {
        here: &here,
        unprivileged: &here.with_capabilities(Capabilities::empty()),
        there: &there,
        there_unprivileged: &there.with_capabilities(Capabilities::empty()),
        model: Some(&here),
        there_descriptor: None,
    })
}

/// Returns whether this Linux was built without a kind of device: it says so before it looks at the name
/// that no device may have.
fn lacks(kind: &str) -> bool {
    let link = Link {
        name: Some(b"/"),
        kind: Some(LinkKind::Other { kind: kind.as_bytes(), data: None }),
        ..Link::default()
    };
    let flags = MessageFlags::CREATE | MessageFlags::EXCL | MessageFlags::ACK;
    let mut encoder = Encoder::new();
    link.encode(Head::request(MessageType::NEWLINK, flags, 1), &mut encoder).expect("a message");
    let socket = Linux.socket(Family::NETLINK, SocketType::RAW, 0).expect("a netlink socket");
    socket.send(encoder.as_bytes()).expect("a send");
    let mut buffer = [0; 1024];
    let received = socket.receive(&mut buffer, Receive::WAIT).expect("an answer");
    let message = Messages::new(&buffer[..received.copied]).next();
    let message = message.and_then(Result::ok).expect("a message");
    let errno = Answer::parse(&message).expect("a result").errno();
    errno == Errno::EOPNOTSUPP.number()
}

/// Linux, seen from another namespace than the thread's.
struct Elsewhere {
    home: NetworkNamespace,
    there: NetworkNamespace,
}

impl Elsewhere {
    fn inside<T>(&self, call: impl FnOnce() -> T) -> T {
        self.there.enter().expect("the way to the second namespace");
        let answer = call();
        self.home.enter().expect("the way back");
        answer
    }
}

impl Kernel for Elsewhere {
    fn socket(
        &self,
        family: Family,
        kind: SocketType,
        protocol: u32,
    ) -> Result<Box<dyn Socket>, Errno> {
        self.inside(|| Linux.socket(family, kind, protocol))
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, Errno> {
        self.inside(|| Linux.read(path))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Errno> {
        self.inside(|| Linux.write(path, bytes))
    }
}

/// Linux, seen from another namespace by a caller without capabilities.
struct ElsewhereUnprivileged<'e>(&'e Elsewhere);

impl Kernel for ElsewhereUnprivileged<'_> {
    fn socket(
        &self,
        family: Family,
        kind: SocketType,
        protocol: u32,
    ) -> Result<Box<dyn Socket>, Errno> {
        self.0.inside(|| Unprivileged::<&dyn Kernel>(&Linux).socket(family, kind, protocol))
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, Errno> {
        self.0.inside(|| Unprivileged::<&dyn Kernel>(&Linux).read(path))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Errno> {
        self.0.inside(|| Unprivileged::<&dyn Kernel>(&Linux).write(path, bytes))
    }
}

/// Linux, for a caller without capabilities: the thread has none while a call of this lasts.
struct Unprivileged<K>(K);

impl Kernel for Unprivileged<&dyn Kernel> {
    fn socket(
        &self,
        family: Family,
        kind: SocketType,
        protocol: u32,
    ) -> Result<Box<dyn Socket>, Errno> {
        let socket = without_capabilities(|| self.0.socket(family, kind, protocol))?;
        Ok(Box::new(Unprivileged(socket)))
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, Errno> {
        without_capabilities(|| self.0.read(path))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Errno> {
        without_capabilities(|| self.0.write(path, bytes))
    }
}

impl Socket for Unprivileged<Box<dyn Socket>> {
    fn ioctl(&self, request: Request<'_>) -> Result<(), Errno> {
        without_capabilities(|| self.0.ioctl(request))
    }

    fn bind(&self, port: u32, groups: u32) -> Result<(), Errno> {
        without_capabilities(|| self.0.bind(port, groups))
    }

    fn port(&self) -> Result<u32, Errno> {
        self.0.port()
    }

    fn set_option(&self, option: SocketOption) -> Result<(), Errno> {
        without_capabilities(|| self.0.set_option(option))
    }

    fn send(&self, bytes: &[u8]) -> Result<usize, Errno> {
        without_capabilities(|| self.0.send(bytes))
    }

    fn receive(&self, buffer: &mut [u8], how: Receive) -> Result<Received, Errno> {
        self.0.receive(buffer, how)
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.0.descriptor()
    }
}
