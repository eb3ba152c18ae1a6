use std::{net::SocketAddr, sync::Arc, time::Duration};

use actix_web::{HttpServer, dev::ServerHandle};
use anyhow::{Context, Result};
use kernel::Clock;
use tokio::task::JoinHandle;

use crate::{App, Settings, failed::Failed, metrics, root_key, workers::Workers};

const HEADERS: Duration = Duration::from_secs(5);
/// Seconds that requests under way have left at the end.
const FINISH: u64 = 25;
/// An unlock command is valid for 5 s, and its result is written then.
const FINISH_TASKS: Duration = Duration::from_secs(8);
/// The longest time limit of an outbox handler, and a little more for the result to be written.
const FINISH_WORK: Duration = Duration::from_secs(28);

/// A server that runs.
pub struct Running {
    pub address: SocketAddr,
    /// The server behind it.
    pub app: App,
    /// Whether the simulators run.
    pub simulated: bool,
    handle: ServerHandle,
    server: JoinHandle<std::io::Result<()>>,
    workers: Workers,
}

/// Puts the server together and serves it.
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
    let root = root_key::open(&settings.root_key_file())?;
    metrics::count();
    let doors = Arc::new(controllers::sim::Doors::new(clock.clone()));
    #[cfg(feature = "simulator")]
    let simulators = match settings.simulated() {
        true => Some(crate::simulators::Simulators::start(clock.clone(), doors.clone()).await?),
        false => None,
    };
    let cache = crate::deps::cache(settings).await.map_err(Failed)?;
    #[cfg(feature = "simulator")]
    let parts = match &simulators {
        Some(simulators) => simulators.parts(address, root, cache, clock.clone())?,
        None => crate::vendors::parts(settings, doors, root, cache, clock.clone())?,
    };
    #[cfg(not(feature = "simulator"))]
    let parts = crate::vendors::parts(settings, doors, root, cache, clock.clone())?;
    let app = App::build(settings, parts).await.map_err(Failed)?;
    #[cfg(feature = "simulator")]
    if settings.seeds() {
        crate::seed::fill(&app, &settings.demo).await.map_err(Failed)?;
    }
    let served = app.clone();
    #[cfg(feature = "simulator")]
    if let Some(simulators) = &simulators {
        simulators.fill_installed(&settings.demo);
    }
    #[cfg(feature = "simulator")]
    let mounted = simulators
        .map(|simulators| crate::simulators::Mounted::new(simulators, &app, &settings.demo, address))
        .transpose()?;
    let mut server = HttpServer::new(move || {
        let app = served.clone().http().0;
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
    let workers = Workers::start(app.all_workers(), &app.workers);
    let server = tokio::spawn(server);
    Ok(Running { address, app, simulated: settings.simulated(), handle, server, workers })
}

impl Running {
    /// Announces the end on `/readyz`, waits `drain`, then takes no more requests and finishes those under way, then the
    /// work of the workers that is under way.
    ///
    /// # Errors
    /// When the server ended badly.
    pub async fn stop(self, drain: Duration) -> Result<()> {
        self.app.draining.begin();
        tokio::time::sleep(drain).await;
        self.handle.stop(true).await;
        let tasks = &self.app.base.tasks;
        tasks.close();
        if tokio::time::timeout(FINISH_TASKS, tasks.wait()).await.is_err() {
            tracing::warn!(tasks.left = tasks.len(), "tasks did not end in time");
        }
        self.workers.stop(FINISH_WORK).await;
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
