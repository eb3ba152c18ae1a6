//! What people type, paste and keep in tables, brought to the form in which it is read. Phones, e-mail addresses,
//! card numbers, one-time codes, plates, dates and the headers of tables all begin here, and so do the API's fields.

use unicode_normalization::char::decompose_compatible;

/// Whether a character shows nothing: Unicode's Default_Ignorable_Code_Point, and the marks of annotations.
pub(crate) const fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether an unseen character changes how its neighbours look: joiners, and selectors of a variant of a character.
const fn shapes_others(c: char) -> bool {
    matches!(c, '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// A name or a sentence as it shows: without what cannot be seen, and without space around it. Within it full-width
/// characters, spaces and line ends stay.
pub fn shown(text: &str) -> String {
    let kept = |c: &char| !is_unseen(*c) || shapes_others(*c);
    let text: String = text.chars().filter(kept).collect();
    let text = text.trim();
    // joiners and selectors alone show nothing either
    if text.chars().all(is_unseen) { String::new() } else { text.to_owned() }
}

/// A number, an address or a word of ours in plain form: as [`shown`], full-width, small and mathematical characters as
/// ASCII where they have such a form, every dash as `-`, every middle dot as `·`, every space and tab as a space.
/// Raised and circled digits stay as they are: they may be marks of a footnote.
pub fn typed(text: &str) -> String {
    let text: String = text.chars().filter(|c| !is_unseen(*c)).map(plain).collect();
    text.trim().to_owned()
}

fn plain(c: char) -> char {
    match c {
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => c,
        c if c.is_whitespace() => ' ',
        '\u{2010}'..='\u{2015}'
        | '\u{2043}'
        | '\u{2212}'
        | '\u{2500}'
        | '\u{2501}'
        | '\u{2e3a}'
        | '\u{2e3b}'
        | '\u{30fc}'
        | '\u{ff70}' => '-',
        '\u{fe31}' | '\u{fe32}' | '\u{fe58}' => '-',
        '•' | '‧' | '∙' | '⋅' | '・' | '･' => '·',
        '∶' => ':',
        '\u{2044}' | '\u{2215}' => '/',
        '\u{fe10}'..='\u{fe19}' | '\u{fe50}'..='\u{fe6b}' | '\u{ff01}'..='\u{ffee}' | '\u{1d7ce}'..='\u{1d7ff}' => {
            let mut found = c;
            decompose_compatible(c, |one| found = one);
            found
        }
        c => c,
    }
}

/// A one-time code as it was typed: [`typed`], without the spaces and dashes that group it.
pub fn ungrouped(text: &str) -> String {
    typed(text).replace([' ', '-'], "")
}

/// A number in plain form, unless spreadsheets or programs have made something else of it: it has a fraction, a sign or
/// an exponent. A fraction of nothing but zeros is dropped, since programs write whole numbers so: `40860011.0`.
pub(crate) fn whole(text: &str) -> Option<&str> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if text.starts_with('-') || has_exponent(text) {
        return None;
    }
    match text.split_once('.') {
        Some((before, after)) if !after.contains('.') && !text.contains(|c: char| c.is_alphabetic()) => {
            let no_fraction = after.is_empty() || (digits(before) && after.bytes().all(|b| b == b'0'));
            no_fraction.then_some(before)
        }
        _ => Some(text),
    }
}

/// `4.0860011E7`, `4E+07`; without dot and sign it may be hexadecimal.
fn has_exponent(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let unsigned = exponent.strip_prefix(['+', '-']);
    let is_number = digits(&mantissa.replacen('.', "", 1)) && !mantissa.is_empty();
    let power = unsigned.unwrap_or(exponent);
    is_number && !power.is_empty() && digits(power) && (mantissa.contains('.') || unsigned.is_some())
}

/// Whether a number is in truth a date or a time of day, as spreadsheets make of `2027-12-31` or `12:30`.
pub(crate) fn is_moment(text: &str) -> bool {
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    let is =
        |part: &str, longest: usize| (1..=longest).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let up_to = |part: &str, most: u8| is(part, 2) && part.parse::<u8>().is_ok_and(|number| number <= most);
    for divider in ['-', '/', '.'] {
        if let [year, month, date] = day.split(divider).collect::<Vec<_>>()[..]
            && (is(year, 4)
                && year.len() == 4
                && ["19", "20", "21"].contains(&&year[..2])
                && up_to(month, 12)
                && up_to(date, 31))
        {
            return true;
        }
    }
    matches!(text.split(':').collect::<Vec<_>>()[..], [hour, minute, second] if up_to(hour, 99) && up_to(minute, 59) && up_to(second, 59))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_not_there() {
        for unseen in [
            '\u{200b}',
            '\u{feff}',
            '\u{202d}',
            '\u{202c}',
            '\u{ad}',
            '\u{2060}',
            '\u{2066}',
            '\u{200e}',
            '\u{3164}',
            '\u{e0061}',
        ] {
            assert_eq!(typed(&format!("{unseen}22{unseen}00{unseen}")), "2200", "{unseen:?}");
            assert_eq!(shown(&format!("{unseen}陈{unseen}小 明{unseen} ")), "陈小 明", "{unseen:?}");
        }
        assert_eq!(shown("葛\u{e0100}城\n２号"), "葛\u{e0100}城\n２号");
        assert_eq!((shown("\u{200d}\u{fe0f} "), typed("\u{200d}\u{fe0f} ")), (String::new(), String::new()));
    }

    #[test]
    fn every_width_every_dash_and_every_space_is_one() {
        assert_eq!(typed("　ＡＢ－１２：３／ｚ＠"), "AB-12:3/z@");
        assert_eq!(typed("1\u{a0}2\u{2009}3\t4\u{202f}5"), "1 2 3 4 5");
        assert_eq!(typed("1‐2‑3–4—5−6－7﹣8ー9"), "1-2-3-4-5-6-7-8-9");
        assert_eq!(typed("﹢﹕𝟏𝟑𝟴"), "+:138");
        assert_eq!(typed("湘•A・1·2\n"), "湘·A·1·2");
        assert_eq!(typed("1\n2"), "1\n2", "a line end inside is no space");
        assert_eq!(typed("12①³"), "12①³", "a mark of a footnote is no digit");
        for text in ["123 456", "１２３４５６", "123456\n", "123-456", "\u{200b}123–456"] {
            assert_eq!(ungrouped(text), "123456", "{text:?}");
        }
    }

    #[test]
    fn a_number_with_a_fraction_a_sign_or_an_exponent_is_not_whole() {
        for (text, number) in [
            ("40860011", "40860011"),
            ("40860011.0", "40860011"),
            ("40860011.000", "40860011"),
            ("40860011.", "40860011"),
            ("02.6F.6C.3A", "02.6F.6C.3A"),
            ("0.040.860.011", "0.040.860.011"),
            ("ab.12", "ab.12"),
            ("4E7", "4E7"),
            ("026F-6E3A", "026F-6E3A"),
        ] {
            assert_eq!(whole(text), Some(number), "{text}");
        }
        for text in [
            "40860011.5",
            "4086001.10",
            "-40860011",
            ".5",
            "4.0860011E7",
            "4.0860011e+07",
            "4E+07",
            "4E-7",
            "12,345.00",
            "4 0.0",
        ] {
            assert_eq!(whole(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_or_a_time_is_no_number() {
        for text in
            ["2027-12-31", "2027/1/5", "2027.12.31", "2027-12-31 08:30:00", "2027-12-31T00:00:00", "12:30:00", "1:2:3"]
        {
            assert!(is_moment(text), "{text}");
        }
        for text in
            ["0040-86-0011", "111:27706", "02:6F:6C:3A", "2027-13-01", "0730-12-02", "20271231", "1-2-3", "12:30"]
        {
            assert!(!is_moment(text), "{text}");
        }
    }
}
