//! What a feature gives the server: routes, outbox handlers, workers, cleanup and the data it keeps of accounts.
//!
//! Each feature crate makes one [`Feature`]; `server/src/features.rs` lists them. `worker` holds the kinds of worker,
//! `outbox_worker` the one that carries out outbox messages.

mod outbox_worker;
mod worker;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use kernel::Result;
use store::{
    AccountData,
    outbox::{Handler, OutboxHandler},
};
use utoipa_actix_web::service_config::ServiceConfig;

pub use outbox_worker::OutboxWorker;
pub use worker::{Context, Next, Worker};

type Routes = Arc<dyn Fn(&mut ServiceConfig<'_>) + Send + Sync>;
type Cleanup = Arc<dyn Fn() -> BoxFuture<'static, Result<()>> + Send + Sync>;

/// One feature, ready to be mounted.
#[derive(Clone)]
pub struct Feature {
    name: &'static str,
    routes: Vec<Routes>,
    device_routes: Vec<Routes>,
    handlers: Vec<Handler>,
    workers: Vec<Worker>,
    cleanups: Vec<Cleanup>,
    account_data: Vec<Arc<dyn AccountData>>,
}

impl Feature {
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            routes: Vec::new(),
            device_routes: Vec::new(),
            handlers: Vec::new(),
            workers: Vec::new(),
            cleanups: Vec::new(),
            account_data: Vec::new(),
        }
    }

    /// Routes under `/v1`, of this service.
    #[must_use]
    pub fn routes<S, F>(mut self, service: &S, routes: F) -> Self
    where
        S: Clone + Send + Sync + 'static,
        F: Fn(S, &mut ServiceConfig<'_>) + Send + Sync + 'static,
    {
        self.routes.push(of_service(service, routes));
        self
    }

    /// Routes under `/device/v1`, of this service.
    #[must_use]
    pub fn device_routes<S, F>(mut self, service: &S, routes: F) -> Self
    where
        S: Clone + Send + Sync + 'static,
        F: Fn(S, &mut ServiceConfig<'_>) + Send + Sync + 'static,
    {
        self.device_routes.push(of_service(service, routes));
        self
    }

    /// Carries out the outbox messages of one topic.
    #[must_use]
    pub fn outbox_handler(mut self, handler: impl OutboxHandler) -> Self {
        self.handlers.push(Handler::of(handler));
        self
    }

    #[must_use]
    pub fn worker(mut self, worker: Worker) -> Self {
        self.workers.push(worker);
        self
    }

    /// Deletes what is over. Runs every 20 s; the cleanups of other features run whether or not it fails.
    #[must_use]
    pub fn cleanup<S, F, Fut>(mut self, service: &S, cleanup: F) -> Self
    where
        S: Clone + Send + Sync + 'static,
        F: Fn(S) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let service = service.clone();
        self.cleanups.push(Arc::new(move || Box::pin(cleanup(service.clone()))));
        self
    }

    /// What the feature keeps of accounts.
    #[must_use]
    pub fn account_data(mut self, data: impl AccountData + 'static) -> Self {
        self.account_data.push(Arc::new(data));
        self
    }

    pub fn name(&self) -> &'static str {
        self.name
    }

    pub fn mount(&self, config: &mut ServiceConfig<'_>) {
        self.routes.iter().for_each(|routes| routes(config));
    }

    pub fn mount_for_devices(&self, config: &mut ServiceConfig<'_>) {
        self.device_routes.iter().for_each(|routes| routes(config));
    }

    pub fn handlers(&self) -> &[Handler] {
        &self.handlers
    }

    pub fn workers(&self) -> &[Worker] {
        &self.workers
    }

    pub fn kept(&self) -> &[Arc<dyn AccountData>] {
        &self.account_data
    }

    /// Runs every cleanup of the feature.
    ///
    /// # Errors
    /// The first one's that fails; the others ran.
    pub async fn clean_up(&self) -> Result<()> {
        let mut outcome = Ok(());
        for cleanup in &self.cleanups {
            outcome = outcome.and(cleanup().await);
        }
        outcome
    }
}

fn of_service<S, F>(service: &S, routes: F) -> Routes
where
    S: Clone + Send + Sync + 'static,
    F: Fn(S, &mut ServiceConfig<'_>) + Send + Sync + 'static,
{
    let service = service.clone();
    Arc::new(move |config| routes(service.clone(), config))
}
