use std::fs::File;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::delimiter::{self, Delimiter, Judged, STAND_IN};
use crate::{
    charset::{self, Text},
    fault::{Flaw, TableFault},
    header::Known,
    limits::Limits,
    row::RawRow,
};

/// The rows of a CSV file. Holds one piece of its text and one row, in buffers that never grow.
pub(crate) struct CsvRows {
    text: Text,
    delimiter: Delimiter,
    piece: String,
    at: usize,
    last: bool,
    core: Reader,
    out: Vec<u8>,
    ends: Vec<usize>,
    limits: Limits,
    number: u64,
    after_return: bool,
}

/// One record as it lies in the buffers.
struct Record {
    cells: usize,
    unclosed: bool,
}

impl CsvRows {
    /// Finds out encoding and delimiter, and begins at the first row.
    pub(crate) fn open(mut file: File, limits: Limits, known: Known<'_>) -> Result<Self, TableFault> {
        let encoding = charset::judge(&mut file)?;
        let mut text = Text::new(file, encoding)?;
        let Judged { delimiter, directive } = delimiter::judge(&mut text, limits.row_bytes, known)?;
        let mut rows = Self {
            text: Text::new(text.into_file(), encoding)?,
            delimiter,
            piece: String::new(),
            at: 0,
            last: false,
            core: ReaderBuilder::new().delimiter(delimiter.byte()).build(),
            // a row's content and the number of its cells are both less than its bytes: these are never full
            out: vec![0; limits.row_bytes + 2],
            ends: vec![0; limits.row_bytes + 2],
            limits,
            number: 0,
            after_return: false,
        };
        if directive {
            rows.skip_line()?;
        }
        Ok(rows)
    }

    /// The next row that is not blank.
    pub(crate) fn next_row(&mut self) -> Result<Option<RawRow>, TableFault> {
        while let Some(record) = self.read_record()? {
            let mut row = RawRow::new(self.number, &self.limits);
            if record.unclosed {
                row.flaw(None, Flaw::UnclosedQuote);
            }
            let mut start = 0;
            for (column, end) in self.ends[..record.cells].iter().enumerate() {
                let cell = String::from_utf8_lossy(&self.out[start..*end]);
                start = *end;
                match self.delimiter {
                    Delimiter::Wide(c) => row.put(column, &cell.replace(STAND_IN, &c.to_string())),
                    Delimiter::Ascii(_) => row.put(column, &cell),
                }
            }
            if !row.is_blank() {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    fn read_record(&mut self) -> Result<Option<Record>, TableFault> {
        self.skip_blank_lines()?;
        self.number += 1;
        let (mut read, mut written, mut cells, mut quotes) = (0, 0, 0, 0);
        loop {
            self.refill()?;
            let rest = &self.piece.as_bytes()[self.at..];
            let input = &rest[..rest.len().min(self.limits.row_bytes - read)];
            if input.is_empty() && !rest.is_empty() {
                return Err(TableFault::LineTooLong { row: self.number });
            }
            let ended = input.is_empty();
            let (result, took, wrote, found) =
                self.core.read_record(input, &mut self.out[written..], &mut self.ends[cells..]);
            quotes += input[..took].iter().filter(|b| **b == b'"').count();
            self.after_return = input[..took].last() == Some(&b'\r');
            self.at += took;
            read += took;
            written += wrote;
            cells += found;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::Record => {
                    let unclosed = ended && quotes % 2 == 1 && self.out[..written].contains(&b'\n');
                    return Ok(Some(Record { cells, unclosed }));
                }
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    return Err(TableFault::LineTooLong { row: self.number });
                }
            }
        }
    }

    /// Passes over the first line, which spreadsheets do not count.
    fn skip_line(&mut self) -> Result<(), TableFault> {
        self.refill()?;
        let end = self.piece.find(['\n', '\r']).unwrap_or(self.piece.len());
        self.after_return = self.piece.as_bytes().get(end) == Some(&b'\r');
        self.at = (end + 1).min(self.piece.len());
        Ok(())
    }

    /// The parser passes over them without counting, and spreadsheets count them.
    fn skip_blank_lines(&mut self) -> Result<(), TableFault> {
        loop {
            self.refill()?;
            match self.piece.as_bytes().get(self.at) {
                Some(b'\n') if self.after_return => self.after_return = false,
                Some(end @ (b'\n' | b'\r')) => {
                    self.after_return = *end == b'\r';
                    self.number += 1;
                }
                _ => {
                    self.after_return = false;
                    return Ok(());
                }
            }
            self.at += 1;
        }
    }

    /// Sees to it that there is text to read, unless there is no more.
    fn refill(&mut self) -> Result<(), TableFault> {
        while self.at == self.piece.len() && !self.last {
            self.last = self.text.read(&mut self.piece)?;
            self.at = 0;
            self.piece = self.delimiter.prepared(std::mem::take(&mut self.piece));
        }
        Ok(())
    }
}
