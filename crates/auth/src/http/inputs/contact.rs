//! Another password, phone or address of an account.

use edge::Text;
use garde::Validate;
use kernel::{ChallengeId, Email, Phone};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    proof::NewProof,
    rules::{password_length, six_digits},
};

/// A change of the password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewOwnPassword {
    /// The old password; another proof only if no password is set.
    #[garde(dive)]
    pub(in crate::http) proof: NewProof,
    /// New password, 8 to 64 characters.
    #[schema(value_type = String, min_length = 8, max_length = 64, format = Password)]
    #[garde(custom(password_length))]
    pub(in crate::http) new_password: SecretString,
}

/// A change of the phone.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewPhone {
    /// New phone.
    #[schema(value_type = Phone)]
    #[garde(dive)]
    pub(in crate::http) phone: Text<Phone>,
    /// `challengeId` from the request of the code.
    #[garde(skip)]
    pub(in crate::http) challenge_id: ChallengeId,
    /// Six digits sent to the new phone.
    #[schema(value_type = String, pattern = "^\\d{6}$")]
    #[serde(deserialize_with = "edge::typed_code")]
    #[garde(custom(six_digits))]
    pub(in crate::http) code: SecretString,
    /// Proof of identity.
    #[garde(dive)]
    pub(in crate::http) proof: NewProof,
}

/// A change of the e-mail address.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewEmail {
    /// New address.
    #[schema(value_type = Email)]
    #[garde(dive)]
    pub(in crate::http) email: Text<Email>,
    /// `challengeId` from the request of the code.
    #[garde(skip)]
    pub(in crate::http) challenge_id: ChallengeId,
    /// Six digits sent to the new address.
    #[schema(value_type = String, pattern = "^\\d{6}$")]
    #[serde(deserialize_with = "edge::typed_code")]
    #[garde(custom(six_digits))]
    pub(in crate::http) code: SecretString,
    /// Proof of identity; needed if the account has an address or the sign-in is older than ten minutes.
    #[garde(dive)]
    pub(in crate::http) proof: Option<NewProof>,
}
