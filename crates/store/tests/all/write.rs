use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, join_all},
};
use kernel::{INTERNAL, Result};
use store::Db;
use tokio::sync::{Barrier, Semaphore};

use crate::{NOW, REFUSED, add, number, numbers, put, some_id, until, write_number};

/// Holds SQLite's one writer until it is let go, so that what is written meanwhile waits and goes in one commit.
/// The servers have no such queue and go ahead at once.
struct Held {
    /// Writes wait for the one under way.
    queues: bool,
    go: Arc<Semaphore>,
    busy: tokio::task::JoinHandle<Result<()>>,
}

impl Held {
    async fn hold(db: &Db) -> Self {
        let (go, started, db) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)), db.clone());
        let queues = db.product() == "sqlite";
        let (inner_go, inner_started) = (go.clone(), started.clone());
        let busy = tokio::spawn(async move {
            db.write(move |_| {
                let (go, started) = (inner_go.clone(), inner_started.clone());
                Box::pin(async move {
                    started.add_permits(1);
                    let _ = go.acquire().await?;
                    Ok(())
                })
            })
            .await
        });
        started.acquire().await.unwrap().forget();
        Self { queues, go, busy }
    }

    /// Hands in all of `writes`, lets the writer go, and waits for their answers.
    async fn release<T>(self, mut writes: Vec<BoxFuture<'_, T>>) -> Vec<T> {
        for write in writes.iter_mut().filter(|_| self.queues) {
            assert!(write.as_mut().now_or_never().is_none(), "it waits");
        }
        self.go.add_permits(1);
        let answers = join_all(writes).await;
        self.busy.await.unwrap().unwrap();
        answers
    }
}

