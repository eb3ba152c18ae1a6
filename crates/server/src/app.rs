use std::{ops::Deref, path::PathBuf, sync::Arc, time::Duration};

use actix_web::{
    App as HttpApp,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::Compress,
    web::Data,
};
use edge::{Draining, SignIns, Tokens, TrustedProxies};
use feature::{OutboxWorker, Worker};
use kernel::{
    Clock, Result, RootKey,
    port::{Cache, CardSystem, MailSend, SmsSend, Unlocks},
};
use secrecy::ExposeSecret;
use store::{Db, LocalCache, RedisCache, SharedCounters, Vault, inbox, outbox};
use utoipa::openapi::OpenApi;
use utoipa_actix_web::{AppExt, scope};

use crate::{
    Settings,
    callbacks::Pushes,
    features::{Features, Services},
    health,
    workers::WorkerStates,
};

/// What the server is given from outside.
pub struct Deps {
    pub clock: Arc<dyn Clock>,
    /// Counters and one-time counters.
    pub cache: Arc<dyn Cache>,
    /// WeChat.
    pub wechat: wechat::Client,
    /// What opens WeChat's pushes.
    pub(crate) pushes: Option<Arc<Pushes>>,
    /// Who sends codes by SMS.
    pub sms: Arc<dyn SmsSend>,
    pub mail: Arc<dyn MailSend>,
    pub unlocks: Arc<dyn Unlocks>,
    /// The card system that answers in place of the embedded one, made from the embedded one.
    pub card_system: Box<dyn FnOnce(cardsystem::Embedded) -> Arc<dyn CardSystem> + Send>,
    /// The installed card system, where there is one.
    pub carsafe: Option<Arc<cardsystem::Carsafe>>,
    pub root: RootKey,
}

/// What the server runs on.
#[derive(Clone)]
pub(crate) struct Base {
    pub(crate) db: Db,
    pub(crate) vault: Arc<Vault>,
    pub(crate) counters: Arc<SharedCounters>,
    /// Whether other processes share the cache.
    pub(crate) shares_cache: bool,
    pub(crate) clock: Arc<dyn Clock>,
}

/// The whole server, put together.
#[derive(Clone)]
pub struct App {
    pub(crate) base: Base,
    pub(crate) sms: Arc<dyn SmsSend>,
    pub(crate) mail: Arc<dyn MailSend>,
    pub(crate) wechat: wechat::Client,
    pub(crate) pushes: Option<Arc<Pushes>>,
    services: Services,
    features: Features,
    tokens: Tokens,
    sign_ins: SignIns,
    proxies: Data<TrustedProxies>,
    pub(crate) draining: Data<Draining>,
    pub(crate) workers: WorkerStates,
    pub(crate) metrics_public: bool,
    app_dir: PathBuf,
}

/// The services of the features.
impl Deref for App {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.services
    }
}

/// The cache that the settings name.
///
/// # Errors
/// When its URL makes no sense.
pub(crate) async fn cache(settings: &Settings) -> Result<Arc<dyn Cache>> {
    Ok(match settings.cache.url.expose_secret() {
        "" => Arc::new(LocalCache::default()),
        url => Arc::new(RedisCache::connect(url, &settings.cache.prefix).await?),
    })
}

/// What was carried out, and answers kept for repeats, are deleted after this.
const KEPT: Duration = Duration::from_secs(86_400);
const CLEANUP: Duration = Duration::from_secs(20);

impl App {
    /// Connects what the settings name and puts everything together.
    ///
    /// # Errors
    /// When the database is away, or the root key is not the one its data was sealed with.
    pub async fn build(settings: &Settings, deps: Deps) -> Result<Self> {
        let url = settings.database_url();
        Db::migrate(&url).await?;
        let db = Db::connect(&url).await?;
        let vault = Arc::new(Vault::new(db.clone(), &deps.root));
        vault.cipher(None, deps.clock.now()).await?;
        let base = Base {
            db,
            vault,
            counters: Arc::new(SharedCounters::new(deps.cache.clone())),
            shares_cache: !settings.cache.url.expose_secret().is_empty(),
            clock: deps.clock.clone(),
        };
        let (sms, mail, wechat, pushes) =
            (deps.sms.clone(), deps.mail.clone(), deps.wechat.clone(), deps.pushes.clone());
        let (services, features) = crate::features::build(settings, &base, deps)?;
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
        let cleanup = Worker::every("cleanup", CLEANUP, self, |app: Self| async move { app.tidy().await });
        let of_features = self.features.iter().flat_map(|feature| feature.workers().iter().cloned());
        of_features.chain([outbox, cleanup]).collect()
    }

    /// Deletes what is over. A feature that fails is logged and keeps no other from it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn tidy(&self) -> Result<()> {
        health::fold();
        for feature in self.features.iter() {
            if let Err(fault) = feature.clean_up().await {
                tracing::warn!(%fault, feature = feature.name(), "cleanup failed, will be repeated");
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
        purge.await
    }

    /// The HTTP application and its description.
    pub fn http(
        self,
    ) -> (
        HttpApp<
            impl ServiceFactory<
                ServiceRequest,
                Config = (),
                Response = ServiceResponse<impl MessageBody>,
                Error = actix_web::Error,
                InitError = (),
            >,
        >,
        OpenApi,
    ) {
        let features = self.features.clone();
        let mut people = scope("/v1");
        let mut devices = scope("/device/v1");
        for feature in features.iter() {
            people = people.configure(|config| feature.mount(config));
            devices = devices.configure(|config| feature.mount_for_devices(config));
        }
        let (app, openapi) = HttpApp::new()
            .app_data(self.tokens.clone())
            .app_data(self.sign_ins.clone())
            .app_data(self.proxies.clone())
            .app_data(self.draining.clone())
            .configure(edge::frame)
            .configure(health::routes(self.clone()))
            .configure(crate::callbacks::routes)
            .configure(crate::browser::routes(&self.app_dir))
            .into_utoipa_app()
            .openapi(edge::openapi())
            .service(people)
            .service(devices)
            .split_for_parts();
        (app.configure(viewer(&openapi)).wrap(edge::Guard).wrap(Compress::default()), openapi)
    }
}

#[cfg(feature = "docs")]
fn viewer(openapi: &OpenApi) -> impl FnOnce(&mut actix_web::web::ServiceConfig) + use<> {
    use actix_web::{HttpResponse, http::header, web};
    let viewer = utoipa_swagger_ui::SwaggerUi::new("/docs/{_:.*}").url("/docs/openapi.json", openapi.clone());
    move |config| {
        let moved = || async { HttpResponse::Found().insert_header((header::LOCATION, "/docs/")).finish() };
        config.route("/docs", web::get().to(moved)).service(viewer);
    }
}

#[cfg(not(feature = "docs"))]
fn viewer(_: &OpenApi) -> impl FnOnce(&mut actix_web::web::ServiceConfig) + use<> {
    |_| ()
}
