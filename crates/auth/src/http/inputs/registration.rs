use edge::Text;
use garde::Validate;
use kernel::{ChallengeId, Email, Fault, Phone, Result};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    consents::{NewAgreement, agreements},
    rules::{device_name, maybe_six_digits, maybe_token_length, password_length},
};
use crate::{PhoneProof, Registration};

/// A registration: with `phone`, `challengeId` and `code`, or with `wechatCode` and `phoneCode`.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewRegistration {
    /// Phone that the code was sent to.
    #[schema(value_type = Option<Phone>)]
    #[garde(dive)]
    phone: Option<Text<Phone>>,
    /// `challengeId` from the request of the code.
    #[garde(skip)]
    challenge_id: Option<ChallengeId>,
    /// Six digits from the SMS.
    #[schema(value_type = Option<String>, pattern = "^\\d{6}$")]
    #[serde(default, deserialize_with = "edge::maybe_typed_code")]
    #[garde(custom(maybe_six_digits))]
    code: Option<SecretString>,
    /// Code from `wx.login`: links this WeChat user to the new account.
    #[schema(value_type = Option<String>, max_length = 256)]
    #[garde(custom(maybe_token_length))]
    wechat_code: Option<SecretString>,
    /// Code from the `getPhoneNumber` button.
    #[schema(value_type = Option<String>, max_length = 256)]
    #[garde(custom(maybe_token_length))]
    phone_code: Option<SecretString>,
    /// Password, 8 to 64 characters.
    #[schema(value_type = String, min_length = 8, max_length = 64, format = Password)]
    #[garde(custom(password_length))]
    password: SecretString,
    /// E-mail address; a code for verification is sent to it.
    #[schema(value_type = Option<Email>)]
    #[garde(dive)]
    email: Option<Text<Email>>,
    /// Consents to both texts, in the versions that were shown.
    #[garde(length(max = 8), dive)]
    agreements: Vec<NewAgreement>,
    /// The phone number has a new owner; only after `phone-maybe-recycled`.
    #[serde(default)]
    #[garde(skip)]
    new_number: bool,
    /// Device name reported by the phone, at most 64 characters.
    #[garde(custom(device_name))]
    pub(in crate::http) device: Option<String>,
}

impl NewRegistration {
    /// What makes two registrations the same one, while there is no account yet: the code that proves the phone.
    pub(in crate::http) fn owner(&self) -> kernel::macros::uuid::Uuid {
        let proof = match (&self.challenge_id, &self.phone_code) {
            (Some(challenge), _) => return challenge.uuid(),
            (None, Some(code)) => kernel::sha256(code.expose_secret().as_bytes()),
            (None, None) => [0; 32],
        };
        kernel::macros::uuid::Uuid::from_bytes(std::array::from_fn(|n| proof[n]))
    }
}

impl TryFrom<NewRegistration> for Registration {
    type Error = Fault;

    fn try_from(new: NewRegistration) -> Result<Self> {
        let NewRegistration { phone, challenge_id, code, wechat_code, phone_code, .. } = new;
        let phone = phone.map(Text::value).transpose()?;
        let proof = match (phone, challenge_id, code, wechat_code, phone_code) {
            (Some(phone), Some(challenge), Some(code), wechat_code, None) => {
                PhoneProof::Sms { phone, challenge, code, wechat_code }
            }
            (None, None, None, Some(wechat_code), Some(phone_code)) => PhoneProof::Wechat { wechat_code, phone_code },
            _ => return Err(Fault::field("phone", "proof-needed", "请用短信验证码或微信手机号验证您的手机")),
        };
        Ok(Self {
            proof,
            password: new.password,
            email: new.email.map(Text::value).transpose()?,
            agreements: agreements(new.agreements),
            claims_number: new.new_number,
        })
    }
}
