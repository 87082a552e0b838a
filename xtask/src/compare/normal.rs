//! What two runs of one program need not have in common is made equal here, and nothing else: counters of packets,
//! orders that the kernel decides by a hash or by when it noticed carriers, what of an address' time is left, the
//! proxies that it kept of namespaces that have ended, and a head of `arp`'s table without rows.

use super::case::Case;

/// Returns standard output without counters, lines sorted where the kernel's order is by a hash, and without these
/// proxies, which were there before.
pub(crate) fn stdout(case: &Case, text: &str, proxies: &[String]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split_inclusive('\n') {
        let line = if case.runs("ifconfig") { without_counters(line) } else { line.to_owned() };
        if !(case.runs("arp") && line.ends_with(" *\n") && is_of(&line, proxies)) {
            lines.push(if case.runs("route") { without_use(&line) } else { line });
        }
    }
    let arp = case.runs("arp");
    // It is there without a row where the kernel has sent reports of its own to a multicast group by then: whom it
    // sends to is a neighbour, and no row.
    let is_head = |line: &String| arp && line.starts_with("Address ");
    let followed = |at: usize| lines.get(at + 1).is_some_and(|next| is_neighbour(next));
    let idle = |at: &usize| lines.get(*at).is_some_and(is_head) && !followed(*at);
    let idle: Vec<usize> = (0..lines.len()).filter(idle).collect();
    for at in idle.into_iter().rev() {
        lines.remove(at);
    }
    let by_hash = |line: &String| line.starts_with("        inet6 ") || (arp && is_neighbour(line));
    for run in lines.chunk_by_mut(|one, other| by_hash(one) && by_hash(other)) {
        if run.first().is_some_and(by_hash) {
            run.sort();
        }
    }
    lines.concat()
}

/// Returns whether a row of `arp` is about one of these addresses, or about one that is told by a name.
fn is_of(line: &str, proxies: &[String]) -> bool {
    let word = line.split_whitespace().find(|word| word.contains('.'));
    let address = word.map(|word| word.trim_matches(['(', ')']));
    let is_address = address.is_some_and(|word| word.parse::<std::net::Ipv4Addr>().is_ok());
    let is_one = |proxy: &String| !is_address || address == Some(proxy);
    proxies.iter().any(is_one)
}

/// Returns whether a line is a row of `arp`'s table or of its list.
fn is_neighbour(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        _ if line.starts_with(' ') => false,
        [_, address, "at", ..] => address.starts_with('(') && words.contains(&"on"),
        [_, "(incomplete)", ..] => true,
        // The class, its address, the flags and the device.
        [_, class, address, .., _] if words.len() >= 4 => {
            address == "<from_interface>" || (address.contains(':') && class != "Link")
        }
        _ => false,
    }
}

/// Returns a line of `ifconfig` without the counters that packets of the kernel's own change.
fn without_counters(line: &str) -> String {
    let indented = line.strip_prefix("        ");
    if let Some(rest) =
        indented.filter(|rest| rest.starts_with("RX packets") || rest.starts_with("TX packets"))
    {
        return format!("        {}", numbers_out(rest).replace("KiB", "B"));
    }
    if let Some((head, tail)) = line.split_once("dropped ").filter(|_| indented.is_some()) {
        let rest = tail.trim_start_matches(|letter: char| letter.is_ascii_digit());
        return format!("{head}dropped N{rest}");
    }
    let row = line.split_whitespace().count() == 11 && line.len() > 60;
    if row { columns_out(line, &[2, 4, 6, 8]) } else { line.to_owned() }
}

/// Returns a line of `route -6` without the columns Ref and Use.
fn without_use(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        [target, _, _, _, _, _, _] if target.contains('/') => columns_out(line, &[4, 5]),
        _ => line.to_owned(),
    }
}

/// Returns a text with `N` for each number.
fn numbers_out(text: &str) -> String {
    let mut kept = String::new();
    for letter in text.chars() {
        if !letter.is_ascii_digit() {
            kept.push(letter);
        } else if !kept.ends_with('N') {
            kept.push('N');
        }
    }
    kept
}

/// Returns a line with letters for the digits of some of its columns.
fn columns_out(line: &str, columns: &[usize]) -> String {
    let mut column = 0;
    let mut before = ' ';
    let mut kept = String::new();
    for letter in line.chars() {
        if before != ' ' && letter == ' ' {
            column += 1;
        }
        let counted = columns.contains(&column) && letter.is_ascii_digit();
        kept.push(if counted { 'N' } else { letter });
        before = letter;
    }
    kept
}

