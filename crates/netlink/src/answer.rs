//! Answers that carry a result: errors, acknowledgements, the end of a dump.

use ifctl_abi::netlink::{
    ErrorHeader, MessageFlags, MessageType, NLA_F_NESTED, NLMSGERR_ATTR_COOKIE,
    NLMSGERR_ATTR_MISS_NEST, NLMSGERR_ATTR_MISS_TYPE, NLMSGERR_ATTR_MSG, NLMSGERR_ATTR_OFFS,
    NLMSGERR_ATTR_POLICY, NetlinkHeader,
};
use zerocopy::IntoBytes;

use crate::table::or_report;
use crate::{
    Attribute, AttributeError, AttributeTable, AttributeWriter, Attributes, DecodeError,
    EncodeError, Encoder, Head, Message, aligned,
};

/// The result of a request: an error, an acknowledgement, or the end of a dump. See netlink(7).
///
/// ```
/// use ifctl_abi::netlink::{MessageFlags, MessageType, NetlinkHeader};
/// use ifctl_netlink::{Answer, Encoder, ExtendedAck, Messages, encode_error};
///
/// let request = NetlinkHeader { length: 32, sequence: 7, ..NetlinkHeader::default() };
/// let extended = ExtendedAck { text: Some(b"Unknown device type"), ..ExtendedAck::default() };
/// let mut encoder = Encoder::new();
/// encode_error(&mut encoder, &request, None, 95, &extended, 1234)?;
///
/// let message = Messages::new(encoder.as_bytes()).next().expect("one was written")?;
/// let answer = Answer::parse(&message)?;
/// assert_eq!((answer.errno(), message.sequence()), (95, 7));
/// assert_eq!(answer.extended().text(), Some(&b"Unknown device type"[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    error: i32,
    request: Option<NetlinkHeader>,
    echo: Option<&'a [u8]>,
    extended: Extension<'a>,
}

/// The attributes of an extended ACK, as received.
type Extension<'a> = AttributeTable<'a, EXTENSION_COUNT>;

const EXTENSION_COUNT: usize = NLMSGERR_ATTR_MISS_NEST as usize + 1;

impl<'a> Answer<'a> {
    /// Returns the result that an NLMSG_ERROR or NLMSG_DONE message holds.
    ///
    /// An NLMSG_DONE without a number, as some old dumps end, is success.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Kind`] if the message is something else, [`DecodeError::Body`] if an
    /// NLMSG_ERROR is shorter than an errno.
    pub fn parse(message: &Message<'a>) -> Result<Self, DecodeError> {
        match message.kind() {
            MessageType::ERROR => Self::parse_error(message),
            MessageType::DONE => Ok(Self::parse_done(message)),
            found => Err(DecodeError::Kind { found, expected: "NLMSG_ERROR or NLMSG_DONE" }),
        }
    }

    fn parse_error(message: &Message<'a>) -> Result<Self, DecodeError> {
        let (error, _) = message.body::<i32>()?;
        let Ok((header, _)) = message.body::<ErrorHeader>() else {
            return Ok(Self { error, request: None, echo: None, extended: nothing() });
        };
        // An acknowledgement never repeats the request. An error does unless it is capped, and
        // the attributes come behind it.
        let capped = message.flags().contains(MessageFlags::CAPPED) || error == 0;
        let start = size_of::<ErrorHeader>();
        let told = usize::try_from(header.request.length).unwrap_or(usize::MAX);
        let echoed = if capped { 0 } else { told.saturating_sub(size_of::<NetlinkHeader>()) };
        let end = start.saturating_add(echoed);
        Ok(Self {
            error,
            request: Some(header.request),
            echo: if capped { None } else { message.payload().get(start..end) },
            extended: extension(message, end),
        })
    }

    fn parse_done(message: &Message<'a>) -> Self {
        let error = message.body::<i32>().map_or(0, |(error, _)| error);
        let extended = extension(message, size_of::<i32>());
        Self { error, request: None, echo: None, extended }
    }

