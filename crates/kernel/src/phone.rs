use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use utoipa::openapi::{
    RefOr,
    schema::{ObjectBuilder, Schema, Type},
};

use crate::typed::{typed, whole};

/// A mobile number of mainland China: `1[3-9]` and nine more digits. Shown masked unless [`Phone::expose`] is asked.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// Reads what people type: beside what [`typed`] understands, a prefix of China in every form (`+86`, `0086`, `86`,
    /// `（+86）`, `tel:`), and spaces, dashes, dots, commas and brackets between the digits. A fraction is no phone.
    pub fn parse(text: &str) -> Option<Self> {
        const LENGTH: usize = 11;
        let text = typed(text);
        let text = text.strip_prefix("tel:").unwrap_or(&text);
        let (mut digits, mut plus) = (String::with_capacity(LENGTH + 4), false);
        for c in whole(text)?.chars() {
            match c {
                '0'..='9' => digits.push(c),
                '+' if digits.is_empty() && !plus => plus = true,
                ' ' | '-' | '.' | '·' | ',' | '(' | ')' | '[' | ']' | '【' | '】' => {}
                _ => return None,
            }
        }
        let prefixed = plus || digits.len() > LENGTH;
        let rest = if prefixed { digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86"))? } else { &digits };
        let bytes = rest.as_bytes();
        let good = bytes.len() == LENGTH && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1]);
        good.then(|| Self(rest.to_owned()))
    }

    /// The eleven digits. Whoever asks answers for where they go.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// `138****0001`.
    pub fn masked(&self) -> String {
        format!("{}****{}", &self.0[..3], &self.0[7..])
    }
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Serialize for Phone {
    /// Masked: a number in plain text never leaves by accident.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.masked())
    }
}

impl<'de> Deserialize<'de> for Phone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("not a mobile number"))
    }
}

impl utoipa::PartialSchema for Phone {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^1[3-9]\\d{9}$")).examples(["13800001001"]).into()
    }
}
impl utoipa::ToSchema for Phone {}

#[cfg(test)]
mod tests {
    use super::Phone;

    #[test]
    fn what_people_type_is_understood_and_nothing_else() {
        for text in ["13800000001", " 138 0000 0001", "138-0000-0001", "+8613800000001", "１３８０００００００１"]
        {
            let digits = Phone::parse(text).map(|phone| phone.expose().to_owned());
            assert_eq!(digits.as_deref(), Some("13800000001"), "{text}");
        }
        for text in [
            "8613800000001",
            "008613800000001",
            "（+86）13800000001",
            "＋8613800000001",
            "\u{202d}13800000001\u{202c}",
            "138\u{a0}0000\u{a0}0001",
            "138–0000–0001",
            "86-13800000001",
            "+86 (138) 0000-0001",
            "【86】138—0000—0001",
            "00 86 138.0000.0001",
            "tel:+86-138-0000-0001",
            "\u{feff}138\t0000\t0001\r\n",
            "13,800,000,001",
            "13800000001.0",
            "138·0000·0001",
        ] {
            let digits = Phone::parse(text).map(|phone| phone.expose().to_owned());
            assert_eq!(digits.as_deref(), Some("13800000001"), "{text:?}");
        }
        for text in [
            "1380000000.1",
            "138000000011.0",
            "-13800000001",
            "1.3800000001E10",
            "+13800000001",
            "+86+13800000001",
            "8613800000001①",
            "8513800000001",
            "13800000001/13900000002",
            "868613800000001",
        ] {
            assert!(Phone::parse(text).is_none(), "{text:?}");
        }
        for text in ["", "12800000001", "1380000000", "138000000011", "1380000000a", "+4413800000001", "138\n00000001"]
        {
            assert!(Phone::parse(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn it_shows_itself_masked() {
        let phone = Phone::parse("13800001234").expect("a number");
        assert_eq!(format!("{phone:?}"), "138****1234");
    }
}
