//! Bytes of text files into UTF-8.

use std::{
    fs::File,
    io::{Read, Seek},
};

use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::fault::{Foreign, TableFault};

const BLOCK: usize = 64 * 1024;
/// No encoding of ours makes more UTF-8 of a byte.
const GROWTH: usize = 3;
/// Room for what a block before has left over.
const MARGIN: usize = 16;

/// The encoding of the whole file, found by reading all of it once: what its mark says, else UTF-8, else GB18030, which
/// takes in GBK and GB2312. Leaves the file at its beginning.
///
/// # Errors
/// [`TableFault::Undecodable`] where none fits, with the line that the one that got furthest stopped in;
/// [`Foreign::Binary`] for bytes that no text has; [`TableFault::Io`].
pub(crate) fn judge(file: &mut File) -> Result<&'static Encoding, TableFault> {
    let mut block = vec![0; BLOCK];
    let mut text = String::with_capacity(BLOCK * GROWTH + MARGIN);
    let mut tries: Vec<Try> = Vec::new();
    loop {
        let count = fill(file, &mut block).map_err(TableFault::Io)?;
        let bytes = &block[..count];
        if tries.is_empty() {
            tries = match Encoding::for_bom(bytes) {
                Some((marked, _)) => vec![Try::new(marked)],
                None => vec![Try::new(UTF_8), Try::new(GB18030)],
            };
        }
        let wide = tries.iter().any(|this| this.encoding == UTF_16LE || this.encoding == UTF_16BE);
        if !wide && bytes.contains(&0) {
            return Err(TableFault::Foreign(Foreign::Binary));
        }
        for this in &mut tries {
            this.feed(bytes, count < BLOCK, &mut text);
        }
        if tries.iter().all(|this| this.broken) {
            return Err(TableFault::Undecodable { line: tries.iter().map(|this| this.line).max().unwrap_or(1) });
        }
        if count < BLOCK {
            break;
        }
    }
    file.rewind().map_err(TableFault::Io)?;
    Ok(tries.iter().find(|this| !this.broken).map_or(UTF_8, |this| this.encoding))
}

struct Try {
    encoding: &'static Encoding,
    decoder: Decoder,
    line: u64,
    broken: bool,
}

impl Try {
    fn new(encoding: &'static Encoding) -> Self {
        Self { encoding, decoder: encoding.new_decoder_with_bom_removal(), line: 1, broken: false }
    }

    fn feed(&mut self, mut bytes: &[u8], last: bool, text: &mut String) {
        while !self.broken {
            text.clear();
            let (result, read) = self.decoder.decode_to_string_without_replacement(bytes, text, last);
            bytes = &bytes[read..];
            self.line += text.bytes().filter(|b| *b == b'\n').count() as u64;
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => self.broken = true,
            }
        }
    }
}

/// The text of a file, block by block, without its mark.
pub(crate) struct Text {
    file: File,
    decoder: Decoder,
    block: Vec<u8>,
    line: u64,
}

impl Text {
    /// The text from the file's beginning.
    pub(crate) fn new(mut file: File, encoding: &'static Encoding) -> Result<Self, TableFault> {
        file.rewind().map_err(TableFault::Io)?;
        Ok(Self { file, decoder: encoding.new_decoder_with_bom_removal(), block: vec![0; BLOCK], line: 1 })
    }

    /// Puts the next piece of text in place of what is in `text`, and says whether it was the last.
    ///
    /// # Errors
    /// [`TableFault::Io`]; [`TableFault::Undecodable`] only for a file that has changed since it was judged.
    pub(crate) fn read(&mut self, text: &mut String) -> Result<bool, TableFault> {
        let count = fill(&mut self.file, &mut self.block).map_err(TableFault::Io)?;
        let last = count < BLOCK;
        text.clear();
        text.reserve(BLOCK * GROWTH + MARGIN);
        let (result, _) = self.decoder.decode_to_string_without_replacement(&self.block[..count], text, last);
        if result != DecoderResult::InputEmpty {
            return Err(TableFault::Undecodable { line: self.line });
        }
        self.line += text.bytes().filter(|b| *b == b'\n').count() as u64;
        Ok(last)
    }

    pub(crate) fn into_file(self) -> File {
        self.file
    }
}

/// Reads until the block is full or the file ends.
fn fill(file: &mut File, block: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < block.len() {
        match file.read(&mut block[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
