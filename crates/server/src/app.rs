use std::{path::PathBuf, sync::Arc, time::Duration};

use actix_web::{
    App as HttpApp,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::Compress,
    web::Data,
};
use auth::{AccessTokens, Accounts, Codes, Hashing};
use cards::{Cards, Register};
use devices::Devices;
use door::{Doors, Drivers};
use edge::{Draining, SignIns, Tokens, TrustedProxies};
use imports::Imports;
use kernel::{
    Clock, Result,
    km1::RootKey,
    port::{Cache, CardSystem, MailSend, SignInCheck, SmsSend, TokenCheck},
    sha256,
};
use notices::Notices;
use secrecy::ExposeSecret;
use sites::Sites;
use store::{Db, LocalCache, RedisCache, SharedCounters, Vault};
use utoipa::openapi::OpenApi;
use utoipa_actix_web::{AppExt, scope};
use visitors::Hosts;

use crate::{Settings, callbacks::Pushes, health};

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
    pub drivers: Drivers,
    /// The card system that answers in place of the embedded one, made from the embedded one.
    pub card_system: Box<dyn FnOnce(cardsystem::Embedded) -> Arc<dyn CardSystem> + Send>,
    /// The installed card system, where there is one.
    pub carsafe: Option<Arc<cardsystem::Carsafe>>,
    pub root: [u8; 32],
}

/// The whole server, put together.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub(crate) vault: Arc<Vault>,
    pub(crate) counters: Arc<SharedCounters>,
    pub(crate) shares_cache: bool,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sms: Arc<dyn SmsSend>,
    pub(crate) mail: Arc<dyn MailSend>,
    pub(crate) wechat: wechat::Client,
    pub accounts: Accounts,
    pub(crate) codes: Codes,
    pub sites: Sites,
    pub cards: Cards,
    /// Imports of cards from files.
    pub imports: Imports,
    pub hosts: Hosts,
    /// Imports of hosts from files.
    pub host_imports: Imports,
    /// The embedded card system's register.
    pub register: Register,
    pub devices: Devices,
    pub doors: Doors,
    pub(crate) notices: Notices,
    tokens: Tokens,
    sign_ins: SignIns,
    pub(crate) pushes: Option<Arc<Pushes>>,
    proxies: Data<TrustedProxies>,
    pub(crate) draining: Data<Draining>,
    pub(crate) metrics_public: bool,
    app_dir: PathBuf,
    pub(crate) reconcile_every: Duration,
}

