use utoipa::openapi::{
    RefOr,
    schema::{ObjectBuilder, Schema, Type},
};

use crate::{
    card_number::{self, CardFormat},
    typed::typed,
};

/// The number printed on a card (卡表面号), brought to one form: ASCII letters and digits, capitals, no separators,
/// no leading zeros.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PrintedCardNumber(String);

impl PrintedCardNumber {
    /// Reads what people type, whatever divides it.
    pub fn parse(text: &str) -> Option<Self> {
        let number = card_number::written(text)?;
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

    /// Takes what could be a number of some site: letters, digits and what stands between them.
    pub fn parse(text: &str) -> Option<Self> {
        let text = typed(text);
        let plausible = text.len() <= Self::LONGEST * 3 && text.chars().count() <= Self::LONGEST;
        // of every format, opaque text takes the most
        (plausible && CardFormat::default().read(&text).is_some()).then_some(Self(text))
    }

    /// As it was typed, in plain form.
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
