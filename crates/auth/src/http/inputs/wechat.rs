//! Linking and moving a WeChat user.

use garde::Validate;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{proof::NewProof, rules::token_length};

/// A WeChat user to be linked.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewLink {
    /// What `wx.login` gave.
    #[schema(value_type = String, min_length = 1, max_length = 256)]
    #[garde(custom(token_length))]
    pub(in crate::http) code: SecretString,
    /// That it is oneself, where the sign-in is older than ten minutes.
    #[garde(dive)]
    pub(in crate::http) proof: Option<NewProof>,
}

/// A WeChat user to be moved here from another account.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewMove {
    /// As given when linking.
    #[garde(length(bytes, min = 1, max = 2048))]
    pub(in crate::http) ticket: String,
    /// That it is oneself.
    #[garde(dive)]
    pub(in crate::http) proof: NewProof,
    /// The password of the other account, or the code that came there.
    #[garde(dive)]
    pub(in crate::http) others_proof: NewProof,
}
