//! What differs from net-tools on purpose: docs/differences.md, as rules about command lines.
//!
//! A rule names a mend and takes what sets it off out of a line. It explains a difference only if the line that
//! is left has none: what stands beside a mend is compared there. What would differ only together with what was
//! taken out is not seen.

use super::case::Case;
use super::world::Answer;

const WRITE_ERROR: &str = "a write error ends in 0";

/// A mend: its name, and what returns a line without what sets it off, or nothing where it is not there.
struct Mend {
    name: &'static str,
    neutral: fn(&Case) -> Option<Case>,
}

const MENDS: &[Mend] = &[
    Mend { name: "a prefix of 32 or more", neutral: prefixes },
    Mend { name: "a short hardware address", neutral: short_hardware },
    Mend { name: "words from the environment", neutral: environment },
    Mend { name: "a crash on a family that reads no addresses", neutral: families },
    Mend { name: "a crash on a class that reads no addresses", neutral: classes },
    Mend { name: "a crash on an address of ash", neutral: ash },
    Mend { name: "a private request of drivers", neutral: private_requests },
    Mend { name: "del adds", neutral: deletions },
    Mend { name: "another device is touched", neutral: other_devices },
    Mend { name: "an alias number that aborts", neutral: alias_numbers },
    Mend { name: WRITE_ERROR, neutral: write_errors },
    Mend { name: "a name of 15 bytes is written past its room", neutral: long_names },
    Mend { name: "memory behind an address is printed", neutral: leftovers },
];

/// Returns the names of the mends that a line sets off, and the line without what sets them off.
pub(crate) fn neutral(case: &Case) -> (Vec<&'static str>, Case) {
    let mut names = Vec::new();
    let mut left = case.clone();
    for mend in MENDS {
        if let Some(neutral) = (mend.neutral)(&left) {
            names.push(mend.name);
            left = neutral;
        }
    }
    (names, left)
}

/// Returns whether ours, of two answers, is what docs/differences.md promises, as far as a rule can tell: of a
/// write error alone it tells the message and the status.
pub(crate) fn is_as_promised(
    names: &[&str],
    case: &Case,
    (theirs, ours): &(Answer, Answer),
) -> bool {
    let is_alike = (theirs.status, &theirs.stderr) == (ours.status, &ours.stderr);
    if names != [WRITE_ERROR] || is_alike {
        return true;
    }
    let tool = case.commands.last().and_then(|words| words.first()).map_or("", String::as_str);
    let promised = format!("{tool}: write error: No space left on device\n");
    let status = if theirs.status == 0 { 1 } else { theirs.status };
    ours.status == status && ours.stderr == format!("{}{promised}", theirs.stderr)
}

/// Returns a case whose commands have been changed, if one has.
fn each(case: &Case, change: impl Fn(&mut Vec<String>) -> bool) -> Option<Case> {
    let mut left = case.clone();
    let mut changed = false;
    for command in &mut left.commands {
        changed |= change(command);
    }
    changed.then_some(left)
}

fn is(command: &[String], tool: &str) -> bool {
    command.first().is_some_and(|name| name == tool)
}

/// `ifconfig e0 A/32`, `route add -net A/33`: 8 in place of the length.
fn prefixes(case: &Case) -> Option<Case> {
    each(case, |command| {
        let mut changed = false;
        if is(command, "ifconfig") || is(command, "route") {
            for word in command.iter_mut().skip(1).filter(|word| !word.contains("::")) {
                let Some((address, length)) = word.split_once('/') else { continue };
                if number(length).is_some_and(|length| length >= 32) {
                    *word = format!("{address}/8");
                    changed = true;
                }
            }
        }
        changed
    })
}

/// Reads a number as strtoul(3) does with base 0, if it is one to its end. What is too large is the largest.
fn number(text: &str) -> Option<u64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (base, digits) = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(digits) => (16, digits),
        None if digits.starts_with('0') => (8, digits),
        None => (10, digits),
    };
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(base)) {
        return None;
    }
    let value = u64::from_str_radix(digits, base).unwrap_or(u64::MAX);
    Some(if negative { value.wrapping_neg() } else { value })
}

