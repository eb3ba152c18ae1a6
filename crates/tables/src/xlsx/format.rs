use std::{collections::HashMap, io::Read};

use quick_xml::events::Event;

use super::{
    code::Code,
    xml::{Xml, attribute},
};
use crate::fault::TableFault;

/// How a spreadsheet shows a number.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Format {
    /// As it is.
    #[default]
    General,
    Number(Code),
    Date(Parts),
    DateTime(Parts),
    /// Time of day, or hours gone by.
    Time,
}

/// What of a date is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) year: bool,
    pub(super) month: bool,
    pub(super) day: bool,
}

const WHOLE: Parts = Parts { year: true, month: true, day: true };
const NO_DAY: Parts = Parts { day: false, ..WHOLE };
const NO_YEAR: Parts = Parts { year: false, ..WHOLE };

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
                    styles.push(own.get(&id).cloned().unwrap_or_else(|| built_in(id)));
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
        1 => Format::of("0"),
        2 => Format::of("0.00"),
        3 | 37 | 38 | 41 => Format::of("#,##0"),
        4 | 39 | 40 | 43 => Format::of("#,##0.00"),
        5 | 6 | 42 => Format::of("¥#,##0"),
        7 | 8 | 44 => Format::of("¥#,##0.00"),
        9 => Format::of("0%"),
        10 => Format::of("0.00%"),
        14 | 15 | 30 | 31 => Format::Date(WHOLE),
        17 | 27 | 36 | 50 | 52 | 57 => Format::Date(NO_DAY),
        16 | 28 | 29 | 51 | 53 | 54 | 58 => Format::Date(NO_YEAR),
        18..=21 | 32..=35 | 45..=47 | 55 | 56 => Format::Time,
        22 => Format::DateTime(WHOLE),
        _ => Format::General,
    }
}

impl Format {
    fn of(code: &str) -> Self {
        let first = code.split(';').next().unwrap_or_default();
        let (mut date, mut time, mut month) = (Parts { year: false, month: false, day: false }, false, false);
        let mut chars = first.chars().peekable();
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
                'y' => date.year = true,
                'd' => {
                    let run = 1 + std::iter::from_fn(|| chars.next_if(|c| c.eq_ignore_ascii_case(&'d'))).count();
                    date.day |= run < 3; // more is the day of the week
                }
                'h' | 's' => time = true,
                'm' => month = true,
                // "General" and what it is called elsewhere, and powers of ten
                'g' | 'e' | 'n' | 'r' | 'l' | 't' => return Self::number(code),
                _ => {}
            }
        }
        let dated = date.year || date.day || (month && !time);
        date.month = month;
        match (dated, time) {
            (true, true) => Self::DateTime(date),
            (true, false) => Self::Date(date),
            (false, true) => Self::Time,
            (false, false) => Self::number(code),
        }
    }

    fn number(code: &str) -> Self {
        Code::of(code).map_or(Self::General, Self::Number)
    }
}

#[cfg(test)]
mod tests {
    use super::{Format::*, *};

    #[test]
    fn a_format_code_says_how_a_number_is_shown() {
        for code in ["General", "G/通用格式", "0.00E+00", "@", "# ?/?"] {
            assert_eq!(Format::of(code), General, "{code}");
        }
        for code in ["#,##0.00", "0", "[Red]#,##0", "\"day\"0", "0\\d", "_(* #,##0_)", "000000", "00000000;-0"] {
            assert!(matches!(Format::of(code), Number(_)), "{code}");
        }
        let only = |year, month, day| Date(Parts { year, month, day });
        for (code, format) in [
            ("yyyy-mm-dd", Date(WHOLE)),
            ("yyyy/m/d;@", Date(WHOLE)),
            ("yyyy\"年\"m\"月\"d\"日\";@", Date(WHOLE)),
            ("[$-804]yyyy\\-mm\\-dd", Date(WHOLE)),
            ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", Date(WHOLE)),
            ("yyyy\"年\"m\"月\"", Date(NO_DAY)),
            ("m\"月\"d\"日\"", Date(NO_YEAR)),
            ("mmm", only(false, true, false)),
            ("yyyy-mm-dd hh:mm:ss", DateTime(WHOLE)),
            ("m/d/yy h:mm", DateTime(WHOLE)),
            ("h:mm AM/PM", Time),
            ("mm:ss", Time),
            ("[h]:mm:ss", Time),
            ("[hh]", Time),
        ] {
            assert_eq!(Format::of(code), format, "{code}");
        }
    }
}