    /// Returns the errno, as errno(3) numbers it; 0 is success.
    ///
    /// It is what the kernel sent without its sign, and 0 for the positive numbers that a few
    /// dumps end with, which are no errors.
    #[must_use]
    pub fn errno(&self) -> i32 {
        self.error.min(0).checked_neg().unwrap_or(i32::MAX)
    }

    /// Returns the header of the request that is answered; `None` at the end of a dump.
    ///
    /// Its sequence number is the request's, as that of the answer itself is.
    #[must_use]
    pub fn request(&self) -> Option<&NetlinkHeader> {
        self.request.as_ref()
    }

    /// Returns what followed the header in the request, where an error repeats it.
    #[must_use]
    pub fn echo(&self) -> Option<&'a [u8]> {
        self.echo
    }

    /// Returns what the kernel says beyond the number (NETLINK_EXT_ACK). An acknowledgement may
    /// have it too: a warning.
    #[must_use]
    pub fn extended(&self) -> ExtendedAckView<'a, '_> {
        ExtendedAckView { table: &self.extended }
    }
}

/// An extended ACK, as received.
#[derive(Clone, Copy, Debug)]
pub struct ExtendedAckView<'a, 't> {
    table: &'t Extension<'a>,
}

impl<'a> ExtendedAckView<'a, '_> {
    /// Returns the text, without its NUL: one line for a person, in English.
    #[must_use]
    pub fn text(&self) -> Option<&'a [u8]> {
        self.table.text(NLMSGERR_ATTR_MSG)
    }

    /// Returns where in the request the offending attribute begins, in bytes from the beginning
    /// of its header.
    ///
    /// # Errors
    ///
    /// If the number is too short.
    pub fn offset(&self) -> Result<Option<u32>, AttributeError> {
        self.table.u32(NLMSGERR_ATTR_OFFS)
    }

    /// Returns bytes that a success returns.
    #[must_use]
    pub fn cookie(&self) -> Option<&'a [u8]> {
        self.table.bytes(NLMSGERR_ATTR_COOKIE)
    }

    /// Returns the policy that the offending attribute broke, nested attributes.
    #[must_use]
    pub fn policy(&self) -> Option<Attribute<'a>> {
        self.table.get(NLMSGERR_ATTR_POLICY)
    }

    /// Returns the number of the attribute that is missing.
    ///
    /// # Errors
    ///
    /// If the number is too short.
    pub fn missing_kind(&self) -> Result<Option<u32>, AttributeError> {
        self.table.u32(NLMSGERR_ATTR_MISS_TYPE)
    }

    /// Returns where the nest begins in which an attribute is missing; absent, it is the message.
    ///
    /// # Errors
    ///
    /// If the number is too short.
    pub fn missing_nest(&self) -> Result<Option<u32>, AttributeError> {
        self.table.u32(NLMSGERR_ATTR_MISS_NEST)
    }

    /// Returns all attributes, those unknown included.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'a> {
        self.table.attributes()
    }

    /// Returns what was received as a value, without numbers that are too short.
    #[must_use]
    pub fn value(&self) -> ExtendedAck<'a> {
        let mut skip = |_| {};
        ExtendedAck {
            text: self.text(),
            offset: or_report(self.offset(), &mut skip),
            cookie: self.cookie(),
            policy: self.policy().map(|policy| policy.bytes()),
            missing_kind: or_report(self.missing_kind(), &mut skip),
            missing_nest: or_report(self.missing_nest(), &mut skip),
        }
    }
}

/// What an answer says beyond its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExtendedAck<'a> {
    /// Text for a person.
    #[doc(alias = "NLMSGERR_ATTR_MSG")]
    pub text: Option<&'a [u8]>,
    /// Where in the request the offending attribute begins, from the beginning of its header.
    #[doc(alias = "NLMSGERR_ATTR_OFFS")]
    pub offset: Option<u32>,
    /// Bytes that a success returns.
    #[doc(alias = "NLMSGERR_ATTR_COOKIE")]
    pub cookie: Option<&'a [u8]>,
    /// The policy that the offending attribute broke, encoded attributes.
    #[doc(alias = "NLMSGERR_ATTR_POLICY")]
    pub policy: Option<&'a [u8]>,
    /// Number of the attribute that is missing.
    #[doc(alias = "NLMSGERR_ATTR_MISS_TYPE")]
    pub missing_kind: Option<u32>,
    /// Where the nest begins in which it is missing.
    #[doc(alias = "NLMSGERR_ATTR_MISS_NEST")]
    pub missing_nest: Option<u32>,
}

