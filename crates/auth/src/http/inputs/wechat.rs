//! Linking and moving a WeChat user.

use garde::Validate;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{proof::NewProof, rules::token_length};

/// A WeChat user to link.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewLink {
    /// Code from `wx.login`.
    #[schema(value_type = String, min_length = 1, max_length = 256)]
    #[garde(custom(token_length))]
    pub(in crate::http) code: SecretString,
    /// Proof of identity; needed if the sign-in is older than ten minutes.
    #[garde(dive)]
    pub(in crate::http) proof: Option<NewProof>,
}

/// A WeChat user to move to this account from another one.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewMove {
    /// `ticket` from linking WeChat.
    #[garde(length(bytes, min = 1, max = 2048))]
    pub(in crate::http) ticket: String,
    /// Proof of identity for this account.
    #[garde(dive)]
    pub(in crate::http) proof: NewProof,
    /// Proof for the other account: its password, or a code sent to its phone or address on file.
    #[garde(dive)]
    pub(in crate::http) others_proof: NewProof,
}
