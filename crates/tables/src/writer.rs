use std::io::{self, Write};

use csv::{Terminator, Writer, WriterBuilder};

use crate::cell::{neutralised, printable};

/// Writes a CSV file that Chinese spreadsheets open as it is meant: UTF-8 with its mark, lines that end in CR LF, no cell
/// that runs as a formula. [`crate::Table`] gives the texts back as they were, but for control characters.
pub struct CsvWriter<W: Write> {
    inner: Writer<W>,
}

impl<W: Write> CsvWriter<W> {
    /// Begins a file with these columns.
    ///
    /// # Errors
    /// As `out` fails.
    pub fn new(mut out: W, header: &[&str]) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut writer = Self { inner: WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out) };
        writer.row(header)?;
        Ok(writer)
    }

    /// One row, with as many cells as the header.
    ///
    /// # Errors
    /// As `out` fails, and for another number of cells.
    pub fn row(&mut self, cells: &[&str]) -> io::Result<()> {
        for cell in cells {
            self.inner.write_field(neutralised(&printable(cell)).as_bytes())?;
        }
        Ok(self.inner.write_record(None::<&[u8]>)?)
    }

    /// Writes out what is still held.
    ///
    /// # Errors
    /// As `out` fails. Without this call the end of the file may be lost in silence.
    pub fn finish(self) -> io::Result<W> {
        self.inner.into_inner().map_err(|error| error.into_error())
    }
}
