use std::sync::Arc;

use actix_web::{
    App,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::Compress,
    web::Data,
};
use auth::{AccessTokens, Accounts, Codes};
use cards::{Cards, Register};
use door::{Devices, Doors};
use edge::{Draining, Tokens, TrustedProxies};
use kernel::{
    Clock, Result,
    km1::RootKey,
    port::{Cache, CardSystem, SmsSend, TokenCheck, Unlocks, WechatLogin},
    sha256,
};
use notices::Notices;
use sites::Sites;
use store::{Db, LocalCache, Marks, RedisCache, Vault};
use utoipa::openapi::OpenApi;
use utoipa_actix_web::{AppExt, scope};

use crate::{Settings, health};

/// What the house is given from outside.
pub struct Parts {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Who is behind a login code.
    pub wechat: Arc<dyn WechatLogin>,
    /// Who sends codes.
    pub sms: Arc<dyn SmsSend>,
    /// What moves locks.
    pub unlocks: Arc<dyn Unlocks>,
    /// The card system that answers in place of the embedded one, made from the embedded one.
    pub card_system: Box<dyn FnOnce(cardsystem::Embedded) -> Arc<dyn CardSystem> + Send>,
    /// The root key.
    pub root: [u8; 32],
}

/// The whole house, put together.
#[derive(Clone)]
pub struct House {
    /// The database.
    pub db: Db,
    pub(crate) vault: Arc<Vault>,
    pub(crate) marks: Arc<Marks>,
    pub(crate) shares_cache: bool,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sms: Arc<dyn SmsSend>,
    pub(crate) accounts: Accounts,
    pub(crate) codes: Codes,
    /// The sites.
    pub sites: Sites,
    /// The cards.
    pub cards: Cards,
    /// The embedded card system's register.
    pub register: Register,
    /// The devices.
    pub devices: Devices,
    /// The doors.
    pub doors: Doors,
    pub(crate) notices: Notices,
    tokens: Tokens,
    proxies: Data<TrustedProxies>,
    pub(crate) draining: Data<Draining>,
    pub(crate) metrics_public: bool,
}

/// A key for one purpose, from the root key.
fn derived(root: &[u8; 32], purpose: &str) -> [u8; 32] {
    sha256(&[b"kaimen/".as_slice(), purpose.as_bytes(), &[0], root].concat())
}

impl House {
    /// Connects what the settings name and puts everything together.
    ///
    /// # Errors
    /// When the database is away, or the root key is not the one its data was sealed with.
    pub async fn build(settings: &Settings, parts: Parts) -> Result<Self> {
        use secrecy::ExposeSecret;
        let url = settings.database_url();
        Db::migrate(&url).await?;
        let db = Db::connect(&url).await?;
        let cache_url = settings.cache.url.expose_secret();
        let shared: Arc<dyn Cache> = if cache_url.is_empty() {
            Arc::new(LocalCache::default())
        } else {
            Arc::new(RedisCache::connect(cache_url, &settings.cache.prefix).await?)
        };
        let marks = Arc::new(Marks::new(shared));
        let Parts { clock, wechat, sms, unlocks, card_system, root } = parts;
        let vault = Arc::new(Vault::new(db.clone(), &root));
        vault.realm(None, clock.now()).await?;
        let codes_root = Arc::new(RootKey::from_bytes(root));
        let tokens = Arc::new(AccessTokens::new(&derived(&root, "access-token"), clock.clone()));
        let limits = auth::Limits::from(&settings.limits);
        let accounts =
            Accounts::new(db.clone(), vault.clone(), clock.clone(), tokens.clone(), wechat, marks.clone(), limits);
        let codes = Codes::new(vault.clone(), marks.clone(), limits, clock.clone());
        let sites = Sites::new(db.clone(), clock.clone());
        let register = Register::new(db.clone(), vault.clone(), sites.clone(), clock.clone());
        let system = card_system(cardsystem::Embedded::new(Arc::new(register.clone())));
        let cards = Cards::new(
            db.clone(),
            vault.clone(),
            clock.clone(),
            codes_root.clone(),
            sites.clone(),
            codes.clone(),
            system,
        );
        let devices = Devices::new(
            db.clone(),
            vault.clone(),
            sites.clone(),
            marks.clone(),
            settings.limits.enrolments_per_minute,
            clock.clone(),
        );
        let doors = Doors::new(
            db.clone(),
            sites.clone(),
            cards.clone(),
            devices.clone(),
            marks.clone(),
            codes_root,
            unlocks,
            clock.clone(),
        );
        let notices = Notices::new(db.clone(), clock.clone());
        let check: Arc<dyn TokenCheck> = tokens;
        let proxies = settings.trusted_proxies().map_err(|error| kernel::INTERNAL.because(error.to_string()))?;
        Ok(Self {
            db,
            vault,
            marks,
            shares_cache: !cache_url.is_empty(),
            clock,
            sms,
            accounts,
            codes,
            sites,
            cards,
            register,
            devices,
            doors,
            notices,
            tokens: Data::new(check),
            proxies: Data::new(TrustedProxies(proxies)),
            draining: Data::new(Draining::default()),
            metrics_public: settings.metrics_public(),
        })
    }

    /// The HTTP application and its description.
    pub fn app(
        self,
    ) -> (
        App<
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
        let (app, openapi) = App::new()
            .app_data(self.tokens.clone())
            .app_data(self.proxies.clone())
            .app_data(self.draining.clone())
            .configure(edge::frame)
            .configure(health::routes(self.clone()))
            .into_utoipa_app()
            .openapi(edge::openapi())
            .service(
                scope("/v1")
                    .configure(auth::http::routes(self.accounts))
                    .configure(door::http::routes(self.doors.clone()))
                    .configure(cards::http::routes(self.cards))
                    .configure(sites::http::routes(self.sites))
                    .configure(notices::http::routes(self.notices)),
            )
            .service(scope("/device/v1").configure(door::http::device_routes(self.doors)))
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
