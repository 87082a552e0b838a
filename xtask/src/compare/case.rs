//! A line to be compared: a set-up, commands, where their output goes, and who runs them.

/// A set-up and a command line, as words, so that they can be shrunk and judged by their words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Case {
    /// Lines of shell that are run first, after the corpus' own beginning.
    pub(crate) setup: Vec<String>,
    /// The commands, each a program's name and its words.
    pub(crate) commands: Vec<Vec<String>>,
    /// A redirection of the last command, or nothing.
    pub(crate) redirection: &'static str,
    /// Whether nobody runs it, without capabilities.
    pub(crate) unprivileged: bool,
}

impl Case {
    /// Returns the command line, as a shell takes it.
    pub(crate) fn line(&self) -> String {
        let commands = self.commands.iter().map(|words| {
            let words = words.iter().map(|word| quoted(word));
            words.collect::<Vec<_>>().join(" ")
        });
        let mut line = commands.collect::<Vec<_>>().join("; ");
        if !self.redirection.is_empty() {
            line = format!("{line} {}", self.redirection);
        }
        line
    }

    /// Returns the set-up, as a shell takes it.
    pub(crate) fn setup(&self) -> String {
        if self.setup.is_empty() { ":".to_owned() } else { self.setup.join("; ") }
    }

    /// Returns the line in the corpus' form, with answers of net-tools as far as they are given.
    pub(crate) fn json(&self, section: &str, answers: &[(&str, serde_json::Value)]) -> String {
        let mut line = serde_json::Map::new();
        line.insert("section".to_owned(), section.into());
        line.insert("setup".to_owned(), self.setup().into());
        line.insert("unpriv".to_owned(), self.unprivileged.into());
        line.insert("cmd".to_owned(), self.line().into());
        line.extend(answers.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
        serde_json::Value::Object(line).to_string()
    }

    /// Returns whether one of the commands is of this tool.
    pub(crate) fn runs(&self, tool: &str) -> bool {
        self.commands.iter().any(|words| words.first().is_some_and(|name| name == tool))
    }
}

/// Returns the word as a shell takes it; `$F/...` names a fixture and is left to the shell.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:,@%+=".contains(&byte);
    let name = word.strip_prefix("$F/").unwrap_or(word);
    if !word.is_empty() && name.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_a_shell_takes() {
        let words = |line: &[&str]| line.iter().map(|word| (*word).to_owned()).collect();
        let case = Case {
            setup: vec!["ip link set e0 up".to_owned()],
            commands: vec![words(&["arp", "-f", "$F/ethers"]), words(&["arp", "", "it's", "a;b"])],
            redirection: ">&-",
            unprivileged: false,
        };
        assert_eq!(case.line(), r"arp -f $F/ethers; arp '' 'it'\''s' 'a;b' >&-");
        let json: serde_json::Value =
            serde_json::from_str(&case.json("x", &[])).unwrap_or_default();
        assert_eq!(json["setup"], "ip link set e0 up");
        assert_eq!(json["cmd"], case.line());
    }
}
