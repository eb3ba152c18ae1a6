//! An account, and the rules that need nothing but it.

use kernel::{AccountId, AccountNumber, Code, Fault, Kind, Result, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

/// The server has closed this account.
pub const ACCOUNT_DISABLED: Code =
    Code::new(Kind::Forbidden, "account-disabled", "该账号已被停用，如有疑问请联系管理处");
/// There is no way to log in left but this one.
pub const LAST_WAY_IN: Code =
    Code::new(Kind::Conflict, "last-way-in", "这是唯一的登录方式，请先设置密码或绑定手机号，再解除微信绑定");
/// Another account has this phone.
pub const PHONE_TAKEN: Code =
    Code::new(Kind::Conflict, "phone-registered", "该手机号已注册，请直接登录；忘记密码可以找回");
/// Another account has this phone, and nobody has used it for a long time: the number may have been given anew.
pub const PHONE_MAYBE_RECYCLED: Code = Code::new(
    Kind::Conflict,
    "phone-maybe-recycled",
    "该手机号曾注册过账号且长期未使用。是您的账号请用密码登录；号码是新办的，请选择“这是我的新号码”",
);
/// Another account has this address.
pub const EMAIL_TAKEN: Code = Code::new(Kind::Conflict, "email-registered", "该邮箱已被其他账号使用，请换一个邮箱");

/// State of an account. The numbers are those of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// In use.
    Active = 1,
    /// Disabled by an administrator.
    Disabled = 2,
    /// Closed by the user, who can still cancel the closure.
    Closing = 3,
    /// Erased; the row only keeps the id from being used again.
    Erased = 4,
    /// Merged into another account.
    Merged = 5,
}

impl AccountState {
    /// The state behind a stored number.
    pub(crate) const fn from_number(number: i16) -> Option<Self> {
        match number {
            1 => Some(Self::Active),
            2 => Some(Self::Disabled),
            3 => Some(Self::Closing),
            4 => Some(Self::Erased),
            5 => Some(Self::Merged),
            _ => None,
        }
    }

    /// Its name, as clients see it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Closing => "closing",
            Self::Erased => "erased",
            Self::Merged => "merged",
        }
    }

    /// Passes an account whose owner may log in.
    pub(crate) fn lets_in(self) -> Result<()> {
        match self {
            Self::Active | Self::Closing => Ok(()),
            _ => Err(Fault::from(ACCOUNT_DISABLED).in_state(self.name())),
        }
    }
}

/// An account as it is stored; what is personal stays sealed.
#[derive(Clone, Debug)]
pub(crate) struct AccountRecord {
    pub(crate) id: AccountId,
    pub(crate) number: AccountNumber,
    pub(crate) state: AccountState,
    pub(crate) version: i32,
    pub(crate) phone: Option<Sealed>,
    pub(crate) email: Option<Sealed>,
    pub(crate) password_hash: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) erase_at: Option<Timestamp>,
}

/// Something personal: sealed, and its blind index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) index: [u8; 16],
    pub(crate) sealed: Vec<u8>,
}

impl AccountRecord {
    /// Made by a WeChat login alone: no phone, no address, no password.
    pub(crate) fn is_shadow(&self) -> bool {
        self.phone.is_none() && self.email.is_none() && self.password_hash.is_none()
    }

    /// Passes who may log in.
    pub(crate) fn lets_in(&self) -> Result<()> {
        self.state.lets_in()
    }

    /// Whether its owner can still log in once WeChat no longer lets them.
    pub(crate) fn has_another_way_in(&self) -> bool {
        self.phone.is_some() || self.password_hash.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> AccountRecord {
        let now = Timestamp::from_seconds(1_795_000_000);
        crate::login::bare_account(AccountId::new(now), now)
    }

    #[test]
    fn only_active_and_closing_accounts_are_let_in() {
        for number in 0..=6 {
            let Some(state) = AccountState::from_number(number) else { continue };
            assert_eq!(state as i16, number);
            let let_in = AccountRecord { state, ..account() }.lets_in().is_ok();
            assert_eq!(let_in, matches!(state, AccountState::Active | AccountState::Closing), "{state:?}");
        }
    }

    #[test]
    fn wechat_goes_only_where_another_way_in_stays() {
        let sealed = || Some(Sealed { index: [0; 16], sealed: Vec::new() });
        assert!(account().is_shadow() && !account().has_another_way_in());
        assert!(AccountRecord { phone: sealed(), ..account() }.has_another_way_in());
        assert!(AccountRecord { password_hash: Some("$".into()), ..account() }.has_another_way_in());
        let with_email = AccountRecord { email: sealed(), ..account() };
        assert!(!with_email.is_shadow() && !with_email.has_another_way_in(), "an address alone lets nobody in");
    }
}
