//! Attributes checked before they are used (`lib/nlattr.c`, `net/netlink/policy.c`).

use super::{Extended, Request};
use crate::release::Release;
use ifctl_abi::netlink::{AttributeHeader, NetlinkHeader};
use ifctl_kernel::Errno;
use ifctl_netlink::{Attribute, AttributeTable, Attributes, Message};
use zerocopy::{FromBytes, IntoBytes};

/// What an attribute must be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(alias = "nla_policy")]
pub(crate) enum Rule {
    /// At least as many bytes.
    AtLeast(u16),
    /// At most as many bytes.
    #[doc(alias = "NLA_BINARY")]
    AtMost(u16),
    /// A text of at most as many bytes, a NUL at its end not counted.
    Text(u16),
    /// A number of so many bytes, or more.
    Number(u16),
    /// A signed number of four bytes, or more.
    Signed,
    /// A number of four bytes that is no less than this.
    NumberFrom(u32),
    /// A signed number of four bytes, or more, that is no less than this.
    SignedFrom(i32),
    /// A text with a NUL in it.
    #[doc(alias = "NLA_NUL_STRING")]
    Ended,
    /// A number of exactly so many bytes: what is newer than a policy's strict start is checked strictly.
    #[doc(alias = "strict_start_type")]
    Exactly(u16),
    /// As [`Rule::Exactly`], of four bytes in network byte order.
    #[doc(alias = "NLA_BE32")]
    BigEndian,
    /// As [`Rule::Exactly`], of one byte that is no more than this.
    #[doc(alias = "NLA_POLICY_MAX")]
    ByteUpTo(u8),
    /// As [`Rule::Exactly`], of one byte with no other bits than these.
    #[doc(alias = "NLA_POLICY_MASK")]
    ByteOf(u8),
    /// As [`Rule::Exactly`], of four bytes with no other bits than these.
    NumberOf(u32),
    /// Attributes.
    Nest,
    /// As [`Rule::Exactly`], attributes that are marked as such.
    MarkedNest,
    /// As [`Rule::Exactly`], and nothing is known of it.
    #[doc(alias = "NLA_UNSPEC")]
    Unsupported,
    /// This may not be given.
    #[doc(alias = "NLA_REJECT")]
    Refused,
    /// The rule of this release and later ones; older ones do not look at the attribute.
    Since(Release, &'static Rule),
    /// The rule of this release and later ones, and that of older ones.
    Changed(Release, &'static Rule, &'static Rule),
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
    check(request.extended, attributes.clone(), policy)?;
    Ok((body, table(request.extended.release, attributes, policy)))
}

/// Returns a request's fixed part and its attributes, checked as the kernel checks newer messages.
#[doc(alias = "nlmsg_parse")]
pub(crate) fn parse_strictly<'m, T: FromBytes, const N: usize>(
    request: &mut Request<'_, 'm>,
    policy: &Policy,
) -> Result<(T, AttributeTable<'m, N>), Errno> {
    let Ok((body, attributes)) = request.message.body::<T>() else {
        return Err(request.refuse(Errno::EINVAL, "Invalid header length"));
    };
    let mut end = attributes.offset();
    for attribute in attributes.clone() {
        let offset = Some(attribute.offset());
        let length = size_of::<AttributeHeader>() + attribute.bytes().len();
        end = attribute.offset() + length.next_multiple_of(4);
        if usize::from(attribute.kind()) >= N {
            let text = "Unknown attribute type";
            return Err(request.extended.refuse(Errno::EINVAL, text, offset));
        }
        let Some(rule) = find(request.extended.release, policy, attribute.kind()) else {
            return Err(request.extended.refuse(Errno::EINVAL, "Unsupported attribute", offset));
        };
        match rule {
            Rule::Number(exactly) if attribute.bytes().len() != usize::from(exactly) => {
                request.extended.policy = describe(rule);
                let text = "invalid attribute length";
                return Err(request.extended.refuse(Errno::EINVAL, text, offset));
            }
            Rule::NumberFrom(_) if attribute.bytes().len() != 4 => {
                request.extended.policy = describe(rule);
                let text = "invalid attribute length";
                return Err(request.extended.refuse(Errno::EINVAL, text, offset));
            }
            Rule::Nest if !attribute.is_marked_nested() => {
                request.extended.policy = describe(rule);
                let text = "NLA_F_NESTED is missing";
                return Err(request.extended.refuse(Errno::EINVAL, text, offset));
            }
            rule => check_one(request.extended, &attribute, rule)?,
        }
    }
    if end < size_of::<NetlinkHeader>() + request.message.payload().len() {
        let text = "bytes leftover after parsing attributes";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    Ok((body, table(request.extended.release, attributes, policy)))
}

/// Returns a message's fixed part and its attributes, checked as the kernel checks questions that
/// a strict socket asks: liberally, but none may be unknown, and nothing may be left over.
#[doc(alias = "nlmsg_parse_deprecated_strict")]
pub(crate) fn parse_question<'m, T: FromBytes>(
    extended: &mut Extended,
    message: &Message<'m>,
    policy: &Policy,
    last: u16,
) -> Result<(T, Attributes<'m>), Errno> {
    let Ok((body, attributes)) = message.body::<T>() else {
        return Err(extended.refuse(Errno::EINVAL, "Invalid header length", None));
    };
    let mut end = attributes.offset();
    for attribute in attributes.clone() {
        let offset = Some(attribute.offset());
        if attribute.kind() == 0 || attribute.kind() > last {
            return Err(extended.refuse(Errno::EINVAL, "Unknown attribute type", offset));
        }
        let length = size_of::<AttributeHeader>() + attribute.bytes().len();
        end = attribute.offset() + length.next_multiple_of(4);
        if let Some(rule) = find(extended.release, policy, attribute.kind()) {
            check_one(extended, &attribute, rule)?;
        }
    }
    if end < message.bytes().len() {
        let text = "bytes leftover after parsing attributes";
        return Err(extended.refuse(Errno::EINVAL, text, None));
    }
    Ok((body, attributes))
}

