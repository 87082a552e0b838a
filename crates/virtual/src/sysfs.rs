//! The files of /sys/class/net/DEVICE (`net/core/net-sysfs.c`).

use crate::caller::{Caller, Capabilities};
use crate::dev::{self, Cause, Device, DeviceId, HardwareAddress};
use crate::drivers;
use crate::machine::Machine;
use ifctl_abi::DeviceFlags;
use ifctl_abi::rtnetlink::OperationalState;
use ifctl_kernel::Errno;

/// The counters. The model carries no packets: all are 0.
pub(crate) const STATISTICS: [&str; 24] = [
    "collisions",
    "multicast",
    "rx_bytes",
    "rx_compressed",
    "rx_crc_errors",
    "rx_dropped",
    "rx_errors",
    "rx_fifo_errors",
    "rx_frame_errors",
    "rx_length_errors",
    "rx_missed_errors",
    "rx_nohandler",
    "rx_over_errors",
    "rx_packets",
    "tx_aborted_errors",
    "tx_bytes",
    "tx_carrier_errors",
    "tx_compressed",
    "tx_dropped",
    "tx_errors",
    "tx_fifo_errors",
    "tx_heartbeat_errors",
    "tx_packets",
    "tx_window_errors",
];

/// The files that a device may have; which it has depends on its kind.
const ATTRIBUTES: [&str; 33] = [
    "addr_assign_type",
    "addr_len",
    "address",
    "broadcast",
    "carrier",
    "carrier_changes",
    "carrier_down_count",
    "carrier_up_count",
    "dev_id",
    "dev_port",
    "dormant",
    "duplex",
    "flags",
    "gro_flush_timeout",
    "group",
    "ifalias",
    "ifindex",
    "iflink",
    "link_mode",
    "mtu",
    "name_assign_type",
    "napi_defer_hard_irqs",
    "netdev_group",
    "operstate",
    "owner",
    "proto_down",
    "speed",
    "testing",
    "threaded",
    "tun_flags",
    "tx_queue_len",
    "type",
    "uevent",
];

/// The files that can be written.
const WRITABLE: [&str; 10] = [
    "mtu",
    "flags",
    "tx_queue_len",
    "ifalias",
    "netdev_group",
    "carrier",
    "proto_down",
    "gro_flush_timeout",
    "napi_defer_hard_irqs",
    "threaded",
];

/// The most bytes of a description.
const LONGEST_ALIAS: usize = 255;

/// Finds a device and the file of it that a path below /sys/class/net names. A device's further names
/// are no folders.
fn find<'p>(
    machine: &Machine,
    caller: Caller,
    path: &'p str,
) -> Result<(DeviceId, &'p str), Errno> {
    let path = path.trim_end_matches('/');
    let (name, file) = path.split_once('/').unwrap_or((path, ""));
    if name.is_empty() {
        return Err(Errno::EISDIR);
    }
    let id = machine.net(caller.net)?.name(name.as_bytes()).map_err(|_| Errno::ENOENT)?;
    if machine.device(id)?.name.as_bytes() != name.as_bytes() {
        return Err(Errno::ENOENT);
    }
    match file {
        "" | "statistics" | "queues" | "power" => Err(Errno::EISDIR),
        file => Ok((id, file)),
    }
}

/// Returns a file's content.
pub(crate) fn read(machine: &Machine, caller: Caller, path: &str) -> Result<Vec<u8>, Errno> {
    let (id, file) = find(machine, caller, path)?;
    let device = machine.device(id)?;
    if let Some(counter) = file.strip_prefix("statistics/") {
        let is_known = STATISTICS.contains(&counter);
        return if is_known { Ok(b"0\n".to_vec()) } else { Err(Errno::ENOENT) };
    }
    let mut text = show(machine, device, file)?;
    // A description that is not there is no line at all.
    if !text.is_empty() || file != "ifalias" {
        text.push(b'\n');
    }
    Ok(text)
}

