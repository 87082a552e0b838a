//! Requests for lists, which strict sockets have checked when the list begins.

use super::policy::{Policy, check, parse_question};
use super::{Extended, Request};
use crate::af_netlink::DumpWriter;
use ifctl_abi::netlink::{MessageFlags, NetlinkHeader};
use ifctl_abi::rtnetlink::{AddressHeader, IFA_PROTO, IFA_TARGET_NETNSID};
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

    /// Keeps a request to be checked, if its socket checks strictly.
    pub(crate) fn if_strict(request: &Request<'_, '_>) -> Option<Self> {
        request.strict.then(|| Self::new(request))
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
        check(extended, attributes.clone(), policy)?;
        Ok((header, attributes))
    }

    /// Returns the index of the device whose addresses are asked for, 0 for all. The texts tell what is
    /// wrong with the header, with its values, with a namespace, and with any other attribute.
    #[doc(alias("inet_valid_dump_ifaddr_req", "inet6_valid_dump_ifaddr_req"))]
    pub(crate) fn asked_device(
        &self,
        writer: &mut DumpWriter<'_>,
        policy: &Policy,
        texts: [&'static str; 4],
    ) -> Result<u32, Errno> {
        let [of_header, of_values, of_namespace, of_others] = texts;
        let header: AddressHeader = self.header(writer.extended, of_header)?;
        if header.prefix_length != 0 || header.flags != 0 || header.scope.0 != 0 {
            return Err(writer.extended.refuse(Errno::EINVAL, of_values, None));
        }
        if header.index != 0 {
            writer.add_flags(MessageFlags::DUMP_FILTERED);
        }
        let mut given = self.attributes::<AddressHeader>(writer.extended, policy, IFA_PROTO)?;
        if let Some(attribute) = given.next() {
            let is_namespace = attribute.kind() == IFA_TARGET_NETNSID;
            let text = if is_namespace { of_namespace } else { of_others };
            return Err(writer.extended.refuse(Errno::EINVAL, text, None));
        }
        Ok(header.index)
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