/// Returns the attributes of a nest, checked liberally.
#[doc(alias = "nla_parse_nested_deprecated")]
pub(crate) fn parse_nested<'m, const N: usize>(
    extended: &mut Extended,
    attributes: Attributes<'m>,
    policy: &Policy,
) -> Result<AttributeTable<'m, N>, Errno> {
    check(extended, attributes.clone(), policy)?;
    Ok(table(extended.release, attributes, policy))
}

/// Returns the attributes that this release knows.
fn table<'m, const N: usize>(
    release: Release,
    attributes: Attributes<'m>,
    policy: &Policy,
) -> AttributeTable<'m, N> {
    let mut table = AttributeTable::new(attributes);
    for (kind, rule) in policy {
        if matches!(rule, Rule::Since(first, _) if release < *first) {
            table.forget(*kind);
        }
    }
    table
}

/// Checks attributes in their order, and tells of what is left over behind them.
pub(super) fn check(
    extended: &mut Extended,
    attributes: Attributes<'_>,
    policy: &Policy,
) -> Result<(), Errno> {
    let mut end = attributes.offset();
    let last = end + attributes.rest().len();
    for attribute in attributes {
        let length = size_of::<AttributeHeader>() + attribute.bytes().len();
        end = attribute.offset() + length.next_multiple_of(4);
        if let Some(rule) = find(extended.release, policy, attribute.kind()) {
            check_one(extended, &attribute, rule)?;
        }
    }
    if end < last {
        extended.say("bytes leftover after parsing attributes");
    }
    Ok(())
}

/// Returns the rule of an attribute, if this release has one.
fn find(release: Release, policy: &Policy, kind: u16) -> Option<Rule> {
    let (_, rule) = policy.iter().find(|(other, _)| *other == kind)?;
    match *rule {
        Rule::Since(first, rule) => (release >= first).then_some(*rule),
        Rule::Changed(first, rule, older) => Some(if release >= first { *rule } else { *older }),
        rule => Some(rule),
    }
}

/// Checks one attribute against its rule.
#[doc(alias = "validate_nla")]
pub(crate) fn check_one(
    extended: &mut Extended,
    attribute: &Attribute<'_>,
    rule: Rule,
) -> Result<(), Errno> {
    if let Some(length) = rule.exact_length() {
        check_strictly(extended, attribute, rule, length)?;
    }
    if rule == Rule::MarkedNest && !attribute.is_marked_nested() {
        extended.policy = describe(rule);
        let text = "NLA_F_NESTED is missing";
        return Err(extended.refuse(Errno::EINVAL, text, Some(attribute.offset())));
    }
    let (errno, text) = match rule {
        Rule::Unsupported => {
            let offset = Some(attribute.offset());
            return Err(extended.refuse(Errno::EINVAL, "Unsupported attribute", offset));
        }
        Rule::Refused => (Errno::EINVAL, "Attribute failed policy validation"),
        Rule::Ended if !attribute.bytes().contains(&0) => {
            (Errno::EINVAL, "Attribute failed policy validation")
        }
        rule if !fits(attribute, rule) => (Errno::ERANGE, "Attribute failed policy validation"),
        Rule::NumberFrom(least) if attribute.u32().is_ok_and(|number| number < least) => {
            (Errno::ERANGE, "integer out of range")
        }
        Rule::SignedFrom(least) if attribute.i32().is_ok_and(|number| number < least) => {
            (Errno::ERANGE, "integer out of range")
        }
        Rule::ByteUpTo(most) if attribute.u8().is_ok_and(|number| number > most) => {
            (Errno::ERANGE, "integer out of range")
        }
        Rule::ByteOf(bits) if attribute.u8().is_ok_and(|number| number & !bits != 0) => {
            return Err(extended.refuse(
                Errno::EINVAL,
                "reserved bit set",
                Some(attribute.offset()),
            ));
        }
        Rule::NumberOf(bits) if attribute.u32().is_ok_and(|number| number & !bits != 0) => {
            return Err(extended.refuse(
                Errno::EINVAL,
                "reserved bit set",
                Some(attribute.offset()),
            ));
        }
        _ => return Ok(()),
    };
    extended.policy = describe(rule);
    Err(extended.refuse(errno, text, Some(attribute.offset())))
}

