//! The requests about devices, whatever the socket's family (`net/core/dev_ioctl.c`).

use crate::caller::{Caller, Capabilities};
use crate::dev::{self, Cause, Device, DeviceId, HardwareAddress};
use crate::machine::Machine;
use crate::memory::{RawIfConf, UserMemory, get, put};
use crate::{dev_addr_lists, devinet, drivers, net_alias};
use ifctl_abi::ioctl::*;
use ifctl_abi::{HardwareType, IfMap, IfReq, SockAddr};
use ifctl_kernel::Errno;
use zerocopy::FromBytes;

/// Requests that a driver may answer; none of the model's drivers does.
const DRIVER_PRIVATE: std::ops::RangeInclusive<u32> = 0x89F0..=0x89FF;

/// Answers a request about a device.
#[doc(alias = "dev_ioctl")]
pub(crate) fn ioctl(
    machine: &mut Machine,
    caller: Caller,
    number: u32,
    address: u64,
    memory: &mut dyn UserMemory,
) -> Result<(), Errno> {
    let mut request: IfReq = get(memory, address)?;
    terminate(&mut request.name);
    if number == SIOCGIFNAME {
        let index = u32::try_from(request.integer()).map_err(|_| Errno::ENODEV)?;
        let id = machine.net(caller.net)?.index(index)?;
        let name = machine.device(id)?.name;
        // The string and its NUL are written; what follows stays.
        for (to, from) in request.name.iter_mut().zip(name.as_bytes().iter().chain(&[0])) {
            *to = *from;
        }
        return put(memory, address, &request);
    }
    match number {
        SIOCGIFFLAGS | SIOCGIFMETRIC | SIOCGIFMTU | SIOCGIFHWADDR | SIOCGIFSLAVE | SIOCGIFMAP
        | SIOCGIFINDEX | SIOCGIFTXQLEN => {
            let id = dev::look_up(machine, caller.net, request.device_name())?;
            let is_alias = net_alias::is_one(machine, id, request.device_name())?;
            let mut answer = read(machine.device(id)?, number, request)?;
            if is_alias && number == SIOCGIFFLAGS {
                answer = answer.with(&(answer.flags() & net_alias::FLAGS).low());
            }
            put(memory, address, &answer)
        }
        SIOCETHTOOL => {
            let pointer: Result<(u64, _), _> = FromBytes::read_from_prefix(request.data());
            let (pointer, _) = pointer.map_err(|_| Errno::EFAULT)?;
            let _command: u32 = get(memory, pointer)?;
            dev::look_up(machine, caller.net, request.device_name())?;
            Err(Errno::EOPNOTSUPP)
        }
        SIOCGMIIPHY | SIOCGMIIREG | SIOCSMIIREG => {
            caller.must_be_admin()?;
            dev::look_up(machine, caller.net, request.device_name())?;
            Err(Errno::EOPNOTSUPP)
        }
        SIOCSIFMAP | SIOCSIFTXQLEN => {
            caller.must_have(Capabilities::INITIAL_NET_ADMIN)?;
            change(machine, caller, number, request)
        }
        SIOCSIFNAME => {
            if let Some(last) = request.data_mut().get_mut(ifctl_abi::NAME_SIZE - 1) {
                *last = 0;
            }
            change(machine, caller, number, request)?;
            put(memory, address, &request)
        }
        SIOCSIFFLAGS | SIOCSIFMETRIC | SIOCSIFMTU | SIOCSIFHWADDR | SIOCSIFSLAVE | SIOCADDMULTI
        | SIOCDELMULTI | SIOCSIFHWBROADCAST | SIOCBRADDIF | SIOCBRDELIF => {
            change(machine, caller, number, request)
        }
        _ if DRIVER_PRIVATE.contains(&number)
            || matches!(number, SIOCWANDEV | SIOCGHWTSTAMP | SIOCSHWTSTAMP) =>
        {
            dev::look_up(machine, caller.net, request.device_name())?;
            Err(Errno::EOPNOTSUPP)
        }
        _ => Err(Errno::ENOTTY),
    }
}

/// Overwrites the last byte of a name, as the kernel does before it uses it.
pub(crate) fn terminate(name: &mut [u8]) {
    if let Some(last) = name.last_mut() {
        *last = 0;
    }
}

