use serde::{Deserialize, Deserializer, Serialize, de::Error};
use utoipa::openapi::{
    RefOr,
    schema::{ObjectBuilder, Schema, Type},
};

use crate::{random, typed::ungrouped};

/// A 车安通 ID: seven digits drawn at random, the first not 0, and a check digit (ISO/IEC 7064, MOD 11,10), which finds
/// every single wrong digit and nearly every pair of swapped ones. Says nothing of who came when.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct AccountNumber(String);

impl AccountNumber {
    /// Some number, all equally likely. Whoever stores it finds out whether it is free.
    pub fn draw() -> Self {
        const LEAST: u32 = 1_000_000;
        const RANGE: u32 = 9_000_000;
        const FAIR: u32 = u32::MAX - u32::MAX % RANGE;
        loop {
            let dice = u32::from_be_bytes(random());
            if dice < FAIR {
                let digits = (LEAST + dice % RANGE).to_string();
                let check = check_digit(digits.as_bytes());
                return Self(format!("{digits}{check}"));
            }
        }
    }

    /// Reads what people type, in the tolerance of [`crate::typed::ungrouped`]; a wrong check digit is not understood.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = ungrouped(text);
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let (body, check) = digits.as_bytes().split_at_checked(7)?;
        let good = check.len() == 1 && body[0] != b'0' && check[0] - b'0' == check_digit(body);
        good.then_some(Self(digits))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check_digit(digits: &[u8]) -> u8 {
    let product = digits.iter().fold(10, |product, digit| {
        let sum = (digit - b'0' + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10
}

impl std::fmt::Debug for AccountNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for AccountNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("not a 车安通 ID"))
    }
}

impl utoipa::PartialSchema for AccountNumber {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[1-9]\\d{7}$")).examples(["10000007"]).into()
    }
}
impl utoipa::ToSchema for AccountNumber {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{AccountNumber, check_digit};

    #[test]
    fn the_standards_own_example_checks() {
        assert_eq!(check_digit(b"0794"), 5); // ISO/IEC 7064, MOD 11,10
    }

    #[test]
    fn what_people_type_is_understood_and_nothing_else() {
        let number = AccountNumber::draw();
        let text = number.as_str();
        assert_eq!(AccountNumber::parse(&format!(" {} {}", &text[..4], &text[4..])), Some(number.clone()));
        let wide: String = text.chars().filter_map(|c| char::from_u32(c as u32 + 0xFEE0)).collect();
        assert_eq!(AccountNumber::parse(&wide), Some(number.clone()));
        assert_eq!(AccountNumber::parse(&format!("\u{200b}{}-{}\n", &text[..4], &text[4..])), Some(number.clone()));
        for bad in ["", "1234567", "123456789", "0000000a", "卡", &format!("{}\n{}", &text[..4], &text[4..])] {
            assert_eq!(AccountNumber::parse(bad), None, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn a_wrong_digit_is_found(place in 0_usize..8, other in 0_u8..10) {
            let number = AccountNumber::draw();
            let mut typed = number.as_str().as_bytes().to_vec();
            prop_assume!(typed[place] != b'0' + other);
            typed[place] = b'0' + other;
            prop_assert_eq!(AccountNumber::parse(std::str::from_utf8(&typed).unwrap()), None);
        }
    }
}
