//! Reading XLSX files.

mod code;
mod format;
mod merge;
mod number;
mod package;
mod part;
mod rows;
mod strings;
mod workbook;
mod xml;

pub(crate) use rows::XlsxRows;
