//! Runs the workers: one that panics is called again, one that is silent for too long is shown as stalled, and all of them
//! end before the process does.

use std::{
    collections::BTreeMap,
    panic::AssertUnwindSafe,
    sync::{Arc, OnceLock},
    time::Duration,
};

use feature::{Context, Worker};
use futures_util::FutureExt;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// A worker that panicked is called again after this.
const RESTART: Duration = Duration::from_secs(1);

struct Watched {
    worker: Worker,
    context: Context,
}

/// What is known of the workers of this process. Empty until they run.
#[derive(Clone, Default)]
pub(crate) struct WorkerStates(Arc<OnceLock<Vec<Arc<Watched>>>>);

impl WorkerStates {
    /// Each worker, and whether it is stalled.
    pub(crate) fn all(&self) -> BTreeMap<&'static str, &'static str> {
        let watched = self.0.get().into_iter().flatten();
        watched.map(|one| (one.worker.name(), if one.is_stalled() { "stalled" } else { "ok" })).collect()
    }
}

impl Watched {
    fn is_stalled(&self) -> bool {
        self.worker.is_stalled(self.context.silence())
    }

    async fn run(self: Arc<Self>) {
        let (name, mut panics) = (self.worker.name(), 0);
        while !self.context.is_stopping() {
            if AssertUnwindSafe(self.worker.run(self.context.clone())).catch_unwind().await.is_ok() {
                return;
            }
            panics += 1;
            tracing::error!(worker.name = name, worker.panics = panics, "worker panicked, starts again");
            metrics::counter!("kaimen_worker_panics_total", "worker" => name).increment(1);
            self.context.pause(RESTART).await;
        }
    }
}

/// The workers under way.
pub(crate) struct Workers {
    stop: CancellationToken,
    running: JoinSet<()>,
}

impl Workers {
    pub(crate) fn start(workers: Vec<Worker>, states: &WorkerStates) -> Self {
        let (stop, mut running) = (CancellationToken::new(), JoinSet::new());
        let watched =
            workers.into_iter().map(|worker| Arc::new(Watched { worker, context: Context::new(stop.clone()) }));
        for one in states.0.get_or_init(|| watched.collect()) {
            running.spawn(one.clone().run());
        }
        Self { stop, running }
    }

    /// Tells the workers to end and waits for what they have under way, at most so long.
    pub(crate) async fn stop(mut self, patience: Duration) {
        self.stop.cancel();
        let ended = async { while self.running.join_next().await.is_some() {} };
        if tokio::time::timeout(patience, ended).await.is_err() {
            tracing::warn!(workers.left = self.running.len(), "workers did not end in time");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    async fn until(what: impl Fn() -> bool) {
        let reached = async {
            while !what() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), reached).await.unwrap();
    }

    #[tokio::test]
    async fn a_worker_that_panics_starts_again() {
        let runs = Arc::new(AtomicU32::new(0));
        let counted = runs.clone();
        let worker = Worker::new("shaky", Duration::from_secs(60), move |context: Context| {
            let run = counted.fetch_add(1, Ordering::SeqCst);
            async move {
                assert!(run > 0, "the first run fails");
                context.stopped().await;
            }
        });
        let workers = Workers::start(vec![worker], &WorkerStates::default());
        until(|| runs.load(Ordering::SeqCst) == 2).await;
        workers.stop(Duration::from_secs(30)).await;
        assert_eq!(runs.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_worker_that_does_not_get_on_is_shown() {
        let states = WorkerStates::default();
        let stuck = Worker::new("stuck", Duration::from_millis(50), |_| std::future::pending());
        let lively =
            Worker::new("lively", Duration::from_secs(60), |context: Context| async move { context.stopped().await });
        let workers = Workers::start(vec![stuck, lively], &states);
        until(|| states.all()["stuck"] == "stalled").await;
        assert_eq!(states.all()["lively"], "ok");
        workers.stop(Duration::from_millis(50)).await;
    }

    #[tokio::test]
    async fn a_stop_waits_for_a_round_under_way() {
        let (begun, ended) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
        let (gate, counts) = (Arc::new(tokio::sync::Notify::new()), (begun.clone(), ended.clone(), ()));
        let service = (gate.clone(), counts);
        let worker = Worker::every("slow", Duration::ZERO, &service, |(gate, (begun, ended, ()))| async move {
            begun.fetch_add(1, Ordering::SeqCst);
            gate.notified().await;
            ended.fetch_add(1, Ordering::SeqCst);
            Ok(())
        });
        let workers = Workers::start(vec![worker], &WorkerStates::default());
        until(|| begun.load(Ordering::SeqCst) == 1).await;
        let stopping = tokio::spawn(workers.stop(Duration::from_secs(30)));
        tokio::task::yield_now().await;
        assert!(!stopping.is_finished());
        gate.notify_one();
        stopping.await.unwrap();
        assert_eq!((begun.load(Ordering::SeqCst), ended.load(Ordering::SeqCst)), (1, 1));
    }
}
