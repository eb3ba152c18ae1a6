use utoipa::openapi::{
    RefOr,
    schema::{ObjectBuilder, Schema, Type},
};

use crate::card_number::CardFormat;

/// The number printed on a card (卡表面号), brought to one form: ASCII messages and digits, capitals, no separators,
/// no leading zeros.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PrintedCardNumber(String);

impl PrintedCardNumber {
    const LONGEST: usize = 32;

    /// Reads what people type: full-width characters, spaces, commas, dashes and leading zeros are understood.
    pub fn parse(text: &str) -> Option<Self> {
        let mut number = String::with_capacity(text.len());
        for c in text.chars() {
            let c = match c {
                '！'..='～' => char::from_u32(c as u32 - 0xFEE0)?,
                other => other,
            };
            match c {
                '0'..='9' | 'A'..='Z' => number.push(c),
                'a'..='z' => number.push(c.to_ascii_uppercase()),
                ' ' | ',' | '-' | '\u{3000}' => {}
                _ => return None,
            }
        }
        if number.is_empty() || number.len() > Self::LONGEST {
            return None;
        }
        let significant = number.trim_start_matches('0');
        Some(Self(if significant.is_empty() { "0".to_owned() } else { significant.to_owned() }))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// All but the last four characters starred.
    pub fn masked(&self) -> String {
        let shown = self.0.len().min(4);
        format!("{}{}", "*".repeat(self.0.len() - shown), &self.0[self.0.len() - shown..])
    }
}

impl std::fmt::Debug for PrintedCardNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

/// A card number as somebody typed it: what it says depends on the site, whose separators may count.
#[derive(Clone, PartialEq, Eq)]
pub struct TypedCardNumber(String);

impl TypedCardNumber {
    const LONGEST: usize = 64;

    /// Takes what could be a number of some site: messages, digits and what stands between them.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let plausible = text.len() <= Self::LONGEST * 3 && text.chars().count() <= Self::LONGEST;
        // of every format, opaque text takes the most
        (plausible && CardFormat::default().read(text).is_some()).then(|| Self(text.to_owned()))
    }

    /// As it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for TypedCardNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TypedCardNumber")
    }
}

impl utoipa::PartialSchema for TypedCardNumber {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).max_length(Some(64)).examples(["0012345678", "111,27706"]).into()
    }
}
impl utoipa::ToSchema for TypedCardNumber {}

#[cfg(test)]
mod tests {
    use super::PrintedCardNumber;

    #[test]
    fn one_card_has_one_form_however_it_is_typed() {
        for text in ["0012345678", "00 1234 5678", "００１２３４５６７８", "0,0123-45678"] {
            assert_eq!(PrintedCardNumber::parse(text).expect(text).as_str(), "12345678");
        }
        assert_eq!(PrintedCardNumber::parse("a0b").expect("messages").as_str(), "A0B");
        assert_eq!(PrintedCardNumber::parse("000").expect("zeros").as_str(), "0");
    }

    #[test]
    fn garbage_is_no_number() {
        for text in ["", " ", "卡12", "12\n3", "1;2", &"9".repeat(33)] {
            assert!(PrintedCardNumber::parse(text).is_none(), "{text:?}");
        }
    }
}
