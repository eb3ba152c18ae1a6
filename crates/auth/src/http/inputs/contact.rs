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

/// Another password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewOwnPassword {
    /// The old password; any other proof only where none was ever set.
    #[garde(dive)]
    pub(in crate::http) proof: NewProof,
    /// The new one, 8 to 64 characters.
    #[schema(value_type = String, min_length = 8, max_length = 64, format = Password)]
    #[garde(custom(password_length))]
    pub(in crate::http) new_password: SecretString,
}

/// Another phone.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewPhone {
    /// The phone.
    #[schema(value_type = Phone)]
    #[garde(dive)]
    pub(in crate::http) phone: Text<Phone>,
    /// As given when the code was asked for.
    #[garde(skip)]
    pub(in crate::http) challenge_id: ChallengeId,
    /// What came to the new phone.
    #[schema(value_type = String, pattern = "^\\d{6}$")]
    #[garde(custom(six_digits))]
    pub(in crate::http) code: SecretString,
    /// That it is oneself.
    #[garde(dive)]
    pub(in crate::http) proof: NewProof,
}

/// Another address.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewEmail {
    /// The address.
    #[schema(value_type = Email)]
    #[garde(dive)]
    pub(in crate::http) email: Text<Email>,
    /// As given when the code was asked for.
    #[garde(skip)]
    pub(in crate::http) challenge_id: ChallengeId,
    /// What came to the address.
    #[schema(value_type = String, pattern = "^\\d{6}$")]
    #[garde(custom(six_digits))]
    pub(in crate::http) code: SecretString,
    /// That it is oneself, where there is an address already.
    #[garde(dive)]
    pub(in crate::http) proof: Option<NewProof>,
}
