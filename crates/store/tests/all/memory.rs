//! What is kept in memory is as new as the last change that this process must know of, and never more than its budget.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use futures_util::FutureExt;
use kernel::{AccountId, Clock, SystemClock};
use store::{
    Db, DbOptions, Memory, RedisCache, Shelf, on_every_database,
    testing::{Faults, How, Step, server},
};
use tokio::sync::Notify;

use crate::{REFUSED, some_id, until};

const BUDGET: u64 = 1 << 20;

fn account() -> AccountId {
    AccountId::new(SystemClock.now())
}

/// Numbers in memory, and how often one was read.
struct Numbers {
    db: Db,
    shelf: Shelf<u64>,
    read: AtomicU64,
}

impl Numbers {
    fn of(db: &Db) -> Self {
        let shelf = Memory::new(db.clone(), BUDGET).shelf("numbers", |_| 0);
        Self { db: db.clone(), shelf, read: AtomicU64::new(0) }
    }

    /// The value of this account: how often anything was read when it was.
    async fn get(&self, of: AccountId) -> u64 {
        let read = async || Ok(self.read.fetch_add(1, Ordering::Relaxed) + 1);
        *self.shelf.get(of.uuid(), of, read).await.unwrap()
    }

    async fn change(&self, of: AccountId) {
        change(&self.db, of).await;
    }
}

async fn change(db: &Db, of: AccountId) {
    db.write(move |tx| {
        tx.changed(of);
        Box::pin(async { Ok(()) })
    })
    .await
    .unwrap();
}

on_every_database! {
    async fn a_value_is_read_once_until_what_it_is_of_changes(db) {
        let numbers = Numbers::of(&Db::connect(&db.url).await.unwrap());
        let (one, other) = (account(), account());
        assert_eq!((numbers.get(one).await, numbers.get(one).await, numbers.get(other).await), (1, 1, 2));
        numbers.change(one).await;
        assert_eq!((numbers.get(one).await, numbers.get(one).await, numbers.get(other).await), (3, 3, 2));
        let refused = numbers.db.write(move |tx| {
            tx.changed(one);
            Box::pin(async { Err::<(), _>(REFUSED.into()) })
        });
        assert_eq!(refused.await.unwrap_err().code(), REFUSED);
        assert_eq!(numbers.get(one).await, 3, "nothing has changed");
    }

    async fn a_change_after_one_whose_commit_failed_is_known_all_the_same(db) {
        let numbers = Numbers::of(&Db::connect(&db.url).await.unwrap());
        let (of, faults) = (account(), Faults::of(&db.url));
        assert_eq!(numbers.get(of).await, 1);
        faults.fail(Step::Commit, 1, How::Killed);
        let failed = numbers.db.write(move |tx| {
            tx.changed(of);
            Box::pin(async { Ok(()) })
        });
        assert!(failed.await.is_err());
        faults.end();
        let between = numbers.get(of).await;
        // it gets the revision that the other did not keep
        numbers.change(of).await;
        assert!(numbers.get(of).await > between);
    }

    async fn a_value_that_changes_while_it_is_read_is_read_again(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let (shelf, of) = (Memory::new(db.clone(), BUDGET).shelf::<u64>("numbers", |_| 0), account());
        let (reading, changed) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let slow = tokio::spawn({
            let (shelf, reading, changed) = (shelf.clone(), reading.clone(), changed.clone());
            async move {
                let read = async || {
                    reading.notify_one();
                    changed.notified().await;
                    Ok(1)
                };
                *shelf.get(of.uuid(), of, read).await.unwrap()
            }
        });
        reading.notified().await;
        change(&db, of).await;
        changed.notify_one();
        assert_eq!(slow.await.unwrap(), 1, "it was asked for before the change");
        assert_eq!(*shelf.get(of.uuid(), of, async || Ok(2)).await.unwrap(), 2);
    }

    async fn another_process_knows_a_change_within_the_promise_without_a_shared_cache(db) {
        let here = Db::connect(&db.url).await.unwrap();
        let there = Numbers::of(&Db::connect(&db.url).await.unwrap());
        let of = account();
        assert_eq!(there.get(of).await, 1);
        change(&here, of).await;
        until("it looks for changes", || async { there.get(of).await > 1 }.boxed()).await;
        let known = there.get(of).await;
        assert_eq!(there.get(of).await, known, "once is enough");
    }

    async fn another_process_knows_a_change_at_once_by_a_shared_cache_whatever_becomes_of_that(db) {
        let Some(url) = server("KAIMEN_TEST_REDIS_URL") else { return };
        let prefix = format!("test:{}:", some_id());
        let connect = async || {
            let redis = Some(Arc::new(RedisCache::connect(&url, &prefix).await.unwrap()));
            let options = DbOptions { redis, connection_wait: std::time::Duration::from_secs(8) };
            Db::open(&db.url, options).await.unwrap()
        };
        let (here, there) = (connect().await, Numbers::of(&connect().await));
        if here.product() == "sqlite" {
            return; // one process only
        }
        let mut redis = redis::Client::open(&*url).unwrap().get_multiplexed_async_connection().await.unwrap();
        let (of, others) = (account(), account());
        let mut last = there.get(of).await;
        for round in 0..60 {
            change(&here, of).await;
            if round % 10 == 3 {
                // flushed, or evicted because it is full
                let _: () = redis::cmd("DEL").arg(format!("{prefix}changes")).query_async(&mut redis).await.unwrap();
            }
            if round % 10 == 7 {
                // so much happens that the list no longer has it
                let _: () = redis::cmd("LTRIM").arg(format!("{prefix}changes")).arg(-1).arg(-1).query_async(&mut redis).await.unwrap();
                change(&here, others).await;
                let _: () = redis::cmd("LTRIM").arg(format!("{prefix}changes")).arg(-1).arg(-1).query_async(&mut redis).await.unwrap();
            }
            let now = there.get(of).await;
            assert!(now > last, "round {round}");
            assert_eq!(there.get(of).await, now, "round {round}: once is enough");
            last = now;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_stays_within_its_budget_and_keeps_what_is_asked_for() {
    let Some(database) = store::testing::database(store::testing::Backend::Sqlite).await else { return };
    let db = Db::connect(&database.url).await.unwrap();
    let memory = Memory::new(db.clone(), 100_000);
    let shelf = memory.shelf::<Vec<u8>>("texts", Vec::capacity);
    let favourite = account();
    let reads = AtomicU64::new(0);
    for _ in 0..2_000 {
        for of in [favourite, account()] {
            let read = async || {
                reads.fetch_add(u64::from(of == favourite), Ordering::Relaxed);
                Ok(vec![0; 1_000])
            };
            shelf.get(of.uuid(), of, read).await.unwrap();
        }
    }
    until("what is too much is gone", || async { memory.bytes() <= 100_000 }.boxed()).await;
    assert!(reads.load(Ordering::Relaxed) < 100, "read {reads:?} times");
}
