//! What holds for the text of every cell, whichever file it comes from or goes to.

use std::borrow::Cow;

/// What a spreadsheet takes for the beginning of a formula, or cuts off before it looks for one.
const FORMULA_STARTS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// The text without characters that cannot be seen: all control characters but tab and the ends of lines.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let dropped = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    if text.contains(dropped) { text.replace(dropped, "").into() } else { text.into() }
}

/// The text with an apostrophe before it where a spreadsheet might run it as a formula.
pub(crate) fn neutralised(text: &str) -> Cow<'_, str> {
    if may_run(text) { format!("'{text}").into() } else { text.into() }
}

/// The text that [`neutralised`] was given.
pub(crate) fn restored(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| may_run(rest)).unwrap_or(text)
}

// apostrophes are looked through too: else a text that had one of its own would come back without it
fn may_run(text: &str) -> bool {
    text.trim_start_matches(|c: char| c == '\'' || (c.is_whitespace() && c != '\t' && c != '\r'))
        .starts_with(FORMULA_STARTS)
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
pub(crate) fn column_letters(column: usize) -> String {
    let (before, last) = (column / 26, column % 26);
    let mut name = if before == 0 { String::new() } else { column_letters(before - 1) };
    name.push(char::from(b'A' + last as u8));
    name
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
    fn only_the_short_form_of_spreadsheets_is_a_shortened_number() {
        for text in ["1.23457E+11", "1E+15", "-4.4030119900307E+17", " 1.1E+100 ", "1.23457e+11"] {
            assert!(is_shortened_number(text), "{text}");
        }
        for text in ["1E10", "12E+10", "1.2.3E+10", "E+10", "1.5E+1", "1.5E-10", "A1E+10", "3E+1栋", ""] {
            assert!(!is_shortened_number(text), "{text}");
        }
    }
}
