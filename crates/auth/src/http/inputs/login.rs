use edge::{Address, Text};
use garde::Validate;
use kernel::{ChallengeId, Fault, Phone, Result};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    consents::NewAgreement,
    rules::{device_name, maybe_password_length, password_length, six_digits, token_length},
};
use crate::{Identifier, Origin, WantedCode};

/// Where a request comes from.
pub(in crate::http) fn origin(address: Address, device: Option<String>) -> Origin {
    Origin { address, device: device.filter(|name| !name.trim().is_empty()) }
}

/// What a code is wanted for.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodeFor {
    /// Registering with a phone.
    Register,
    /// Logging in with a phone.
    Login,
    /// Setting a forgotten password anew.
    Reset,
}

/// A request for a code, before signing in.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewCode {
    /// What for.
    #[garde(skip)]
    purpose: CodeFor,
    /// The phone; at `reset` also a 车安通 ID or an e-mail address.
    #[schema(value_type = Identifier)]
    #[garde(dive)]
    identifier: Text<Identifier>,
}

impl TryFrom<NewCode> for WantedCode {
    type Error = Fault;

    fn try_from(NewCode { purpose, identifier }: NewCode) -> Result<Self> {
        Ok(match (purpose, identifier.value()?) {
            (CodeFor::Reset, identifier) => Self::Reset(identifier),
            (CodeFor::Register, Identifier::Phone(phone)) => Self::Register(phone),
            (CodeFor::Login, Identifier::Phone(phone)) => Self::LogIn(phone),
            _ => return Err(Fault::field("identifier", "phone-needed", "请输入手机号")),
        })
    }
}

/// A login with WeChat.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewWechatLogin {
    /// What `wx.login` gave.
    #[schema(value_type = String, min_length = 1, max_length = 256)]
    #[garde(custom(token_length))]
    pub(in crate::http) code: SecretString,
    /// What was agreed to on the way.
    #[serde(default)]
    #[garde(length(max = 8), dive)]
    pub(in crate::http) agreements: Vec<NewAgreement>,
    /// What the phone calls itself.
    #[garde(custom(device_name))]
    pub(in crate::http) device: Option<String>,
}

/// A login with a password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewPasswordLogin {
    /// 车安通 ID, phone or e-mail.
    #[schema(value_type = Identifier)]
    #[garde(dive)]
    pub(in crate::http) identifier: Text<Identifier>,
    /// The password.
    #[schema(value_type = String, min_length = 1, max_length = 64, format = Password)]
    #[garde(custom(password_length))]
    pub(in crate::http) password: SecretString,
    /// What the phone calls itself.
    #[garde(custom(device_name))]
    pub(in crate::http) device: Option<String>,
}

/// A login with a code that came by SMS.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewSmsLogin {
    /// The phone.
    #[schema(value_type = Phone)]
    #[garde(dive)]
    pub(in crate::http) phone: Text<Phone>,
    /// As given when the code was asked for.
    #[garde(skip)]
    pub(in crate::http) challenge_id: ChallengeId,
    /// What came.
    #[schema(value_type = String, pattern = "^\\d{6}$")]
    #[garde(custom(six_digits))]
    pub(in crate::http) code: SecretString,
    /// Also the password, where the answer was `password-needed-too`.
    #[schema(value_type = Option<String>, max_length = 64)]
    #[garde(custom(maybe_password_length))]
    pub(in crate::http) password: Option<SecretString>,
    /// What the phone calls itself.
    #[garde(custom(device_name))]
    pub(in crate::http) device: Option<String>,
}

/// A refresh.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewRefresh {
    /// The newest refresh token.
    #[schema(value_type = String, min_length = 1, max_length = 256)]
    #[garde(custom(token_length))]
    pub(in crate::http) refresh_token: SecretString,
}

/// A forgotten password, set anew.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewReset {
    /// As when the code was asked for.
    #[schema(value_type = Identifier)]
    #[garde(dive)]
    pub(in crate::http) identifier: Text<Identifier>,
    /// As given when the code was asked for.
    #[garde(skip)]
    pub(in crate::http) challenge_id: ChallengeId,
    /// What came.
    #[schema(value_type = String, pattern = "^\\d{6}$")]
    #[garde(custom(six_digits))]
    pub(in crate::http) code: SecretString,
    /// The new password, 8 to 64 characters.
    #[schema(value_type = String, min_length = 8, max_length = 64, format = Password)]
    #[garde(custom(password_length))]
    pub(in crate::http) password: SecretString,
}
