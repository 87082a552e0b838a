//! Metrics of routes: RTA_METRICS (`net/ipv4/metrics.c`).

use ifctl_abi::rtnetlink::{
    RTAX_ADVMSS, RTAX_CC_ALGO, RTAX_COUNT, RTAX_FEATURES, RTAX_HOPLIMIT, RTAX_MTU,
};
use ifctl_netlink::{Attribute, Metrics as Told};

/// The congestion controls that the kernel has, by number from 1 on.
const CONGESTION_CONTROLS: [&[u8]; 2] = [b"reno", b"cubic"];

/// The features that a route may ask for.
#[doc(alias = "RTAX_FEATURE_MASK")]
const FEATURES: u32 = 0x1f;

/// The metrics by number; 0 is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Metrics {
    values: [u32; RTAX_COUNT],
    /// Those that were given, 0 or not.
    given: u32,
}

impl Metrics {
    /// Sets a metric.
    pub(crate) fn set(&mut self, kind: u16, value: u32) {
        if let Some(place) = self.values.get_mut(usize::from(kind)) {
            *place = value;
            self.given |= 1 << kind;
        }
    }

    /// Returns a metric.
    pub(crate) fn get(&self, kind: u16) -> u32 {
        self.values.get(usize::from(kind)).copied().unwrap_or(0)
    }

    /// Returns the metrics that a route gets: within their limits, without the note of which were given.
    pub(super) fn plain(&self) -> Option<Box<Self>> {
        let mut plain = Self { given: 0, ..*self };
        let limits = [(RTAX_ADVMSS, 65535 - 40), (RTAX_MTU, 65535 - 15), (RTAX_HOPLIMIT, 255)];
        for (kind, most) in limits {
            if let Some(value) = plain.values.get_mut(usize::from(kind)) {
                *value = most.min(*value);
            }
        }
        (plain != Self::default()).then(|| Box::new(plain))
    }

    /// Returns whether each metric that was given is what the others have.
    pub(super) fn is_part_of(&self, others: &Self) -> bool {
        let kinds = (1..RTAX_COUNT as u16).filter(|kind| self.given >> kind & 1 == 1);
        kinds.into_iter().all(|kind| self.get(kind) == others.get(kind))
    }

    /// Returns the metrics as messages hold them.
    #[doc(alias = "rtnetlink_put_metrics")]
    pub(crate) fn told(&self) -> Told<'static> {
        let mut told = Told::default();
        for kind in (1..RTAX_COUNT as u16).filter(|kind| self.get(*kind) != 0) {
            told = match kind {
                RTAX_CC_ALGO => {
                    let number = self.get(kind) as usize - 1;
                    let name = CONGESTION_CONTROLS.get(number).copied().unwrap_or_default();
                    told.with_congestion_control(name)
                }
                _ => told.with(kind, self.get(kind)),
            };
        }
        told
    }
}

/// What is wrong with metrics, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BadMetrics {
    pub(crate) text: &'static str,
    pub(crate) offset: Option<usize>,
    /// What a route to be deleted must have all the same, if any can.
    pub(super) wanted: Option<Metrics>,
}

/// Reads the metrics of a request. What is wrong with them is told when a route is made of them.
#[doc(alias("ip_metrics_convert", "fib_metrics_match"))]
pub(crate) fn read_metrics(attribute: &Attribute<'_>) -> Result<Metrics, BadMetrics> {
    let mut metrics = Metrics::default();
    let mut odd = None;
    for attribute in attribute.nested() {
        let kind = attribute.kind();
        if kind == 0 {
            continue;
        } else if usize::from(kind) >= RTAX_COUNT {
            let text = odd.unwrap_or("Invalid metric type");
            return Err(BadMetrics { text, offset: None, wanted: None });
        } else if kind == RTAX_CC_ALGO {
            let known = CONGESTION_CONTROLS.iter().position(|name| *name == attribute.text());
            if known.is_none() {
                odd = odd.or(Some("Unknown tcp congestion algorithm"));
            }
            metrics.set(kind, known.map_or(0, |number| number as u32 + 1));
        } else if attribute.bytes().len() != 4 {
            let offset = Some(attribute.offset()).filter(|_| odd.is_none());
            let text = odd.unwrap_or("Invalid attribute in metrics");
            return Err(BadMetrics { text, offset, wanted: None });
        } else {
            let value = attribute.u32().unwrap_or(0);
            if kind == RTAX_FEATURES && value & !FEATURES != 0 {
                odd = odd.or(Some("Unknown flag set in feature mask in metrics attribute"));
            }
            metrics.set(kind, value);
        }
    }
    match odd {
        Some(text) => Err(BadMetrics { text, offset: None, wanted: Some(metrics) }),
        None => Ok(metrics),
    }
}
