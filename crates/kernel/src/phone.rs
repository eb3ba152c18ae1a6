use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use utoipa::openapi::{
    RefOr,
    schema::{ObjectBuilder, Schema, Type},
};

/// A mobile number of mainland China: `1[3-9]` and nine more digits. Shown masked unless [`Phone::expose`] is asked.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// Reads what people type: full-width digits, spaces, dashes and a leading +86 are understood.
    pub fn parse(text: &str) -> Option<Self> {
        let mut digits = String::with_capacity(13);
        let trimmed = text.trim();
        for c in trimmed.strip_prefix("+86").unwrap_or(trimmed).chars() {
            match c {
                '0'..='9' => digits.push(c),
                '０'..='９' => digits.push(char::from(b'0' + u8::try_from(c as u32 - '０' as u32).ok()?)),
                ' ' | '-' | '\u{3000}' => {}
                _ => return None,
            }
        }
        let bytes = digits.as_bytes();
        (bytes.len() == 11 && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1])).then_some(Self(digits))
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
