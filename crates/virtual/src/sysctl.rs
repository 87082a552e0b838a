//! /proc/sys/net: the settings of each protocol, for all devices, for new ones, and for each.

use crate::caller::{Caller, Capabilities};
use crate::dev::DeviceId;
use crate::machine::Machine;
use crate::{addrconf, devinet};
use ifctl_kernel::Errno;

/// Which devices a setting is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConfOf {
    /// `all`: what this means beside a device's own value differs from setting to setting.
    All,
    /// `default`: what a device starts with.
    Default,
    Device(DeviceId),
}

/// A setting.
#[derive(Clone, Copy)]
enum Setting<'a> {
    Inet(ConfOf, &'a str),
    Inet6(ConfOf, &'a str),
}

impl<'a> Setting<'a> {
    fn name(self) -> &'a str {
        match self {
            Self::Inet(_, name) | Self::Inet6(_, name) => name,
        }
    }

    /// Returns whether its number has no sign.
    fn is_unsigned(self) -> bool {
        const NAMES: [&str; 9] = [
            "addr_gen_mode",
            "force_forwarding",
            "ioam6_enabled",
            "ioam6_id",
            "ioam6_id_wide",
            "ndisc_evict_nocarrier",
            "ra_defrtr_metric",
            "ra_honor_pio_life",
            "ra_honor_pio_pflag",
        ];
        matches!(self, Self::Inet6(_, name) if NAMES.contains(&name))
    }

    /// Returns whether it is a time that is kept in ticks, and of which only the lower half is read.
    fn is_in_ticks(self) -> bool {
        matches!(self, Self::Inet6(_, name) if name.ends_with("_unsolicited_report_interval"))
    }

    /// Returns whether nobody may write to the file.
    fn is_read_only(self) -> bool {
        matches!(self, Self::Inet(_, "mc_forwarding") | Self::Inet6(_, "mc_forwarding"))
    }
}

/// Finds the setting of a path below /proc/sys/net.
fn find<'a>(machine: &Machine, caller: Caller, path: &'a str) -> Result<Setting<'a>, Errno> {
    if path == "ipv4/ip_forward" {
        return Ok(Setting::Inet(ConfOf::All, "forwarding"));
    }
    let mut parts = path.split('/');
    let (Some(protocol), Some("conf"), Some(of), Some(name), None) =
        (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Errno::ENOENT);
    };
    let of = match of {
        "all" => ConfOf::All,
        "default" => ConfOf::Default,
        device => {
            let id = machine.net(caller.net)?.name(device.as_bytes());
            let id = id.map_err(|_| Errno::ENOENT)?;
            // Only the name itself has a folder, no other name.
            if machine.device(id)?.name.as_bytes() != device.as_bytes() {
                return Err(Errno::ENOENT);
            }
            ConfOf::Device(id)
        }
    };
    match protocol {
        "ipv4" => Ok(Setting::Inet(of, name)),
        "ipv6" => Ok(Setting::Inet6(of, name)),
        _ => Err(Errno::ENOENT),
    }
}

fn value(machine: &Machine, caller: Caller, setting: Setting<'_>) -> Result<i32, Errno> {
    match setting {
        // Nobody can have a secret here: where none is set, it cannot be read.
        Setting::Inet6(of, "stable_secret") => {
            addrconf::conf_get(machine, caller.net, of, "disable_ipv6").ok_or(Errno::ENOENT)?;
            return Err(Errno::EIO);
        }
        Setting::Inet(of, name) => devinet::conf_get(machine, caller.net, of, name),
        Setting::Inet6(of, name) => addrconf::conf_get(machine, caller.net, of, name),
    }
    .ok_or(Errno::ENOENT)
}

/// Returns whether there is a file, though it may not be readable just now.
pub(crate) fn is_there(machine: &Machine, caller: Caller, path: &str) -> bool {
    let found = find(machine, caller, path).and_then(|setting| value(machine, caller, setting));
    found != Err(Errno::ENOENT)
}

/// Returns the content of a file.
pub(crate) fn read(machine: &Machine, caller: Caller, path: &str) -> Result<Vec<u8>, Errno> {
    let setting = find(machine, caller, path)?;
    let value = value(machine, caller, setting)?;
    let text =
        if setting.is_unsigned() { value.cast_unsigned().to_string() } else { value.to_string() };
    Ok((text + "\n").into_bytes())
}

