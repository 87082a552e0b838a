//! What ioctls return, and the names and addresses that records and words hold.

use crate::hostile::Hostile;
use core::hint::black_box;
use ifctl_abi::{DeviceName, Escaped, HardwareType, IfReq};
use ifctl_netdevice::{Control, Family, HardwareAddress};

/// Returns a record of each kind, and names and addresses as they are written.
pub fn seeds() -> Vec<Vec<u8>> {
    let name = |bytes: &[u8]| IfReq::named(DeviceName::truncated(bytes));
    let records = [
        name(b"lo").with(&1_u32),
        name(b"eth0").with(&0x1043_u16),
        name(b"eth0:0").with(&ifctl_abi::SockAddr::inet([172, 16, 3, 10].into())),
        name(b"abcdefghijklmno").with(&[1_u8, 0, 2, 0, 0, 0, 0, 1]),
    ];
    let record = |record: &IfReq| [&record.name[..], record.data()].concat();
    let listed = records.iter().flat_map(record).collect();
    let texts: [&[u8]; 6] = [
        b"eth0:0",
        b"02:00:00:00:00:01",
        b"AA:bb:CC:dd:EE:ff",
        b"a\x1b[31mb\\",
        "ä\u{202e}x".as_bytes(),
        b"\xff\xc3(",
    ];
    records.iter().map(record).chain([listed]).chain(texts.map(<[u8]>::to_vec)).collect()
}

/// Reads bytes as a name, as an address, as a record, and as what every ioctl returns. Returns how many
/// of these they were.
pub fn read(data: &[u8]) -> usize {
    name(data) + hardware_address(data) + record(data) + answers(data)
}

fn name(data: &[u8]) -> usize {
    let name = DeviceName::truncated(data);
    assert!(name.as_bytes().len() <= 15 && data.starts_with(name.as_bytes()));
    assert_eq!(DeviceName::truncated(&name.to_array()), name);
    assert!(name.as_bytes().starts_with(name.base().as_bytes()) && !name.base().is_alias());
    let suffix = name.suffix().map_or(0, |suffix| suffix.len() + 1);
    assert_eq!(name.base().as_bytes().len() + suffix, name.as_bytes().len());
    let shown = Escaped(data).to_string();
    assert!(shown.len() <= 4 * data.len() && !shown.chars().any(char::is_control), "{shown:?}");
    assert_eq!(unescaped(shown.as_bytes()).as_deref(), Some(data), "{shown:?}");
    usize::from(DeviceName::new(data).is_ok_and(|whole| whole.as_bytes() == data))
}

/// Reads an escaped name back: nothing is lost on the way.
fn unescaped(shown: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = shown;
    while let Some((first, tail)) = rest.split_first() {
        rest = match (first, tail) {
            (b'\\', [b'\\', tail @ ..]) => {
                bytes.push(b'\\');
                tail
            }
            (b'\\', [b'x', high, low, tail @ ..]) => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                bytes.push((digit(high)? * 16 + digit(low)?) as u8);
                tail
            }
            (b'\\', _) => return None,
            (byte, tail) => {
                bytes.push(*byte);
                tail
            }
        };
    }
    Some(bytes)
}

fn hardware_address(data: &[u8]) -> usize {
    let made = HardwareAddress::new(HardwareType(1), data);
    assert_eq!(made.is_ok(), data.len() <= 32);
    if let Ok(made) = made {
        assert_eq!(made.as_bytes(), data);
        assert!(made.to_string().len() <= 3 * data.len());
        black_box(made.to_sockaddr());
    }
    let read =
        core::str::from_utf8(data).ok().and_then(|text| text.parse::<HardwareAddress>().ok());
    if let Some(read) = read {
        assert_eq!(read.to_string().parse(), Ok(read));
    }
    usize::from(read.is_some())
}

fn record(data: &[u8]) -> usize {
    let mut record = IfReq::default();
    let size = record.name.len() + record.data().len();
    let (name, rest) = data.split_at(data.len().min(record.name.len()));
    record.name.iter_mut().zip(name).for_each(|(to, from)| *to = *from);
    record.data_mut().iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    assert!(record.device_name().as_bytes().len() <= 15);
    assert!(record.new_name().as_bytes().len() <= 15);
    black_box((record.integer(), record.flags(), record.address(), record.map()));
    usize::from(data.len() >= size)
}

/// Asks a kernel whose records these are for all that `Control` can ask.
fn answers(data: &[u8]) -> usize {
    let kernel = Hostile::with_records(data);
    let Ok(control) = Control::open(&kernel, Family::INET) else { return 0 };
    let name = DeviceName::truncated(b"lo");
    if let Ok(listed) = control.addresses() {
        assert!(listed.len() <= kernel.room(), "{} records", listed.len());
    }
    let answers = [
        control.name(1).is_ok(),
        control.index(name).is_ok(),
        control.flags(name).is_ok(),
        control.mtu(name).is_ok(),
        control.hardware_address(name).is_ok(),
        control.map(name).is_ok(),
        control.address(name).is_ok(),
        control.netmask(name).is_ok(),
        control.broadcast(name).is_ok(),
        control.destination(name).is_ok(),
        control.tx_queue_length(name).is_ok(),
    ];
    answers.into_iter().filter(|answer| *answer).count()
}
