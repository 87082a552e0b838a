//! Adding and deleting routes of X.25, which Linux no longer has: the words are read all the same, since net-tools
//! tells of them before it finds that out.

use super::{LOOKUP, REFUSED, Stop};
use crate::family::{Failure, NamedFamily};
use crate::output::Output;
use crate::resolve::Resolver;

/// Reads `TARGET[/DIGITS] [dev] DEVICE` and tells that there is no such family.
pub(super) fn run(output: &Output, words: &[&[u8]]) -> Result<(), Stop> {
    let mut words = words.iter().copied();
    let target = words.next().ok_or(Stop::Usage)?;
    let family = NamedFamily::by_name(b"x25").ok_or(Stop::Usage)?;
    if let Err(failure) = family.read(target, &mut Resolver::new(output.surroundings())) {
        if let Failure::Said(lines) = failure {
            lines.iter().for_each(|line| output.complain(&[line]));
        }
        return Err(Stop::Status(LOOKUP));
    }
    let device = match words.next() {
        Some(b"dev" | b"device") => words.next(),
        word => word,
    };
    if device.is_none_or(<[u8]>::is_empty) || words.next().is_some() {
        return Err(Stop::Usage);
    }
    output.complain(&[b"socket: Address family not supported by protocol"]);
    Err(Stop::Status(REFUSED))
}
