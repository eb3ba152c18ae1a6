use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::rules::device_name;
use crate::{Agreement, ConsentPurpose};

/// An agreement to a text.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewAgreement {
    /// To what.
    #[garde(skip)]
    purpose: ConsentPurpose,
    /// The version that was shown.
    #[garde(length(chars, min = 1, max = 32))]
    version: String,
}

pub(in crate::http) fn agreements(all: Vec<NewAgreement>) -> Vec<Agreement> {
    all.into_iter().map(|one| Agreement { purpose: one.purpose, version: one.version }).collect()
}

/// Agreements to texts.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewConsents {
    /// To which texts.
    #[garde(length(min = 1, max = 8), dive)]
    pub(in crate::http) agreements: Vec<NewAgreement>,
    /// What the phone calls itself.
    #[garde(custom(device_name))]
    pub(in crate::http) device: Option<String>,
}