/// `ifconfig e0 hw ether 02:01:02`, `arp -s HOST 02`: a whole one of Ethernet in its place.
fn short_hardware(case: &Case) -> Option<Case> {
    each(case, |command| {
        let mut changed = false;
        if is(command, "ifconfig") {
            for place in 1..command.len().saturating_sub(2) {
                if command[place] == "hw" && is_short(&command[place + 1], &command[place + 2]) {
                    command[place + 1] = "ether".to_owned();
                    command[place + 2] = WHOLE.to_owned();
                    changed = true;
                }
            }
        }
        if is(command, "arp") {
            let class = command.iter().find(|word| sizes(word).is_some()).cloned();
            let class = class.unwrap_or_else(|| "ether".to_owned());
            let set = command.iter().position(|word| word == "-s" || word == "--set");
            if let Some(word) = set.and_then(|place| command.get_mut(place + 2))
                && is_short(&class, word)
            {
                *word = WHOLE.to_owned();
                changed = true;
            }
        }
        changed
    })
}

/// An address that has all bytes of any class; Ethernet leaves the last two alone.
const WHOLE: &str = "02:00:00:00:00:77:00:00";

/// Returns how many bytes an address of a class has, for those that are read in pairs of digits.
fn sizes(class: &str) -> Option<usize> {
    match class {
        "ether" | "fddi" | "hippi" => Some(6),
        "eui64" => Some(8),
        "arcnet" => Some(1),
        _ => None,
    }
}

/// Returns whether a word ends before an address of the class does, but is none that is wrong.
fn is_short(class: &str, word: &str) -> bool {
    let Some(size) = sizes(class) else { return false };
    let digit = |letter: char| letter.is_ascii_hexdigit();
    let mut rest = word;
    for _ in 0..size {
        if rest.is_empty() {
            return true;
        }
        let digits = rest.chars().take(2).take_while(|letter| digit(*letter)).count();
        rest = &rest[digits..];
        match (digits, rest.strip_prefix(':')) {
            (0, _) => return false,
            (_, Some(tail)) => rest = tail,
            (1, None) if !rest.is_empty() => return false,
            _ => {}
        }
    }
    false
}

/// `ifconfig e0 hw loop`, with nothing behind: without the two words.
fn environment(case: &Case) -> Option<Case> {
    const WITHOUT_READER: [&str; 14] = [
        "loop", "slip", "cslip", "slip6", "cslip6", "adaptive", "ppp", "hdlc", "lapb", "dlci",
        "frad", "sit", "irda", "ec",
    ];
    each(case, |command| {
        let words = command.len();
        let found = is(command, "ifconfig")
            && words > 3
            && command[words - 2] == "hw"
            && (WITHOUT_READER.contains(&command[words - 1].as_str())
                || command[words - 1] == "unspec");
        if found {
            command.truncate(words - 2);
        }
        found
    })
}

/// `ifconfig e0 unix netmask M`: without the family.
fn families(case: &Case) -> Option<Case> {
    each(case, |command| {
        let place = command.iter().position(|word| {
            matches!(word.as_str(), "unix" | "ddp" | "ash" | "unspec" | "ipx" | "ec")
        });
        let Some(place) = place.filter(|place| is(command, "ifconfig") && *place > 1) else {
            return false;
        };
        let reads = |word: &String| {
            matches!(
                word.as_str(),
                "netmask"
                    | "broadcast"
                    | "pointopoint"
                    | "pointtopoint"
                    | "dstaddr"
                    | "add"
                    | "del"
                    | "tunnel"
            )
        };
        let found = command.iter().skip(place).any(reads);
        if found {
            command.remove(place);
        }
        found
    })
}

/// `arp -H irda -s HOST ADDRESS`: Ethernet in the class's place.
fn classes(case: &Case) -> Option<Case> {
    each(case, |command| {
        let mut changed = false;
        for word in command.iter_mut().skip(1) {
            if matches!(word.as_str(), "irda" | "dlci") {
                *word = "ether".to_owned();
                changed = true;
            }
        }
        changed && is(command, "arp")
    })
}