/// A key for one purpose, from the root key.
fn derived(root: &[u8; 32], purpose: &str) -> [u8; 32] {
    sha256(&[b"kaimen/".as_slice(), purpose.as_bytes(), &[0], root].concat())
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

const DAY: Duration = Duration::from_secs(86_400);
const MINUTE: Duration = Duration::from_secs(60);

impl App {
    /// Connects what the settings name and puts everything together.
    ///
    /// # Errors
    /// When the database is away, or the root key is not the one its data was sealed with.
    pub async fn build(settings: &Settings, parts: Deps) -> Result<Self> {
        let url = settings.database_url();
        Db::migrate(&url).await?;
        let db = Db::connect(&url).await?;
        let Deps { clock, cache, wechat, pushes, sms, mail, drivers, card_system, carsafe, root } = parts;
        let counters = Arc::new(SharedCounters::new(cache));
        let vault = Arc::new(Vault::new(db.clone(), &root));
        vault.cipher(None, clock.now()).await?;
        let codes_root = Arc::new(RootKey::from_bytes(root));
        let generation = settings.auth.token_generation;
        let tokens = Arc::new(AccessTokens::new(&derived(&root, "access-token"), generation, clock.clone()));
        let limits = auth::Limits::from(&settings.limits);
        let codes = Codes::new(vault.clone(), counters.clone(), limits, clock.clone());
        let sites = Sites::new(db.clone(), clock.clone());
        let register = Register::new(db.clone(), vault.clone(), sites.clone(), clock.clone());
        let system = card_system(cardsystem::Embedded::new(Arc::new(register.clone())));
        let cards = Cards::new(cards::Deps {
            db: db.clone(),
            vault: vault.clone(),
            clock: clock.clone(),
            root: codes_root.clone(),
            sites: sites.clone(),
            codes: codes.clone(),
            register: register.clone(),
            system,
            catalogue: carsafe.clone().map(|carsafe| carsafe as _),
            look_up_within: Duration::from_millis(settings.auth.look_up_within_ms),
        });
        let hosts = Hosts::new(db.clone(), vault.clone(), sites.clone(), clock.clone());
        let files = imports::Deps {
            db: db.clone(),
            vault: vault.clone(),
            clock: clock.clone(),
            folder: settings.server.data_dir.join("imports"),
        };
        let (imports, host_imports) = (register.imports(files.clone()), hosts.imports(files));
        let devices = Devices::new(
            db.clone(),
            vault.clone(),
            sites.clone(),
            counters.clone(),
            settings.limits.enrolments_per_minute,
            clock.clone(),
        );
        let doors = Doors::new(door::Deps {
            db: db.clone(),
            sites: sites.clone(),
            cards: cards.clone(),
            counters: counters.clone(),
            root: codes_root,
            drivers,
            statuses: carsafe.map(|carsafe| carsafe as _),
            clock: clock.clone(),
        });
        let notices = Notices::new(db.clone(), clock.clone());
        let accounts = Accounts::new(auth::Deps {
            db: db.clone(),
            vault: vault.clone(),
            clock: clock.clone(),
            tokens: tokens.clone(),
            refresh_key: derived(&root, "refresh-token"),
            hashing: Hashing::start(settings.auth.hashing_threads)?,
            wechat: Arc::new(wechat.clone()),
            wechat_phone: Arc::new(wechat.clone()),
            codes: codes.clone(),
            counters: counters.clone(),
            limits,
            account_data: vec![
                Arc::new(cards.clone()),
                Arc::new(doors.clone()),
                Arc::new(sites.clone()),
                Arc::new(notices.clone()),
            ],
            cooling_off: DAY * u32::try_from(settings.auth.cooling_off_days).unwrap_or(u32::MAX),
        });
        let shares_cache = !settings.cache.url.expose_secret().is_empty();
        if shares_cache {
            sites.share(counters.clone());
        }
        sites.follow(vec![Arc::new(register.clone())]);
        sites.tie(vec![Arc::new(cards.clone()), Arc::new(accounts.clone())]);
        let check: Arc<dyn TokenCheck> = tokens;
        let sign_ins: Arc<dyn SignInCheck> = Arc::new(accounts.clone());
        let proxies = settings.trusted_proxies().map_err(|error| kernel::INTERNAL.because(error.to_string()))?;
        Ok(Self {
            db,
            vault,
            counters,
            shares_cache,
            clock,
            sms,
            mail,
            wechat,
            pushes,
            accounts,
            codes,
            sites,
            cards,
            imports,
            hosts,
            host_imports,
            register,
            devices,
            doors,
            notices,
            tokens: Data::new(check),
            sign_ins: Data::new(sign_ins),
            proxies: Data::new(TrustedProxies(proxies)),
            draining: Data::new(Draining::default()),
            metrics_public: settings.metrics_public(),
            app_dir: settings.server.app_dir.clone(),
            reconcile_every: MINUTE * u32::try_from(settings.carsafe.reconcile_minutes.max(1)).unwrap_or(u32::MAX),
        })
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
            .service(
                scope("/v1")
                    .configure(auth::http::routes(self.accounts))
                    .configure(door::http::routes(self.doors.clone()))
                    .configure(cards::http::routes(self.cards, self.imports))
                    .configure(visitors::http::routes(self.hosts, self.host_imports))
                    .configure(sites::http::routes(self.sites))
                    .configure(notices::http::routes(self.notices)),
            )
            .service(scope("/device/v1").configure(devices::http::routes(self.devices, self.doors)))
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
