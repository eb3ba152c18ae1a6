use edge::Text;
use garde::Validate;
use kernel::{ChallengeId, Email, Fault, Phone, Result};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use super::rules::{maybe_password_length, maybe_six_digits, maybe_token_length};
use crate::{Act, OthersProof, Proof};

/// A proof that it is oneself: exactly one of `password`; `challengeId` with `code`; `wechatCode`.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewProof {
    /// The password.
    #[schema(value_type = Option<String>, max_length = 64)]
    #[garde(custom(maybe_password_length))]
    password: Option<SecretString>,
    /// As given when the code was asked for.
    #[garde(skip)]
    challenge_id: Option<ChallengeId>,
    /// The code that came to the phone or address on file.
    #[schema(value_type = Option<String>, pattern = "^\\d{6}$")]
    #[garde(custom(maybe_six_digits))]
    code: Option<SecretString>,
    /// A fresh code of `wx.login`.
    #[schema(value_type = Option<String>, max_length = 256)]
    #[garde(custom(maybe_token_length))]
    wechat_code: Option<SecretString>,
}

fn one_proof() -> Fault {
    Fault::field("proof", "proof-needed", "请提供密码、验证码或微信登录凭证中的一种")
}

impl TryFrom<NewProof> for Proof {
    type Error = Fault;

    fn try_from(new: NewProof) -> Result<Self> {
        match (new.password, new.challenge_id, new.code, new.wechat_code) {
            (Some(password), None, None, None) => Ok(Self::Password(password)),
            (None, Some(challenge), Some(code), None) => Ok(Self::Code { challenge, code }),
            (None, None, None, Some(code)) => Ok(Self::Wechat(code)),
            _ => Err(one_proof()),
        }
    }
}

impl TryFrom<NewProof> for OthersProof {
    type Error = Fault;

    fn try_from(new: NewProof) -> Result<Self> {
        match Proof::try_from(new)? {
            Proof::Password(password) => Ok(Self::Password(password)),
            Proof::Code { challenge, code } => Ok(Self::Code { challenge, code }),
            Proof::Wechat(_) => Err(one_proof()),
        }
    }
}

/// What one proves oneself for.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Act)]
pub enum ActView {
    /// Setting or changing the password.
    Password,
    /// Having another phone.
    Phone,
    /// Having another address, or none.
    Email,
    /// Linking, moving or unlinking a WeChat user.
    Wechat,
    /// Closing the account.
    Closing,
}

impl From<ActView> for Act {
    fn from(act: ActView) -> Self {
        match act {
            ActView::Password => Self::Password,
            ActView::Phone => Self::Phone,
            ActView::Email => Self::Email,
            ActView::Wechat => Self::Wechat,
            ActView::Closing => Self::Closing,
        }
    }
}

/// A request for a code, signed in.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(tag = "purpose", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum NewOwnCode {
    /// To prove oneself with; it goes to what is on file.
    Confirm {
        #[garde(skip)]
        act: ActView,
    },
    /// For another phone; it goes there.
    Phone {
        #[schema(value_type = Phone)]
        #[garde(dive)]
        phone: Text<Phone>,
    },
    /// For another address; it goes there.
    Email {
        #[schema(value_type = Email)]
        #[garde(dive)]
        email: Text<Email>,
    },
    /// For the account that a WeChat user would leave; it goes to what is on file there.
    MoveWechat {
        /// As given when linking.
        #[garde(length(bytes, min = 1, max = 2048))]
        ticket: String,
    },
}

/// A proof alone.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Proved {
    /// That it is oneself.
    #[garde(dive)]
    pub(in crate::http) proof: NewProof,
}
