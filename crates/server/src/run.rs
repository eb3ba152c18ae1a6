use std::{net::SocketAddr, sync::Arc, time::Duration};

use actix_web::{HttpServer, dev::ServerHandle};
use anyhow::{Context, Result};
use kernel::{
    Clock,
    port::{CardSystem, SmsSend, Unlocks, WechatLogin},
};
use tokio::task::JoinHandle;

use crate::{House, Parts, Settings, cli::Failed, health, root_key};

const HEADERS: Duration = Duration::from_secs(5);
const FINISH: u64 = 25;

/// A server that runs.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// The house behind it.
    pub house: House,
    /// Whether the simulators run.
    pub simulated: bool,
    handle: ServerHandle,
    server: JoinHandle<std::io::Result<()>>,
    helpers: Vec<JoinHandle<()>>,
}

/// Puts the house together and serves it.
///
/// # Errors
/// When the address is taken, the database is away, or the root key does not fit.
pub async fn start(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Running> {
    let listener = std::net::TcpListener::bind(&settings.server.listen)
        .with_context(|| format!("cannot listen on {}", settings.server.listen))?;
    let address = listener.local_addr()?;
    if settings.database_url().starts_with("sqlite:") || settings.vault.root_key_file.as_os_str().is_empty() {
        std::fs::create_dir_all(&settings.server.data_dir)
            .with_context(|| format!("cannot make the folder {}", settings.server.data_dir.display()))?;
    }
    let root = *root_key::open(&settings.root_key_file())?;
    health::count();
    let doors = Arc::new(controllers::sim::Doors::new(clock.clone()));
    #[cfg(feature = "simulator")]
    let simulators = settings.simulated().then(|| crate::simulators::Simulators::new(clock.clone(), doors.clone()));
    #[cfg(feature = "simulator")]
    let parts = match &simulators {
        Some(simulators) => simulators.parts(address, root, clock.clone())?,
        None => parts(settings, doors, root, clock.clone())?,
    };
    #[cfg(not(feature = "simulator"))]
    let parts = parts(settings, doors, root, clock.clone())?;
    let house = House::build(settings, parts).await.map_err(Failed)?;
    #[cfg(feature = "simulator")]
    if settings.seeds() {
        crate::seed::fill(&house, &settings.demo).await.map_err(Failed)?;
    }
    let served = house.clone();
    #[cfg(feature = "simulator")]
    let mounted = simulators.map(|simulators| crate::simulators::Mounted::new(simulators, &house, &settings.demo));
    let mut server = HttpServer::new(move || {
        let app = served.clone().app().0;
        #[cfg(feature = "simulator")]
        let app = app.configure(crate::simulators::routes(mounted.clone()));
        app
    })
    .client_request_timeout(HEADERS)
    .shutdown_timeout(FINISH)
    .disable_signals();
    if settings.server.workers > 0 {
        server = server.workers(settings.server.workers);
    }
    let server = server.listen(listener)?.run();
    let handle = server.handle();
    let helpers = vec![tokio::spawn(house.clone().courier()), tokio::spawn(house.clone().caretaker())];
    let server = tokio::spawn(server);
    Ok(Running { address, house, simulated: settings.simulated(), handle, server, helpers })
}

/// The adapters of a house with vendors.
fn parts(
    settings: &Settings,
    doors: Arc<controllers::sim::Doors>,
    root: [u8; 32],
    clock: Arc<dyn Clock>,
) -> Result<Parts> {
    let wechat = wechat::Client::new(wechat::Settings {
        base_url: settings.wechat.base_url.clone(),
        app_id: settings.wechat.app_id.clone(),
        app_secret: settings.wechat.app_secret.clone(),
    })?;
    let (wechat, sms): (Arc<dyn WechatLogin>, Arc<dyn SmsSend>) = (Arc::new(wechat), Arc::new(sms::Console::default()));
    let unlocks: Arc<dyn Unlocks> = doors;
    let card_system = Box::new(|embedded| -> Arc<dyn CardSystem> { Arc::new(embedded) });
    Ok(Parts { clock, wechat, sms, unlocks, card_system, root })
}

impl Running {
    /// Says that the end is near, waits, then finishes what was begun.
    ///
    /// # Errors
    /// When the server ended badly.
    pub async fn stop(self, drain: Duration) -> Result<()> {
        self.house.draining.begin();
        tokio::time::sleep(drain).await;
        for helper in self.helpers {
            helper.abort();
        }
        self.handle.stop(true).await;
        Ok(self.server.await??)
    }

    /// Ends when the server does.
    ///
    /// # Errors
    /// When it ended badly.
    pub async fn ended(&mut self) -> Result<()> {
        Ok((&mut self.server).await??)
    }
}
