use edge::FromText;
use kernel::{AccountNumber, Email, Phone};
use store::SiteCipher;
use utoipa::openapi::{
    RefOr,
    schema::{ObjectBuilder, Schema, Type},
};

use crate::rows::account::By;

/// What a person names their account by, all in one field: 车安通 ID, phone or e-mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identifier {
    /// 车安通 ID.
    Number(AccountNumber),
    Phone(Phone),
    Email(Email),
}

impl Identifier {
    /// Reads what people type.
    pub fn parse(text: &str) -> Option<Self> {
        let phone = || Phone::parse(text).map(Self::Phone);
        let number = || AccountNumber::parse(text).map(Self::Number);
        Email::parse(text).map(Self::Email).or_else(phone).or_else(number)
    }

    /// What an account is found by.
    pub(crate) fn sought(&self, cipher: &SiteCipher) -> By {
        match self {
            Self::Number(number) => By::Number(number.clone()),
            Self::Phone(phone) => By::Phone(cipher.index(phone.expose())),
            Self::Email(email) => By::Email(cipher.index(email.expose())),
        }
    }

    /// One text for one meaning; never to be logged.
    pub(crate) fn normal(&self) -> &str {
        match self {
            Self::Number(number) => number.as_str(),
            Self::Phone(phone) => phone.expose(),
            Self::Email(email) => email.expose(),
        }
    }
}

impl FromText for Identifier {
    const EXPECTED: &'static str = "请输入车安通ID、手机号或邮箱";

    fn from_text(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

impl utoipa::PartialSchema for Identifier {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).max_length(Some(254)).examples(["13800001001"]).into()
    }
}
impl utoipa::ToSchema for Identifier {}

#[cfg(test)]
mod tests {
    use super::Identifier;
    use kernel::AccountNumber;

    #[test]
    fn one_field_takes_all_three() {
        assert!(matches!(Identifier::parse(" 138 0000 1001"), Some(Identifier::Phone(_))));
        assert!(matches!(Identifier::parse("Zhang@Example.com"), Some(Identifier::Email(_))));
        assert!(matches!(Identifier::parse("ｚhang＠example.com\n"), Some(Identifier::Email(_))));
        assert!(matches!(Identifier::parse("（+86）138–0000–1001"), Some(Identifier::Phone(_))));
        let number = AccountNumber::draw();
        assert_eq!(Identifier::parse(number.as_str()), Some(Identifier::Number(number)));
        for text in ["", "zhang", "12800001001", "a@b", "a\n@x.cn", "123"] {
            assert_eq!(Identifier::parse(text), None, "{text:?}");
        }
    }
}
