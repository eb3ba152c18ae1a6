use crate::{
    cell::{is_shortened_number, printable, restored},
    fault::Flaw,
    limits::Limits,
};

/// One row that holds something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// As a spreadsheet numbers it: 1 is the first row of the file, blank ones count.
    pub number: u64,
    /// As many as the header has.
    pub cells: Vec<String>,
}

/// A row as it stands in the file, before its header is known.
#[derive(Debug)]
pub(crate) struct RawRow {
    pub(crate) number: u64,
    /// As many as [`Limits::columns`].
    pub(crate) cells: Vec<String>,
    /// What is wrong, and in which column; none where the row as a whole is meant.
    pub(crate) flaws: Vec<(Option<usize>, Flaw)>,
    /// The first cell beyond [`Limits::columns`] that holds something.
    pub(crate) beyond: Option<usize>,
    /// Cells that show the content of another, with which they are merged.
    pub(crate) covered: Vec<Covered>,
    /// Whether a spreadsheet does not show it.
    pub(crate) hidden: bool,
    left: usize,
    cell_bytes: usize,
}

/// A cell that is merged with another.
#[derive(Debug)]
pub(crate) struct Covered {
    pub(crate) column: usize,
    /// What the other shows.
    pub(crate) content: Result<String, Flaw>,
    /// Whether the other stands left of it.
    pub(crate) sideways: bool,
}

impl RawRow {
    /// A row of empty cells.
    pub(crate) fn new(number: u64, limits: &Limits) -> Self {
        Self {
            number,
            cells: vec![String::new(); limits.columns],
            flaws: Vec::new(),
            beyond: None,
            covered: Vec::new(),
            hidden: false,
            left: limits.row_bytes,
            cell_bytes: limits.cell_bytes,
        }
    }

    /// Text in a cell.
    pub(crate) fn put(&mut self, column: usize, text: &str) {
        let text = printable(text);
        let text = restored(&text);
        let blank = text.trim().is_empty();
        let Some(cell) = self.cells.get_mut(column) else {
            if !blank {
                self.beyond.get_or_insert(column);
            }
            return;
        };
        if text.len() > self.cell_bytes {
            self.flaw(Some(column), Flaw::CellTooLong);
        } else if text.len() > self.left {
            self.flaw(None, Flaw::RowTooLong);
        } else if is_shortened_number(&text) {
            self.flaw(Some(column), Flaw::DamagedNumber);
        } else {
            self.left -= text.len();
            *cell = text.into_owned();
        }
    }

    /// Something is wrong in that column, or in the row as a whole.
    pub(crate) fn flaw(&mut self, column: Option<usize>, flaw: Flaw) {
        match column {
            Some(column) if column >= self.cells.len() => _ = self.beyond.get_or_insert(column),
            // one for each column, and one for the row, say all
            _ if self.flaws.iter().any(|(other, _)| *other == column) => {}
            _ => self.flaws.push((column, flaw)),
        }
    }

    /// What a cell shows by itself.
    pub(crate) fn content(&self, column: usize) -> Result<&str, Flaw> {
        match self.flaws.iter().find(|(other, _)| *other == Some(column)) {
            Some((_, flaw)) => Err(*flaw),
            None => Ok(self.cells.get(column).map_or("", String::as_str)),
        }
    }

    /// Whether the cell holds something by itself.
    pub(crate) fn holds(&self, column: usize) -> bool {
        self.content(column).map_or(true, |text| !text.trim().is_empty())
    }

    /// Whether nothing stands in it.
    pub(crate) fn is_blank(&self) -> bool {
        self.flaws.is_empty() && self.beyond.is_none() && self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}
