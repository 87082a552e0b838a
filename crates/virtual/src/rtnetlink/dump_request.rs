//! Requests for lists, which strict sockets have checked when the list begins.

use super::policy::{Policy, check, parse_question};
use super::{Extended, Request};
use ifctl_abi::netlink::NetlinkHeader;
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
        self.body()
            .map(|(header, _)| header)
            .ok_or_else(|| extended.refuse(Errno::EINVAL, text, None))
    }

    /// Returns the fixed part and the attributes, checked liberally.
    #[doc(alias = "nlmsg_parse_deprecated")]
    pub(crate) fn liberally<T: FromBytes>(
        &self,
        extended: &mut Extended,
        policy: &Policy,
    ) -> Result<(T, Attributes<'_>), Errno> {
        let (header, attributes) = self
            .body::<T>()
            .ok_or_else(|| extended.refuse(Errno::EINVAL, "Invalid header length", None))?;
        if check(extended, attributes.clone(), policy)? < self.0.len() {
            extended.say("bytes leftover after parsing attributes");
        }
        Ok((header, attributes))
    }

    fn body<T: FromBytes>(&self) -> Option<(T, Attributes<'_>)> {
        let message = Messages::new(&self.0).next().and_then(Result::ok);
        message.and_then(|message| message.body::<T>().ok())
    }

    /// Returns whether something follows a fixed part, or its padding lacks.
    #[doc(alias = "nlmsg_attrlen")]
    pub(crate) fn has_more_than<T>(&self) -> bool {
        self.0.len() != size_of::<NetlinkHeader>() + size_of::<T>().next_multiple_of(4)
    }

    /// Returns the attributes behind a fixed part, none of them beyond the last one that there is.
    pub(crate) fn attributes<T: FromBytes>(
        &self,
        extended: &mut Extended,
        policy: &Policy,
        last: u16,
    ) -> Result<Attributes<'_>, Errno> {
        let message = Messages::new(&self.0).next().and_then(Result::ok).ok_or(Errno::EINVAL)?;
        let (_, attributes) = parse_question::<T>(extended, &message, policy, last)?;
        Ok(attributes)
    }
}
