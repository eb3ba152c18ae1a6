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

/// Purpose of a code that is requested before signing in.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodeFor {
    /// Register with a phone.
    Register,
    /// Log in with a phone.
    Login,
    /// Reset a forgotten password.
    Reset,
}

/// A request for a code before signing in.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewCode {
    /// Purpose of the code.
    #[garde(skip)]
    purpose: CodeFor,
    /// Phone; for `reset` also a 车安通 ID or an e-mail address.
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
    /// Code from `wx.login`.
    #[schema(value_type = String, min_length = 1, max_length = 256)]
    #[garde(custom(token_length))]
    pub(in crate::http) code: SecretString,
    /// Consents given at the login.
    #[serde(default)]
    #[garde(length(max = 8), dive)]
    pub(in crate::http) agreements: Vec<NewAgreement>,
    /// Device name reported by the phone, at most 64 characters.
    #[garde(custom(device_name))]
    pub(in crate::http) device: Option<String>,
}

/// A login with a password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewPasswordLogin {
    /// 车安通 ID, phone or e-mail address.
    #[schema(value_type = Identifier)]
    #[garde(dive)]
    pub(in crate::http) identifier: Text<Identifier>,
    /// Password.
    #[schema(value_type = String, min_length = 1, max_length = 64, format = Password)]
    #[garde(custom(password_length))]
    pub(in crate::http) password: SecretString,
    /// Device name reported by the phone, at most 64 characters.
    #[garde(custom(device_name))]
    pub(in crate::http) device: Option<String>,
}

/// A login with an SMS code.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewSmsLogin {
    /// Phone that the code was sent to.
    #[schema(value_type = Phone)]
    #[garde(dive)]
    pub(in crate::http) phone: Text<Phone>,
    /// `challengeId` from the request of the code.
    #[garde(skip)]
    pub(in crate::http) challenge_id: ChallengeId,
    /// Six digits from the SMS.
    #[schema(value_type = String, pattern = "^\\d{6}$")]
    #[serde(deserialize_with = "edge::typed_code")]
    #[garde(custom(six_digits))]
    pub(in crate::http) code: SecretString,
    /// Password, only needed after `password-needed-too`.
    #[schema(value_type = Option<String>, max_length = 64)]
    #[garde(custom(maybe_password_length))]
    pub(in crate::http) password: Option<SecretString>,
    /// Device name reported by the phone, at most 64 characters.
    #[garde(custom(device_name))]
    pub(in crate::http) device: Option<String>,
}

/// A refresh of tokens.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewRefresh {
    /// The latest refresh token.
    #[schema(value_type = String, min_length = 1, max_length = 256)]
    #[garde(custom(token_length))]
    pub(in crate::http) refresh_token: SecretString,
}

/// A reset of a forgotten password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewReset {
    /// The identifier given when the code was requested.
    #[schema(value_type = Identifier)]
    #[garde(dive)]
    pub(in crate::http) identifier: Text<Identifier>,
    /// `challengeId` from the request of the code.
    #[garde(skip)]
    pub(in crate::http) challenge_id: ChallengeId,
    /// Six digits from the SMS or e-mail.
    #[schema(value_type = String, pattern = "^\\d{6}$")]
    #[serde(deserialize_with = "edge::typed_code")]
    #[garde(custom(six_digits))]
    pub(in crate::http) code: SecretString,
    /// New password, 8 to 64 characters.
    #[schema(value_type = String, min_length = 8, max_length = 64, format = Password)]
    #[garde(custom(password_length))]
    pub(in crate::http) password: SecretString,
}
