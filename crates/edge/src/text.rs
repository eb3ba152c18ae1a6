use garde::{Error, Path, Report, Validate};
use kernel::{AccountNumber, Email, Fault, Phone, Result, TypedCardNumber, typed::ungrouped};
use serde::{Deserialize, Deserializer};

/// What people type and a type understands, or not: then they are told so at its field.
pub trait FromText: Sized {
    /// What was expected, in the user's words.
    const EXPECTED: &'static str;

    fn from_text(text: &str) -> Option<Self>;
}

macro_rules! from_text {
    ($($kind:ty: $expected:literal)+) => {$(
        impl FromText for $kind {
            const EXPECTED: &'static str = $expected;

            fn from_text(text: &str) -> Option<Self> {
                Self::parse(text)
            }
        }
    )+};
}

from_text! {
    AccountNumber: "请输入 8 位车安通ID"
    Email: "请输入正确的邮箱地址，例如 zhang@example.com"
    Phone: "请输入 11 位手机号"
    TypedCardNumber: "请输入卡面上的号码（字母和数字）"
}

/// A text field of an input. Behind [`crate::Valid`] its value is there.
#[derive(Clone, Debug)]
pub struct Text<T>(Option<T>);

impl<T: FromText> Text<T> {
    /// The value.
    ///
    /// # Errors
    /// `invalid`, where the text was never checked.
    pub fn value(self) -> Result<T> {
        self.0.ok_or_else(|| Fault::field("", "invalid", T::EXPECTED))
    }
}

impl<'de, T: FromText> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Ok(Self(T::from_text(&std::borrow::Cow::<str>::deserialize(deserializer)?)))
    }
}

impl<T: FromText> Validate for Text<T> {
    type Context = ();

    fn validate_into(&self, (): &(), parent: &mut dyn FnMut() -> Path, report: &mut Report) {
        if self.0.is_none() {
            report.append(parent(), Error::new(T::EXPECTED));
        }
    }
}

/// A one-time code as people type and paste it, for `serde(deserialize_with)`; whether it has six digits is not asked.
pub fn typed_code<'de, D: Deserializer<'de>, T: From<String>>(deserializer: D) -> std::result::Result<T, D::Error> {
    Ok(ungrouped(&std::borrow::Cow::<str>::deserialize(deserializer)?).into())
}

/// As [`typed_code`], where a code may be missing: its field also needs `serde(default)`.
pub fn maybe_typed_code<'de, D: Deserializer<'de>, T: From<String>>(
    deserializer: D,
) -> std::result::Result<Option<T>, D::Error> {
    Ok(Option::<std::borrow::Cow<'_, str>>::deserialize(deserializer)?.map(|code| ungrouped(&code).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, Validate)]
    struct Input {
        #[garde(dive)]
        phone: Text<Phone>,
        #[garde(dive)]
        number: Option<Text<TypedCardNumber>>,
    }

    /// What is wrong, field by field.
    fn wrong(json: &str) -> Vec<(String, String)> {
        let input: Input = serde_json::from_str(json).unwrap();
        let report = input.validate().err();
        report.iter().flat_map(Report::iter).map(|(path, error)| (path.to_string(), error.to_string())).collect()
    }

    #[test]
    fn what_a_type_does_not_understand_is_told_at_its_field_in_its_own_words() {
        let expected = |field: &str, text: &str| (field.to_owned(), text.to_owned());
        assert_eq!(wrong(r#"{"phone": "13800000001", "number": "111,27706"}"#), []);
        assert_eq!(wrong(r#"{"phone": " 138 0000 0001 "}"#), [], "as people write it");
        for phone in ["", "12", "1380000000x"] {
            let found = wrong(&serde_json::json!({ "phone": phone }).to_string());
            assert_eq!(found, [expected("phone", "请输入 11 位手机号")], "{phone:?}");
        }
        let both = wrong(r#"{"phone": "12", "number": "卡"}"#);
        assert_eq!(both.len(), 2, "{both:?}");
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        #[derive(Deserialize)]
        struct Codes {
            #[serde(deserialize_with = "typed_code")]
            code: String,
            #[serde(default, deserialize_with = "maybe_typed_code")]
            other: Option<String>,
        }
        for code in ["123 456", "１２３４５６", "123456\n", "123-456", "\u{200b}123\u{a0}456"] {
            let entered: Codes = serde_json::from_value(serde_json::json!({ "code": code, "other": code })).unwrap();
            assert_eq!((entered.code.as_str(), entered.other.as_deref()), ("123456", Some("123456")), "{code:?}");
        }
        let entered: Codes = serde_json::from_str(r#"{"code": "12345x"}"#).unwrap();
        assert_eq!((entered.code.as_str(), entered.other), ("12345x", None));
        assert_eq!(serde_json::from_str::<Codes>(r#"{"code": "", "other": null}"#).unwrap().other, None);
    }

    #[test]
    fn a_text_is_a_text_and_its_value_is_there_once_it_was_checked() {
        for json in ["1", "null", "[]", "{}"] {
            assert!(serde_json::from_str::<Text<Phone>>(json).is_err(), "{json}");
        }
        let read = |json: &str| serde_json::from_str::<Text<AccountNumber>>(json).unwrap().value();
        assert_eq!(read("\"12\"").unwrap_err().code(), kernel::INVALID);
        let phone: Text<Phone> = serde_json::from_str("\"13800000001\"").unwrap();
        assert_eq!(phone.value().unwrap().expose(), Phone::parse("13800000001").unwrap().expose());
    }
}
