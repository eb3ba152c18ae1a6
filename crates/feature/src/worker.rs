//! Workers: what runs beside the requests for as long as the server does. A worker is a function that the server calls
//! again when it panics, so it keeps its state outside.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use futures_util::future::BoxFuture;
use kernel::Result;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A worker counts as stalled when it has not begun a round for its pause and this long.
const ROUND: Duration = Duration::from_secs(60);

/// What a round says about the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// There is more to do.
    AtOnce,
    /// After the pause, or when woken.
    Pause,
}

/// What a worker is given while it runs.
#[derive(Clone)]
pub struct Context {
    stop: CancellationToken,
    started: Instant,
    beat: Arc<AtomicI64>,
}

impl Context {
    /// A context that ends with `stop`.
    pub fn new(stop: CancellationToken) -> Self {
        Self { stop, started: Instant::now(), beat: Arc::default() }
    }

    /// Says that the worker gets on.
    pub fn beat(&self) {
        let since = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.beat.store(since, Ordering::Relaxed);
    }

    /// How long ago the worker last said that it gets on.
    pub fn silence(&self) -> Duration {
        let last = u64::try_from(self.beat.load(Ordering::Relaxed)).unwrap_or_default();
        self.started.elapsed().saturating_sub(Duration::from_millis(last))
    }

    pub fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Waits until the server stops.
    pub async fn stopped(&self) {
        self.stop.cancelled().await;
    }

    /// Waits so long, or until the server stops.
    pub async fn pause(&self, pause: Duration) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

type Run = Arc<dyn Fn(Context) -> BoxFuture<'static, ()> + Send + Sync>;

/// Work that goes on until the server stops.
#[derive(Clone)]
pub struct Worker {
    name: &'static str,
    stalled_after: Duration,
    begins_after: Duration,
    is_abandoned: bool,
    run: Run,
}

impl Worker {
    /// A worker with a loop of its own: it calls [`Context::beat`] every round and ends when the context says so.
    pub fn new<F, Fut>(name: &'static str, stalled_after: Duration, run: F) -> Self
    where
        F: Fn(Context) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        Self {
            name,
            stalled_after,
            begins_after: Duration::ZERO,
            is_abandoned: false,
            run: Arc::new(move |context| Box::pin(run(context))),
        }
    }

    /// A round at the start, and again after each pause. A round that fails is logged.
    pub fn every<S, F, Fut>(name: &'static str, pause: Duration, service: &S, round: F) -> Self
    where
        S: Clone + Send + Sync + 'static,
        F: Fn(S) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let round = Arc::new(round);
        let round = move |service| {
            let round = round.clone();
            async move { round(service).await.map(|()| Next::Pause) }
        };
        Self::woken(name, pause, service, round, |_| std::future::pending())
    }

    /// Rounds for as long as there is something to do, then a pause that `woken` cuts short. A round that fails is logged
    /// and followed by the pause.
    pub fn woken<S, F, Fut, W, Wake>(name: &'static str, pause: Duration, service: &S, round: F, woken: W) -> Self
    where
        S: Clone + Send + Sync + 'static,
        F: Fn(S) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Next>> + Send + 'static,
        W: Fn(S) -> Wake + Send + Sync + 'static,
        Wake: Future<Output = ()> + Send + 'static,
    {
        let shared = Arc::new((service.clone(), round, woken));
        Self::new(name, pause + ROUND, move |context| {
            let shared = shared.clone();
            async move {
                let (service, round, woken) = &*shared;
                while !context.is_stopping() {
                    context.beat();
                    let next = round(service.clone()).await.unwrap_or_else(|fault| {
                        tracing::warn!(error.cause = %fault, worker.name = name, "worker round failed, will be repeated");
                        Next::Pause
                    });
                    if next == Next::Pause {
                        tokio::select! {
                            () = context.pause(pause) => {}
                            () = woken(service.clone()) => {}
                        }
                    }
                }
            }
        })
    }

    /// The same, for a worker whose rounds may take longer than a minute.
    #[must_use]
    pub fn stalled_after(mut self, silence: Duration) -> Self {
        self.stalled_after = silence;
        self
    }

    /// Rests first: for work that nobody waits for at the start. The rest must be shorter than the silence it may keep.
    #[must_use]
    pub fn begins_after(mut self, rest: Duration) -> Self {
        self.begins_after = rest;
        self
    }

    /// A round under way is dropped when the server stops: for long work that this or another process takes up again.
    #[must_use]
    pub fn abandoned_at_stop(mut self) -> Self {
        self.is_abandoned = true;
        self
    }

    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether a worker that was silent for so long is stalled.
    pub fn is_stalled(&self, silence: Duration) -> bool {
        silence > self.stalled_after
    }

    /// Runs until the context says that the server stops.
    pub async fn run(&self, context: Context) {
        context.beat();
        if !self.begins_after.is_zero() {
            context.pause(self.begins_after).await;
        }
        let run = (self.run)(context.clone());
        if self.is_abandoned {
            tokio::select! {
                () = run => {}
                () = context.stopped() => {}
            }
        } else {
            run.await;
        }
    }
}
