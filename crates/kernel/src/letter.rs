//! Letters: what must happen eventually, written in the transaction that makes it necessary. A letter holds ids, or
//! personal data sealed by the vault.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{AccountId, BindingId, Bytes, ChallengeId, SiteId};

/// Something to be done outside, at least once.
pub trait Letter: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// `noun.past-participle`; what the courier routes by.
    const TOPIC: &'static str;
}

macro_rules! letters {
    ($($(#[$meta:meta])* $name:ident $topic:literal { $($(#[$field_meta:meta])* $field:ident: $kind:ty),+ $(,)? })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name { $($(#[$field_meta])* pub $field: $kind),+ }

        impl Letter for $name {
            const TOPIC: &'static str = $topic;
        }
    )+};
}

/// What happened to an account that its owner must hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountEvent {
    /// Its password was changed, or set for the first time.
    PasswordChanged,
    /// Its password was set anew by a code.
    PasswordReset,
    /// It has another phone now.
    PhoneChanged,
    /// Its phone was proved by somebody else, after long silence.
    PhoneLost,
    /// It has another e-mail address, or none.
    EmailChanged,
    /// A WeChat user logs in to it now.
    WechatLinked,
    /// No WeChat user does any more.
    WechatUnlinked,
    /// Its WeChat user logs in to another account now.
    WechatMoved,
    /// What a WeChat user had before is its own now.
    ShadowMerged,
    /// A refresh token came twice: somebody had a copy, and the sign-in was ended.
    TokenReused,
    /// Its owner wants it closed.
    Closing,
    /// Its owner thought better of it.
    Kept,
}

letters! {
    /// A one-time code waits to be sent.
    CodeIssued "code.issued" {
        /// Its challenge; also what the vendor is given to recognise a repeat by.
        challenge: ChallengeId,
        /// The phone, e-mail address or 车安通 ID, sealed; or what stands for nobody.
        to: Bytes,
        /// Whether it goes out only to an account that goes by `to`, and to what is on file there. Whoever asked for the
        /// code did not wait to learn whether there is one.
        by_account: bool,
        /// The code, sealed.
        code: Bytes,
    }
    /// Something happened to an account.
    AccountNoted "account.noted" {
        /// Whose inbox.
        account: AccountId,
        /// What.
        event: AccountEvent,
    }
    /// A card was bound.
    CardBound "card.bound" {
        /// Whose inbox.
        account: AccountId,
        /// At which site.
        site: SiteId,
        /// The binding.
        binding: BindingId,
    }
    /// A card was let go.
    CardUnbound "card.unbound" {
        /// Whose inbox.
        account: AccountId,
        /// At which site.
        site: SiteId,
        /// The binding.
        binding: BindingId,
    }
}
