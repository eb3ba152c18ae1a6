use kernel::AccountId;
use store::FieldRef;

/// The sealed columns of an account.
pub(crate) const PHONE: &str = "phone";
/// As [`PHONE`].
pub(crate) const EMAIL: &str = "email";

/// Where an account's field is sealed.
pub(crate) fn field(column: &'static str, of: AccountId) -> FieldRef {
    FieldRef { table: "accounts", column, row: of.uuid() }
}

/// Where a WeChat identity's openid is sealed.
pub(crate) fn openid_field(of: AccountId) -> FieldRef {
    FieldRef { table: "wechat_identities", column: "openid", row: of.uuid() }
}
