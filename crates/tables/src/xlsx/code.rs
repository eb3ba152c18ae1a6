//! Codes by which spreadsheets show numbers: `#,##0.00`, `000","00000`, `[<=9999999]###-####;(###) ###-####`
//! (ECMA-376 part 1, §18.8.31).

use crate::fault::Flaw;

/// More than so much of a code is not looked at; spreadsheets take no more.
const LONGEST: usize = 255;

/// A code for numbers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Code(Vec<Section>);

/// How some of the numbers are shown.
#[derive(Clone, Debug, Default, PartialEq)]
struct Section {
    condition: Option<(Comparison, f64)>,
    /// What stands before the point, in its order.
    whole: Vec<Piece>,
    /// What stands after it; none where there is no point.
    part: Option<Vec<Piece>>,
    thousands: bool,
    percent: i32,
    /// Whether it shows thousands or millions, and so not the number.
    scaled: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Comparison {
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
    Equal,
    NotEqual,
}

#[derive(Clone, Debug, PartialEq)]
enum Piece {
    /// Always shown.
    Zero,
    /// Shown where the number is so long.
    Digit,
    Text(String),
}

impl Code {
    /// None for codes that show a number as it is, and for those that show it in another way than by its digits:
    /// fractions, powers of ten.
    pub(super) fn of(code: &str) -> Option<Self> {
        let mut sections = vec![Section::default()];
        let mut chars = code.chars().take(LONGEST).peekable();
        // commas after which no digit has come yet
        let mut commas = 0;
        while let Some(c) = chars.next() {
            let is_first = sections.len() == 1;
            let section = sections.last_mut()?;
            match c {
                ';' => {
                    section.scaled |= std::mem::take(&mut commas) > 0;
                    sections.push(Section::default());
                }
                '"' => section.text(chars.by_ref().take_while(|c| *c != '"').collect()),
                '\\' => section.text(chars.next().into_iter().collect()),
                '_' | '*' => _ = chars.next(),
                '[' => section.bracket(&chars.by_ref().take_while(|c| *c != ']').collect::<String>()),
                '0' | '#' | '?' => {
                    section.thousands |= commas > 0 && section.part.is_none();
                    commas = 0;
                    section.pieces().push(if c == '0' { Piece::Zero } else { Piece::Digit });
                }
                ',' if section.has_digits() => commas += 1,
                '.' if section.part.is_none() => {
                    section.scaled |= std::mem::take(&mut commas) > 0;
                    section.part = Some(Vec::new());
                }
                '%' => {
                    section.percent += 1;
                    section.text("%".to_owned());
                }
                '/' if section.has_digits() && chars.peek().is_some_and(|c| matches!(c, '?' | '#' | '0'..='9')) => {
                    return None;
                }
                '@' if !is_first => {} // how texts are shown
                '@' | 'E' | 'e' | 'G' | 'g' => return None,
                c => section.text(c.to_string()),
            }
        }
        sections.last_mut()?.scaled |= commas > 0;
        Some(Self(sections))
    }

    /// The number as it shows.
    pub(super) fn shown(&self, number: f64) -> Result<String, Flaw> {
        let (section, signed) = self.section(number);
        let text = section.shown(number.abs())?;
        let bare = text.trim_matches(|c: char| c == '-' || c == '¥' || c == '$' || c.is_whitespace());
        if number == 0.0 && bare.is_empty() && text.contains('-') {
            return Ok("0".to_owned()); // as ledgers show it
        }
        let sign = if signed && text.bytes().any(|b| matches!(b, b'1'..=b'9')) { "-" } else { "" };
        Ok(format!("{sign}{text}").trim().to_owned())
    }

    /// The section for a number, and whether it shows a sign of its own.
    fn section(&self, number: f64) -> (&Section, bool) {
        let sections = &self.0;
        if sections.iter().any(|section| section.condition.is_some()) {
            let fits = |section: &&Section| section.condition.is_none_or(|condition| holds(number, condition));
            let section = sections.iter().take(3).find(fits).or(sections.last());
            return (section.unwrap_or(&sections[0]), number < 0.0);
        }
        match sections.len() {
            1 => (&sections[0], number < 0.0),
            _ if number < 0.0 => (&sections[1], false),
            2 => (&sections[0], false),
            _ if number == 0.0 => (&sections[2], false),
            _ => (&sections[0], false),
        }
    }
}

fn holds(number: f64, (comparison, with): (Comparison, f64)) -> bool {
    match comparison {
        Comparison::Less => number < with,
        Comparison::LessOrEqual => number <= with,
        Comparison::More => number > with,
        Comparison::MoreOrEqual => number >= with,
        Comparison::Equal => number == with,
        Comparison::NotEqual => number != with,
    }
}

impl Section {
    fn pieces(&mut self) -> &mut Vec<Piece> {
        self.part.as_mut().unwrap_or(&mut self.whole)
    }

    fn text(&mut self, text: String) {
        self.pieces().push(Piece::Text(text));
    }

    fn has_digits(&self) -> bool {
        self.whole.iter().any(|piece| !matches!(piece, Piece::Text(_)))
    }

    /// A condition, or a currency; colours and languages show nothing.
    fn bracket(&mut self, inner: &str) {
        if let Some(currency) = inner.strip_prefix('$') {
            let symbol = currency.split('-').next().unwrap_or_default();
            self.text(symbol.to_owned());
            return;
        }
        let comparisons = [
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::MoreOrEqual),
            ("<>", Comparison::NotEqual),
            ("<", Comparison::Less),
            (">", Comparison::More),
            ("=", Comparison::Equal),
        ];
        let found = comparisons.iter().find_map(|(sign, comparison)| Some((*comparison, inner.strip_prefix(sign)?)));
        self.condition = found.and_then(|(comparison, with)| Some((comparison, with.trim().parse().ok()?)));
    }