/// Writes to a file.
#[doc(alias("proc_dointvec", "net_ctl_permissions"))]
pub(crate) fn write(
    machine: &mut Machine,
    caller: Caller,
    path: &str,
    bytes: &[u8],
) -> Result<(), Errno> {
    let setting = find(machine, caller, path)?;
    value(machine, caller, setting)?;
    if setting.is_read_only() {
        return Err(Errno::EACCES);
    }
    caller.must_have(Capabilities::NET_ADMIN).map_err(|_| Errno::EACCES)?;
    if bytes.is_empty() {
        return match setting {
            // Written again as it is: for all devices, which may have another one of their own.
            Setting::Inet6(of, "disable_ipv6" | "forwarding" | "ignore_routes_with_linkdown") => {
                let (name, old) = (setting.name(), value(machine, caller, setting)?);
                addrconf::conf_set(machine, caller.net, of, name, old)
            }
            _ => Ok(()),
        };
    }
    let (wanted, rest) = if setting.is_unsigned() {
        (unsigned(bytes)?.cast_signed(), &[][..])
    } else if setting.is_in_ticks() {
        let (number, rest) = long_number(bytes)?;
        (ticks(number), rest)
    } else {
        number(bytes)?
    };
    match setting {
        Setting::Inet(of, name) => devinet::conf_set(machine, caller.net, of, name, wanted),
        Setting::Inet6(of, name) => addrconf::conf_set(machine, caller.net, of, name, wanted),
    }?;
    // Linux takes the number, and tells how far it read: a write that is not whole is an error here.
    if rest.iter().all(is_space) { Ok(()) } else { Err(Errno::EIO) }
}

fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Returns the number that a text starts with, for a setting without negative ones; what follows it is not
/// looked at.
#[doc(alias = "proc_douintvec")]
fn unsigned(text: &[u8]) -> Result<u32, Errno> {
    if text.trim_ascii_start().starts_with(b"-") {
        return Err(Errno::EINVAL);
    }
    let (number, _) = long_number(text)?;
    u32::try_from(number).map_err(|_| Errno::EINVAL)
}

/// Returns a time in milliseconds as ticks of 4 ms keep it.
#[doc(alias = "proc_dointvec_ms_jiffies")]
fn ticks(number: i64) -> i32 {
    const TICK: i32 = 4;
    let lower = number as i32;
    let upwards = lower.saturating_add(TICK - 1);
    if lower < 0 { lower } else { upwards - upwards % TICK }
}

/// Returns the number that a text starts with, and what follows it.
fn number(text: &[u8]) -> Result<(i32, &[u8]), Errno> {
    let (number, rest) = long_number(text)?;
    Ok((i32::try_from(number).map_err(|_| Errno::EINVAL)?, rest))
}

/// Returns the number that a text starts with, decimal, octal after `0`, or hexadecimal after `0x`, and
/// what follows it.
fn long_number(text: &[u8]) -> Result<(i64, &[u8]), Errno> {
    let space = is_space;
    let start = text.iter().position(|byte| !space(byte)).ok_or(Errno::EINVAL)?;
    let word = text.get(start..).unwrap_or_default();
    let (negative, word) = match word.strip_prefix(b"-") {
        Some(word) => (true, word),
        None => (false, word),
    };
    let (radix, word) = match word {
        [b'0', b'x' | b'X', digits @ ..] if digits.first().is_some_and(u8::is_ascii_hexdigit) => {
            (16, digits)
        }
        [b'0', ..] => (8, word),
        _ => (10, word),
    };
    let digits = word.iter().take_while(|byte| char::from(**byte).is_digit(radix)).count();
    let (digits, rest) = word.split_at(digits);
    // What follows the number must be a blank, or the end.
    if rest.first().is_some_and(|byte| !space(byte) && *byte != 0) {
        return Err(Errno::EINVAL);
    }
    let digits = std::str::from_utf8(digits).map_err(|_| Errno::EINVAL)?;
    let number = i64::from_str_radix(digits, radix).map_err(|_| Errno::EINVAL)?;
    Ok((if negative { -number } else { number }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_without_negative_numbers_takes_the_first_of_several() {
        assert_eq!(unsigned(b"4294967295"), Ok(u32::MAX));
        assert_eq!(unsigned(b"5 6"), Ok(5));
        for bad in [&b"-1"[..], b"-0", b"4294967296", b"1x", b""] {
            assert_eq!(unsigned(bad), Err(Errno::EINVAL), "{bad:?}");
        }
    }

    #[test]
    fn numbers_are_read_as_linux_reads_them() {
        assert_eq!(number(b"1\n").map(|(number, _)| number), Ok(1));
        assert_eq!(number(b"  -5 7").map(|(number, _)| number), Ok(-5));
        assert_eq!(number(b"0x10").map(|(number, _)| number), Ok(16));
        assert_eq!(number(b"010").map(|(number, _)| number), Ok(8));
        assert_eq!(number(b"0").map(|(number, _)| number), Ok(0));
        assert_eq!(number(b"-2147483648").map(|(number, _)| number), Ok(i32::MIN));
        assert_eq!(number(b"00").map(|(number, _)| number), Ok(0));
        let bad = [&b""[..], b" ", b"x", b"1x", b"2147483648", b"-", b"99999999999999999999"];
        for bad in bad.into_iter().chain([&b"08"[..], b"09", b"0x", b"0xg"]) {
            assert_eq!(number(bad), Err(Errno::EINVAL), "{bad:?}");
        }
    }
}
