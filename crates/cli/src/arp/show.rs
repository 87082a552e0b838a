//! The table, in columns or in sentences.

use super::words::MAGIC;
use super::{Arp, Stop};
use crate::hardware::CLASSES;
use crate::output::Text;
use ifctl_netdevice::ArpFlags;
use ifctl_netdevice::proc::{ArpTableEntry, parse_arp};
use std::path::Path;

/// How many bytes of a host's name count for what is looked up.
const WORD: usize = 99;

/// Where the table is.
const TABLE: &str = "/proc/net/arp";

/// What stands above the first row.
const HEADER: &str =
    "Address                  HWtype  HWaddress           Flags Mask            Iface\n";

/// The letters of the flags.
const LETTERS: [(ArpFlags, u8); 6] = [
    (ArpFlags::COM, b'C'),
    (ArpFlags::PERM, b'M'),
    (ArpFlags::PUBL, b'P'),
    (MAGIC, b'A'),
    (ArpFlags::DONTPUB, b'!'),
    (ArpFlags::USETRAILERS, b'T'),
];

/// The words of the flags.
const WORDS: [(ArpFlags, &str); 5] = [
    (ArpFlags::PERM, "PERM "),
    (ArpFlags::PUBL, "PUB "),
    (MAGIC, "AUTO "),
    (ArpFlags::DONTPUB, "DONTPUB "),
    (ArpFlags::USETRAILERS, "TRAIL "),
];

impl Arp<'_> {
    /// Shows the table, or what is in it of a host.
    pub(super) fn show(&mut self, host: Option<&[u8]>) -> Result<(), Stop> {
        let wanted = host.map(|host| self.address(host, WORD)).transpose()?;
        let table = self.kernel.read(Path::new(TABLE)).map_err(|errno| {
            self.output.complain(&[TABLE.as_bytes(), b": ", errno.to_string().as_bytes()]);
            Stop::Failed
        })?;
        let device = self.options.device;
        let (mut entries, mut found) = (0u64, 0u64);
        // A line that is not understood ends the table.
        for entry in parse_arp(&table).map_while(Result::ok) {
            entries += 1;
            let chosen = self.options.class.is_none_or(|class| class.kind == entry.kind)
                && wanted.is_none_or(|wanted| wanted == entry.address)
                && (device.is_empty() || device == entry.device);
            if !chosen {
                continue;
            }
            let name = match entry.address.octets() {
                _ if self.options.numeric => None,
                [0, 0, 0, 0] => None,
                // What begins with a zero has always been looked up as a network.
                [0, ..] => self.resolver.name_of_network(entry.address),
                _ => self.resolver.name_of_host(entry.address.into()),
            };
            let text = self.output.text();
            if self.options.all && !self.options.linux {
                sentence(text, &entry, name);
            } else {
                if found == 0 {
                    text.str(HEADER);
                }
                row(text, &entry, name);
            }
            found += 1;
        }
        let text = self.output.text();
        if self.options.verbose {
            let skipped = entries - found;
            text.str(&format!("Entries: {entries}\tSkipped: {skipped}\tFound: {found}\n"));
        }
        if found > 0 {
            return Ok(());
        }
        match (host, wanted) {
            (Some(host), Some(address)) if !self.options.all => {
                text.name(host);
                text.str(&format!(" ({address}) -- no entry\n"));
            }
            (None, _) if self.options.class.is_none() && device.is_empty() => {}
            _ => text.str(&format!("arp: in {entries} entries no match found.\n")),
        }
        Ok(())
    }
}

/// Returns the name of an entry's type: what has none is taken for Ethernet.
fn class(entry: &ArpTableEntry) -> &'static str {
    CLASSES.iter().find(|class| class.kind == entry.kind).map_or("ether", |class| class.name)
}

/// Appends a line of columns, each cut to its width.
fn row(text: &mut Text, entry: &ArpTableEntry, name: Option<&[u8]>) {
    let address = entry.address.to_string();
    column(text, name.unwrap_or(address.as_bytes()), 23);
    text.str("  ");
    let (class, hardware_address) = match entry.flags {
        flags if flags.contains(ArpFlags::COM) => (class(entry), entry.hardware_address.as_slice()),
        flags if flags.contains(ArpFlags::PUBL) => ("*", &b"<from_interface>"[..]),
        _ => ("", &b"(incomplete)"[..]),
    };
    column(text, class.as_bytes(), 8);
    column(text, hardware_address, 20);
    let set = LETTERS.iter().filter(|(flag, _)| entry.flags.contains(*flag));
    column(text, &set.map(|(_, letter)| *letter).collect::<Vec<u8>>(), 6);
    column(text, mask(entry).unwrap_or_default(), 15);
    text.byte(b' ');
    text.name(entry.device.as_bytes());
    text.byte(b'\n');
}

/// Appends a line as BSD has it.
fn sentence(text: &mut Text, entry: &ArpTableEntry, name: Option<&[u8]>) {
    text.name(name.unwrap_or(b"?"));
    text.str(" (");
    text.ipv4(entry.address);
    text.str(") at ");
    match entry.flags {
        flags if flags.contains(ArpFlags::COM) => {
            text.name(&entry.hardware_address);
            text.str(" [");
            text.str(class(entry));
            text.str("] ");
        }
        flags if flags.contains(ArpFlags::PUBL) => text.str("<from_interface> "),
        _ => text.str("<incomplete> "),
    }
    if let Some(mask) = mask(entry) {
        text.str("netmask ");
        text.name(mask);
        text.byte(b' ');
    }
    let set = WORDS.iter().filter(|(flag, _)| entry.flags.contains(*flag));
    set.for_each(|(_, word)| text.str(word));
    text.str("on ");
    text.name(entry.device.as_bytes());
    text.byte(b'\n');
}

fn mask(entry: &ArpTableEntry) -> Option<&[u8]> {
    entry.flags.contains(ArpFlags::NETMASK).then_some(entry.mask.as_slice())
}

fn column(text: &mut Text, word: &[u8], width: usize) {
    let mark = text.mark();
    text.name(word.get(..width).unwrap_or(word));
    text.pad_to(mark, width);
}
