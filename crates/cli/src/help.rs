//! What helps and manual pages tell besides the words: examples, lists and texts, as data.
//!
//! `ifctl --help` shows them as [`text`] lays them out, the manual pages in their own way, and a test runs
//! every example of both.

/// A part of a help, or of a manual page.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part {
    /// Commands that show the use.
    Examples(&'static [Example]),
    /// A titled list: words or numbers, and what they mean.
    List(&'static str, &'static [(&'static str, &'static str)]),
    /// A title and paragraphs.
    Section(&'static str, &'static [&'static str]),
    /// A paragraph that belongs to the part before it.
    Text(&'static str),
}

/// A command that shows the use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Example {
    /// One line of shell.
    pub(crate) command: &'static str,
    /// What it does, or what to see in it.
    pub(crate) about: &'static str,
}

/// Returns an example.
pub(crate) const fn example(command: &'static str, about: &'static str) -> Example {
    Example { command, about }
}

/// How wide a help is.
const WIDTH: usize = 100;
/// How wide the left column of examples may become; a longer command has its line for itself.
const COMMAND: usize = 44;

/// Returns the parts as a help shows them, without a newline at the end.
pub(crate) fn text(parts: &[Part]) -> String {
    let parts: Vec<String> = parts.iter().map(part).collect();
    parts.join("\n\n")
}

fn part(part: &Part) -> String {
    match part {
        Part::Examples(examples) => {
            let rows: Vec<_> = examples.iter().map(|one| (one.command, one.about)).collect();
            format!("Examples:\n{}", list(&rows, COMMAND))
        }
        Part::List(title, rows) => format!("{title}:\n{}", list(rows, COMMAND)),
        Part::Section(title, paragraphs) => {
            let paragraphs: Vec<_> = paragraphs.iter().map(|text| wrapped(text, 2)).collect();
            format!("{title}:\n  {}", paragraphs.join("\n\n  "))
        }
        Part::Text(paragraph) => wrapped(paragraph, 0),
    }
}

/// Returns two columns. A row whose left side is wider than the column goes on below.
fn list(rows: &[(&str, &str)], widest: usize) -> String {
    let lengths = rows.iter().map(|(left, _)| left.len());
    let width = lengths.filter(|length| *length <= widest).max().unwrap_or_default();
    let lines = rows.iter().map(|(left, right)| {
        let right = wrapped(right, width + 4);
        if right.is_empty() {
            format!("  {left}")
        } else if left.len() > width {
            format!("  {left}\n  {:width$}  {right}", "")
        } else {
            format!("  {left:width$}  {right}")
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns a paragraph in lines; those behind the first are indented.
fn wrapped(text: &str, indent: usize) -> String {
    let mut out = String::new();
    let mut column = indent;
    for word in text.split(' ') {
        if !out.is_empty() {
            if column + 1 + word.len() > WIDTH {
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', indent));
                column = indent;
            } else {
                out.push(' ');
                column += 1;
            }
        }
        out.push_str(word);
        column += word.len();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_two_columns_and_a_long_row_goes_on_below() {
        let long = "x".repeat(COMMAND + 1);
        let rows = [("a", "one"), ("bcd", ""), (&*long, "two")];
        assert_eq!(list(&rows, COMMAND), format!("  a    one\n  bcd\n  {long}\n       two"));
    }

    #[test]
    fn a_paragraph_is_wrapped_between_words() {
        let text = "word ".repeat(30);
        let lines = wrapped(text.trim_end(), 4);
        assert!(lines.lines().all(|line| line.len() <= WIDTH), "{lines}");
        assert!(lines.lines().skip(1).all(|line| line.starts_with("    word")), "{lines}");
        assert_eq!(lines.split_whitespace().count(), 30);
    }
}
