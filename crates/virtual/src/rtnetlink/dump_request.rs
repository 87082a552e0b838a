//! Requests for lists, which strict sockets have checked when the list begins.

use super::policy::{Policy, fits};
use super::{Extended, Request};
use ifctl_abi::netlink::AttributeHeader;
use ifctl_kernel::Errno;
use ifctl_netlink::{Attributes, Messages};
use zerocopy::FromBytes;

/// A request for a list, kept until the list begins: what is wrong with it is told at the list's end.
pub(crate) struct DumpRequest(Vec<u8>);

impl DumpRequest {
    /// Keeps a request.
    pub(crate) fn new(request: &Request<'_, '_>) -> Self {
        Self(request.message.bytes().to_vec())
    }

    /// Returns the fixed part, or refuses with this text.
    pub(crate) fn header<T: FromBytes>(
        &self,
        extended: &mut Extended,
        text: &'static str,
    ) -> Result<T, Errno> {
        let message = Messages::new(&self.0).next().and_then(Result::ok);
        let body = message.and_then(|message| message.body::<T>().ok());
        body.map(|(header, _)| header).ok_or_else(|| extended.refuse(Errno::EINVAL, text, None))
    }

    /// Returns the attributes behind a fixed part, none of them beyond the last one that there is.
    #[doc(alias = "nlmsg_parse_deprecated_strict")]
    pub(crate) fn attributes<T: FromBytes>(
        &self,
        extended: &mut Extended,
        policy: &Policy,
        last: u16,
    ) -> Result<Attributes<'_>, Errno> {
        let message = Messages::new(&self.0).next().and_then(Result::ok);
        let body = message.and_then(|message| message.body::<T>().ok());
        let attributes = body.map(|(_, attributes)| attributes).unwrap_or_default();
        let mut end = attributes.offset();
        for attribute in attributes.clone() {
            let offset = Some(attribute.offset());
            if attribute.kind() > last {
                let text = "Unknown attribute type";
                return Err(extended.refuse(Errno::EINVAL, text, offset));
            }
            let length = size_of::<AttributeHeader>() + attribute.bytes().len();
            end = attribute.offset() + length.next_multiple_of(4);
            let rule = policy.iter().find(|(kind, _)| *kind == attribute.kind());
            if rule.is_some_and(|(_, rule)| !fits(&attribute, *rule)) {
                let text = "Attribute failed policy validation";
                return Err(extended.refuse(Errno::ERANGE, text, offset));
            }
        }
        if end < self.0.len() {
            let text = "bytes leftover after parsing attributes";
            return Err(extended.refuse(Errno::EINVAL, text, None));
        }
        Ok(attributes)
    }
}
