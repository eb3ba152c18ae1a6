use std::{sync::Arc, time::Duration};

use kernel::{
    Bytes, Timestamp, Zeroizing,
    port::{Cache, Claim},
    random,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::token::Token;
use crate::time::span;

/// Longer than any fetch should take; whoever died with the lease holds nobody up for longer.
const LEASE: Duration = Duration::from_secs(5);
/// WeChat's last minute of a token is nobody's to begin with.
const LAST_MINUTE: Duration = Duration::from_secs(60);

/// The side of the tokens that all processes share, as `{"token", "expiresAt"}` in the clear: whoever reads the cache
/// can act as the app for up to two hours. A cache that is away looks like an empty one.
pub(super) struct Shared {
    cache: Arc<dyn Cache>,
    token_key: String,
    lease_key: String,
}

/// A token and the text that stands for it in the cache.
pub(super) struct Cached {
    pub(super) token: Token,
    text: Zeroizing<String>,
}

/// The right to fetch a token for all.
pub(super) enum Lease {
    /// Ours, under this value.
    Ours(String),
    /// Another process has it.
    Theirs,
    /// There is nobody to ask.
    Away,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    token: SecretString,
    expires_at: Timestamp,
}

impl Shared {
    pub(super) fn new(cache: Arc<dyn Cache>, app_id: &str) -> Self {
        Self { cache, token_key: format!("wechat:token:{app_id}"), lease_key: format!("wechat:lease:{app_id}") }
    }

    pub(super) async fn load(&self) -> Option<Cached> {
        let text = Zeroizing::new(self.cache.get(&self.token_key).await.ok()??);
        let Kept { token, expires_at } = serde_json::from_str(&text).ok()?;
        Some(Cached { token: Token { value: token, expires_at }, text })
    }

    pub(super) async fn keep(&self, token: &Token, now: Timestamp) {
        let text = json!({ "token": token.value.expose_secret(), "expiresAt": token.expires_at });
        let life = span(now, token.expires_at.before(LAST_MINUTE)).max(Duration::from_secs(1));
        let _ = self.cache.put(&self.token_key, &Zeroizing::new(text.to_string()), life).await;
    }

    /// Forgets this token, unless another has taken its place.
    pub(super) async fn forget(&self, cached: &Cached) {
        let _ = self.cache.release(&self.token_key, &cached.text).await;
    }

    pub(super) async fn lease(&self) -> Lease {
        let value = Bytes::encode(&random::<16>());
        match self.cache.claim(&self.lease_key, &value, LEASE).await {
            Ok(Claim::Won) => Lease::Ours(value),
            Ok(Claim::Held(_)) => Lease::Theirs,
            Err(_) => Lease::Away,
        }
    }

    pub(super) async fn give_back(&self, lease: &str) {
        let _ = self.cache.release(&self.lease_key, lease).await;
    }
}
