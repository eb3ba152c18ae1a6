use std::{
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use kernel::{Clock, SystemClock};
use server::{Running, Settings, start};
use store::testing::{Backend, TestDatabase, server as test_server};
use tempfile::TempDir;
use tracing_subscriber::EnvFilter;

use crate::limits::unlimited;

/// The shared cache of a test.
#[derive(Clone, Debug)]
pub enum Cache {
    /// In the server's process.
    Own,
    Redis(String),
}

impl Cache {
    /// What such a database runs with: SQLite alone, the servers with Redis. `None` where Redis is missing and
    /// skipping is allowed.
    pub fn beside(db: &TestDatabase) -> Option<Self> {
        match db.backend {
            Backend::Sqlite => Some(Self::Own),
            Backend::Postgres | Backend::Mysql => Some(Self::Redis(test_server("KAIMEN_TEST_REDIS_URL")?)),
        }
    }
}

/// Logs everything to a file of this process in `KAIMEN_TEST_LOGS`, where that is set: `scripts/leaks.sh` looks through
/// it afterwards.
fn log() {
    static LOGGING: OnceLock<()> = OnceLock::new();
    LOGGING.get_or_init(|| {
        let Ok(folder) = std::env::var("KAIMEN_TEST_LOGS") else { return };
        let file = std::fs::File::create(format!("{folder}/{}.log", std::process::id())).unwrap();
        let filter = EnvFilter::new(crate::FINE);
        let _ =
            tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(Mutex::new(file)).try_init();
    });
}

static RUNS: AtomicU32 = AtomicU32::new(0);

/// Settings of a test's own server: any free port, no limits in the way, keys of its own in Redis.
pub fn settings(db_url: &str, cache: &Cache, folder: &TempDir) -> Settings {
    let mut settings = Settings::load(None).unwrap();
    settings.server.listen = "127.0.0.1:0".into();
    settings.server.data_dir = folder.path().into();
    settings.server.workers = 2;
    settings.database.url = db_url.to_owned().into();
    // bursts of many at once on a busy machine
    settings.database.connection_wait_ms = 8000;
    if let Cache::Redis(url) = cache {
        settings.cache.url = url.clone().into();
        let run = RUNS.fetch_add(1, Ordering::Relaxed);
        settings.cache.prefix = format!("t{}-{}-{run}:", std::process::id(), SystemClock.now().millis());
    }
    settings.demo.cards_per_site = 20;
    // `make test` runs some tests again at a large site
    settings.demo.bound_cards = std::env::var("KAIMEN_TEST_BOUND_CARDS").map_or(0, |cards| cards.parse().unwrap());
    settings.auth.look_up_within_ms = 0;
    settings.limits = unlimited();
    settings
}

/// A server in this process.
pub struct TestApp {
    /// `http://…`
    pub base: String,
    /// The client for it.
    pub http: reqwest::Client,
    pub running: Running,
    folder: TempDir,
}

impl TestApp {
    /// A server over this database, with the machine's clock.
    pub async fn over(db: &TestDatabase, cache: &Cache) -> Self {
        Self::with(db, cache, Arc::new(SystemClock), |_| ()).await
    }

    /// A server over this database, with another clock and other settings.
    pub async fn with(
        db: &TestDatabase,
        cache: &Cache,
        clock: Arc<dyn Clock>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        log();
        let http = crate::client();
        let folder = TempDir::new().unwrap();
        let mut settings = settings(&db.url, cache, &folder);
        change(&mut settings);
        let running = start(&settings, clock).await.unwrap();
        Self { base: format!("http://{}", running.address), http, running, folder }
    }

    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub async fn stop(self) {
        self.running.stop(Duration::ZERO).await.unwrap();
    }
}
