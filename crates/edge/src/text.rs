use garde::{Error, Path, Report, Validate};
use kernel::{AccountNumber, Email, Fault, Phone, Result, TypedCardNumber};
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
