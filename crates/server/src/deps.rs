use std::sync::Arc;

use door::Drivers;
use kernel::{
    Clock, Result, RootKey,
    port::{Cache, CardSystem, MailSend, SmsSend},
};
use secrecy::ExposeSecret;
use store::{Db, LocalCache, Memory, RedisCache, SharedCounters, Vault};
use tokio_util::task::TaskTracker;

use crate::{Settings, pushes::Pushes};

/// What the server is given from outside.
pub struct Deps {
    pub clock: Arc<dyn Clock>,
    pub cache: ServerCache,
    /// WeChat.
    pub wechat: wechat::Client,
    /// What opens WeChat's pushes.
    pub(crate) pushes: Option<Arc<Pushes>>,
    /// Who sends codes by SMS.
    pub sms: Arc<dyn SmsSend>,
    pub mail: Arc<dyn MailSend>,
    pub drivers: Drivers,
    /// The card system that answers in place of the embedded one, made from the embedded one.
    pub card_system: Box<dyn FnOnce(cardsystem::Embedded) -> Arc<dyn CardSystem> + Send>,
    /// The installed card system, where there is one.
    pub carsafe: Option<Arc<cardsystem::Carsafe>>,
    pub root: RootKey,
}

/// Counters and one-time counters.
#[derive(Clone)]
pub struct ServerCache {
    pub(crate) cache: Arc<dyn Cache>,
    /// The same, where other processes share it.
    pub(crate) redis: Option<Arc<RedisCache>>,
}

/// What the server runs on.
#[derive(Clone)]
pub(crate) struct Base {
    pub(crate) db: Db,
    pub(crate) memory: Memory,
    pub(crate) vault: Arc<Vault>,
    pub(crate) counters: Arc<SharedCounters>,
    /// Whether other processes share the cache.
    pub(crate) shares_cache: bool,
    pub(crate) clock: Arc<dyn Clock>,
    /// What requests leave under way.
    pub(crate) tasks: TaskTracker,
}

/// The cache that the settings name.
///
/// # Errors
/// When its URL makes no sense.
pub(crate) async fn cache(settings: &Settings) -> Result<ServerCache> {
    Ok(match settings.cache.url.expose_secret() {
        "" => ServerCache { cache: Arc::new(LocalCache::default()), redis: None },
        url => {
            let redis = Arc::new(RedisCache::connect(url, &settings.cache.prefix).await?);
            ServerCache { cache: redis.clone(), redis: Some(redis) }
        }
    })
}
