use std::{collections::HashMap, io::Read};

use quick_xml::events::Event;

use super::xml::{Xml, attribute};
use crate::fault::TableFault;

/// No number shown by a spreadsheet is longer.
const DIGITS: usize = 15;

/// How a spreadsheet shows a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Format {
    #[default]
    Number,
    /// With zeros before it, up to so many digits.
    Padded(u8),
    Date,
    DateTime,
    /// Time of day, or hours gone by.
    Time,
}

/// How the numbers of each style are shown.
pub(super) fn read<R: Read>(xml: &mut Xml<R>) -> Result<Vec<Format>, TableFault> {
    let (mut own, mut styles, mut in_cells) = (HashMap::new(), Vec::new(), false);
    loop {
        match xml.next()? {
            Event::Start(e) => match e.local_name().as_ref() {
                "numFmt" => {
                    if let (Some(id), Some(code)) = (id(attribute(&e, "numFmtId")?), attribute(&e, "formatCode")?) {
                        own.insert(id, Format::of(&code));
                    }
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells => {
                    let id = id(attribute(&e, "numFmtId")?).unwrap_or(0);
                    styles.push(own.get(&id).copied().unwrap_or_else(|| built_in(id)));
                }
                _ => {}
            },
            Event::End(e) if e.local_name().as_ref() == "cellXfs" => in_cells = false,
            Event::Eof => return Ok(styles),
            _ => {}
        }
    }
}

fn id(text: Option<String>) -> Option<u32> {
    text?.parse().ok()
}

/// ECMA-376 part 1, §18.8.30, with its formats for Chinese.
fn built_in(id: u32) -> Format {
    match id {
        14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => Format::Date,
        18..=21 | 32..=35 | 45..=47 | 55 | 56 => Format::Time,
        22 => Format::DateTime,
        _ => Format::Number,
    }
}

impl Format {
    fn of(code: &str) -> Self {
        let code = code.split(';').next().unwrap_or_default();
        if (2..=DIGITS).contains(&code.len()) && code.bytes().all(|b| b == b'0') {
            return Self::Padded(code.len() as u8);
        }
        let (mut date, mut time, mut month) = (false, false, false);
        let mut chars = code.chars();
        while let Some(c) = chars.next() {
            match c.to_ascii_lowercase() {
                '"' => _ = chars.find(|c| *c == '"'),
                '\\' | '_' | '*' => _ = chars.next(),
                // a colour, a language, a condition – or hours that go on beyond a day
                '[' => {
                    let inner: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    let mut letters = inner.chars().map(|c| c.to_ascii_lowercase());
                    let first = letters.next();
                    time |= matches!(first, Some('h' | 'm' | 's')) && letters.all(|c| Some(c) == first);
                }
                'y' | 'd' => date = true,
                'h' | 's' => time = true,
                'm' => month = true,
                // "General" and what it is called elsewhere
                'g' | 'e' | 'n' | 'r' | 'l' | 't' => return Self::Number,
                _ => {}
            }
        }
        match (date || (month && !time), time) {
            (true, true) => Self::DateTime,
            (true, false) => Self::Date,
            (false, true) => Self::Time,
            (false, false) => Self::Number,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Format::{self, *};

    #[test]
    fn a_format_code_says_how_a_number_is_shown() {
        for (code, format) in [
            ("General", Number),
            ("G/通用格式", Number),
            ("0.00E+00", Number),
            ("#,##0.00", Number),
            ("@", Number),
            ("0", Number),
            ("[Red]#,##0", Number),
            ("\"day\"0", Number),
            ("0\\d", Number),
            ("_(* #,##0_)", Number),
            ("000000", Padded(6)),
            ("00000000;-0", Padded(8)),
            ("0000000000000000", Number),
            ("yyyy-mm-dd", Date),
            ("yyyy/m/d;@", Date),
            ("yyyy\"年\"m\"月\"d\"日\";@", Date),
            ("[$-804]yyyy\\-mm\\-dd", Date),
            ("mmm", Date),
            ("yyyy-mm-dd hh:mm:ss", DateTime),
            ("m/d/yy h:mm", DateTime),
            ("h:mm AM/PM", Time),
            ("mm:ss", Time),
            ("[h]:mm:ss", Time),
            ("[hh]", Time),
        ] {
            assert_eq!(Format::of(code), format, "{code}");
        }
    }
}
