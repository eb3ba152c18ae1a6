use edge::Text;
use garde::Validate;
use kernel::{AccountNumber, Fault, Result, SiteId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{Role, RoleGrant};

/// A role to grant.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewRole {
    /// 车安通 ID of the account.
    #[schema(value_type = AccountNumber)]
    #[garde(dive)]
    pub(in crate::http) number: Text<AccountNumber>,
    /// Role to grant.
    #[garde(skip)]
    role: Role,
    /// Site of the role; null for a platform administrator.
    #[garde(skip)]
    site_id: Option<SiteId>,
}

pub(in crate::http) fn post(role: Role, site: Option<SiteId>) -> Result<RoleGrant> {
    RoleGrant::new(role, site)
        .ok_or_else(|| Fault::field("siteId", "role-place", "平台管理员不属于场区，其他权限必须指定场区"))
}

impl NewRole {
    pub(in crate::http) fn post(&self) -> Result<RoleGrant> {
        post(self.role, self.site_id)
    }
}

/// The state of an account as set by an administrator.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewAccountState {
    /// Whether the account is disabled.
    #[garde(skip)]
    pub(in crate::http) disabled: bool,
}
