/// How much of a file is taken. Two buffers of `row_bytes` are held for a CSV file.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Rows below the header that hold anything, and how far below the header the last of them may be.
    pub rows: u64,
    /// Columns of the header.
    pub columns: usize,
    /// UTF-8 bytes of one cell.
    pub cell_bytes: usize,
    /// UTF-8 bytes of one row; for CSV with its delimiters and quotes.
    pub row_bytes: usize,
    /// Bytes that are unpacked out of an XLSX file, over all its parts that are read.
    pub unpacked_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rows: 200_000, columns: 64, cell_bytes: 1024, row_bytes: 16 * 1024, unpacked_bytes: 256 * 1024 * 1024 }
    }
}