/// Returns the addresses of the proxies without a device in what `ip` said. The kernel does not forget those when it
/// ends a namespace, and shows them in a later one.
pub(crate) fn proxies(text: &str) -> Vec<String> {
    let proxies = text.lines().map(str::trim_end).filter(|line| is_proxy_of_none(line));
    proxies.filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

fn is_proxy_of_none(line: &str) -> bool {
    line.ends_with(" proxy") && !line.contains(" dev ")
}

/// Returns what `ip` said without what the kernel notices some time later, and without these proxies, which were there
/// before.
pub(crate) fn state(text: &str, proxies: &[String]) -> String {
    let leaked = |line: &&str| {
        let address = line.split(' ').next().unwrap_or_default();
        is_proxy_of_none(line) && proxies.iter().any(|proxy| proxy == address)
    };
    let lines = text.lines().map(str::trim_end).filter(|line| !leaked(line));
    let mut lines: Vec<String> = lines.map(essence).collect();
    // Neighbours come by a hash, IPv6 routes and groups in the order in which carriers were noticed.
    let kind = |line: &str| match line {
        _ if line.contains(" pref ") => 1,
        _ if line.contains(" dev ") && line.contains(" lladdr ") => 2,
        _ if matches!(line.split(' ').nth(2), Some("link" | "inet" | "inet6"))
            && !line.contains(" scope ") =>
        {
            3
        }
        _ => 0,
    };
    for run in lines.chunk_by_mut(|one, other| kind(one) == kind(other)) {
        if run.first().is_some_and(|line| kind(line) != 0) {
            run.sort();
        }
    }
    lines.join("\n")
}

fn essence(line: &str) -> String {
    let line = line.replace(['\\', '\t'], " ");
    let mut kept: Vec<String> = Vec::new();
    let mut words = line.split_whitespace();
    while let Some(word) = words.next() {
        match word {
            "linkdown" | "dead" | "tentative" | "dadfailed" => {}
            "state" => drop(words.next()),
            // What is left of a time.
            _ if is_left(word) => kept.push("Nsec".to_owned()),
            _ if word.starts_with('<') => {
                let late = |flag: &&str| !matches!(*flag, "NO-CARRIER" | "LOWER_UP" | "M-DOWN");
                let flags = word.trim_matches(['<', '>']).split(',').filter(late);
                kept.push(format!("<{}>", flags.collect::<Vec<_>>().join(",")));
            }
            _ => kept.push(word.to_owned()),
        }
    }
    kept.join(" ")
}

/// Returns whether a word is a number of seconds other than 0.
fn is_left(word: &str) -> bool {
    word.strip_suffix("sec").is_some_and(|number| number.parse().is_ok_and(|left: u64| left > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(tool: &str) -> Case {
        let commands = vec![vec![tool.to_owned()]];
        Case { setup: Vec::new(), commands, redirection: "", unprivileged: false }
    }

    #[test]
    fn counters_go_and_the_layout_stays() {
        let lines = "        RX packets 10  bytes 836 (836.0 B)\n        TX errors 0  dropped 17 overruns 0\n";
        let kept =
            "        RX packets N  bytes N (N.N B)\n        TX errors 0  dropped N overruns 0\n";
        assert_eq!(stdout(&case("ifconfig"), lines, &[]), kept);
        let row = "e0               1500        5      0      1 0             9      0      0      0 BMRU\n";
        let kept = "e0               1500        N      0      N 0             N      0      N      0 BMRU\n";
        assert_eq!(stdout(&case("ifconfig"), row, &[]), kept);
        let row =
            "2001:db8:b::/48                ::                         U    1024 3     12 e0\n";
        let kept =
            "2001:db8:b::/48                ::                         U    1024 N     NN e0\n";
        assert_eq!(stdout(&case("route"), row, &[]), kept);
        assert_eq!(stdout(&case("arp"), row, &[]), row);
    }

    #[test]
    fn only_runs_of_lines_in_the_order_of_a_hash_are_sorted() {
        let text = "b\n        inet6 2\n        inet6 1\na\n";
        assert_eq!(
            stdout(&case("ifconfig"), text, &[]),
            "b\n        inet6 1\n        inet6 2\na\n"
        );
        let rows = [
            "10.1.2.8                 ether   02:00:00:00:00:08   C                     e0\n",
            "10.1.2.4                         (incomplete)                              e0\n",
            "10.1.2.3                 *       <from_interface>    MP                    e0\n",
            "? (10.1.2.2) at 02:00:00:00:00:02 [ether] on e0\n",
            "? (10.1.2.1) at <incomplete> on e0\n",
        ];
        assert_eq!(stdout(&case("arp"), "Address  x\n", &[]), "");
        let (head, end) = (
            "Address                  HWtype  HWaddress           Flags Mask            Iface\n",
            "z\ny\nEntries: 2\tSkipped: 0\tFound: 2\n",
        );
        let mut sorted = rows;
        sorted.sort_unstable();
        assert_eq!(
            stdout(&case("arp"), &format!("{head}{}{end}", rows.concat()), &[]),
            format!("{head}{}{end}", sorted.concat())
        );
        assert_eq!(stdout(&case("route"), "z\ny\n", &[]), "z\ny\n");
    }

    #[test]
    fn the_carrier_is_no_part_of_the_state() {
        let line = "3: e0@p0: <NO-CARRIER,BROADCAST,UP,M-DOWN> mtu 1500 state LOWERLAYERDOWN\\ link/ether x";
        assert_eq!(state(line, &[]), "3: e0@p0: <BROADCAST,UP> mtu 1500 link/ether x");
    }

    #[test]
    fn a_proxy_of_an_earlier_namespace_goes_and_one_of_the_line_stays() {
        let text = "10.0.0.1 proxy \n10.0.0.2 dev e0 proxy\n";
        assert_eq!(proxies(text), ["10.0.0.1"]);
        assert_eq!(state(text, &proxies(text)), "10.0.0.2 dev e0 proxy");
        assert_eq!(state(text, &[]), "10.0.0.1 proxy\n10.0.0.2 dev e0 proxy");
        let row = "10.0.0.1                 *       <from_interface>    MP                    *\n";
        assert_eq!(stdout(&case("arp"), row, &proxies(text)), "");
        assert_eq!(stdout(&case("arp"), row, &["10.0.0.9".to_owned()]), row);
    }

    #[test]
    fn that_an_address_is_there_for_ever_is_part_of_the_state() {
        let line =
            "2: e0 inet 10.0.0.1/8 scope global e0\\ valid_lft forever preferred_lft forever";
        let kept = "2: e0 inet 10.0.0.1/8 scope global e0 valid_lft forever preferred_lft forever";
        assert_eq!(state(line, &[]), kept);
        let line = "valid_lft 86399sec preferred_lft 0sec";
        assert_eq!(state(line, &[]), "valid_lft Nsec preferred_lft 0sec");
    }
}