/// `ifconfig e0 hw ash 123456`: a number that is no place far behind a table.
fn ash(case: &Case) -> Option<Case> {
    each(case, |command| {
        let mut changed = false;
        for place in 1..command.len() {
            let far = |hop: &str| {
                hop.trim_start_matches('0').len() > 2
                    && hop.chars().all(|digit| digit.is_ascii_hexdigit())
            };
            if command[place - 1] == "ash" && command[place].split(':').any(far) {
                command[place] = "1".to_owned();
                changed = true;
            }
        }
        changed && is(command, "ifconfig")
    })
}

/// `ifconfig br0 keepalive 5`, where the driver understands it otherwise: without the two words.
fn private_requests(case: &Case) -> Option<Case> {
    each(case, |command| {
        let mut words = command.iter().skip(1);
        let device = words.find(|word| !word.starts_with('-'));
        if !is(command, "ifconfig") || !device.is_some_and(|device| device.starts_with("br")) {
            return false;
        }
        let private = |pair: &[String]| pair[0] == "keepalive" || pair[0] == "outfill";
        let words = command.len();
        while let Some(place) = command.windows(2).skip(2).position(private) {
            command.drain(place + 2..place + 4);
        }
        command.len() < words
    })
}

/// `ifconfig e0 del A`, of IPv4: without the two words.
fn deletions(case: &Case) -> Option<Case> {
    each(case, |command| {
        let mut changed = false;
        while let Some(place) =
            command.windows(2).position(|pair| pair[0] == "del" && !pair[1].contains(':'))
        {
            if !is(command, "ifconfig") || place == 0 {
                break;
            }
            command.drain(place..place + 2);
            changed = true;
        }
        changed
    })
}

/// `ifconfig e0 add A`, where another device's name begins with `e0`: another name for that device.
fn other_devices(case: &Case) -> Option<Case> {
    let adds =
        |words: &&Vec<String>| is(words, "ifconfig") && words.iter().any(|word| word == "add");
    let asked: Vec<String> =
        case.commands.iter().filter(adds).filter_map(|words| words.get(1).cloned()).collect();
    let devices = case.setup.iter().flat_map(|line| line.split(' ')).collect::<Vec<_>>();
    let devices = devices.windows(2).filter(|pair| matches!(pair[0], "name" | "add" | "dev"));
    let others: Vec<String> = devices
        .map(|pair| pair[1])
        .filter(|device| {
            let longer = |name: &String| {
                !name.is_empty() && device.len() > name.len() && device.starts_with(name)
            };
            asked.iter().any(longer)
                && device.starts_with(|letter: char| letter.is_ascii_alphabetic())
        })
        .map(str::to_owned)
        .collect();
    let rename = |text: &str| {
        let words = text.split(' ').map(|word| {
            let device = word.split(':').next().unwrap_or_default();
            if others.iter().any(|other| other == device) {
                format!("z{word}")
            } else {
                word.to_owned()
            }
        });
        words.collect::<Vec<_>>().join(" ")
    };
    let mut left = case.clone();
    let (words, setup) = (left.commands.iter_mut().flatten(), left.setup.iter_mut());
    words.chain(setup).for_each(|text| *text = rename(text));
    (left != *case).then_some(left)
}

/// `ifconfig e0:300 A; ifconfig e0 add B`: smaller numbers.
fn alias_numbers(case: &Case) -> Option<Case> {
    let adds = case.commands.iter().any(|words| {
        is(words, "ifconfig") && words.iter().any(|word| matches!(word.as_str(), "add" | "del"))
    });
    let mut left = case.clone();
    let mut changed = false;
    let setup = left.setup.iter_mut();
    for text in left.commands.iter_mut().flatten().chain(setup).filter(|_| adds) {
        let smaller: Vec<String> = text
            .split(' ')
            .map(|word| match word.split_once(':') {
                Some((device, number)) if device.len() < 11 && out_of_range(number) => {
                    changed = true;
                    format!("{device}:{}", 70 + number.len())
                }
                _ => word.to_owned(),
            })
            .collect();
        *text = smaller.join(" ");
    }
    changed.then_some(left)
}

