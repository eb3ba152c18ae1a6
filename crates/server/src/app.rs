use std::{ops::Deref, path::PathBuf, sync::Arc, time::Duration};

use actix_web::web::Data;
use edge::{Draining, SignIns, Tokens, TrustedProxies};
use feature::{OutboxWorker, Worker};
use kernel::{
    Result,
    port::{MailSend, SmsSend},
};
use store::{Db, DbOptions, Memory, SharedCounters, Vault, changes, inbox, outbox};
use tokio_util::task::TaskTracker;

use crate::{
    Settings,
    deps::{Base, Deps},
    features::{self, Features, Services},
    metrics,
    pushes::Pushes,
    workers::WorkerStates,
};

/// The whole server, put together.
#[derive(Clone)]
pub struct App {
    pub(crate) base: Base,
    pub(crate) sms: Arc<dyn SmsSend>,
    pub(crate) mail: Arc<dyn MailSend>,
    pub(crate) wechat: wechat::Client,
    pub(crate) pushes: Option<Arc<Pushes>>,
    services: Services,
    pub(crate) features: Features,
    pub(crate) tokens: Tokens,
    pub(crate) sign_ins: SignIns,
    pub(crate) proxies: Data<TrustedProxies>,
    pub(crate) draining: Data<Draining>,
    pub(crate) workers: WorkerStates,
    pub(crate) metrics_public: bool,
    pub(crate) app_dir: PathBuf,
}

/// The services of the features.
impl Deref for App {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.services
    }
}

/// What was carried out, and answers kept for repeats, are deleted after this.
const KEPT: Duration = Duration::from_secs(86_400);
/// Steps of the change log that are deleted in one transaction.
const HANDFUL: u64 = 2000;
const CLEANUP: Duration = Duration::from_secs(20);

impl App {
    /// Connects what the settings name and puts everything together.
    ///
    /// # Errors
    /// When the database is away, or the root key is not the one its data was sealed with.
    pub async fn build(settings: &Settings, deps: Deps) -> Result<Self> {
        let url = settings.database_url();
        Db::migrate(&url).await?;
        let counters = Arc::new(SharedCounters::new(deps.cache.cache.clone()));
        let redis = deps.cache.redis.clone();
        let shares_cache = redis.is_some();
        let options = DbOptions { redis, connection_wait: Duration::from_millis(settings.database.connection_wait_ms) };
        let db = Db::open(&url, options).await?;
        let vault = Arc::new(Vault::new(db.clone(), &deps.root));
        vault.cipher(None, deps.clock.now()).await?;
        let memory = Memory::new(db.clone(), settings.cache.memory_mb * 1024 * 1024);
        let base =
            Base { db, memory, vault, counters, shares_cache, clock: deps.clock.clone(), tasks: TaskTracker::new() };
        let (sms, mail, wechat, pushes) =
            (deps.sms.clone(), deps.mail.clone(), deps.wechat.clone(), deps.pushes.clone());
        let (services, features) = features::build(settings, &base, deps)?;
        let proxies = settings.server.trusted_proxies().map_err(|error| kernel::INTERNAL.because(error.to_string()))?;
        Ok(Self {
            base,
            sms,
            mail,
            wechat,
            pushes,
            tokens: Data::new(services.tokens.clone()),
            sign_ins: Data::new(Arc::new(services.accounts.clone())),
            services,
            features,
            proxies: Data::new(TrustedProxies(proxies)),
            draining: Data::new(Draining::default()),
            workers: WorkerStates::default(),
            metrics_public: settings.metrics_public(),
            app_dir: settings.server.app_dir.clone(),
        })
    }

    /// Everything that runs beside the requests.
    pub(crate) fn all_workers(&self) -> Vec<Worker> {
        let handlers = self.features.iter().flat_map(|feature| feature.handlers().iter().cloned());
        let outbox = OutboxWorker::new(self.base.db.clone(), self.base.clock.clone(), handlers).worker();
        let cleanup = Worker::every("cleanup", CLEANUP, self, |app: Self| async move { app.clean_up().await });
        let cleanup = cleanup.begins_after(CLEANUP);
        let of_features = self.features.iter().flat_map(|feature| feature.workers().iter().cloned());
        of_features.chain([outbox, cleanup]).collect()
    }

    /// Deletes what is over. A feature that fails is logged and keeps no other from it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn clean_up(&self) -> Result<()> {
        metrics::fold();
        ::metrics::gauge!("kaimen_memory_bytes").set(self.base.memory.bytes() as f64);
        for feature in self.features.iter() {
            if let Err(fault) = feature.clean_up().await {
                tracing::warn!(error.cause = %fault, feature.name = feature.name(), "cleanup failed, will be repeated");
            }
        }
        let now = self.base.clock.now();
        let purge = self.base.db.write(move |tx| {
            Box::pin(async move {
                store::purge_once(tx, now.before(KEPT)).await?;
                inbox::purge(tx, now.before(inbox::KEPT)).await?;
                outbox::purge(tx, now.before(KEPT), now).await
            })
        });
        purge.await?;
        let steps = || self.base.db.write(move |tx| Box::pin(changes::purge(tx, changes::KEPT, HANDFUL)));
        while steps().await? >= HANDFUL {}
        Ok(())
    }
}
