//! Rows of text out of the CSV and XLSX files of strangers, and CSV back to them. Knows nothing of the product.
//!
//! Plain blocking reads: call it on a thread that may block. Rows stream; what is held does not grow with their number,
//! but for the shared strings of an XLSX file, which [`Limits::unpacked_bytes`] bounds. The XLSX reader is our own, over
//! `zip` and `quick-xml`: the workbook readers to be had reserve memory by what a file claims about itself, and give the
//! whole file up for one cell they do not know.

mod cell;
mod charset;
mod csv;
mod fault;
mod header;
mod limits;
mod note;
mod row;
mod sniff;
mod table;
mod writer;
mod xlsx;

pub use cell::column_letters;
pub use fault::{Flaw, Foreign, RowFault, TableFault};
pub use header::Known;
pub use limits::Limits;
pub use note::{Note, Rows};
pub use row::Row;
pub use table::Table;
pub use writer::CsvWriter;
