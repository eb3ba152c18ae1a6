use kernel::Reason;
use serde::Serialize;
use utoipa::ToSchema;

/// Open or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Open.
    Grant,
    /// Do not.
    Deny,
}

impl From<Reason> for Decision {
    fn from(reason: Reason) -> Self {
        if reason == Reason::Ok { Self::Grant } else { Self::Deny }
    }
}

/// A reason in words where nothing has been opened yet.
pub(super) const fn may_pass(reason: Reason) -> &'static str {
    match reason {
        Reason::Ok => "现在可通行",
        why => why.text(),
    }
}
