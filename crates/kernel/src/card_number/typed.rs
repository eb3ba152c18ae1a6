use crate::typed::{typed, whole};

/// What a person typed or a table held: ASCII digits and capitals, and how separators grouped them.
pub(super) struct Typed {
    text: String,
    grouping: Grouping,
}

enum Grouping {
    None,
    Two { first: usize },
    More,
}

impl Typed {
    const LONGEST: usize = 32;

    /// The plain form of [`typed`]; spaces, commas, dashes, dots, colons and slashes only divide. None for anything else,
    /// for a number that is not [`whole`], and for texts without a digit or letter or with more than 32.
    pub(super) fn of(text: &str) -> Option<Self> {
        let plain = typed(text).replace('。', ".");
        let mut typed = Self { text: String::new(), grouping: Grouping::None };
        let mut divided = false;
        for c in whole(&plain)?.chars() {
            match c {
                ' ' | ',' | '-' | '.' | '、' | ':' | '/' | '\\' | '|' | '_' | '·' => divided = true,
                _ if !c.is_ascii_alphanumeric() || typed.text.len() == Self::LONGEST => return None,
                _ => {
                    if std::mem::take(&mut divided) && !typed.text.is_empty() {
                        typed.grouping = match typed.grouping {
                            Grouping::None => Grouping::Two { first: typed.text.len() },
                            Grouping::Two { .. } | Grouping::More => Grouping::More,
                        };
                    }
                    typed.text.push(c.to_ascii_uppercase());
                }
            }
        }
        (!typed.text.is_empty()).then_some(typed)
    }

    /// Digits and messages without separators.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// One number of at most `most` significant digits.
    pub(super) fn number(&self, most: usize, radix: u32) -> Option<u64> {
        let text = self.text.strip_prefix("0X").filter(|_| radix == 16).unwrap_or(&self.text);
        number(text, most, radix)
    }

    /// Two decimal fields, the first of at most `most` digits, the second of at most five. Two groups that fit are the
    /// fields. Otherwise the last five digits are the second field; separators may then stand anywhere, but no leading
    /// zero may be missing, for it would be a guess where.
    pub(super) fn fields(&self, most: usize) -> Option<(u64, u64)> {
        const LAST: usize = 5;
        let length = self.text.len();
        let at = match self.grouping {
            Grouping::Two { first } if first <= most && length - first <= LAST => first,
            Grouping::Two { .. } | Grouping::More if length < most + LAST => return None,
            _ => length.saturating_sub(LAST),
        };
        let (first, last) = self.text.split_at(at);
        Some((number(first, most, 10)?, number(last, LAST, 10)?))
    }
}

fn number(digits: &str, most: usize, radix: u32) -> Option<u64> {
    match digits.trim_start_matches('0') {
        "" => Some(0),
        significant if significant.len() <= most => u64::from_str_radix(significant, radix).ok(),
        _ => None,
    }
}

/// The digits and letters of a number as typed: capitals, without separators, with every zero. None for what is no number.
pub fn written(text: &str) -> Option<String> {
    Typed::of(text).map(|typed| typed.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::Typed;

    fn fields(text: &str) -> Option<(u64, u64)> {
        Typed::of(text)?.fields(3)
    }

    #[test]
    fn two_groups_that_fit_are_the_fields() {
        for (text, expected) in [
            ("62,277", (62, 277)),
            ("062 13878", (62, 13878)),
            ("０６２，１３８７８", (62, 13878)),
            (" 1-2 ", (1, 2)),
            ("111:27706", (111, 27706)),
            ("111/27706", (111, 27706)),
            ("111：27706", (111, 27706)),
            ("111–27706", (111, 27706)),
            ("111\u{a0}27706", (111, 27706)),
            ("111|27706", (111, 27706)),
        ] {
            assert_eq!(fields(text), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn the_last_five_digits_are_a_field_where_no_zero_is_missing() {
        for (text, expected) in [
            ("6213878", (62, 13878)),
            ("277", (0, 277)),
            ("0621 3878", (62, 13878)),
            ("11,127,706", (111, 27706)),
            ("0001 1277", (0, 11277)),
            ("0 6 2 1 3 8 7 8", (62, 13878)),
        ] {
            assert_eq!(fields(text), Some(expected), "{text:?}");
        }
        for text in ["6 213878", "1 11 2770", "1112,770"] {
            assert_eq!(fields(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            " ,-.",
            "卡12",
            "12\n3",
            "1;2",
            "1\u{0}",
            "-12",
            "+12",
            "1.5",
            "12。5",
            "(12)",
            "12%",
            "12①",
            "é",
            &"9".repeat(33),
        ] {
            assert!(Typed::of(text).is_none(), "{text:?}");
        }
    }
}