impl Rule {
    /// The length of what is checked strictly.
    fn exact_length(self) -> Option<u16> {
        match self {
            Self::Exactly(length) => Some(length),
            Self::BigEndian | Self::NumberOf(_) => Some(4),
            Self::ByteUpTo(_) | Self::ByteOf(_) => Some(1),
            _ => None,
        }
    }
}

/// Checks the length and the marks of an attribute that is newer than its policy's strict start.
fn check_strictly(
    extended: &mut Extended,
    attribute: &Attribute<'_>,
    rule: Rule,
    length: u16,
) -> Result<(), Errno> {
    let text = if attribute.bytes().len() != usize::from(length) {
        "invalid attribute length"
    } else if attribute.is_marked_nested() {
        "NLA_F_NESTED not expected"
    } else {
        return Ok(());
    };
    extended.policy = describe(rule);
    Err(extended.refuse(Errno::EINVAL, text, Some(attribute.offset())))
}

/// Returns whether an attribute keeps a rule.
fn fits(attribute: &Attribute<'_>, rule: Rule) -> bool {
    let bytes = attribute.bytes();
    let length = bytes.len();
    match rule {
        Rule::AtLeast(least) | Rule::Number(least) => length >= usize::from(least),
        Rule::Signed | Rule::SignedFrom(_) | Rule::NumberFrom(_) => length >= size_of::<u32>(),
        Rule::AtMost(most) => length <= usize::from(most),
        Rule::Exactly(_)
        | Rule::BigEndian
        | Rule::ByteUpTo(_)
        | Rule::ByteOf(_)
        | Rule::NumberOf(_)
        | Rule::Since(..)
        | Rule::Changed(..)
        | Rule::Ended => true,
        Rule::Text(most) => {
            let text = bytes.strip_suffix(&[0]).unwrap_or(bytes);
            length >= 1 && text.len() <= usize::from(most)
        }
        Rule::Nest | Rule::MarkedNest => length == 0 || length >= size_of::<AttributeHeader>(),
        Rule::Refused | Rule::Unsupported => false,
    }
}

/// Returns a rule as an extended acknowledgement tells it: attributes about an attribute.
#[doc(alias("NLMSGERR_ATTR_POLICY", "netlink_policy_dump_write_attr"))]
fn describe(rule: Rule) -> Option<Vec<u8>> {
    const TYPE: u16 = 1;
    const LEAST_SIGNED: u16 = 2;
    const MOST_SIGNED: u16 = 3;
    const LEAST: u16 = 4;
    const MOST: u16 = 5;
    const MOST_BYTES: u16 = 7;
    const MASK: u16 = 12;
    let mut bytes = Vec::new();
    let mut put = |kind: u16, payload: &[u8]| {
        let length = u16::try_from(size_of::<AttributeHeader>() + payload.len()).unwrap_or(0);
        bytes.extend_from_slice(AttributeHeader { length, kind }.as_bytes());
        bytes.extend_from_slice(payload);
    };
    let kind: u32 = match rule {
        Rule::AtMost(most) => {
            put(MOST_BYTES, u32::from(most).as_bytes());
            10
        }
        Rule::Text(most) => {
            put(MOST_BYTES, u32::from(most).as_bytes());
            11
        }
        Rule::Number(length) | Rule::Exactly(length) => {
            put(LEAST, 0_u64.as_bytes());
            put(MOST, (u64::MAX >> (64 - 8 * u32::from(length.clamp(1, 8)))).as_bytes());
            1 + u32::from(length.clamp(1, 8)).ilog2() + 1
        }
        Rule::ByteUpTo(most) => {
            put(LEAST, 0_u64.as_bytes());
            put(MOST, u64::from(most).as_bytes());
            2
        }
        Rule::ByteOf(bits) => {
            put(MASK, u64::from(bits).as_bytes());
            2
        }
        Rule::NumberFrom(least) => {
            put(LEAST, u64::from(least).as_bytes());
            put(MOST, u64::from(u32::MAX).as_bytes());
            4
        }
        Rule::NumberOf(bits) => {
            put(MASK, u64::from(bits).as_bytes());
            4
        }
        Rule::Signed | Rule::SignedFrom(_) => {
            let least = if let Rule::SignedFrom(least) = rule { least } else { i32::MIN };
            put(LEAST_SIGNED, i64::from(least).as_bytes());
            put(MOST_SIGNED, i64::from(i32::MAX).as_bytes());
            8
        }
        Rule::Ended => 12,
        Rule::Nest | Rule::MarkedNest => 13,
        Rule::AtLeast(_)
        | Rule::BigEndian
        | Rule::Refused
        | Rule::Unsupported
        | Rule::Since(..)
        | Rule::Changed(..) => return None,
    };
    put(TYPE, kind.as_bytes());
    Some(bytes)
}
