//! Attributes checked before they are used (`lib/nlattr.c`).

use super::Request;
use ifctl_abi::netlink::{AttributeHeader, NetlinkHeader};
use ifctl_kernel::Errno;
use ifctl_netlink::{Attribute, AttributeTable};
use zerocopy::FromBytes;

/// What an attribute must be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(alias = "nla_policy")]
pub(crate) enum Rule {
    /// Not checked.
    Any,
    /// At least as many bytes.
    AtLeast(u16),
    /// At most as many bytes.
    AtMost(u16),
    /// Just as many bytes.
    Exactly(u16),
    /// A text of at most as many bytes, a NUL at its end not counted.
    Text(u16),
    /// At least as many bytes, and this may not be given.
    Refused,
}

/// The rules of a message's attributes, by number; those beyond it are not checked.
pub(crate) type Policy = [(u16, Rule)];

/// Returns a request's fixed part and its attributes, checked liberally, as the kernel checks those
/// messages that are older than its strict checks.
#[doc(alias = "nlmsg_parse_deprecated")]
pub(crate) fn parse<'m, T: FromBytes, const N: usize>(
    request: &mut Request<'_, 'm>,
    policy: &Policy,
) -> Result<(T, AttributeTable<'m, N>), Errno> {
    let Ok((body, attributes)) = request.message.body::<T>() else {
        return Err(request.refuse(Errno::EINVAL, "Invalid header length"));
    };
    let mut end = attributes.offset();
    for attribute in attributes.clone() {
        let length = size_of::<AttributeHeader>() + attribute.bytes().len();
        end = attribute.offset() + length.next_multiple_of(4);
        let rule = policy.iter().find(|(kind, _)| *kind == attribute.kind());
        if let Some((_, rule)) = rule
            && !fits(&attribute, *rule)
        {
            let text = "Attribute failed policy validation";
            return Err(request.extended.refuse(Errno::ERANGE, text, Some(attribute.offset())));
        }
    }
    let length = size_of::<NetlinkHeader>() + request.message.payload().len();
    if end < length {
        request.extended.say("bytes leftover after parsing attributes");
    }
    Ok((body, AttributeTable::new(attributes)))
}

/// Returns whether an attribute keeps a rule.
pub(super) fn fits(attribute: &Attribute<'_>, rule: Rule) -> bool {
    let bytes = attribute.bytes();
    let length = bytes.len();
    match rule {
        Rule::Any => true,
        Rule::AtLeast(least) => length >= usize::from(least),
        Rule::AtMost(most) => length <= usize::from(most),
        Rule::Exactly(exactly) => length == usize::from(exactly),
        Rule::Text(most) => {
            let text = bytes.strip_suffix(&[0]).unwrap_or(bytes);
            length >= 1 && text.len() <= usize::from(most)
        }
        Rule::Refused => false,
    }
}
