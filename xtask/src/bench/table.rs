//! The table that is printed: times in milliseconds, ratios to ours, and peaks in KiB.

use super::contender::Contender;
use super::rows::{Goal, Row};

/// Prints the columns' titles.
pub(super) fn head() {
    println!("Medians in ms, and how many times ours; the most resident memory in KiB.");
    println!(
        "{:<8} {:>6} | {:>9} {:>6} | {:>9} {:>7} {:>6} | {:>9} {:>7} {:>6} | goal",
        "row", "rounds", "ours", "KiB", "net-tools", "ratio", "KiB", "iproute2", "ratio", "KiB"
    );
}

/// Prints a row: ours, net-tools' and iproute2's.
pub(super) fn print(row: &Row, [ours, net_tools, iproute2]: &[Option<Contender>; 3]) {
    let Some(ours) = ours else { return };
    let ratio = |other: &Option<Contender>| other.as_ref().map(|o| o.median() / ours.median());
    println!(
        "{:<8} {:>6} | {:>9.3} {:>6} |{} |{} | {}",
        row.name,
        ours.times.len(),
        ours.median() * 1e3,
        peak(ours),
        columns(net_tools, ratio(net_tools)),
        columns(iproute2, ratio(iproute2)),
        match row.goal {
            Goal::NetTools(goal) => verdict("net-tools", goal, ratio(net_tools)),
            Goal::Iproute2(goal) => verdict("iproute2", goal, ratio(iproute2)),
        }
    );
}

/// Returns the three columns of another program: median, ratio, peak.
fn columns(other: &Option<Contender>, ratio: Option<f64>) -> String {
    match (other, ratio) {
        (Some(other), Some(ratio)) => {
            format!(" {:>9.3} {ratio:>7.2} {:>6}", other.median() * 1e3, peak(other))
        }
        _ => format!(" {:>9} {:>7} {:>6}", "-", "-", "-"),
    }
}

fn peak(contender: &Contender) -> String {
    contender.peak.map_or_else(|| "-".to_owned(), |peak| peak.to_string())
}

fn verdict(whom: &str, goal: f64, ratio: Option<f64>) -> String {
    let met = match ratio {
        None => "not measured",
        Some(ratio) if ratio >= goal => "met",
        Some(_) => "MISSED",
    };
    format!("{goal} x {whom}: {met}")
}
