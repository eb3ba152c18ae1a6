use std::{borrow::Cow, io::Read};

use quick_xml::events::Event;

use super::xml::Xml;
use crate::fault::TableFault;

/// A character in its long form, `_x000D_`, is seven bytes.
const ESCAPE: usize = "_x0000_".len();

/// The texts that cells refer to by number, one after the other.
#[derive(Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    pub(super) fn read<R: Read>(xml: &mut Xml<R>, cell_bytes: usize) -> Result<Self, TableFault> {
        let (mut this, mut text) = (Self::default(), String::new());
        loop {
            match xml.next()? {
                Event::Start(e) if e.local_name().as_ref() == "si" => {
                    xml.text("si", "t", longest(cell_bytes), &mut text)?;
                    let text = unescaped(&text);
                    // one byte too many says all there is to say of a text that is too long
                    let kept = text.floor_char_boundary(cell_bytes.saturating_add(4));
                    this.text.push_str(&text[..kept]);
                    this.ends.push(u32::try_from(this.text.len()).map_err(|_| TableFault::UnpackedTooLarge)?);
                }
                Event::Eof => return Ok(this),
                _ => {}
            }
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)? as usize;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.text.get(start..end)
    }
}

/// How many bytes of escaped text can make a cell that is short enough.
pub(super) fn longest(cell_bytes: usize) -> usize {
    cell_bytes.saturating_add(1).saturating_mul(ESCAPE)
}

/// The text with `_xHHHH_` as the characters they stand for.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return text.into();
    }
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        match escape(from) {
            Some(c) => {
                out.push(c);
                rest = &from[ESCAPE..];
            }
            None => {
                out.push_str("_x");
                rest = &from[2..];
            }
        }
    }
    out.push_str(rest);
    out.into()
}

fn escape(text: &str) -> Option<char> {
    let hex = text.get(2..6).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))?;
    text.get(6..ESCAPE).filter(|end| *end == "_")?;
    char::from_u32(u32::from_str_radix(hex, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn long_forms_become_characters_and_nothing_else_does() {
        for (text, plain) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x0041_", "_x0041_"),
            ("_x4E2D_文", "中文"),
            ("_x12_", "_x12_"),
            ("_xZZZZ_", "_xZZZZ_"),
            ("_x", "_x"),
            ("_x000中_", "_x000中_"),
            ("_xD800_", "_xD800_"),
        ] {
            assert_eq!(unescaped(text), plain);
        }
    }
}
