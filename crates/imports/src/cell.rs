//! What cells of any table may say.

use std::ops::RangeInclusive;

use kernel::typed::typed;

/// A text of so many characters without what cannot be seen.
pub fn text(text: &str, length: RangeInclusive<usize>) -> Option<String> {
    let good = length.contains(&text.chars().count()) && !text.chars().any(char::is_control);
    good.then(|| text.to_owned())
}

/// 是 or 否; nothing is no.
pub fn yes(text: &str) -> Option<bool> {
    match typed(text).to_ascii_uppercase().as_str() {
        "是" | "TRUE" => Some(true),
        "" | "否" | "FALSE" => Some(false),
        _ => None,
    }
}

/// What reads as the same again.
pub const fn yes_text(yes: bool) -> &'static str {
    if yes { "是" } else { "否" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_its_length_and_an_answer_is_written_as_it_is_read() {
        assert_eq!(text("陈小明", 1..=3).as_deref(), Some("陈小明"));
        assert_eq!((text("", 1..=3), text("陈小明们", 1..=3), text("a\tb", 1..=3)), (None, None, None));
        assert_eq!((yes(yes_text(true)), yes(yes_text(false)), yes("x")), (Some(true), Some(false), None));
    }
}
