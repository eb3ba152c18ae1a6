use std::io::{self, BufRead, BufReader, Read};

use flate2::{CrcReader, read::DeflateDecoder};

use crate::fault::TableFault;

/// How long one piece of XML between two angle brackets may be. The longest cell a spreadsheet writes takes a quarter
/// of a megabyte.
const NODE_BYTES: usize = 512 * 1024;

/// The unpacked bytes of one part of a workbook: so many and no more, in pieces that end.
pub(super) struct Part<R: Read> {
    inner: BufReader<CrcReader<Unpacked<R>>>,
    crc: u32,
    left: u64,
    node_left: usize,
    fault: Option<TableFault>,
}

/// How a part lies in the archive.
pub(super) enum Unpacked<R> {
    Stored(R),
    Deflated(DeflateDecoder<R>),
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Stored(inner) => inner.read(buf),
            Self::Deflated(inner) => inner.read(buf),
        }
    }
}

impl<R: Read> Part<R> {
    /// At most `left` bytes, whose checksum should be `crc`.
    pub(super) fn new(inner: Unpacked<R>, crc: u32, left: u64) -> Self {
        Self { inner: BufReader::new(CrcReader::new(inner)), crc, left, node_left: NODE_BYTES, fault: None }
    }

    /// A new piece of XML begins.
    pub(super) fn next_node(&mut self) {
        self.node_left = NODE_BYTES;
    }

    /// How many bytes may still be unpacked.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// What stopped the reading, if it was not the XML itself.
    pub(super) fn take_fault(&mut self) -> Option<TableFault> {
        self.fault.take()
    }

    fn stop(&mut self, fault: TableFault) -> io::Error {
        self.fault = Some(fault);
        io::ErrorKind::Other.into()
    }
}

impl<R: Read> Read for Part<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buf)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Part<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.node_left == 0 {
            return Err(self.stop(TableFault::Damaged));
        }
        let count = match self.inner.fill_buf() {
            Ok(bytes) => bytes.len(),
            Err(error) => {
                let damaged = [io::ErrorKind::InvalidInput, io::ErrorKind::InvalidData, io::ErrorKind::UnexpectedEof];
                let damaged = damaged.contains(&error.kind());
                return Err(self.stop(if damaged { TableFault::Damaged } else { TableFault::Io(error) }));
            }
        };
        if count == 0 && self.inner.get_ref().crc().sum() != self.crc {
            return Err(self.stop(TableFault::Damaged));
        }
        if count > 0 && self.left == 0 {
            return Err(self.stop(TableFault::UnpackedTooLarge));
        }
        let most = self.node_left.min(usize::try_from(self.left).unwrap_or(usize::MAX));
        Ok(&self.inner.buffer()[..count.min(most)])
    }

    fn consume(&mut self, count: usize) {
        self.left -= count as u64;
        self.node_left -= count;
        self.inner.consume(count);
    }
}
