use crate::{charset::Text, fault::TableFault};

/// Stands for the full-width comma while a file that is delimited by it is taken apart.
pub(super) const STAND_IN: char = '\u{1f}';
/// The Chinese comma, three bytes long.
pub(super) const FULL_WIDTH: char = '，';

/// What stands between two cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delimiter {
    Ascii(u8),
    FullWidthComma,
}

impl Delimiter {
    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Ascii(byte) => byte,
            Self::FullWidthComma => STAND_IN as u8,
        }
    }
}

/// Judges by the first line that holds more than delimiters: the one that is most often in it outside quotes. A
/// full-width comma is one only where there is no other.
pub(super) fn judge(text: &mut Text, row_bytes: usize) -> Result<Delimiter, TableFault> {
    let mut line = Line::default();
    let mut piece = String::new();
    loop {
        let last = text.read(&mut piece)?;
        for c in piece.chars() {
            if line.add(c) || line.bytes > row_bytes {
                return Ok(line.delimiter());
            }
        }
        if last {
            return Ok(line.delimiter());
        }
    }
}

#[derive(Default)]
struct Line {
    bytes: usize,
    quoted: bool,
    named: bool,
    tabs: u32,
    commas: u32,
    semicolons: u32,
    full_width: u32,
}

impl Line {
    /// Whether the line is over and can be judged by.
    fn add(&mut self, c: char) -> bool {
        self.bytes += c.len_utf8();
        match c {
            '"' => self.quoted = !self.quoted,
            _ if self.quoted => self.named = true,
            '\n' | '\r' if self.named => return true,
            '\n' | '\r' => *self = Self::default(),
            '\t' => self.tabs += 1,
            ',' => self.commas += 1,
            ';' => self.semicolons += 1,
            FULL_WIDTH => self.full_width += 1,
            _ => self.named |= !c.is_whitespace(),
        }
        false
    }

    fn delimiter(&self) -> Delimiter {
        let most = self.tabs.max(self.commas).max(self.semicolons);
        match most {
            0 if self.full_width > 0 => Delimiter::FullWidthComma,
            0 => Delimiter::Ascii(b','),
            _ if most == self.tabs => Delimiter::Ascii(b'\t'),
            _ if most == self.commas => Delimiter::Ascii(b','),
            _ => Delimiter::Ascii(b';'),
        }
    }
}
