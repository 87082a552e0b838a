//! A sequence of requests, carried out on both kernels and compared after each one.
//!
//! A request is data, so that `cargo xtask differential` can draw it at random, cut a sequence that the
//! kernels answer differently down to what matters, and print it as a test. [`assert_alike`] is what
//! such a test calls.

mod mask;
mod perform;
mod settle;
mod state;
mod step;
mod words;

pub use mask::{MASKS, Mask, Treatment};
pub use step::{Asked, Step, Who};
pub use words::hex;

use crate::both::{Setting, on_linux, on_model};
use crate::namespace::private;
use perform::Run;

/// What of a kernel's state is looked at: where a part of the model is not there yet, it is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looking {
    /// Devices: link messages and their events.
    pub links: bool,
    /// IPv4 addresses and their events.
    pub addresses: bool,
    /// IPv4 routes and rules, and their events.
    pub routes: bool,
    /// IPv6 addresses and routes, and their events. Without it IPv6 is disabled.
    pub ipv6: bool,
    /// Neighbours, and their events.
    pub neighbours: bool,
    /// Settings: netconf, and its events.
    pub settings: bool,
    /// The files of /proc/net, as far as their subject is looked at.
    pub files: bool,
    /// The wording of extended acknowledgements; without it, that there is a text is compared.
    pub texts: bool,
}

impl Looking {
    /// Everything but the wording of texts.
    pub const AT_ALL: Self = Self {
        links: true,
        addresses: true,
        routes: true,
        ipv6: true,
        neighbours: true,
        settings: true,
        files: true,
        texts: false,
    };
    /// The answers to the requests themselves, and nothing else.
    pub const AT_ANSWERS: Self = Self {
        links: false,
        addresses: false,
        routes: false,
        ipv6: false,
        neighbours: false,
        settings: false,
        files: false,
        texts: false,
    };
}

/// What one kernel made of a sequence: for each request, and in the end, lines of text in which nothing
/// is left that may differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// One for each request: its answer, then the events that it caused.
    pub steps: Vec<Vec<String>>,
    /// How things stand at the end.
    pub state: Vec<String>,
}

/// Where two accounts first differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The number of the request; `None` at the end.
    pub step: Option<usize>,
    /// What stands where they differ: a word for what kind of difference it is.
    pub class: String,
    /// The last line that is alike, and the differing lines: Linux's, the model's.
    pub lines: String,
}

impl Account {
    /// Returns where this, of Linux, and that of the model first differ.
    pub fn difference(&self, model: &Self) -> Option<Difference> {
        for (number, (linux, model)) in self.steps.iter().zip(&model.steps).enumerate() {
            if linux != model {
                return Some(Difference::between(Some(number), linux, model));
            }
        }
        (self.state != model.state).then(|| Difference::between(None, &self.state, &model.state))
    }
}

impl Difference {
    fn between(step: Option<usize>, linux: &[String], model: &[String]) -> Self {
        let alike = linux.iter().zip(model).take_while(|(linux, model)| linux == model).count();
        let head = linux
            .get(..alike)
            .unwrap_or_default()
            .iter()
            .rev()
            .find(|line| !line.starts_with(' '))
            .cloned()
            .unwrap_or_default();
        let at = |lines: &[String]| lines.get(alike).cloned().unwrap_or_else(|| "(no more)".into());
        let rest = |lines: &[String]| {
            let end = lines.len().min(alike + 8);
            lines.get(alike..end).unwrap_or_default().join("\n    ")
        };
        let (ours, theirs) = (at(linux), at(model));
        // A line of a message says little without the message's first.
        let head_counts = ours.starts_with(' ') || theirs.starts_with(' ');
        let class = format!(
            "{}{} | {}",
            if head_counts { format!("{}: ", words::class_of(&head)) } else { String::new() },
            words::class_of(&ours),
            words::class_of(&theirs)
        );
        let lines =
            format!("after {head}\n  Linux:\n    {}\n  model:\n    {}", rest(linux), rest(model));
        Self { step, class, lines }
    }
}

/// Carries out the requests on one kernel, in a fresh setting. Where another kernel's account is at hand,
/// Linux is given time to tell as much as that one did.
pub fn account(
    setting: &Setting<'_>,
    looking: Looking,
    steps: &[Step],
    other: Option<&Account>,
) -> Account {
    let mut run = Run::new(setting, looking);
    let lines = |at: usize| other.and_then(|other| other.steps.get(at)).map_or(0, Vec::len);
    let steps = steps.iter().enumerate().map(|(at, step)| run.step(step, lines(at))).collect();
    Account { steps, state: run.state() }
}

/// Carries out the requests on Linux, in the calling thread's namespace, which is to be a fresh one, and
/// on a new model.
pub fn compare(looking: Looking, steps: &[Step]) -> Option<Difference> {
    let model = on_model(|setting| account(setting, looking, steps, None));
    let linux = on_linux(|setting| account(setting, looking, steps, Some(&model)));
    linux.difference(&model)
}

/// Asserts that both kernels answer the requests alike, and are in the same state at the end. It must be
/// the first thing that a test does.
///
/// # Panics
///
/// If they differ; the message tells where.
#[track_caller]
pub fn assert_alike(looking: Looking, steps: &[Step]) {
    private(|| {
        if let Some(difference) = compare(looking, steps) {
            let at = match difference.step.and_then(|number| steps.get(number)) {
                Some(step) => format!("in {step:?}"),
                None => "in the state at the end".to_owned(),
            };
            panic!("the kernels differ {at}\n{}", difference.lines);
        }
    });
}
