//! Tables for terminals, wrapped to their width; in a pipe, each record is one line.

use comfy_table::{Attribute, Cell, Color, ColumnConstraint, ContentArrangement, LineStyle, Table as Grid, presets};

use crate::styled::bold;
use crate::{console, prose};

/// The minimum width of a wrapped column.
const NARROWEST: usize = 16;

/// The padding of a cell, in columns.
const PADDING: usize = 2;

/// A column: its title, and the behavior of its cells on a narrow terminal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    /// Whether cells may be wrapped at spaces. Names and numbers may not.
    pub(crate) breaks: bool,
    /// The color of a cell, based on its text.
    pub(crate) color: Option<fn(&str) -> Color>,
}

impl Column {
    /// A column of names or numbers.
    pub(crate) const fn whole(title: &'static str) -> Self {
        Self { title, breaks: false, color: None }
    }

    /// A column of text.
    pub(crate) const fn text(title: &'static str) -> Self {
        Self { title, breaks: true, color: None }
    }

    /// Adds colors to the column.
    pub(crate) const fn colored(self, color: fn(&str) -> Color) -> Self {
        Self { color: Some(color), ..self }
    }
}

/// Rows with one cell per column.
#[derive(Debug)]
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(columns: &[Column]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Formats the table in lines of at most `width` columns: one row per record if the rows fit, with wrapped text if
    /// necessary, or else one block per record. Columns that are empty in every row are omitted. Without a width, each
    /// row is one line.
    pub(crate) fn fitted(&self, width: Option<usize>) -> String {
        let shown: Vec<usize> =
            (0..self.columns.len()).filter(|at| self.rows.iter().any(|row| !row[*at].is_empty())).collect();
        if shown.is_empty() {
            return String::new();
        }
        let Some(width) = width else { return self.grid(&shown, None) };
        let needed = |at: &usize| {
            let whole = self.content_width(*at);
            PADDING + if self.columns[*at].breaks { whole.min(NARROWEST) } else { whole }
        };
        if shown.iter().map(needed).sum::<usize>() <= width {
            self.grid(&shown, Some(width))
        } else {
            self.blocks(&shown, width)
        }
    }

    /// Returns the width of the widest cell or title.
    fn content_width(&self, at: usize) -> usize {
        let cells = self.rows.iter().map(|row| prose::columns(&row[at]));
        cells.max().unwrap_or(0).max(prose::columns(self.columns[at].title))
    }

    fn grid(&self, shown: &[usize], width: Option<usize>) -> String {
        let mut grid = Grid::new();
        grid.load_style(presets::NOTHING.header_separator(LineStyle::none().fill('─').junction('─')));
        if console::is_colored() {
            grid.enforce_styling();
        } else {
            grid.force_no_tty();
        }
        grid.set_header(shown.iter().map(|at| Cell::new(self.columns[*at].title).add_attribute(Attribute::Bold)));
        for row in &self.rows {
            grid.add_row(shown.iter().map(|at| self.cell(*at, &row[*at])));
        }
        match width.and_then(|width| u16::try_from(width).ok()) {
            Some(width) => {
                grid.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
                for (column, at) in grid.column_iter_mut().zip(shown) {
                    if !self.columns[*at].breaks {
                        column.set_constraint(ColumnConstraint::ContentWidth);
                    }
                }
            }
            None => {
                grid.set_content_arrangement(ContentArrangement::Disabled);
            }
        }
        grid.lines().flat_map(|line| [line.trim_end().to_owned(), "\n".to_owned()]).collect()
    }

    fn cell(&self, at: usize, text: &str) -> Cell {
        let cell = Cell::new(text);
        match self.columns[at].color {
            Some(color) => cell.fg(color(text)),
            None => cell,
        }
    }

    /// Formats one block per row: the first cell, followed by the others with their titles.
    fn blocks(&self, shown: &[usize], width: usize) -> String {
        let titles = shown.iter().skip(1).map(|at| prose::columns(self.columns[*at].title)).max().unwrap_or(0);
        let block = |row: &Vec<String>| -> String {
            let first = shown.iter().take(1).map(|at| prose::paragraph(&bold(&row[*at]), 2, Some(width)));
            let others = shown.iter().skip(1).filter(|at| !row[**at].is_empty()).map(|at| {
                let line = format!("  {:<titles$}  {}", self.columns[*at].title, row[*at]);
                prose::paragraph(&line, titles + 4, Some(width))
            });
            first.chain(others).collect()
        };
        self.rows.iter().map(block).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&[
            Column::whole("tensor"),
            Column::text("change"),
            Column::whole("cosine"),
            Column::whole("none"),
        ]);
        let change = "drawn again: exactly fanin's he_normal, seed 3";
        table.row(["model.layers.11.mlp.down_proj.weight", change, "-0.0041", ""].map(str::to_owned));
        table.row(["norm", "changed", "1", ""].map(str::to_owned));
        table
    }

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn a_pipe_gets_one_whole_line_for_each_row() {
        let text = plain(&table().fitted(None));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 4, "{text}");
        assert!(lines[2].contains("drawn again: exactly fanin's he_normal, seed 3"), "{text}");
        assert!(!text.contains("none"), "an empty column is left out\n{text}");
    }

    #[test]
    fn a_terminal_gets_no_line_that_is_too_wide() {
        let joined = |text: &str| text.split_whitespace().collect::<String>();
        for width in 20..160 {
            let text = plain(&table().fitted(Some(width)));
            assert!(text.lines().all(|line| prose::columns(line) <= width), "{width}\n{text}");
            let all = joined(&text);
            for value in ["-0.0041", "norm", "changed"] {
                assert!(all.contains(value), "{value} at {width}\n{text}");
            }
        }
        let text = plain(&table().fitted(Some(80)));
        assert!(text.contains("model.layers.11.mlp.down_proj.weight") && text.contains("tensor"), "{text}");
        let text = plain(&table().fitted(Some(40)));
        assert!(text.contains("\n  cosine  -0.0041\n"), "{text}");
    }

    #[test]
    fn a_table_without_rows_is_empty() {
        assert_eq!(Table::new(&[Column::whole("a")]).fitted(None), "");
    }
}