/// Returns the names of a device's files, of which some may not be readable just now.
pub(crate) fn names(
    machine: &Machine,
    caller: Caller,
    device: &str,
) -> Result<impl Iterator<Item = &'static str>, Errno> {
    let (id, _) = find(machine, caller, &format!("{device}/uevent"))?;
    let device = machine.device(id)?;
    let is_there = |name: &&str| show(machine, device, name) != Err(Errno::ENOENT);
    Ok(ATTRIBUTES.into_iter().filter(is_there))
}

/// Returns a file's line.
fn show(machine: &Machine, device: &Device, file: &str) -> Result<Vec<u8>, Errno> {
    let of_running =
        |value: u8| if device.is_up() { Ok(value.to_string()) } else { Err(Errno::EINVAL) };
    let signed = |number: u32| number.cast_signed().to_string();
    let text = match file {
        "addr_assign_type" => device.address_assign_type.to_string(),
        "addr_len" => device.address.as_bytes().len().to_string(),
        "address" => colons(&device.address),
        "broadcast" => colons(&device.broadcast),
        "carrier" => of_running(u8::from(device.carrier))?,
        "carrier_changes" => {
            device.carrier_up_count.wrapping_add(device.carrier_down_count).to_string()
        }
        "carrier_down_count" => device.carrier_down_count.to_string(),
        "carrier_up_count" => device.carrier_up_count.to_string(),
        "dev_id" => "0x0".to_owned(),
        "dev_port" | "proto_down" | "threaded" => "0".to_owned(),
        "dormant" => of_running(u8::from(device.dormant))?,
        "duplex" => match speed(machine, device)? {
            Some(_) if drivers::has_duplex(device) => "full",
            _ => "unknown",
        }
        .to_owned(),
        "flags" => format!("{:#x}", device.flags.bits()),
        "gro_flush_timeout" => device.queues.flush_timeout.to_string(),
        "napi_defer_hard_irqs" => device.queues.deferred_interrupts.to_string(),
        "ifalias" => return Ok(device.alias.clone()),
        "ifindex" => device.index.to_string(),
        "iflink" => drivers::link_index(machine, device).to_string(),
        "link_mode" => device.link_mode.to_string(),
        "mtu" => signed(device.mtu),
        "name_assign_type" => match device.name_assign_type {
            0 => return Err(Errno::EINVAL),
            number => number.to_string(),
        },
        "netdev_group" => signed(device.group),
        "operstate" => state(device).to_owned(),
        "speed" => speed(machine, device)?.map_or(-1, i64::from).to_string(),
        "testing" => of_running(u8::from(device.oper_state == OperationalState::TESTING))?,
        "tx_queue_len" => signed(device.tx_queue_length),
        "type" => device.hardware_type.0.to_string(),
        "uevent" => return Ok(event(device)),
        file => drivers::sysfs_text(device, file).ok_or(Errno::ENOENT)?,
    };
    Ok(text.into_bytes())
}

fn colons(address: &HardwareAddress) -> String {
    let bytes: Vec<String> = address.as_bytes().iter().map(|b| format!("{b:02x}")).collect();
    bytes.join(":")
}

/// Lines, the last without its end.
#[doc(alias = "netdev_uevent")]
fn event(device: &Device) -> Vec<u8> {
    let index = device.index.to_string();
    let kind = drivers::device_type(device);
    let kind = kind.map(|kind| format!("DEVTYPE={kind}\n")).unwrap_or_default();
    let name = device.name;
    [kind.as_bytes(), b"INTERFACE=", name.as_bytes(), b"\nIFINDEX=", index.as_bytes()].concat()
}

fn state(device: &Device) -> &'static str {
    match device.oper_state {
        _ if !device.is_up() => "down",
        OperationalState::UNKNOWN => "unknown",
        OperationalState::NOTPRESENT => "notpresent",
        OperationalState::DOWN => "down",
        OperationalState::LOWERLAYERDOWN => "lowerlayerdown",
        OperationalState::TESTING => "testing",
        OperationalState::DORMANT => "dormant",
        _ => "up",
    }
}

