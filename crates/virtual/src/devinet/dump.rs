//! Lists of addresses: RTM_GETADDR.

use super::netlink::{POLICY, fill};
use super::{AddressId, AddressList};
use crate::af_netlink::{DumpWriter, Progress, Walk};
use crate::dev::Device;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::rtnetlink::{DumpRequest, Request};
use ifctl_abi::netlink::MessageType;
use ifctl_kernel::Errno;

/// Starts a list of all addresses.
#[doc(alias = "inet_dump_ifaddr")]
pub(crate) fn dump(
    _machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<Box<dyn Walk>, Errno> {
    let request = DumpRequest::if_strict(request);
    Ok(Box::new(Addresses { request, index: 0, only: false, place: 0, next: None }))
}

/// Where a list goes on. Linux counts the addresses of the device at hand, so that it repeats some, or
/// leaves some out, when others come or go meanwhile.
struct Addresses {
    /// To be checked at first.
    request: Option<DumpRequest>,
    /// The device's, or that of the next one.
    index: u32,
    /// No other device's are wanted.
    only: bool,
    /// How many of the device's are written.
    place: usize,
    /// The next one, as long as the list's generation is this one.
    next: Option<(u64, AddressId)>,
}

impl Walk for Addresses {
    fn fill(
        &mut self,
        machine: &Machine,
        net: NetId,
        writer: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        if let Some(request) = self.request.take() {
            self.index = check_dump(&request, writer)?;
            self.only = self.index != 0;
        }
        let net = machine.net(net)?;
        let device = |id| machine.device(id).ok();
        if self.only {
            let device = net.index(self.index).ok().and_then(device).ok_or(Errno::ENODEV)?;
            if device.inet.is_none() {
                return Err(Errno::ENODEV);
            }
            return Ok(match self.device(machine, device, writer) {
                Progress::Full => Progress::Full,
                _ => Progress::CompleteAlone,
            });
        }
        writer.set_generation(net.address_generation());
        for (index, id) in net.by_index_from(self.index) {
            self.index = index;
            let Some(device) = device(id).filter(|device| device.inet.is_some()) else { continue };
            if self.device(machine, device, writer) == Progress::Full {
                return Ok(Progress::Full);
            }
        }
        self.index = u32::MAX;
        Ok(Progress::CompleteAlone)
    }
}

impl Addresses {
    /// Lists the addresses of a device, from the place on that was reached.
    #[doc(alias = "in_dev_dump_ifaddr")]
    fn device(
        &mut self,
        machine: &Machine,
        device: &Device,
        writer: &mut DumpWriter<'_>,
    ) -> Progress {
        let Some(list) = device.inet.as_ref().map(|inet| &inet.addresses) else {
            return Progress::Complete;
        };
        let mut next = self.resume(list);
        while let Some(id) = next {
            let Some(address) = list.get(id) else { break };
            let written = writer.put(MessageType::NEWADDR, |head, encoder| {
                fill(machine, device, &address, head, encoder)
            });
            if written.is_err() {
                self.next = Some((list.generation(), id));
                return Progress::Full;
            }
            self.place += 1;
            next = list.next(id);
        }
        (self.place, self.next) = (0, None);
        Progress::Complete
    }

    fn resume(&mut self, list: &AddressList) -> Option<AddressId> {
        match self.next.take() {
            Some((generation, id)) if generation == list.generation() => Some(id),
            _ => list.iter().nth(self.place).map(|(id, _)| id),
        }
    }
}

/// Checks a request strictly, and returns the index of the device that it asks for.
pub(crate) fn check_dump(request: &DumpRequest, writer: &mut DumpWriter<'_>) -> Result<u32, Errno> {
    let texts = [
        "ipv4: Invalid header for address dump request",
        "ipv4: Invalid values in header for address dump request",
        "ipv4: Invalid target network namespace id",
        "ipv4: Unsupported attribute in dump request",
    ];
    request.asked_device(writer, POLICY, texts)
}
