//! What no request makes: cards, cables, tun devices, pairs across namespaces; and the end of
//! namespaces.

use super::{VirtualKernel, lock};
use crate::dev::{self, DeviceId};
use crate::drivers::Kind;
use crate::drivers::tun::TunMode;
use crate::drivers::{ethernet, tun, veth};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::timers;
use ifctl_abi::{DeviceName, IfMap};
use ifctl_kernel::Errno;
use std::sync::{Arc, Mutex};

/// Keeps a namespace: it ends with the last of its callers and sockets.
pub(crate) struct Held {
    pub(super) machine: Arc<Mutex<Machine>>,
    pub(super) net: NetId,
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut machine = lock(&self.machine);
        // The last namespace goes with all else.
        if machine.nets.len() > 1 {
            dev::exit_net(&mut machine, self.net);
            timers::settle(&mut machine);
        }
    }
}

impl VirtualKernel {
    /// Puts an Ethernet card into the machine, in this namespace, its cable plugged in. It has a
    /// hardware map, which `SIOCSIFMAP` can set.
    ///
    /// # Errors
    ///
    /// `EINVAL` for a name that no device may have, `EEXIST` for one that is taken.
    pub fn add_card(&self, name: DeviceName, address: [u8; 6], map: IfMap) -> Result<(), Errno> {
        self.with(|machine, net| ethernet::create(machine, net, name, address, map).map(|_| ()))
    }

    /// Takes a card out of the machine.
    ///
    /// # Errors
    ///
    /// `ENODEV` for a name that no device of this namespace has.
    pub fn remove_card(&self, name: DeviceName) -> Result<(), Errno> {
        self.with_device(name, ethernet::remove)
    }

    /// Plugs the cable of a card in, or out.
    ///
    /// # Errors
    ///
    /// `ENODEV` for a name that no device of this namespace has, `EOPNOTSUPP` for one that is no card.
    pub fn plug(&self, name: DeviceName, cable: Cable) -> Result<(), Errno> {
        self.with_device(name, |machine, id| ethernet::plug(machine, id, cable == Cable::In))
    }

    /// Makes a tun or tap device that stays, as a program does that opens /dev/net/tun and has the
    /// device persist. An empty name stands for `tun%d` or `tap%d`.
    ///
    /// # Errors
    ///
    /// `EINVAL` for a name that no device may have, `EBUSY` for one that is taken.
    #[doc(alias("TUNSETIFF", "TUNSETPERSIST"))]
    pub fn add_tun(&self, name: DeviceName, mode: TunMode) -> Result<(), Errno> {
        self.with(|machine, net| tun::create(machine, net, name, mode).map(|_| ()))
    }

    /// Attaches a program to a tun or tap device: it has a carrier then; or detaches it.
    ///
    /// # Errors
    ///
    /// `ENODEV` for a name that no device of this namespace has, `EINVAL` for another kind of device.
    pub fn attach_tun(&self, name: DeviceName, program: Cable) -> Result<(), Errno> {
        self.with_device(name, |machine, id| tun::attach(machine, id, program == Cable::In))
    }

    /// Makes a pair of Ethernet devices with a cable between them, one end in this namespace, the other
    /// in that of another caller of the same kernel, as `ip link add type veth peer netns` does.
    ///
    /// # Errors
    ///
    /// `EXDEV` for a caller of another kernel; `EINVAL` for a name that no device may have, `EEXIST`
    /// for one that is taken.
    pub fn add_veth(
        &self,
        (name, address): (DeviceName, [u8; 6]),
        (peer, peer_address): (DeviceName, [u8; 6]),
        there: &Self,
    ) -> Result<(), Errno> {
        let other = self.net_of(there)?;
        self.with(|machine, net| {
            veth::create(machine, (net, name, address), (other, peer, peer_address))
        })
    }

    /// Moves a device to the namespace of another caller of the same kernel, as `IFLA_NET_NS_FD` does.
    ///
    /// # Errors
    ///
    /// `EXDEV` for a caller of another kernel, `ENODEV` for a name that no device of this namespace has,
    /// `EINVAL` for a device that stays where it is (`lo`, bridges, bonds), `EEXIST` where there is one
    /// of its name.
    #[doc(alias("IFLA_NET_NS_FD", "IFLA_NET_NS_PID"))]
    pub fn move_device(&self, name: DeviceName, there: &Self) -> Result<(), Errno> {
        let other = self.net_of(there)?;
        self.with_device(name, |machine, id| dev::move_to(machine, id, other, None))
    }

    /// Has a program hold a UDP port of this namespace: a VXLAN device of that port cannot come up.
    pub fn occupy_udp_port(&self, port: u16) {
        let mut machine = lock(&self.machine);
        if let Ok(net) = machine.net_mut(self.caller.net) {
            net.busy_udp_ports.insert(port);
        }
    }

    /// Takes a kind of device away (`dummy`, `vlan`), as a kernel has it that was built without: a request
    /// for such a device is refused with `EOPNOTSUPP`. A name that is no kind's changes nothing.
    pub fn forget_kind(&self, kind: &str) {
        lock(&self.machine).lacking.extend(Kind::named(kind.as_bytes()));
    }

    fn net_of(&self, other: &Self) -> Result<NetId, Errno> {
        let is_same = Arc::ptr_eq(&self.machine, &other.machine);
        if is_same { Ok(other.caller.net) } else { Err(Errno::EXDEV) }
    }

    fn with<T>(
        &self,
        change: impl FnOnce(&mut Machine, NetId) -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        let mut machine = lock(&self.machine);
        let answer = change(&mut machine, self.caller.net);
        timers::settle(&mut machine);
        answer
    }

    fn with_device<T>(
        &self,
        name: DeviceName,
        change: impl FnOnce(&mut Machine, DeviceId) -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        self.with(|machine, net| {
            let id = machine.net(net)?.name(name.as_bytes())?;
            change(machine, id)
        })
    }
}

/// Whether something is plugged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cable {
    /// There is a carrier.
    In,
    /// There is none.
    Out,
}
