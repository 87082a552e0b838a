//! What tests/corpus/run.py takes out of what a program printed, since no two runs have it in common.

/// Returns the text as it is recorded.
pub fn text(text: &str, fixtures: &str) -> String {
    let text = text.replace(fixtures, "$F");
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n') {
        if comes_with_a_link(line) {
            continue;
        }
        lines.push(random(&link_local(&use_of_a_route(&row(&counters(line))))));
    }
    // Their order in the kernel is by a hash.
    let by_hash = |line: &String| {
        line.starts_with(' ') && line.trim_start().starts_with("inet6 ")
            || line.contains(" on e0")
            || line.ends_with(" e0")
                && ["ether", "incomplete", "from_interface"].iter().any(|word| line.contains(word))
    };
    for run in lines.chunk_by_mut(|one, other| by_hash(one) && by_hash(other)) {
        if run.first().is_some_and(by_hash) {
            run.sort();
        }
    }
    lines.join("\n")
}

/// Routes of `route -6` that come and go with a link's state.
fn comes_with_a_link(line: &str) -> bool {
    (line.starts_with("fe80::") || line.starts_with("ff00::/8"))
        && [" e0", " p0", " lo"].iter().any(|device| line.ends_with(device))
}

/// `RX packets 10  bytes 836 (836.0 B)`, `RX errors 0  dropped 17`.
fn counters(line: &str) -> String {
    let indented = line.trim_start();
    let blanks = &line[..line.len() - indented.len()];
    let is_of = |what: &str| {
        ["RX ", "TX "].iter().any(|way| indented.starts_with(&format!("{way}{what} ")))
    };
    let way = indented.get(..2).unwrap_or_default();
    if is_of("packets") && indented.contains("  bytes ") {
        return format!("{blanks}{way} packets N  bytes N (N)");
    }
    match line.split_once("  dropped ") {
        Some((head, tail)) if is_of("errors") => {
            let rest = tail.trim_start_matches(|letter: char| letter.is_ascii_digit());
            format!("{head}  dropped N{rest}")
        }
        _ => line.to_owned(),
    }
}

/// A row of `ifconfig -s`: what is counted, and the blanks around it.
fn row(line: &str) -> String {
    let numbers = line.get(15..).unwrap_or_default();
    let words: Vec<&str> = numbers.split_whitespace().collect();
    let is_number = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    match words[..] {
        [_, _, receive, _, overruns, _, transmit, _, overruns_too, flags]
            if numbers.starts_with(' ') && words[..9].iter().all(is_number) =>
        {
            let end = numbers.find(words[0]).map_or(0, |at| at + words[0].len());
            format!(
                "{}{} N {receive} N {overruns} N {transmit} N {overruns_too} {flags}",
                &line[..15],
                &numbers[..end]
            )
        }
        _ => line.to_owned(),
    }
}

/// The columns Ref and Use of `route -6`.
fn use_of_a_route(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_number = |word: &str| {
        let digits = word.strip_prefix('-').unwrap_or(word);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    match words[..] {
        [_, _, flags, metric, references, uses, device]
            if flags.bytes().all(|letter| b"!UGHDACaemnf".contains(&letter))
                && [metric, references, uses].into_iter().all(is_number) =>
        {
            let end = line.len() - device.len() - 1;
            let uses_at = end - uses.len();
            let blanks = line[..uses_at].trim_end().len();
            let head = &line[..blanks - references.len()];
            format!("{head}R{}U {device}", &line[blanks..uses_at])
        }
        _ => line.to_owned(),
    }
}

fn link_local(line: &str) -> String {
    match line.split_once("inet6 fe80::") {
        Some((head, tail)) => {
            let rest = tail.find(' ').map_or("", |at| &tail[at..]);
            format!("{head}inet6 fe80::X{rest}")
        }
        None => line.to_owned(),
    }
}

/// Hardware addresses that nobody set.
fn random(line: &str) -> String {
    let Some((head, tail)) = line.split_once("ether ") else { return line.to_owned() };
    let address = tail.get(..17).unwrap_or_default();
    let is_address = address.len() == 17
        && address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':')
        && address.matches(':').count() == 5;
    if is_address && !address.starts_with("02:00") && !address.starts_with("02:01") {
        format!("{head}ether RANDOM{}", &tail[17..])
    } else {
        line.to_owned()
    }
}
