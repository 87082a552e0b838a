//! Makes a line that shows a difference as small as it goes.

use super::case::Case;

/// What a word is tried to be replaced by, the simplest first.
const SIMPLER: [&str; 8] =
    ["e0", "up", "x", "1", "10.0.0.1", "10.0.0.1/24", "2001:db8::1/64", "02:00:00:00:00:77"];
/// After so many attempts the line is taken as it is.
const ATTEMPTS: usize = 400;

/// Returns the smallest case found for which `shows` holds, which it does for the given one: with fewer commands,
/// fewer lines of set-up, fewer words, simpler words.
pub(crate) fn shrink(case: &Case, mut shows: impl FnMut(&Case) -> bool) -> Case {
    let mut best = case.clone();
    let mut attempts = 0;
    loop {
        let mut found = None;
        for smaller in candidates(&best) {
            attempts += 1;
            if attempts > ATTEMPTS {
                return best;
            }
            if shows(&smaller) {
                found = Some(smaller);
                break;
            }
        }
        match found {
            Some(smaller) => best = smaller,
            None => return best,
        }
    }
}

/// Returns the cases that are smaller by one step, those that save most first.
fn candidates(case: &Case) -> Vec<Case> {
    let mut smaller = Vec::new();
    let mut without = |change: &dyn Fn(&mut Case)| {
        let mut changed = case.clone();
        change(&mut changed);
        smaller.push(changed);
    };
    if case.commands.len() > 1 {
        for place in 0..case.commands.len() {
            without(&|case| drop(case.commands.remove(place)));
        }
    }
    if case.setup.len() > 1 {
        without(&|case| case.setup.clear());
        without(&|case| drop(case.setup.drain(..case.setup.len() / 2)));
        without(&|case| case.setup.truncate(case.setup.len() / 2));
    }
    for place in (0..case.setup.len()).rev() {
        without(&|case| drop(case.setup.remove(place)));
    }
    if !case.redirection.is_empty() {
        without(&|case| case.redirection = "");
    }
    if case.unprivileged {
        without(&|case| case.unprivileged = false);
    }
    for (at, words) in case.commands.iter().enumerate() {
        for count in [2, 1] {
            for place in (1..(words.len() + 1).saturating_sub(count)).rev() {
                without(&|case| drop(case.commands[at].drain(place..place + count)));
            }
        }
    }
    for (at, words) in case.commands.iter().enumerate() {
        for (place, word) in words.iter().enumerate().skip(1) {
            let simplicity =
                SIMPLER.iter().position(|simple| simple == word).unwrap_or(SIMPLER.len());
            for simple in SIMPLER.iter().take(simplicity) {
                without(&|case| case.commands[at][place] = (*simple).to_owned());
            }
            if word.chars().count() > 20 {
                without(&|case| {
                    case.commands[at][place] = word.chars().take(word.chars().count() / 2).collect()
                });
            }
        }
    }
    smaller
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(setup: &[&str], commands: &[&[&str]]) -> Case {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        Case {
            setup: words(setup),
            commands: commands.iter().map(|command| words(command)).collect(),
            redirection: ">&-",
            unprivileged: true,
        }
    }

    #[test]
    fn what_does_not_matter_goes() {
        let big = case(
            &["a", "b", "c", "d", "e"],
            &[
                &["arp", "-n"],
                &["ifconfig", "p0:17", "mtu", "7", "down", "broadcast", "192.168.7.7"],
                &["arp"],
            ],
        );
        let shows = |case: &Case| {
            case.setup.iter().any(|line| line == "d")
                && case
                    .commands
                    .iter()
                    .any(|words| words.iter().any(|word| word == "mtu") && words.len() > 3)
        };
        let small = shrink(&big, shows);
        assert!(shows(&small));
        assert_eq!(small.setup, ["d"]);
        assert_eq!(small.commands.len(), 1);
        assert_eq!(small.commands[0].len(), 4);
        assert!(
            small.commands[0].iter().skip(1).all(|word| word == "mtu" || word == "e0"),
            "{small:?}"
        );
        assert_eq!((small.redirection, small.unprivileged), ("", false));
    }

    #[test]
    fn what_matters_stays() {
        let big = case(&["a"], &[&["arp", "-s", "x"]]);
        assert_eq!(shrink(&big, |smaller| *smaller == big), big);
    }

    #[test]
    fn a_difference_that_shows_everywhere_ends() {
        let small =
            shrink(&case(&["a", "b"], &[&["arp", "-s", "x", "y", "z"], &["route"]]), |_| true);
        assert_eq!(small.commands.len(), 1);
        assert_eq!(small.commands[0].len(), 1);
    }
}
