use edge::Text;
use garde::Validate;
use kernel::{ChallengeId, Email, Fault, Phone, Result};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use super::rules::{maybe_password_length, maybe_six_digits, maybe_token_length};
use crate::{Act, OthersProof, Proof};

/// A proof of identity: exactly one of `password`; `challengeId` with `code`; `wechatCode`.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewProof {
    /// Password.
    #[schema(value_type = Option<String>, max_length = 64)]
    #[garde(custom(maybe_password_length))]
    password: Option<SecretString>,
    /// `challengeId` from the request of the code.
    #[garde(skip)]
    challenge_id: Option<ChallengeId>,
    /// Six digits sent to the phone or address on file.
    #[schema(value_type = Option<String>, pattern = "^\\d{6}$")]
    #[serde(default, deserialize_with = "edge::maybe_typed_code")]
    #[garde(custom(maybe_six_digits))]
    code: Option<SecretString>,
    /// New code from `wx.login`.
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

/// The action that a proof is for.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Act)]
pub enum ActView {
    /// Setting or changing the password.
    Password,
    /// Changing the phone.
    Phone,
    /// Changing or removing the e-mail address.
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

/// A request for a code by a signed-in user.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(tag = "purpose", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum NewOwnCode {
    /// For a proof of identity; sent to the phone or address on file.
    Confirm {
        #[garde(skip)]
        act: ActView,
    },
    /// For changing the phone; sent to the new phone.
    Phone {
        #[schema(value_type = Phone)]
        #[garde(dive)]
        phone: Text<Phone>,
    },
    /// For changing the e-mail address; sent to the new address.
    Email {
        #[schema(value_type = Email)]
        #[garde(dive)]
        email: Text<Email>,
    },
    /// For moving a WeChat user; sent to the phone or address on file of the account that the user leaves.
    MoveWechat {
        /// `ticket` from linking WeChat.
        #[garde(length(bytes, min = 1, max = 2048))]
        ticket: String,
    },
}

/// A proof of identity.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Proved {
    /// Proof of identity.
    #[garde(dive)]
    pub(in crate::http) proof: NewProof,
}
