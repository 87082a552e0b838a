//! Columns, aligned by what a terminal shows of each cell.
//!
//! Lines come in *shapes* (a device's line, an address's line), and each shape is aligned for itself
//! over the whole table.

use anstyle::Style;
use std::fmt::{Display, Write};
use unicode_width::UnicodeWidthStr;

/// How many blanks stand between two columns.
const GAP: usize = 2;

/// Lines of cells, kept until all are there: no column can be aligned before.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// The texts of all cells, one behind the other; there may be a million of them.
    text: String,
    cells: Vec<Cell>,
    lines: Vec<Line>,
    shapes: Vec<Shape>,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    /// Where its text ends in the table's; it begins where the cell before ends.
    end: usize,
    width: usize,
    style: Style,
}

#[derive(Debug, Clone, Copy)]
struct Line {
    shape: usize,
    /// The number of its first cell; its last is the one before the next line's first.
    first: usize,
}

#[derive(Debug)]
struct Shape {
    indent: usize,
    widths: Vec<usize>,
}

impl Table {
    /// Returns an empty table with a shape of lines for each of these indents.
    pub(crate) fn new(indents: &[usize]) -> Self {
        let shapes =
            indents.iter().map(|indent| Shape { indent: *indent, widths: Vec::new() }).collect();
        Self { shapes, ..Self::default() }
    }

    /// Begins a line of this shape; the cells that follow are its.
    pub(crate) fn line(&mut self, shape: usize) {
        self.lines.push(Line { shape, first: self.cells.len() });
    }

    /// Adds a cell to the line that was begun last.
    ///
    /// The text is written as it is: what comes from outside must have been escaped.
    pub(crate) fn cell(&mut self, style: Style, text: impl Display) {
        let begin = self.text.len();
        // Writing to a String cannot fail.
        let _ = write!(self.text, "{text}");
        let width = self.text.get(begin..).unwrap_or_default().width();
        let Some(line) = self.lines.last() else { return };
        let column = self.cells.len() - line.first;
        self.cells.push(Cell { end: self.text.len(), width, style });
        let Some(shape) = self.shapes.get_mut(line.shape) else { return };
        match shape.widths.get_mut(column) {
            Some(widest) => *widest = width.max(*widest),
            None => shape.widths.push(width),
        }
    }

    /// Returns the lines. A column that is empty everywhere takes no room, and no line ends in blanks.
    pub(crate) fn render(&self) -> String {
        let mut out = String::with_capacity(self.text.len() * 2);
        let mut begin = 0;
        let ends = self.lines.iter().skip(1).map(|line| line.first).chain([self.cells.len()]);
        for (line, end) in self.lines.iter().zip(ends) {
            let Some(shape) = self.shapes.get(line.shape) else { continue };
            let cells = self.cells.get(line.first..end).unwrap_or_default();
            let mut blanks = shape.indent;
            for (cell, widest) in cells.iter().zip(&shape.widths) {
                let text = self.text.get(begin..cell.end).unwrap_or_default();
                begin = cell.end;
                if !text.is_empty() {
                    out.extend(std::iter::repeat_n(' ', blanks));
                    let _ = write!(out, "{}{text}{:#}", cell.style, cell.style);
                    blanks = 0;
                }
                if *widest > 0 {
                    blanks += widest - cell.width + GAP;
                }
            }
            out.push('\n');
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anstyle::AnsiColor;

    fn table(indents: &[usize], lines: &[(usize, &[&str])]) -> String {
        let mut table = Table::new(indents);
        for (shape, cells) in lines {
            table.line(*shape);
            cells.iter().for_each(|cell| table.cell(Style::new(), cell));
        }
        table.render()
    }

    #[test]
    fn columns_align_by_what_a_terminal_shows() {
        let text = table(&[0], &[(0, &["a", "b"]), (0, &["\u{65e5}\u{672c}", "c"])]);
        assert_eq!(text, "a     b\n\u{65e5}\u{672c}  c\n");
    }

    #[test]
    fn each_shape_has_widths_and_an_indent_of_its_own() {
        let text = table(&[0, 4], &[(0, &["long one", "x"]), (1, &["a", "b"]), (0, &["c", "y"])]);
        assert_eq!(text, "long one  x\n    a  b\nc         y\n");
    }

    #[test]
    fn an_empty_column_takes_no_room_and_no_line_ends_in_blanks() {
        let text = table(&[0], &[(0, &["a", "", "b", ""]), (0, &["cc", "", "", "d"]), (0, &["e"])]);
        assert_eq!(text, "a   b\ncc     d\ne\n");
    }

    #[test]
    fn a_style_takes_no_room() {
        let mut table = Table::new(&[0]);
        for word in ["a", "bbb"] {
            table.line(0);
            table.cell(AnsiColor::Red.on_default(), word);
            table.cell(Style::new(), "x");
        }
        assert_eq!(table.render(), "\x1b[31ma\x1b[0m    x\n\x1b[31mbbb\x1b[0m  x\n");
    }
}
