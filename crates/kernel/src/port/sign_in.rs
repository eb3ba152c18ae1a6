use async_trait::async_trait;

use crate::{AccountId, Result, SessionId};

/// Who a valid access token speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub account: AccountId,
    pub session: SessionId,
}

/// Tells a good access token from every other. No I/O: a sign-in that was revoked is believed until its token expires.
pub trait TokenCheck: Send + Sync {
    /// Who it speaks for, or a fault of kind `Unauthenticated`.
    fn check(&self, token: &str) -> Result<SignedIn>;
}

/// Tells whether a sign-in still stands, for what opens a door or changes a credential.
#[async_trait]
pub trait SignInCheck: Send + Sync {
    /// Passes while the session is not revoked and the account is active; else a fault of kind `Unauthenticated`.
    async fn stands(&self, who: SignedIn) -> Result<()>;

    /// As [`Self::stands`], and the account's owner has withdrawn none of the consents that the service needs; else a
    /// fault of kind `Forbidden`.
    async fn require_consents(&self, who: SignedIn) -> Result<()>;
}
