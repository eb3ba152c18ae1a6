//! Reading CSV files.

mod delimiter;
mod rows;

pub(crate) use rows::CsvRows;
