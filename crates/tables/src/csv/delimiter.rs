use csv::ReaderBuilder;

use crate::{
    charset::Text,
    fault::TableFault,
    header::{Known, LOOKED_AT, best, known_names},
};

/// Stands for a delimiter of more than one byte while a file is taken apart.
pub(super) const STAND_IN: char = '\u{1f}';
const FULL_WIDTH_COMMA: char = '，';

/// What stands between two cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delimiter {
    Ascii(u8),
    /// A character of more than one byte.
    Wide(char),
}

/// Those that are tried, in their order.
const CANDIDATES: [Delimiter; 7] = [
    Delimiter::Ascii(b','),
    Delimiter::Ascii(b'\t'),
    Delimiter::Ascii(b';'),
    Delimiter::Ascii(b'|'),
    Delimiter::Wide(FULL_WIDTH_COMMA),
    Delimiter::Wide('；'),
    Delimiter::Wide('｜'),
];

impl Delimiter {
    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Ascii(byte) => byte,
            Self::Wide(_) => STAND_IN as u8,
        }
    }

    /// The text with the stand-in where it is taken apart.
    pub(super) fn prepared(self, text: String) -> String {
        match self {
            Self::Ascii(_) => text,
            Self::Wide(c) => text.replace(STAND_IN, "").replace(c, &STAND_IN.to_string()),
        }
    }

    fn of(c: char) -> Option<Self> {
        match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() => {
                let taken = byte.is_ascii_alphanumeric() || matches!(byte, b'"' | b'\r' | b'\n' | b'=');
                (!taken).then_some(Self::Ascii(byte))
            }
            _ => (!c.is_alphanumeric()).then_some(Self::Wide(c)),
        }
    }
}

/// What was found out about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) delimiter: Delimiter,
    /// Whether the first line is only there to name the delimiter.
    pub(super) directive: bool,
}

/// The delimiter that makes a header of the caller's columns out of one of the first rows. Where several do, or none, the
/// one that Excel's own first line names (`sep=;`), else the one that is most often in the first line that holds more
/// than delimiters, outside quotes; a full-width comma is one there only where there is no other.
pub(super) fn judge(text: &mut Text, row_bytes: usize, known: Known<'_>) -> Result<Judged, TableFault> {
    let mut piece = String::new();
    let mut last = text.read(&mut piece)?;
    let (first, rest) = piece.split_once(['\n', '\r']).unwrap_or((&piece, ""));
    let declared = directive(first);
    let body = if declared.is_some() { rest } else { &piece };
    let most = CANDIDATES.map(|candidate| names_found(body, candidate, known));
    let declared_names = declared.flatten().map_or(0, |delimiter| names_found(body, delimiter, known));
    let found = best(most).map(|at| (CANDIDATES[at], most[at]));
    let (mut line, mut over) = (Line::default(), false);
    let mut rest = body.to_owned();
    loop {
        for c in rest.chars() {
            over = over || line.add(c) || line.bytes > row_bytes;
            if over {
                break;
            }
        }
        if over || last {
            break;
        }
        last = text.read(&mut rest)?;
    }
    let counted = line.delimiter();
    let delimiter = match (declared.flatten(), found) {
        (Some(declared), None) => declared,
        (Some(declared), Some((_, most))) if declared_names >= most => declared,
        (_, Some((_, most))) if names_found(body, counted, known) == most => counted,
        (_, Some((found, _))) => found,
        (None, None) => counted,
    };
    Ok(Judged { delimiter, directive: declared.is_some() })
}

/// What Excel's own first line says; the inner value is none where it names no delimiter.
fn directive(line: &str) -> Option<Option<Delimiter>> {
    let line = line.trim_start_matches('\u{feff}').trim_matches(['"', ' ']);
    let named = line.get(..4).filter(|start| start.eq_ignore_ascii_case("sep=")).and(line.get(4..))?;
    let named = named.trim_matches('"');
    let mut chars = named.chars();
    let Some(first) = chars.next() else { return Some(None) };
    // a program that took it for a row has filled it up to the width of the table
    chars.all(|c| c == first || matches!(c, ',' | ';' | '\t' | ' ')).then(|| Delimiter::of(first))
}

/// How many of the caller's columns the best of the first rows names, if it is divided so.
fn names_found(text: &str, delimiter: Delimiter, known: Known<'_>) -> usize {
    let text = delimiter.prepared(text.to_owned());
    let rows =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter.byte()).from_reader(text.as_bytes());
    let rows = rows.into_records().map_while(Result::ok).take(LOOKED_AT);
    rows.map(|row| known_names(&row, known)).max().unwrap_or_default()
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
            FULL_WIDTH_COMMA => self.full_width += 1,
            _ => self.named |= !c.is_whitespace(),
        }
        false
    }

    fn delimiter(&self) -> Delimiter {
        let most = self.tabs.max(self.commas).max(self.semicolons);
        match most {
            0 if self.full_width > 0 => Delimiter::Wide(FULL_WIDTH_COMMA),
            0 => Delimiter::Ascii(b','),
            _ if most == self.tabs => Delimiter::Ascii(b'\t'),
            _ if most == self.commas => Delimiter::Ascii(b','),
            _ => Delimiter::Ascii(b';'),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_names_the_delimiter_is_told_from_a_header() {
        let ascii = |byte| Some(Some(Delimiter::Ascii(byte)));
        for (line, expected) in [
            ("sep=;", ascii(b';')),
            ("SEP=,", ascii(b',')),
            ("\"sep=|\"", ascii(b'|')),
            ("\u{feff}sep=\t", ascii(b'\t')),
            ("sep=;;;;", ascii(b';')),
            ("sep=^", ascii(b'^')),
            ("sep=，", Some(Some(Delimiter::Wide('，')))),
            ("sep=", Some(None)),
            ("sep=x", Some(None)),
            ("sep=卡号", None),
            ("separator,a", None),
            ("卡号;持卡人", None),
        ] {
            assert_eq!(directive(line), expected, "{line}");
        }
    }
}
