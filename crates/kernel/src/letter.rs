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

letters! {
    /// An SMS code waits to be sent.
    CodeIssued "code.issued" {
        /// Its challenge; also what the vendor is given to recognise a repeat by.
        challenge: ChallengeId,
        /// The phone, sealed.
        phone: Bytes,
        /// The code, sealed.
        code: Bytes,
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
