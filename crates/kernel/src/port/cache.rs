use std::time::Duration;

use async_trait::async_trait;

use crate::{Code, Fault, Kind, Result};

/// What came of claiming a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It was free and is now ours.
    Won,
    /// Somebody holds it, with this value.
    Held(String),
}

/// The cache is away. Whoever asks decides what that means; nothing may be lost by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheAway;

/// What may be forgotten: counters, one-time counters, and what others need not fetch again. In this process, or in Redis
/// where there are several.
#[async_trait]
pub trait Cache: Send + Sync {
    /// Counts one more under `key`; the count starts again `span` after its first.
    async fn count(&self, key: &str, span: Duration) -> Result<u64, CacheAway>;
    /// Takes back `times` of the counts under `key`, down to none.
    async fn uncount(&self, key: &str, times: u64) -> Result<(), CacheAway>;
    /// Takes `key` for `span`, if nobody holds it.
    async fn claim(&self, key: &str, value: &str, span: Duration) -> Result<Claim, CacheAway>;
    /// What is kept under `key`.
    async fn get(&self, key: &str) -> Result<Option<String>, CacheAway>;
    /// Keeps `value` under `key` for `span`, whatever was there.
    async fn put(&self, key: &str, value: &str, span: Duration) -> Result<(), CacheAway>;
    /// Forgets `key` if it still holds `value`; whether it did.
    async fn release(&self, key: &str, value: &str) -> Result<bool, CacheAway>;
    fn answers(&self) -> bool;
}

impl From<CacheAway> for Fault {
    fn from(_: CacheAway) -> Self {
        Code::new(Kind::Unavailable, "cache-unavailable", "服务繁忙，请稍后再试").retry_after(Duration::from_secs(2))
    }
}
