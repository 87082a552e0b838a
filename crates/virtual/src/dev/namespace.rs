//! Devices that go to another namespace, and namespaces that end.

use super::{Cause, DeviceId, close, registry};
use crate::drivers;
use crate::events::{Event, netdevice_event};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::rtnetlink;
use ifctl_abi::{DeviceFlags, DeviceName};
use ifctl_kernel::Errno;

/// Moves a device to another namespace: it is as if it were removed here and made there, save that
/// it keeps its driver's state, its index where that is free, and its name where that is.
///
/// `pattern` is the name that it takes where its own is taken.
#[doc(alias("dev_change_net_namespace", "__dev_change_net_namespace"))]
pub(crate) fn move_to(
    machine: &mut Machine,
    id: DeviceId,
    to: NetId,
    pattern: Option<DeviceName>,
) -> Result<(), Errno> {
    let device = machine.device(id)?;
    let (from, name, old_index, age) = (device.net, device.name, device.index, device.age);
    if device.is_immutable {
        return Err(Errno::EINVAL);
    }
    if from == to {
        return Ok(());
    }
    let target = machine.net(to)?;
    let new_name = if target.has_name(name.as_bytes()) {
        super::name::prepare(target, pattern.ok_or(Errno::EEXIST)?)?
    } else {
        name
    };
    if device.altnames.iter().any(|altname| target.has_name(altname)) {
        return Err(Errno::EEXIST);
    }
    let index_is_free = target.index(old_index).is_err();
    let new_index = if index_is_free { old_index } else { machine.net_mut(to)?.next_index()? };
    close(machine, id)?;
    let names: Vec<Box<[u8]>> = machine.device(id)?.names().map(Box::from).collect();
    machine.net_mut(from)?.unlist(old_index, age, names.iter().map(AsRef::as_ref));
    machine.device_mut(id)?.queues.shut_down();
    netdevice_event(machine, id, Event::Unregister);
    let number = rtnetlink::number_of_net(machine, from, to);
    let arrival = rtnetlink::Arrival { namespace: number, index: new_index };
    if let Some(message) = rtnetlink::message_of_link_gone(machine, id, Some(arrival), Cause::NONE)
    {
        rtnetlink::send_link_gone(machine, id, message, Cause::NONE);
    }
    let new_age = machine.next_id();
    let device = machine.device_mut(id)?;
    device.net = to;
    device.index = new_index;
    device.name = new_name;
    device.age = new_age;
    device.multicast = Default::default();
    let altnames = device.altnames.clone();
    let target = machine.net_mut(to)?;
    target.list(id, new_index, new_name.as_bytes(), new_age);
    for altname in &altnames {
        target.add_name(altname, id);
    }
    netdevice_event(machine, id, Event::Register);
    rtnetlink::notify_link(machine, id, DeviceFlags::all(), Cause::NONE);
    Ok(())
}

/// Ends a namespace: cards go back to the first namespace, all else is removed, peers elsewhere too.
#[doc(alias("cleanup_net", "default_device_exit_net", "default_device_exit_batch"))]
pub(crate) fn exit_net(machine: &mut Machine, net: NetId) {
    let first = machine.nets.keys().next().copied().filter(|first| *first != net);
    rtnetlink::forget_net(machine, net);
    let Ok(devices) = machine.net(net).map(|net| net.by_age().collect::<Vec<_>>()) else { return };
    for id in devices {
        let is_card = machine.device(id).is_ok_and(drivers::is_card);
        if let Some(first) = first
            && is_card
        {
            let index = machine.device(id).map_or(0, |device| device.index);
            let fallback = DeviceName::truncated(format!("dev{index}").as_bytes());
            let _ = move_to(machine, id, first, Some(fallback));
        }
    }
    let left = machine.net(net).map(|net| net.by_age().collect::<Vec<_>>()).unwrap_or_default();
    let gone = drivers::with_companions(machine, left.into_iter().rev());
    let _ = registry::unregister(machine, &gone, Cause::NONE);
    machine.nets.remove(&net);
}
