//! Cutting a sequence down to what makes the kernels differ.

use ifctl_conformance::sequence::{Asked, Step, Who};

/// No more attempts than this: each makes two namespaces.
const ATTEMPTS: usize = 600;

type Differs<'a> = dyn FnMut(&[Step]) -> Result<bool, String> + 'a;

/// Returns a shorter sequence that differs in the same way: requests are left out, in ever smaller blocks;
/// then their arguments made plainer.
pub(crate) fn shrink(steps: Vec<Step>, differs: &mut Differs<'_>) -> Result<Vec<Step>, String> {
    let mut left = ATTEMPTS;
    let mut steps = without_blocks(steps, &mut left, differs)?;
    for at in 0..steps.len() {
        while let Some(step) = steps.get(at) {
            let mut better = None;
            for plainer in plainer(step) {
                if left == 0 {
                    return Ok(steps);
                }
                left -= 1;
                let mut attempt = steps.clone();
                if let Some(place) = attempt.get_mut(at) {
                    *place = plainer;
                }
                if differs(&attempt)? {
                    better = Some(attempt);
                    break;
                }
            }
            match better {
                Some(attempt) => steps = attempt,
                None => break,
            }
        }
    }
    Ok(steps)
}

fn without_blocks(
    mut steps: Vec<Step>,
    left: &mut usize,
    differs: &mut Differs<'_>,
) -> Result<Vec<Step>, String> {
    let mut size = steps.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        let mut any = false;
        while at < steps.len() && *left > 0 {
            *left -= 1;
            let end = (at + size).min(steps.len());
            let mut attempt = steps.clone();
            attempt.drain(at..end);
            if differs(&attempt)? {
                steps = attempt;
                any = true;
            } else {
                at = end;
            }
        }
        size = if size == 1 && any { 1 } else { size / 2 };
    }
    Ok(steps)
}

/// Returns what a request could be in a plainer way, the plainest first.
fn plainer(step: &Step) -> Vec<Step> {
    let mut all = Vec::new();
    let mut with = |who: Who, asked: Asked| all.push(Step { who, asked });
    if step.who != Who::Here {
        with(Who::Here, step.asked.clone());
    }
    match &step.asked {
        Asked::Netlink { strict, bytes } => {
            if *strict {
                with(step.who, Asked::Netlink { strict: false, bytes: bytes.clone() });
            }
            for bytes in smaller_datagrams(bytes) {
                with(step.who, Asked::Netlink { strict: *strict, bytes });
            }
        }
        Asked::Ioctl { family, number, argument, device } => {
            // A tail of zeros need not be written; then bytes that need not be there.
            let end = argument.iter().rposition(|byte| *byte != 0).map_or(0, |at| at + 1);
            let mut arguments = Vec::new();
            if end < argument.len() {
                arguments.push(argument.get(..end).unwrap_or_default().to_vec());
            }
            for width in [8, 1] {
                for at in (0..end).step_by(width) {
                    let mut plain = argument.clone();
                    let to = (at + width).min(plain.len());
                    if let Some(bytes) =
                        plain.get_mut(at..to).filter(|bytes| bytes.iter().any(|b| *b != 0))
                    {
                        bytes.fill(0);
                        arguments.push(plain);
                    }
                }
            }
            for argument in arguments {
                let (family, number, device) = (*family, *number, device.clone());
                with(step.who, Asked::Ioctl { family, number, argument, device });
            }
        }
        Asked::Read(_) | Asked::Write(..) => {}
    }
    all
}

/// Returns a datagram with one message less, or one attribute less in its only message.
fn smaller_datagrams(bytes: &[u8]) -> Vec<Vec<u8>> {
    let messages =
        pieces(bytes, 0, |bytes| Some(u32::from_ne_bytes(*bytes.first_chunk()?) as usize), 16);
    let Some(messages) = messages else { return Vec::new() };
    if let [(start, end)] = messages[..] {
        return smaller_messages(bytes.get(start..end).unwrap_or_default());
    }
    let without = |(start, end): &(usize, usize)| {
        [bytes.get(..*start).unwrap_or_default(), bytes.get(*end..).unwrap_or_default()].concat()
    };
    messages.iter().map(without).collect()
}

fn smaller_messages(message: &[u8]) -> Vec<Vec<u8>> {
    let kind = message.get(4..6).and_then(|kind| kind.try_into().ok()).map(u16::from_ne_bytes);
    let body = match kind {
        Some(16..20) => 16,
        Some(20..24) => 8,
        Some(24..32) => 12,
        _ => return Vec::new(),
    };
    let length = |bytes: &[u8]| Some(usize::from(u16::from_ne_bytes(*bytes.first_chunk()?)));
    let Some(attributes) = pieces(message, 16 + body, length, 4) else { return Vec::new() };
    let without = |(start, end): &(usize, usize)| {
        let mut shorter =
            [message.get(..*start).unwrap_or_default(), message.get(*end..).unwrap_or_default()]
                .concat();
        let length = u32::try_from(shorter.len()).unwrap_or(u32::MAX).to_ne_bytes();
        for (to, from) in shorter.iter_mut().zip(length) {
            *to = from;
        }
        shorter
    };
    attributes.iter().map(without).collect()
}

/// Returns where the pieces begin and end that each begin with their length; `None` where they do not
/// fill the bytes.
fn pieces(
    bytes: &[u8],
    start: usize,
    length: impl Fn(&[u8]) -> Option<usize>,
    least: usize,
) -> Option<Vec<(usize, usize)>> {
    let mut pieces = Vec::new();
    let mut at = start;
    while at < bytes.len() {
        let length = length(bytes.get(at..)?).filter(|length| *length >= least)?;
        let end = (at + length.next_multiple_of(4)).min(bytes.len());
        if at + length > bytes.len() {
            return None;
        }
        pieces.push((at, end));
        at = end;
    }
    Some(pieces)
}