/// Returns whether atoi(3) makes of it a number that is none of the 256.
fn out_of_range(text: &str) -> bool {
    let digits = text.trim_start_matches('-');
    let end = digits.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(digits.len());
    let value = digits[..end].parse::<u32>().unwrap_or(0);
    value > 255 || (text.starts_with('-') && value > 0)
}

/// `>/dev/full`: no redirection.
fn write_errors(case: &Case) -> Option<Case> {
    let full = case.redirection == ">/dev/full";
    full.then(|| Case { redirection: "", ..case.clone() })
}

/// `ipmaddr`, with a device whose name has 15 bytes: a byte less.
fn long_names(case: &Case) -> Option<Case> {
    let mut left = case.clone();
    let mut changed = false;
    let setup = left.setup.iter_mut();
    for text in left.commands.iter_mut().flatten().chain(setup).filter(|_| case.runs("ipmaddr")) {
        let shorter: Vec<&str> = text
            .split(' ')
            .map(|word| {
                let long =
                    word.len() >= 15 && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
                changed |= long;
                if long { &word[..14] } else { word }
            })
            .collect();
        *text = shorter.join(" ");
    }
    changed.then_some(left)
}

/// `arp -v -Ds HOST lo`: another device.
fn leftovers(case: &Case) -> Option<Case> {
    each(case, |command| {
        let mut changed = false;
        let has = |letter: char, long: &str| {
            let short = |word: &String| {
                word.starts_with('-') && !word.starts_with("--") && word.contains(letter)
            };
            command.iter().skip(1).any(|word| word == long || short(word))
        };
        // The address of a device is set, and told.
        let told = has('v', "--verbose") && has('D', "--use-device") && has('s', "--set");
        for word in command.iter_mut().skip(1) {
            if matches!(word.as_str(), "lo" | "tun0") {
                *word = "e0".to_owned();
                changed = true;
            }
        }
        told && changed && is(command, "arp")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(setup: &[&str], lines: &[&str], redirection: &'static str) -> Case {
        Case {
            setup: setup.iter().map(|line| (*line).to_owned()).collect(),
            commands: lines
                .iter()
                .map(|line| line.split(' ').map(str::to_owned).collect())
                .collect(),
            redirection,
            unprivileged: false,
        }
    }

    /// Each mend: a line that sets it off, and one that does not.
    #[test]
    fn each_mend_is_recognised_by_its_line_and_by_no_line_like_it() {
        let examples: &[(&str, Case, Case)] = &[
            (
                "a prefix of 32 or more",
                case(&[], &["ifconfig e0 10.1.1.1/32"], ""),
                case(&[], &["ifconfig e0 10.1.1.1/31"], ""),
            ),
            (
                "a prefix of 32 or more",
                case(&[], &["route add -net 10.1.1.1/-1"], ""),
                case(&[], &["route add -net 10.1.1.1/24x"], ""),
            ),
            (
                "a short hardware address",
                case(&[], &["ifconfig e0 hw ether 02:01:02"], ""),
                case(&[], &["ifconfig e0 hw ether 02:00:00:00:00:01"], ""),
            ),
            (
                "a short hardware address",
                case(&[], &["arp -s 10.1.2.3 02"], ""),
                case(&[], &["arp -s 10.1.2.3 zz"], ""),
            ),
            (
                "a short hardware address",
                case(&[], &["ifconfig e0 hw eui64 02:00:00:00:00:01"], ""),
                case(&[], &["ifconfig e0 hw arcnet 02"], ""),
            ),
            (
                "words from the environment",
                case(&[], &["ifconfig e0 hw loop"], ""),
                case(&[], &["ifconfig e0 hw loop up"], ""),
            ),
            (
                "a crash on a family that reads no addresses",
                case(&[], &["ifconfig e0 unix netmask 255.0.0.0"], ""),
                case(&[], &["ifconfig e0 inet6 netmask 255.0.0.0"], ""),
            ),
            (
                "a crash on a class that reads no addresses",
                case(&[], &["arp -H irda -s 10.1.2.4 02:00:00:00:00:01"], ""),
                case(&[], &["ifconfig e0 hw irda x"], ""),
            ),
            (
                "a crash on an address of ash",
                case(&[], &["ifconfig e0 hw ash 1:123456"], ""),
                case(&[], &["ifconfig e0 hw ash 02:00:00:77"], ""),
            ),
            (
                "a private request of drivers",
                case(&[], &["ifconfig br0 keepalive 5"], ""),
                case(&[], &["ifconfig e0 keepalive 5"], ""),
            ),
            (
                "del adds",
                case(&[], &["ifconfig e0 del 9.9.9.9"], ""),
                case(&[], &["ifconfig e0 del 2001:db8::1/64"], ""),
            ),
            (
                "another device is touched",
                case(
                    &["ip addr add 10.9.0.1/24 dev e01 label e01:0"],
                    &["ifconfig e0 add 10.9.0.1"],
                    "",
                ),
                case(
                    &["ip addr add 10.9.0.1/24 dev e1 label e1:0"],
                    &["ifconfig e0 add 10.9.0.1"],
                    "",
                ),
            ),
            (
                "an alias number that aborts",
                case(&[], &["ifconfig e0:300 10.6.0.1", "ifconfig e0 add 10.6.0.2"], ""),
                case(&[], &["ifconfig e0:255 10.6.0.1", "ifconfig e0 add 10.6.0.2"], ""),
            ),
            (
                "a write error ends in 0",
                case(&[], &["ifconfig"], ">/dev/full"),
                case(&[], &["ifconfig"], ">&-"),
            ),
            (
                "a name of 15 bytes is written past its room",
                case(&["ip link add name abcdefghijklmno type ifb"], &["ipmaddr"], ""),
                case(&["ip link add name abcdefghijklmn type ifb"], &["ipmaddr"], ""),
            ),
            (
                "memory behind an address is printed",
                case(&[], &["arp -v -Ds 10.1.2.4 lo"], ""),
                case(&[], &["arp -v -Ds 10.1.2.4 e0"], ""),
            ),
            (
                "memory behind an address is printed",
                case(&[], &["arp -vDs 10.1.2.4 lo"], ""),
                case(&[], &["arp -v -i lo"], ""),
            ),
        ];
        for (name, set_off, other) in examples {
            let (names, left) = neutral(set_off);
            assert_eq!(names, [*name], "{set_off:?}");
            assert_eq!(neutral(&left).0, [""; 0], "{left:?} sets it off again");
            assert_eq!(neutral(other).0, [""; 0], "{other:?}");
        }
        for mend in MENDS {
            assert!(
                examples.iter().any(|(name, ..)| *name == mend.name),
                "{}: no example",
                mend.name
            );
        }
    }

    #[test]
    fn a_write_error_is_told_with_its_message_and_status() {
        let answer = |status, stderr: &str| Answer {
            status,
            stdout: String::new(),
            stderr: stderr.to_owned(),
            state: String::new(),
        };
        let told = "ifconfig: write error: No space left on device\n";
        let line = case(&[], &["arp", "ifconfig"], ">/dev/full");
        let promised = |ours| is_as_promised(&[WRITE_ERROR], &line, &(answer(0, ""), ours));
        assert!(promised(answer(1, told)));
        assert!(promised(answer(0, "")), "nothing was to be written");
        assert!(!promised(answer(1, "")));
        assert!(!promised(answer(2, told)));
        assert!(!promised(answer(1, "ifconfig: no space\n")));
    }

    #[test]
    fn a_line_may_set_off_several() {
        let (names, left) = neutral(&case(
            &[],
            &["ifconfig e0 10.0.0.1/32 del 9.9.9.9 hw ether 02 up"],
            ">/dev/full",
        ));
        assert_eq!(names.len(), 4);
        assert_eq!(left.line(), format!("ifconfig e0 10.0.0.1/8 hw ether {WHOLE} up"));
    }
}
