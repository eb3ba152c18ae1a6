use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kernel::{
    Timestamp,
    port::{Cache, Claim},
};

use crate::time::china_day;

/// WeChat does nothing on a forced refresh within 30 s of the last.
const APART: Duration = Duration::from_secs(31);
/// Of WeChat's twenty: what is not mended by three has another cause.
const A_DAY: u32 = 3;
/// Longer than the day that the count is for.
const KEPT: Duration = Duration::from_secs(26 * 3600);

/// Says when a forced refresh is in order. Asks the shared cache and its own memory: the first may be away, the second
/// knows one process.
pub(super) struct Force {
    cache: Arc<dyn Cache>,
    key: String,
    own: Mutex<Own>,
}

#[derive(Clone, Copy, Default)]
struct Own {
    last: Option<Timestamp>,
    day: i64,
    used: u32,
}

impl Force {
    pub(super) fn new(cache: Arc<dyn Cache>, app_id: &str) -> Self {
        Self { cache, key: format!("wechat:forced:{app_id}"), own: Mutex::default() }
    }

    /// Whether it is in order now; if so, it counts as done.
    pub(super) async fn is_due(&self, now: Timestamp) -> bool {
        let day = china_day(now);
        let own = *self.own.lock().unwrap_or_else(PoisonError::into_inner);
        let used = if own.day == day { own.used } else { 0 };
        if used >= A_DAY || own.last.is_some_and(|last| now < last.after(APART)) {
            return false;
        }
        if let Ok(Claim::Held(_)) = self.cache.claim(&self.key, "", APART).await {
            return false;
        }
        if self.cache.count(&format!("{}:{day}", self.key), KEPT).await.is_ok_and(|used| used > u64::from(A_DAY)) {
            return false;
        }
        *self.own.lock().unwrap_or_else(PoisonError::into_inner) = Own { last: Some(now), day, used: used + 1 };
        true
    }
}
