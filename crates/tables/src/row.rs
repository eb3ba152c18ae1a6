use crate::{
    cell::{is_shortened_number, printable, restored},
    fault::{Flaw, RowFault},
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

/// Puts a row together, and keeps the first thing that is wrong with it.
pub(crate) struct RowBuilder {
    row: Row,
    left: usize,
    cell_bytes: usize,
    blank: bool,
    fault: Option<RowFault>,
}

impl RowBuilder {
    /// A row of `width` empty cells.
    pub(crate) fn new(number: u64, width: usize, limits: &Limits) -> Self {
        Self {
            row: Row { number, cells: vec![String::new(); width] },
            left: limits.row_bytes,
            cell_bytes: limits.cell_bytes,
            blank: true,
            fault: None,
        }
    }

    /// Text in a cell. Blank cells outside the row's width are of no matter.
    pub(crate) fn put(&mut self, column: usize, text: &str) {
        let text = printable(text);
        let text = restored(&text);
        let blank = text.trim().is_empty();
        let Some(cell) = self.row.cells.get_mut(column) else {
            if !blank {
                self.flaw(Some(column), Flaw::CellOutsideHeader);
            }
            return;
        };
        self.blank &= blank;
        if text.len() > self.cell_bytes {
            self.flaw(Some(column), Flaw::CellTooLong);
        } else if text.len() > self.left {
            self.flaw(None, Flaw::RowTooLong);
        } else if is_shortened_number(text) {
            self.flaw(Some(column), Flaw::DamagedNumber);
        } else {
            self.left -= text.len();
            text.clone_into(cell);
        }
    }

    /// Something is wrong in that column, or in the row as a whole.
    pub(crate) fn flaw(&mut self, column: Option<usize>, flaw: Flaw) {
        self.blank = false;
        self.fault.get_or_insert(RowFault { row: self.row.number, column, flaw });
    }

    /// The row, what is wrong with it, or none where it is blank.
    pub(crate) fn finish(self) -> Option<Result<Row, RowFault>> {
        if self.blank {
            return None;
        }
        Some(self.fault.map_or(Ok(self.row), Err))
    }
}