impl ExtendedAck<'_> {
    /// Returns whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == ExtendedAck::default()
    }

    fn flags(&self) -> MessageFlags {
        if self.is_empty() { MessageFlags::empty() } else { MessageFlags::ACK_TLVS }
    }

    fn write(&self, attributes: &mut AttributeWriter<'_>) {
        if let Some(text) = self.text {
            attributes.text(NLMSGERR_ATTR_MSG, text);
        }
        if let Some(cookie) = self.cookie {
            attributes.bytes(NLMSGERR_ATTR_COOKIE, cookie);
        }
        if let Some(offset) = self.offset {
            attributes.u32(NLMSGERR_ATTR_OFFS, offset);
        }
        if let Some(policy) = self.policy {
            attributes.bytes(NLMSGERR_ATTR_POLICY | NLA_F_NESTED, policy);
        }
        if let Some(kind) = self.missing_kind {
            attributes.u32(NLMSGERR_ATTR_MISS_TYPE, kind);
        }
        if let Some(nest) = self.missing_nest {
            attributes.u32(NLMSGERR_ATTR_MISS_NEST, nest);
        }
    }
}

/// Writes the answer to a request: an error, or with `errno` 0 an acknowledgement.
///
/// `echo` is what followed the header in the request, for an error on a socket without
/// NETLINK_CAP_ACK; `None` makes a capped answer, as each acknowledgement is. Give an `echo` of
/// `request.length` less 16 bytes: readers find what follows by that. `extended` is to be empty
/// on a socket without NETLINK_EXT_ACK. `port` is the requester's.
///
/// # Errors
///
/// [`EncodeError`].
pub fn encode_error(
    encoder: &mut Encoder,
    request: &NetlinkHeader,
    echo: Option<&[u8]>,
    errno: u16,
    extended: &ExtendedAck<'_>,
    port: u32,
) -> Result<(), EncodeError> {
    let echo = if errno == 0 { None } else { echo };
    let capped = if echo.is_none() { MessageFlags::CAPPED } else { MessageFlags::empty() };
    let head = Head::answer(request, MessageType::ERROR, capped | extended.flags(), port);
    let body = ErrorHeader { error: -i32::from(errno), request: *request };
    encoder.message_of_parts(head, [body.as_bytes(), echo.unwrap_or_default()], |attributes| {
        extended.write(attributes);
    })
}

/// Writes the end of a dump: NLMSG_DONE with 0, or with the errno that ended it.
///
/// `flags` are added to NLM_F_MULTI: DUMP_INTR, DUMP_FILTERED.
///
/// # Errors
///
/// [`EncodeError`].
pub fn encode_done(
    encoder: &mut Encoder,
    request: &NetlinkHeader,
    flags: MessageFlags,
    errno: u16,
    extended: &ExtendedAck<'_>,
    port: u32,
) -> Result<(), EncodeError> {
    let flags = flags | MessageFlags::MULTI | extended.flags();
    let head = Head::answer(request, MessageType::DONE, flags, port);
    encoder.message(head, &-i32::from(errno), |attributes| extended.write(attributes))
}

/// Returns the attributes of an extended ACK, which begin at `start` of the payload; none where
/// the flags do not promise them.
fn extension<'a>(message: &Message<'a>, start: usize) -> Extension<'a> {
    if !message.flags().contains(MessageFlags::ACK_TLVS) {
        return nothing();
    }
    let start = aligned(start);
    let bytes = message.payload().get(start..).unwrap_or_default();
    AttributeTable::new(Attributes::at(bytes, size_of::<NetlinkHeader>().saturating_add(start)))
}

fn nothing<'a>() -> Extension<'a> {
    AttributeTable::new(Attributes::default())
}