    fn shown(&self, number: f64) -> Result<String, Flaw> {
        let (whole, part) = (&self.whole, self.part.as_deref().unwrap_or_default());
        if whole.is_empty() && part.is_empty() {
            // a zero that is not shown is common, another number that is not shown is hidden
            return if number == 0.0 { Ok(String::new()) } else { Err(Flaw::UnreadableCell) };
        }
        let places = part.iter().filter(|piece| !matches!(piece, Piece::Text(_))).count();
        let number = number * 100_f64.powi(self.percent);
        // spreadsheets keep fifteen digits
        let number: f64 = format!("{number:.14e}").parse().map_err(|_| Flaw::UnreadableCell)?;
        if self.scaled || (places == 0 && self.has_digits() && number.fract() != 0.0) {
            return Err(Flaw::DamagedNumber);
        }
        let text = format!("{number:.places$}");
        let (digits, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let mut shown = self.whole_shown(if digits == "0" { "" } else { digits });
        if self.part.is_some() {
            shown.push('.');
        }
        let (mut fraction, mut left) = (fraction.chars(), fraction.trim_end_matches('0').len());
        for piece in part {
            match piece {
                Piece::Text(text) => shown.push_str(text),
                Piece::Zero => shown.extend(fraction.next()),
                Piece::Digit => shown.extend(fraction.next().filter(|_| left > 0)),
            }
            if !matches!(piece, Piece::Text(_)) {
                left = left.saturating_sub(1);
            }
        }
        Ok(shown)
    }

    /// The digits before the point, from the last to the first; the first place takes all that are left.
    fn whole_shown(&self, digits: &str) -> String {
        let mut places = self.whole.iter().filter(|piece| !matches!(piece, Piece::Text(_))).count();
        let (mut left, mut count) = (digits.chars().rev(), 0);
        let mut shown: Vec<char> = Vec::new();
        for piece in self.whole.iter().rev() {
            let digit = match piece {
                Piece::Text(text) => {
                    shown.extend(text.chars().rev());
                    continue;
                }
                Piece::Zero => Some(left.next().unwrap_or('0')),
                Piece::Digit => left.next(),
            };
            places -= 1;
            let rest = left.clone().filter(|_| places == 0);
            for digit in digit.into_iter().chain(rest) {
                if self.thousands && count > 0 && count % 3 == 0 {
                    shown.push(',');
                }
                count += 1;
                shown.push(digit);
            }
        }
        shown.into_iter().rev().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_shown_as_its_code_says() {
        for (code, number, shown) in [
            ("0", 40_860_011.0, "40860011"),
            ("#,##0", 12_345.0, "12,345"),
            ("#,##0", 0.0, "0"),
            ("#,##0", 123.0, "123"),
            ("#,##0", 1_234_567.0, "1,234,567"),
            ("#,##0.00", 1_234.5, "1,234.50"),
            ("0.00", 12.5, "12.50"),
            ("0.00", 0.1 + 0.2, "0.30"),
            ("0.0#", 12.5, "12.5"),
            ("0.##", 12.0, "12."),
            ("0000000000", 40_860_011.0, "0040860011"),
            ("00000000;-0", 1_234.0, "00001234"),
            ("000\",\"00000", 11_127_706.0, "111,27706"),
            ("000\\,00000", 1_200_345.0, "012,00345"),
            ("000-00000", 1_200_345.0, "012-00345"),
            ("000 0000 0000", 13_800_001_001.0, "138 0000 1001"),
            ("[<=9999999]###-####;(###) ###-####", 13_800_001_001.0, "(1380) 000-1001"),
            ("[<=9999999]###-####;(###) ###-####", 5_551_234.0, "555-1234"),
            ("\"A\"00000", 12.0, "A00012"),
            ("A00000", 12.0, "A00012"),
            ("[Red]0;[Blue]-0", -5.0, "-5"),
            ("#,##0_);(#,##0)", -5.0, "(5)"),
            ("0", -5.0, "-5"),
            ("0.0", -0.01, "0.0"),
            ("¥#,##0.00", 1_234.0, "¥1,234.00"),
            ("[$¥-804]#,##0.00", 1_234.0, "¥1,234.00"),
            ("_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* \"-\"??_ ;_ @_ ", 1_234.0, "¥1,234.00"),
            ("_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* \"-\"??_ ;_ @_ ", 0.0, "0"),
            ("#,##0.00\"元\"", 12.5, "12.50元"),
            ("0%", 0.5, "50%"),
            ("0.00%", 0.125, "12.50%"),
            ("0000000000000000", 42.0, "0000000000000042"),
            ("0;-0;;@", 0.0, ""),
            ("#", 0.0, ""),
        ] {
            assert_eq!(Code::of(code).unwrap().shown(number).as_deref(), Ok(shown), "{code} {number}");
        }
    }

    #[test]
    fn what_a_code_hides_is_no_number() {
        for (code, number, flaw) in [
            ("0", 40_860_011.5, Flaw::DamagedNumber),
            ("#,##0", 1.5, Flaw::DamagedNumber),
            ("0000", 1.5, Flaw::DamagedNumber),
            (";;;", 5.0, Flaw::UnreadableCell),
            ("0,", 12_345.0, Flaw::DamagedNumber),
            ("0.0,,", 12_345.0, Flaw::DamagedNumber),
        ] {
            assert_eq!(Code::of(code).unwrap().shown(number), Err(flaw), "{code}");
        }
        for code in ["# ?/?", "0.00E+00", "General", "@", "G/通用格式"] {
            assert_eq!(Code::of(code), None, "{code}");
        }
    }
}
