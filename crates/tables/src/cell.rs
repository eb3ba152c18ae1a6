//! What holds for the text of every cell, whichever file it comes from or goes to.

use std::borrow::Cow;

/// What a spreadsheet takes for the beginning of a formula, or cuts off before it looks for one.
const FORMULA_STARTS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
/// What stands before a cell that is text: spreadsheets do not show it, programs that export numbers write it.
const TEXT_MARKS: [char; 5] = ['\'', '`', '’', '´', '＇'];

/// The text without characters that cannot be seen: all control characters but tab and the ends of lines.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let dropped = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    if text.contains(dropped) { text.replace(dropped, "").into() } else { text.into() }
}

/// The text with an apostrophe before it where a spreadsheet might run it as a formula, or a reader take something of it
/// for a mark.
pub(crate) fn neutralised(text: &str) -> Cow<'_, str> {
    if may_run(text) || restored(text) != text { format!("'{text}").into() } else { text.into() }
}

/// What a cell says without the marks by which programs keep numbers text: one apostrophe or the like before it, or
/// `="…"` around it. Also the text that [`neutralised`] was given.
pub(crate) fn restored(text: &str) -> Cow<'_, str> {
    if let Some(rest) = text.strip_prefix(TEXT_MARKS) {
        return rest.into();
    }
    let begins = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'));
    if let Some(rest) = begins.strip_prefix(TEXT_MARKS) {
        return rest.into();
    }
    let quoted = begins.trim_end().strip_prefix("=\"").and_then(|text| text.strip_suffix('"'));
    match quoted {
        Some(inner) if !inner.replace("\"\"", "").contains('"') => inner.replace("\"\"", "\"").into(),
        _ => text.into(),
    }
}

fn may_run(text: &str) -> bool {
    text.trim_start_matches(|c: char| c.is_whitespace() && c != '\t' && c != '\r').starts_with(FORMULA_STARTS)
}

/// Whether a spreadsheet has written a long number in the short form, like `1.23457E+11`, and so lost its end.
pub(crate) fn is_shortened_number(text: &str) -> bool {
    let text = text.trim();
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let Some((mantissa, exponent)) = text.split_once("E+").or_else(|| text.split_once("e+")) else { return false };
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let mut mantissa = mantissa.splitn(2, '.');
    let whole = mantissa.next().is_some_and(|whole| whole.len() == 1 && digits(whole));
    whole && mantissa.next().is_none_or(digits) && matches!(exponent.len(), 2 | 3) && digits(exponent)
}

/// A column, from 0, as a spreadsheet names it: A, B … Z, AA …
pub fn column_letters(column: usize) -> String {
    let (before, last) = (column / 26, column % 26);
    let mut name = if before == 0 { String::new() } else { column_letters(before - 1) };
    name.push(char::from(b'A' + last as u8));
    name
}

/// The column, from 0, of a place such as `BC12`.
pub(crate) fn column_of(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic).take(4);
    let column = letters.fold(0, |column, b| column * 26 + usize::from(b.to_ascii_uppercase() - b'A') + 1);
    column.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_spreadsheets_name_them() {
        for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(column_letters(column), name);
        }
    }

    #[test]
    fn the_letters_of_a_place_are_its_column() {
        for (place, column) in [("A1", 0), ("z9", 25), ("AA10", 26), ("XFD1048576", 16_383)] {
            assert_eq!(column_of(place), Some(column));
        }
        assert_eq!(column_of("12"), None);
        assert_eq!(column_of(""), None);
    }

    #[test]
    fn marks_of_text_are_no_part_of_it() {
        for text in
            ["=\"0040857054\"", "'0040857054", "`0040857054", "’0040857054", " =\"0040857054\" ", "\u{feff}'0040857054"]
        {
            assert_eq!(restored(text), "0040857054", "{text}");
        }
        for text in ["=1+1", "=\"a\"&\"b\"", "0040857054", "O'Neil", "\"x\""] {
            assert_eq!(restored(text), text);
        }
        assert_eq!(restored("=\"a\"\"b\""), "a\"b");
    }

    #[test]
    fn only_the_short_form_of_spreadsheets_is_a_shortened_number() {
        for text in ["1.23457E+11", "1E+15", "-4.4030119900307E+17", " 1.1E+100 ", "1.23457e+11"] {
            assert!(is_shortened_number(text), "{text}");
        }
        for text in ["1E10", "12E+10", "1.2.3E+10", "E+10", "1.5E+1", "1.5E-10", "A1E+10", "3E+1栋", ""] {
            assert!(!is_shortened_number(text), "{text}");
        }
    }
}