/// Fills in what a getter gives; the rest of the argument stays as it came.
#[doc(alias = "dev_ifsioc_locked")]
fn read(device: &Device, number: u32, request: IfReq) -> Result<IfReq, Errno> {
    Ok(match number {
        SIOCGIFFLAGS => request.with(&dev::get_flags(device).low()),
        SIOCGIFMETRIC => request.with(&0_u32),
        SIOCGIFMTU => request.with(&device.mtu),
        SIOCGIFINDEX => request.with(&device.index),
        SIOCGIFTXQLEN => request.with(&device.tx_queue_length),
        SIOCGIFHWADDR => {
            let [a, b] = device.hardware_type.0.to_ne_bytes();
            let mut answer = request.with(&[a, b]);
            let bytes = device.address.as_bytes();
            let room = answer.data_mut().get_mut(2..size_of::<SockAddr>()).unwrap_or_default();
            if bytes.is_empty() {
                room.fill(0);
            }
            for (to, from) in room.iter_mut().zip(bytes) {
                *to = *from;
            }
            answer
        }
        SIOCGIFMAP => {
            let IfMap { mem_start, mem_end, base_addr, irq, dma, port, .. } = device.map;
            let map = IfMap { mem_start, mem_end, base_addr, irq, dma, port, padding: [0; 3] };
            let bytes = zerocopy::IntoBytes::as_bytes(&map);
            let mut answer = request;
            // All but the padding at its end.
            for (to, from) in answer.data_mut().iter_mut().zip(bytes).take(bytes.len() - 3) {
                *to = *from;
            }
            answer
        }
        _ => return Err(Errno::EINVAL),
    })
}

/// Carries out a setter.
#[doc(alias = "dev_ifsioc")]
fn change(machine: &mut Machine, caller: Caller, number: u32, request: IfReq) -> Result<(), Errno> {
    caller.must_be_admin()?;
    let id = dev::look_up(machine, caller.net, request.device_name())?;
    match number {
        SIOCSIFFLAGS => dev::change_flags(machine, id, request.flags(), Cause::NONE),
        SIOCSIFMETRIC => Err(Errno::EOPNOTSUPP),
        SIOCSIFMTU => dev::set_mtu(machine, id, request.integer()).map_err(|e| e.errno()),
        SIOCSIFHWADDR => {
            let SockAddr { family, data } = request.address();
            dev::set_mac_address(machine, id, HardwareType(family), &data)
        }
        SIOCSIFHWBROADCAST => set_broadcast(machine, id, request.address()),
        SIOCSIFMAP => drivers::set_map(machine, id, request.map()),
        SIOCADDMULTI | SIOCDELMULTI => {
            let SockAddr { family, data } = request.address();
            let device = machine.device_mut(id)?;
            if !drivers::has_rx_mode(device) || family != 0 {
                return Err(Errno::EINVAL);
            }
            let length = device.address.as_bytes().len();
            let address = HardwareAddress::new(data.get(..length).unwrap_or(&data));
            match number {
                SIOCDELMULTI => dev_addr_lists::remove_global(machine, id, address),
                _ => dev_addr_lists::add_global(machine, id, address),
            }
        }
        SIOCSIFTXQLEN => {
            let length = u32::try_from(request.integer()).map_err(|_| Errno::EINVAL)?;
            dev::change_tx_queue_length(machine, id, length)
        }
        SIOCSIFNAME => dev::change_name(machine, id, request.new_name()),
        SIOCBRADDIF | SIOCBRDELIF => {
            let index = u32::try_from(request.integer()).map_err(|_| Errno::EINVAL)?;
            drivers::bridge::ioctl(machine, id, number == SIOCBRADDIF, index)
        }
        _ => Err(Errno::EINVAL),
    }
}

fn set_broadcast(machine: &mut Machine, id: DeviceId, address: SockAddr) -> Result<(), Errno> {
    let device = machine.device_mut(id)?;
    if HardwareType(address.family) != device.hardware_type {
        return Err(Errno::EINVAL);
    }
    let length = device.broadcast.as_bytes().len();
    let given = address.data.get(..length).unwrap_or(&address.data);
    // An address of more bytes than the argument holds keeps its others.
    let kept = device.broadcast.as_bytes().get(given.len()..).unwrap_or_default();
    device.broadcast = HardwareAddress::new(&[given, kept].concat());
    crate::events::netdevice_event(machine, id, crate::events::Event::ChangeAddress);
    Ok(())
}

/// Lists IPv4 addresses: whole records only, as many as there is room for.
#[doc(alias("dev_ifconf", "SIOCGIFCONF"))]
pub(crate) fn list(
    machine: &Machine,
    caller: Caller,
    address: u64,
    memory: &mut dyn UserMemory,
) -> Result<(), Errno> {
    let mut conf: RawIfConf = get(memory, address)?;
    let net = machine.net(caller.net)?;
    let records = net.by_age().filter_map(|id| machine.device(id).ok()).flat_map(devinet::records);
    conf.length = if conf.buffer == 0 {
        let bytes = records.count().saturating_mul(size_of::<IfReq>());
        i32::try_from(bytes).unwrap_or(i32::MAX)
    } else {
        let room = usize::try_from(conf.length).unwrap_or(0) / size_of::<IfReq>();
        let mut to = conf.buffer;
        for record in records.take(room) {
            put(memory, to, &record)?;
            to = to.saturating_add(size_of::<IfReq>() as u64);
        }
        i32::try_from(to.saturating_sub(conf.buffer)).unwrap_or(i32::MAX)
    };
    put(memory, address, &conf)
}
