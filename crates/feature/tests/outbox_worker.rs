//! The outbox worker and what its handlers can do to it, on every database.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use feature::{Context, OutboxWorker};
use kernel::{Result, SystemClock, Timestamp};
use sea_orm::{ConnectionTrait, Statement};
use serde::{Deserialize, Serialize};
use store::{
    Db, on_every_database,
    outbox::{self, ClaimedMessage, Handler, OutboxHandler, OutboxMessage, Outcome, State},
    testing::TestDatabase,
};
use tokio::{sync::Semaphore, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// What a handler does with its message.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Does {
    Succeeds,
    Panics,
    Hangs,
    WaitsForThePermit,
}

macro_rules! topics {
    ($($message:ident $handler:ident $topic:literal $repeatable:literal)+) => {$(
        #[derive(Clone, Debug, Serialize, Deserialize)]
        struct $message(Does);

        impl OutboxMessage for $message {
            const TOPIC: &'static str = $topic;
        }

        struct $handler(Witness);

        impl OutboxHandler for $handler {
            type Message = $message;
            const REPEATABLE: bool = $repeatable;
            const TIME_LIMIT: Duration = Duration::from_millis(500);

            async fn run(&self, _: &ClaimedMessage, message: $message) -> Result<Outcome> {
                self.0.meet(message.0).await
            }
        }
    )+};
}

/// No handler knows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Unheard;

impl OutboxMessage for Unheard {
    const TOPIC: &'static str = "test.unheard";
}

topics! {
    Repeatable OfRepeatable "test.repeatable" true
    Once OfOnce "test.once" false
}

#[derive(Clone)]
struct Witness {
    begun: Arc<AtomicU32>,
    permit: Arc<Semaphore>,
}

impl Witness {
    async fn meet(&self, does: Does) -> Result<Outcome> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        match does {
            Does::Succeeds => {}
            Does::Panics => panic!("as the message asked"),
            Does::Hangs => std::future::pending().await,
            Does::WaitsForThePermit => drop(self.permit.acquire().await),
        }
        Ok(Outcome::Done)
    }
}

struct Bench {
    db: Db,
    witness: Witness,
    stop: CancellationToken,
    running: JoinHandle<()>,
}

impl Bench {
    async fn over(db: &TestDatabase) -> Self {
        let db = Db::connect(&db.url).await.unwrap();
        let witness = Witness { begun: Arc::default(), permit: Arc::new(Semaphore::new(0)) };
        let handlers = [Handler::of(OfRepeatable(witness.clone())), Handler::of(OfOnce(witness.clone()))];
        let (worker, stop) =
            (OutboxWorker::new(db.clone(), Arc::new(SystemClock), handlers).worker(), CancellationToken::new());
        let context = Context::new(stop.clone());
        let running = tokio::spawn(async move { worker.run(context).await });
        Self { db, witness, stop, running }
    }

    async fn enqueue<M: OutboxMessage + Clone>(&self, fact: &'static str, message: M) {
        let (now, day) = (now(), Duration::from_secs(86_400));
        let write = self.db.write(move |tx| {
            let message = message.clone();
            Box::pin(async move { outbox::enqueue(tx, None, fact, &message, now, day).await })
        });
        write.await.unwrap();
    }

    /// The state of a message and the code of its last attempt.
    async fn stands(&self, fact: &'static str) -> (State, String) {
        let row = self.db.read(|db| async move {
            let sql = format!("SELECT state, last_code FROM outbox WHERE fact = '{fact}'");
            let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?.unwrap();
            Ok((row.try_get_by_index::<i16>(0)?, row.try_get_by_index::<String>(1)?))
        });
        let (state, code) = row.await.unwrap();
        let states = [State::Pending, State::Sending, State::Done, State::Dead, State::Unknown];
        (states[usize::try_from(state).unwrap()], code)
    }

    async fn until(&self, fact: &'static str, state: State, code: &str) {
        let wanted = (state, code.to_owned());
        let reached = async {
            while self.stands(fact).await != wanted {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let outcome = tokio::time::timeout(Duration::from_secs(30), reached).await;
        assert!(outcome.is_ok(), "{fact} is {:?} and not {wanted:?}", self.stands(fact).await);
    }
}

fn now() -> Timestamp {
    kernel::Clock::now(&SystemClock)
}

on_every_database! {
    async fn a_handler_that_panics_fails_its_message_and_nothing_else(db) {
        let bench = Bench::over(db).await;
        bench.enqueue("panics", Repeatable(Does::Panics)).await;
        bench.enqueue("panics-once", Once(Does::Panics)).await;
        bench.enqueue("good", Repeatable(Does::Succeeds)).await;
        bench.until("panics", State::Pending, "panicked").await;
        bench.until("panics-once", State::Unknown, "panicked").await;
        bench.until("good", State::Done, "").await;
        bench.enqueue("afterwards", Once(Does::Succeeds)).await;
        bench.until("afterwards", State::Done, "").await;
    }

    async fn a_handler_that_hangs_is_cut_short_and_holds_nobody_up(db) {
        let bench = Bench::over(db).await;
        bench.enqueue("hangs", Repeatable(Does::Hangs)).await;
        bench.enqueue("hangs-once", Once(Does::Hangs)).await;
        bench.enqueue("good", Repeatable(Does::Succeeds)).await;
        bench.until("good", State::Done, "").await;
        bench.until("hangs", State::Pending, "timeout").await;
        bench.until("hangs-once", State::Unknown, "timeout").await;
    }

    async fn a_stop_waits_for_what_is_under_way_and_takes_nothing_new(db) {
        let bench = Bench::over(db).await;
        bench.enqueue("under-way", Once(Does::WaitsForThePermit)).await;
        bench.until("under-way", State::Sending, "").await;
        bench.stop.cancel();
        bench.enqueue("too-late", Once(Does::Succeeds)).await;
        assert!(!bench.running.is_finished());
        bench.witness.permit.add_permits(1);
        let Bench { ref running, .. } = bench;
        while !running.is_finished() {
            tokio::task::yield_now().await;
        }
        assert_eq!(bench.stands("under-way").await, (State::Done, String::new()));
        assert_eq!(bench.stands("too-late").await, (State::Pending, String::new()));
        assert_eq!(bench.witness.begun.load(Ordering::SeqCst), 1);
    }

    async fn a_topic_that_nobody_handles_is_kept_for_a_server_that_does(db) {
        let bench = Bench::over(db).await;
        bench.enqueue("unheard", Unheard).await;
        bench.until("unheard", State::Pending, "unknown-topic").await;
    }
}

#[tokio::test]
#[should_panic(expected = "two outbox handlers of the topic test.once")]
async fn two_handlers_of_one_topic_are_a_mistake_of_the_composition() {
    let db = store::testing::database(store::testing::Backend::Sqlite).await.unwrap();
    let db = Db::connect(&db.url).await.unwrap();
    let witness = Witness { begun: Arc::default(), permit: Arc::new(Semaphore::new(0)) };
    let handlers = [Handler::of(OfOnce(witness.clone())), Handler::of(OfOnce(witness.clone()))];
    let _ = OutboxWorker::new(db, Arc::new(SystemClock), handlers);
}
