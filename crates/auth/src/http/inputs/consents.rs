use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::rules::device_name;
use crate::{Agreement, ConsentPurpose};

/// Consent to one version of a text.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewAgreement {
    /// Which text.
    #[garde(skip)]
    purpose: ConsentPurpose,
    /// The version that was shown to the user.
    #[garde(length(chars, min = 1, max = 32))]
    version: String,
}

pub(in crate::http) fn agreements(all: Vec<NewAgreement>) -> Vec<Agreement> {
    all.into_iter().map(|one| Agreement { purpose: one.purpose, version: one.version }).collect()
}

/// Consents to texts.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewConsents {
    /// The texts agreed to.
    #[garde(length(min = 1, max = 8), dive)]
    pub(in crate::http) agreements: Vec<NewAgreement>,
    /// Device name reported by the phone, at most 64 characters.
    #[garde(custom(device_name))]
    pub(in crate::http) device: Option<String>,
}