store::on_every_database! {
    async fn a_refused_write_leaves_nothing(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let refused = db
            .write(|tx| {
                Box::pin(async move {
                    put(tx, some_id(), 1).await?;
                    put(tx, some_id(), 2).await?;
                    Err::<(), _>(REFUSED.into())
                })
            })
            .await;
        assert_eq!(refused.unwrap_err().code(), REFUSED);
        assert!(numbers(&db).await.is_empty());
    }

    async fn a_write_returns_what_it_read_of_itself_and_others_read_it_after(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let id = some_id();
        let seen = db
            .write(move |tx| {
                Box::pin(async move {
                    use sea_orm::EntityTrait;
                    put(tx, id, 1).await?;
                    add(tx, id, 41).await?;
                    Ok(number::Entity::find_by_id(id).one(tx).await?)
                })
            })
            .await
            .unwrap();
        assert_eq!(seen, Some(number::Model { scope_id: id, revision: 42, changed_at: NOW.millis() }));
        assert_eq!(numbers(&db).await[&id], 42);
    }

    async fn of_many_writes_together_those_that_fail_leave_nothing_and_the_others_stand(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let sum = some_id();
        write_number(&db, sum, 0).await.unwrap();
        let ids: Vec<_> = (0..64).map(|_| some_id()).collect();
        let held = Held::hold(&db).await;
        let writes = ids.iter().enumerate().map(|(n, id)| {
            let (id, db) = (*id, db.clone());
            async move {
                db.write(move |tx| {
                    Box::pin(async move {
                        if n % 4 == 1 {
                            return Err(REFUSED.into()); // before any write
                        }
                        put(tx, id, n as i64).await?;
                        add(tx, sum, 1).await?;
                        match n % 4 {
                            2 => Err(REFUSED.into()), // by a rule, after a write
                            3 => Err(put(tx, id, 0).await.unwrap_err()), // by the database: the key is taken
                            _ => Ok(n),
                        }
                    })
                })
                .await
            }
            .boxed()
        });
        let answers = held.release(writes.collect()).await;
        for (n, answer) in answers.into_iter().enumerate() {
            match n % 4 {
                0 => assert_eq!(answer.unwrap(), n),
                3 => assert_eq!(answer.unwrap_err().code(), INTERNAL),
                _ => assert_eq!(answer.unwrap_err().code(), REFUSED),
            }
        }
        let there = numbers(&db).await;
        for (n, id) in ids.iter().enumerate() {
            assert_eq!(there.get(id).copied(), (n % 4 == 0).then_some(n as i64), "{n}");
        }
        assert_eq!(there[&sum], 16);
    }

    async fn a_refusal_before_any_write_makes_nobody_run_twice(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let runs: Arc<Vec<AtomicU32>> = Arc::new((0..32).map(|_| AtomicU32::new(0)).collect());
        let held = Held::hold(&db).await;
        let writes = (0..32).map(|n| {
            let (db, runs) = (db.clone(), runs.clone());
            async move {
                db.write(move |tx| {
                    let runs = runs.clone();
                    Box::pin(async move {
                        use sea_orm::EntityTrait;
                        runs[n].fetch_add(1, Ordering::Relaxed);
                        number::Entity::find_by_id(some_id()).one(tx).await?;
                        if n % 2 == 0 { Err(REFUSED.into()) } else { put(tx, some_id(), 1).await }
                    })
                })
                .await
            }
            .boxed()
        });
        let answers = held.release(writes.collect()).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 16);
        assert_eq!(numbers(&db).await.len(), 16);
        assert!(runs.iter().all(|runs| runs.load(Ordering::Relaxed) == 1), "{runs:?}");
    }

    async fn a_panic_in_one_write_spoils_no_other(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let held = Held::hold(&db).await;
        let writes = (0..16).map(|n| {
            let db = db.clone();
            async move {
                db.write(move |tx| {
                    assert_ne!(n, 3, "meant: a bug before there is a future");
                    Box::pin(async move {
                        assert_ne!(n, 7, "meant: a bug before the write");
                        put(tx, some_id(), n).await?;
                        assert_ne!(n, 11, "meant: a bug after the write");
                        Ok(())
                    })
                })
                .await
            }
            .boxed()
        });
        let answers = held.release(writes.collect()).await;
        for (n, answer) in answers.into_iter().enumerate() {
            if matches!(n, 3 | 7 | 11) {
                assert_eq!(answer.unwrap_err().code(), INTERNAL, "{n}");
            } else {
                answer.unwrap();
            }
        }
        write_number(&db, some_id(), 16).await.unwrap();
        let mut there: Vec<_> = numbers(&db).await.into_values().collect();
        there.sort_unstable();
        assert_eq!(there, [0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 15, 16]);
    }

    async fn a_caller_who_goes_away_cuts_no_transaction(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let (go, started) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let caller = tokio::spawn({
            let (db, go, started) = (db.clone(), go.clone(), started.clone());
            async move {
                db.write(move |tx| {
                    let (go, started) = (go.clone(), started.clone());
                    Box::pin(async move {
                        put(tx, some_id(), 1).await?;
                        started.add_permits(1);
                        go.acquire().await?.forget();
                        put(tx, some_id(), 2).await
                    })
                })
                .await
            }
        });
        started.acquire().await.unwrap().forget();
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        go.add_permits(1);
        until("both rows are there", || async { numbers(&db).await.len() == 2 }.boxed()).await;
    }

    async fn writes_in_each_others_way_all_end_well(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let runs = Arc::new(AtomicU32::new(0));
        let pairs: Vec<_> = (0..8).map(|_| (some_id(), some_id())).collect();
        for (a, b) in &pairs {
            write_number(&db, *a, 0).await.unwrap();
            write_number(&db, *b, 0).await.unwrap();
        }
        // where transactions run beside each other, two meet half-way: neither can go on before the other gives up
        let meet = db.product() != "sqlite";
        let tasks = pairs.iter().flat_map(|(a, b)| {
            let half_way = Arc::new(Barrier::new(2));
            [(*a, *b), (*b, *a)].map(|(first, second)| {
                let (db, half_way, runs) = (db.clone(), half_way.clone(), runs.clone());
                let met = Arc::new(AtomicBool::new(!meet));
                tokio::spawn(async move {
                    db.write(move |tx| {
                        let (half_way, met, runs) = (half_way.clone(), met.clone(), runs.clone());
                        Box::pin(async move {
                            runs.fetch_add(1, Ordering::Relaxed);
                            add(tx, first, 1).await?;
                            if !met.swap(true, Ordering::Relaxed) {
                                half_way.wait().await;
                            }
                            add(tx, second, 1).await
                        })
                    })
                    .await
                })
            })
        });
        for outcome in join_all(tasks.collect::<Vec<_>>()).await {
            outcome.unwrap().unwrap();
        }
        assert!(numbers(&db).await.values().all(|value| *value == 2));
        let runs = runs.load(Ordering::Relaxed);
        if meet {
            assert!(runs >= 16 + 8, "{runs} runs: nobody was in anybody's way");
        } else {
            assert_eq!(runs, 16);
        }
    }

    async fn what_one_reads_and_then_writes_is_lost_by_nobody(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let id = some_id();
        write_number(&db, id, 0).await.unwrap();
        let tasks = (0..32).map(|_| {
            let db = db.clone();
            tokio::spawn(async move { db.write(move |tx| Box::pin(add(tx, id, 1))).await })
        });
        for outcome in join_all(tasks.collect::<Vec<_>>()).await {
            outcome.unwrap().unwrap();
        }
        assert_eq!(numbers(&db).await[&id], 32);
    }

    async fn a_reader_cannot_write_where_there_is_one_writer(db) {
        let db = Db::connect(&db.url).await.unwrap();
        if db.product() != "sqlite" {
            return;
        }
        let written = db
            .read(|db| async move {
                use store::ConnectionTrait;
                Ok(db.execute_unprepared("DELETE FROM revisions").await?)
            })
            .await;
        assert!(written.is_err());
    }

    async fn a_read_that_never_ends_is_ended(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let never = db.read(|_| std::future::pending::<Result<()>>());
        let fault = tokio::time::timeout(Duration::from_secs(30), never).await.unwrap().unwrap_err();
        assert_eq!(fault.code(), store::DATABASE_AWAY);
        assert!(fault.retry_after().is_some());
        assert!(numbers(&db).await.is_empty());
    }
}
