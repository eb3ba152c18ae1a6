//! The simulators of a server, and the adapters that ask them.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use ::mail::{MailSettings, Smtp, simulator::Sink};
use ::sms::{
    Aliyun, Tencent, Vendors,
    simulator::{AliyunSim, Inbox, TencentSim},
};
use ::wechat::{Budgets, push::Receiver, simulator::Wechat};
use actix_web::web::Data;
use anyhow::Result;
use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use cardsystem::{
    Carsafe, CarsafeSettings, Systems,
    simulator::{CarsafeSim, Faulty},
};
use controllers::sim::Doors;
use kernel::{Bytes, Clock, RootKey, port::CardSystem, random};
use secrecy::SecretString;
use tokio::sync::OnceCell;

use super::{carsafe_server::CarsafeServer, readers::Readers};
use crate::{App, Deps, deps::ServerCache, pushes::Pushes, seed, settings::Demo, vendors::drivers};

const APP: &str = "wx0000000000000000";

pub(crate) struct Simulators {
    pub(super) wechat: Wechat,
    secret: SecretString,
    pub(super) pushes: Arc<Pushes>,
    pub(super) inbox: Arc<Inbox>,
    pub(super) aliyun: AliyunSim,
    pub(super) tencent: TencentSim,
    pub(super) mails: Sink,
    pub(super) http: reqwest::Client,
    pub(super) doors: Arc<Doors>,
    pub(super) cards: OnceCell<Arc<Faulty<cardsystem::Embedded>>>,
    pub(super) carsafe: CarsafeServer,
    carsafe_secret: SecretString,
}

impl Simulators {
    pub(crate) async fn start(clock: Arc<dyn Clock>, doors: Arc<Doors>) -> Result<Arc<Self>> {
        let secret = SecretString::from(Bytes::encode(&random::<24>()));
        let carsafe_secret = SecretString::from(Bytes::encode(&random::<24>()));
        let inbox = Arc::new(Inbox::new(clock.clone()));
        let (token, aes_key) = (Bytes::encode(&random::<12>()), BASE64_STANDARD_NO_PAD.encode(random::<32>()));
        let receiver = Receiver::new(APP, token.into(), &aes_key.into(), clock.clone())?;
        Ok(Arc::new(Self {
            wechat: Wechat::new(APP, secret.clone(), clock.clone()),
            secret,
            pushes: Arc::new(Pushes::new(APP, receiver)),
            aliyun: AliyunSim::new(inbox.clone(), clock.clone()),
            tencent: TencentSim::new(inbox.clone(), clock.clone()),
            inbox,
            http: reqwest::Client::builder().no_proxy().build()?,
            carsafe: CarsafeServer::start(CarsafeSim::new(carsafe_secret.clone(), clock.clone()))?,
            carsafe_secret,
            mails: Sink::start((Ipv4Addr::LOCALHOST, 0).into(), clock).await?,
            doors,
            cards: OnceCell::new(),
        }))
    }

    /// The adapters of a server whose vendors are simulated at `address`.
    pub(crate) fn parts(
        self: &Arc<Self>,
        address: SocketAddr,
        root: RootKey,
        cache: ServerCache,
        clock: Arc<dyn Clock>,
    ) -> Result<Deps> {
        let settings = wechat::Settings {
            base_url: format!("http://{address}/_sim/wechat"),
            app_id: APP.into(),
            app_secret: self.secret.clone(),
        };
        let wechat =
            wechat::Client::new(settings, cache.cache.clone(), clock.clone())?.with_budgets(Budgets::UNLIMITED);
        let aliyun = Aliyun::new(self.aliyun.settings(format!("http://{address}/_sim/sms/aliyun")), clock.clone())?;
        let tencent = Tencent::new(self.tencent.settings(format!("http://{address}/_sim/sms/tencent")), clock.clone())?;
        let sms = Arc::new(Vendors::new(vec![Arc::new(aliyun), Arc::new(tencent)], clock.clone()));
        let from = "车安门禁 <no-reply@kaimen.test>".to_owned();
        let mail = Arc::new(Smtp::new(MailSettings { url: self.mails.url(), from }, clock.clone())?);
        let simulators = self.clone();
        let installed = CarsafeSettings::new(self.carsafe.url(), self.carsafe_secret.clone());
        let carsafe = Arc::new(Carsafe::new(installed, clock.clone())?);
        let installed = carsafe.clone();
        let card_system = Box::new(move |embedded| -> Arc<dyn CardSystem> {
            let faulty = Arc::new(Faulty::new(embedded));
            let _ = simulators.cards.set(faulty.clone()); // a app is built once
            Arc::new(Systems { embedded: faulty, carsafe: Some(installed) })
        });
        let drivers = drivers(self.doors.clone(), Some(carsafe.clone()));
        let (pushes, carsafe) = (Some(self.pushes.clone()), Some(carsafe));
        Ok(Deps { clock, cache, wechat, pushes, sms, mail, drivers, card_system, carsafe, root })
    }

    /// Fills the installed card system with what it keeps of the demo.
    pub(crate) fn fill_installed(&self, demo: &Demo) {
        seed::installed(&self.carsafe.system, demo);
    }
}

/// The simulators beside their server.
pub(crate) struct Mounted {
    pub(super) simulators: Arc<Simulators>,
    pub(super) app: App,
    pub(super) cards: Vec<seed::DemoCard>,
    pub(super) readers: Readers,
}

impl Mounted {
    pub(crate) fn new(simulators: Arc<Simulators>, app: &App, demo: &Demo, address: SocketAddr) -> Result<Data<Self>> {
        let (readers, cards) = (Readers::new(address)?, seed::cards(demo));
        Ok(Data::new(Self { simulators, app: app.clone(), cards, readers }))
    }
}
