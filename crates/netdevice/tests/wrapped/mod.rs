//! A kernel with something in its way: what cannot be had from it at will otherwise.
#![allow(dead_code, reason = "each test program uses a part")]

use ifctl_abi::{Family, SocketType};
use ifctl_kernel::{Receive, Received, Request, SocketOption};
use ifctl_netdevice::{Errno, Kernel, Socket};
use std::path::Path;
use std::sync::Arc;

/// What happens to a socket's calls on their way to the kernel.
pub(crate) trait Way: Send + Sync + 'static {
    fn ioctl(&self, socket: &dyn Socket, request: Request<'_>) -> Result<(), Errno> {
        socket.ioctl(request)
    }

    fn set_option(&self, socket: &dyn Socket, option: SocketOption) -> Result<(), Errno> {
        socket.set_option(option)
    }

    fn send(&self, socket: &dyn Socket, bytes: &[u8]) -> Result<usize, Errno> {
        socket.send(bytes)
    }

    fn receive(
        &self,
        socket: &dyn Socket,
        buffer: &mut [u8],
        how: Receive,
    ) -> Result<Received, Errno> {
        socket.receive(buffer, how)
    }
}

/// A kernel, reached on some way.
pub(crate) struct Wrapped<'k, W> {
    pub(crate) way: Arc<W>,
    kernel: &'k dyn Kernel,
}

struct WrappedSocket<W> {
    way: Arc<W>,
    socket: Box<dyn Socket>,
}

impl<'k, W: Way> Wrapped<'k, W> {
    pub(crate) fn new(kernel: &'k dyn Kernel, way: W) -> Self {
        Self { way: Arc::new(way), kernel }
    }
}

impl<W: Way> Kernel for Wrapped<'_, W> {
    fn socket(
        &self,
        family: Family,
        kind: SocketType,
        protocol: u32,
    ) -> Result<Box<dyn Socket>, Errno> {
        let socket = self.kernel.socket(family, kind, protocol)?;
        Ok(Box::new(WrappedSocket { way: Arc::clone(&self.way), socket }))
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, Errno> {
        self.kernel.read(path)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Errno> {
        self.kernel.write(path, bytes)
    }
}

impl<W: Way> Socket for WrappedSocket<W> {
    fn ioctl(&self, request: Request<'_>) -> Result<(), Errno> {
        self.way.ioctl(&*self.socket, request)
    }

    fn bind(&self, port: u32, groups: u32) -> Result<(), Errno> {
        self.socket.bind(port, groups)
    }

    fn port(&self) -> Result<u32, Errno> {
        self.socket.port()
    }

    fn set_option(&self, option: SocketOption) -> Result<(), Errno> {
        self.way.set_option(&*self.socket, option)
    }

    fn send(&self, bytes: &[u8]) -> Result<usize, Errno> {
        self.way.send(&*self.socket, bytes)
    }

    fn receive(&self, buffer: &mut [u8], how: Receive) -> Result<Received, Errno> {
        self.way.receive(&*self.socket, buffer, how)
    }
}
