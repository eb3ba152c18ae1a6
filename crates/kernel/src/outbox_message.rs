//! Messages: what must happen eventually, written in the transaction that makes it necessary. A message holds ids, or
//! personal data sealed by the vault.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{AccountId, BindingId, Bytes, ChallengeId, SiteId};

/// Something to be done outside, at least once.
pub trait OutboxMessage: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// `noun.past-participle`; what the outbox worker routes by.
    const TOPIC: &'static str;
}

macro_rules! messages {
    ($($(#[$meta:meta])* $name:ident $topic:literal { $($(#[$field_meta:meta])* $field:ident: $kind:ty),+ $(,)? })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name { $($(#[$field_meta])* pub $field: $kind),+ }

        impl OutboxMessage for $name {
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

/// How somebody's hold on a card ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardEnd {
    /// They let it go.
    #[default]
    Own,
    /// Somebody else proved the phone on file.
    Superseded,
    /// Its issuer took the card back.
    Returned,
}

/// Why a bound card opens nothing for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardPause {
    /// It was reported lost.
    Lost,
    Frozen,
    /// Another phone is on file now.
    PhoneChanged,
}

messages! {
    /// Somebody asked to bind a card. Whether there is such a card, and whether theirs is the phone on file, is looked up
    /// after they were answered.
    CardWanted "card.wanted" {
        /// At which site.
        site: SiteId,
        /// The binding that waits for it.
        binding: BindingId,
        /// What goes out if so.
        code: CodeIssued,
    }
    /// A bound card opens nothing for now.
    CardPaused "card.paused" {
        /// Whose inbox.
        account: AccountId,
        /// At which site.
        site: SiteId,
        /// The binding.
        binding: BindingId,
        /// Why.
        why: CardPause,
    }
    /// A card that was held back opens again.
    CardResumed "card.resumed" {
        /// Whose inbox.
        account: AccountId,
        /// At which site.
        site: SiteId,
        /// The binding.
        binding: BindingId,
    }
    /// A bound card was replaced by a new one, and the binding went with it.
    CardFollowed "card.followed" {
        /// Whose inbox.
        account: AccountId,
        /// At which site.
        site: SiteId,
        /// The binding.
        binding: BindingId,
    }
    /// A one-time code waits to be sent.
    CodeIssued "code.issued" {
        /// Its challenge; also what the vendor is given to recognise a repeat by.
        challenge: ChallengeId,
        /// The phone, e-mail address or 车安通 ID, sealed.
        to: Bytes,
        /// Whether it goes out only to an account that goes by `to`, and to what is on file there. Whoever asked for the
        /// code did not wait to learn whether there is one.
        by_account: bool,
        /// Whether it goes nowhere after all, and is carried only so that the server is as busy as if it did.
        #[serde(default)]
        held_back: bool,
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
    /// Somebody's hold on a card ended.
    CardUnbound "card.unbound" {
        /// Whose inbox.
        account: AccountId,
        /// At which site.
        site: SiteId,
        /// The binding.
        binding: BindingId,
        /// How.
        #[serde(default)]
        why: CardEnd,
    }
}