/// Returns the speed in megabits per second of a device that is up, `None` where it is not known.
fn speed(machine: &Machine, device: &Device) -> Result<Option<u32>, Errno> {
    if !device.is_up() {
        return Err(Errno::EINVAL);
    }
    drivers::speed(machine, device)
}

/// Writes to a file.
pub(crate) fn write(
    machine: &mut Machine,
    caller: Caller,
    path: &str,
    bytes: &[u8],
) -> Result<(), Errno> {
    let (id, file) = find(machine, caller, path)?;
    if !WRITABLE.contains(&file) {
        // It is there to be read, or it is not there.
        return Err(read(machine, caller, path).err().filter(|e| *e == Errno::ENOENT))
            .map_err(|errno| errno.unwrap_or(Errno::EACCES));
    }
    if bytes.is_empty() {
        return Ok(());
    }
    match file {
        "carrier" if !drivers::has_carrier_setter(machine.device(id)?) => {
            return Err(Errno::EOPNOTSUPP);
        }
        "tx_queue_len" | "gro_flush_timeout" | "napi_defer_hard_irqs" => {
            caller.must_have(Capabilities::INITIAL_NET_ADMIN)?;
        }
        _ => {}
    }
    caller.must_be_admin()?;
    if file == "ifalias" {
        return set_alias(machine, id, bytes);
    }
    let number = number(bytes)?;
    let low = number as u32;
    match file {
        "mtu" => dev::set_mtu(machine, id, low.cast_signed()).map_err(|error| error.errno()),
        "flags" => dev::change_flags(machine, id, DeviceFlags::from_bits_retain(low), Cause::NONE),
        "tx_queue_len" => {
            let length = u32::try_from(number).map_err(|_| Errno::ERANGE)?;
            dev::change_tx_queue_length(machine, id, length)
        }
        "netdev_group" => {
            machine.device_mut(id)?.group = low;
            Ok(())
        }
        "carrier" if machine.device(id)?.is_up() => {
            drivers::change_carrier(machine, id, number != 0)
        }
        "carrier" => Err(Errno::EINVAL),
        "gro_flush_timeout" => {
            machine.device_mut(id)?.queues.flush_timeout = number;
            Ok(())
        }
        "napi_defer_hard_irqs" => {
            let number = i32::try_from(number).map_err(|_| Errno::ERANGE)?;
            machine.device_mut(id)?.queues.deferred_interrupts = number;
            Ok(())
        }
        // No driver of the model has anything that could poll, or be held down.
        _ => Err(Errno::EOPNOTSUPP),
    }
}

/// Sets the description; a line's end at its end is none of it.
#[doc(alias = "ifalias_store")]
fn set_alias(machine: &mut Machine, id: DeviceId, bytes: &[u8]) -> Result<(), Errno> {
    let alias = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    if alias.len() > LONGEST_ALIAS {
        return Err(Errno::EINVAL);
    }
    let alias = alias.split(|byte| *byte == 0).next().unwrap_or_default();
    machine.device_mut(id)?.alias = alias.to_vec();
    dev::state_change(machine, id);
    Ok(())
}

/// Returns a number as the kernel reads it: decimal, or hexadecimal behind 0x, or octal behind 0.
#[doc(alias = "kstrtoul")]
fn number(bytes: &[u8]) -> Result<u64, Errno> {
    // What is written ends at its first NUL, as a text does.
    let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let text = text.strip_prefix(b"+").unwrap_or(text);
    let (radix, digits) = match text {
        [b'0', b'x' | b'X', digits @ ..] if !digits.is_empty() => (16, digits),
        [b'0', digits @ ..] if !digits.is_empty() => (8, digits),
        digits => (10, digits),
    };
    if digits.is_empty() {
        return Err(Errno::EINVAL);
    }
    digits.iter().try_fold(0_u64, |number, digit| {
        let digit = char::from(*digit).to_digit(radix).ok_or(Errno::EINVAL)?;
        number
            .checked_mul(radix.into())
            .and_then(|number| number.checked_add(digit.into()))
            .ok_or(Errno::ERANGE)
    })
}
