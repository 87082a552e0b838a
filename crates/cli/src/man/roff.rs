//! Manual pages in the man(7) macros, as groff and mandoc read them.

/// A manual page under construction.
#[derive(Debug)]
pub(super) struct Page {
    text: String,
}

/// How a piece of a line is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Span<'a> {
    /// As it is to be typed.
    Bold(&'a str),
    /// What stands for something else.
    Italic(&'a str),
    /// All else.
    Roman(&'a str),
}

impl Page {
    /// Begins a page: its name, the section of the manual, and what the foot says it belongs to.
    pub(super) fn new(name: &str, section: u8, source: &str, manual: &str) -> Self {
        let name = argument(&name.to_uppercase());
        let (source, manual) = (argument(source), argument(manual));
        Self { text: format!(".TH {name} {section} \"\" {source} {manual}\n") }
    }

    /// Begins a section.
    pub(super) fn section(&mut self, title: &str) {
        self.text += &format!(".SH {}\n", argument(&title.to_uppercase()));
    }

    /// Adds the line of a NAME section, which has a form of its own for indexers.
    pub(super) fn name(&mut self, name: &str, about: &str) {
        self.text += &format!("{} \\- {}\n", escaped(name), escaped(about));
    }

    /// Adds a paragraph.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.text += ".PP\n";
        self.line(&[Span::Roman(text)]);
    }

    /// Adds a line of text whose pieces are set differently.
    pub(super) fn spans(&mut self, spans: &[Span<'_>]) {
        self.line(spans);
    }

    /// Adds one form of a command line, which is not filled up.
    pub(super) fn form(&mut self, spans: &[Span<'_>]) {
        self.text += ".PP\n.nf\n";
        self.line(spans);
        self.text += ".fi\n";
    }

    /// Adds a paragraph behind one tag or several.
    pub(super) fn tagged(&mut self, tags: &[Vec<Span<'_>>], text: &str) {
        for (place, tag) in tags.iter().enumerate() {
            self.text += if place == 0 { ".TP\n" } else { ".TQ\n" };
            self.line(tag);
        }
        self.line(&[Span::Roman(text)]);
    }

    /// Adds a command to be typed, with what it shows above it.
    pub(super) fn example(&mut self, command: &str, about: &str) {
        self.paragraph(about);
        self.text += ".RS 4\n.EX\n";
        self.line(&[Span::Roman(command)]);
        self.text += ".EE\n.RE\n";
    }

    /// Returns the page.
    pub(super) fn finish(self) -> String {
        self.text
    }

    /// Adds a line of text. An empty one would be a paragraph's end, and is left out.
    fn line(&mut self, spans: &[Span<'_>]) {
        let mut line = String::new();
        for span in spans {
            match span {
                Span::Bold(text) => line += &format!("\\fB{}\\fR", escaped(text)),
                Span::Italic(text) => line += &format!("\\fI{}\\fR", escaped(text)),
                Span::Roman(text) => line += &escaped(text),
            }
        }
        if line.is_empty() {
            return;
        }
        // A request, were it not for what takes no room.
        if line.starts_with(['.', '\'']) {
            line.insert_str(0, "\\&");
        }
        self.text += &line;
        self.text.push('\n');
    }
}

/// Returns a text whose characters stand for themselves: dashes that can be copied as such, quotes that are
/// not bent. What would end a line is a blank.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\\' => out += "\\e",
            '-' => out += "\\-",
            '\'' => out += "\\(aq",
            '`' => out += "\\(ga",
            '^' => out += "\\(ha",
            '~' => out += "\\(ti",
            char if char.is_control() => out.push(' '),
            char if char.is_ascii() => out.push(char),
            char => out += &format!("\\[u{:04X}]", u32::from(char)),
        }
    }
    out
}

/// Returns a text as one argument of a macro.
fn argument(text: &str) -> String {
    format!("\"{}\"", escaped(text).replace('"', "\\(dq"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_roff_reads_otherwise_are_escaped() {
        assert_eq!(escaped(r"a-b \x 'c' `d` ^ ~"), r"a\-b \ex \(aqc\(aq \(gad\(ga \(ha \(ti");
        assert_eq!(escaped("a\nb\tc\u{e9}"), r"a b c\[u00E9]");
        assert_eq!(argument("a \"b\""), r#""a \(dqb\(dq""#);
    }

    #[test]
    fn no_line_of_text_is_a_request() {
        let mut page = Page::new("x", 8, "y", "z");
        page.paragraph(".SH not a section");
        page.paragraph("'br");
        page.paragraph("");
        page.tagged(&[vec![Span::Bold(".x")], vec![Span::Italic("-y"), Span::Roman(" z")]], ".e");
        page.example(".f", "");
        assert_eq!(
            page.finish(),
            ".TH \"X\" 8 \"\" \"y\" \"z\"\n.PP\n\\&.SH not a section\n.PP\n\\(aqbr\n.PP\n\
             .TP\n\\fB.x\\fR\n.TQ\n\\fI\\-y\\fR z\n\\&.e\n.PP\n.RS 4\n.EX\n\\&.f\n.EE\n.RE\n"
        );
    }
}
