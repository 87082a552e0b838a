//! Names that a misspelt one may have meant.

/// Returns a way out for a name that is not among these: those that are near it, or, where none is
/// and all can be told in a line, all of them. `what` is said of them: "devices here".
pub(crate) fn hint(word: &str, what: &str, names: &[String]) -> Option<String> {
    let distances = || names.iter().map(|name| (distance(word, name), name));
    let nearest = distances().map(|(distance, _)| distance).min()?;
    let likely: Vec<_> = distances()
        .filter(|(distance, _)| *distance == nearest && nearest * 3 <= word.chars().count())
        .map(|(_, name)| name.as_str())
        .take(3)
        .collect();
    match likely.as_slice() {
        [] if names.len() <= 12 => Some(format!("{what}: {}", names.join(", "))),
        [] => None,
        likely => Some(format!("did you mean {}?", likely.join(" or "))),
    }
}

/// Returns how many characters must be added, dropped, replaced or swapped with their neighbours to
/// make one word of the other, in any case.
fn distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.to_lowercase().chars().collect();
    let to: Vec<char> = to.to_lowercase().chars().collect();
    let mut before = Vec::new();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    for (row, a) in from.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, b) in to.iter().enumerate() {
            let at =
                |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX);
            let replaced = at(&above, column) + usize::from(a != b);
            let mut least = replaced.min(at(&above, column + 1) + 1).min(at(&line, column) + 1);
            let swapped = row > 0
                && column > 0
                && from.get(row - 1) == Some(b)
                && to.get(column - 1) == Some(a);
            if swapped {
                least = least.min(at(&before, column - 1) + 1);
            }
            line.push(least);
        }
        before = std::mem::replace(&mut above, line);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint_among(word: &str, names: &[&str]) -> Option<String> {
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        hint(word, "devices here", &names)
    }

    #[test]
    fn a_slip_of_the_finger_is_one_step() {
        for (from, to, steps) in [
            ("eth0", "eth0", 0),
            ("eth0", "ETH0", 0),
            ("eth1", "eth0", 1),
            ("ehh0", "eth0", 1),
            ("ehx0", "eth0", 2),
            ("teh0", "eth0", 1),
            ("th0", "eth0", 1),
            ("eth00", "eth0", 1),
            ("", "eth0", 4),
            ("lo", "eth0", 4),
        ] {
            assert_eq!(distance(from, to), steps, "{from} {to}");
            assert_eq!(distance(to, from), steps, "{to} {from}");
        }
    }

    #[test]
    fn near_names_come_before_all_and_all_before_too_many() {
        assert_eq!(hint_among("eht0", &["lo", "eth0"]).unwrap(), "did you mean eth0?");
        assert_eq!(hint_among("eth2", &["eth0", "eth1"]).unwrap(), "did you mean eth0 or eth1?");
        assert_eq!(hint_among("wlan0", &["lo", "eth0"]).unwrap(), "devices here: lo, eth0");
        assert_eq!(hint_among("wlan0", &["eth0"; 13]), None);
        assert_eq!(hint_among("wlan0", &[]), None);
    }
}
