//! The metrics of a route: RTA_METRICS.

use ifctl_abi::rtnetlink::{RTA_METRICS, RTAX_CC_ALGO, RTAX_COUNT};

use crate::{AttributeError, AttributeWriter, Attributes};

/// The metrics of a route: numbers by RTAX number, and the name of the congestion control.
///
/// ```
/// use ifctl_abi::rtnetlink::{RTAX_ADVMSS, RTAX_MTU};
/// use ifctl_netlink::Metrics;
///
/// let metrics = Metrics::default().with(RTAX_MTU, 1400);
/// assert_eq!((metrics.get(RTAX_MTU), metrics.get(RTAX_ADVMSS)), (Some(1400), None));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Metrics<'a> {
    /// Bit per number that is there.
    present: u32,
    numbers: [u32; RTAX_COUNT],
    congestion_control: Option<&'a [u8]>,
}

impl<'a> Metrics<'a> {
    /// Returns the metric of this RTAX number.
    #[must_use]
    pub fn get(&self, kind: u16) -> Option<u32> {
        let number = self.numbers.get(usize::from(kind))?;
        (self.present & (1 << kind) != 0).then_some(*number)
    }

    /// Returns the metrics with one more.
    ///
    /// A number that is no metric with a number (0, RTAX_CC_ALGO, or one unknown here) changes
    /// nothing.
    #[must_use]
    pub fn with(mut self, kind: u16, value: u32) -> Self {
        if kind != 0
            && kind != RTAX_CC_ALGO
            && let Some(number) = self.numbers.get_mut(usize::from(kind))
        {
            *number = value;
            self.present |= 1 << kind;
        }
        self
    }

    /// Returns the name of the congestion control.
    #[must_use]
    pub fn congestion_control(&self) -> Option<&'a [u8]> {
        self.congestion_control
    }

    /// Returns the metrics with this congestion control.
    #[must_use]
    pub fn with_congestion_control(self, name: &'a [u8]) -> Self {
        Self { congestion_control: Some(name), ..self }
    }

    /// Returns whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.present == 0 && self.congestion_control.is_none()
    }

    /// Returns RTAX number and value of each metric with a number, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (u16, u32)> + '_ {
        (0..).zip(self.numbers).filter(|&(kind, _)| self.get(kind).is_some())
    }

    pub(super) fn read(attributes: Attributes<'a>, report: &mut dyn FnMut(AttributeError)) -> Self {
        let mut metrics = Self::default();
        for attribute in attributes {
            if attribute.kind() == RTAX_CC_ALGO {
                metrics.congestion_control = Some(attribute.text());
                continue;
            }
            match attribute.u32() {
                Ok(number) => metrics = metrics.with(attribute.kind(), number),
                Err(odd) if usize::from(attribute.kind()) < RTAX_COUNT => report(odd),
                Err(_) => {}
            }
        }
        metrics
    }

    pub(super) fn write(&self, attributes: &mut AttributeWriter<'_>) {
        if self.is_empty() {
            return;
        }
        attributes.nested(RTA_METRICS, |inner| {
            for (kind, number) in self.iter().take_while(|&(kind, _)| kind < RTAX_CC_ALGO) {
                inner.u32(kind, number);
            }
            if let Some(name) = self.congestion_control {
                inner.text(RTAX_CC_ALGO, name);
            }
            for (kind, number) in self.iter().filter(|&(kind, _)| kind > RTAX_CC_ALGO) {
                inner.u32(kind, number);
            }
        });
    }
}
