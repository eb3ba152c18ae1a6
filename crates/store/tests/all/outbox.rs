use std::{collections::HashSet, sync::Arc, time::Duration};

use futures_util::future::join_all;
use kernel::{SiteId, Timestamp};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use store::{
    Db,
    outbox::{self, ClaimedMessage, OutboxMessage, Outcome, State},
};
use tokio::sync::Barrier;

use crate::{NOW, REFUSED, numbers, put, some_id};

pub const A_DAY: Duration = Duration::from_secs(86_400);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub text: String,
}

impl OutboxMessage for Told {
    const TOPIC: &'static str = "test.told";
}

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub fact: String,
        pub payload: String,
        pub state: i16,
        pub next_at: i64,
        pub last_code: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub async fn count(db: &Db, state: State) -> u64 {
    db.read(|db| async move { outbox::count(&db, state).await }).await.unwrap()
}

async fn post(db: &Db, site: Option<SiteId>, fact: &str, now: Timestamp, good_for: Duration) {
    let (fact, message) = (fact.to_owned(), Told { text: format!("内容：{fact}") });
    db.write(move |tx| {
        let (fact, message) = (fact.clone(), message.clone());
        Box::pin(async move { outbox::enqueue(tx, site, &fact, &message, now, good_for).await })
    })
    .await
    .unwrap();
}

async fn claim(db: &Db, now: Timestamp) -> Vec<ClaimedMessage> {
    db.write(move |tx| Box::pin(async move { outbox::claim(tx, now, 20).await })).await.unwrap()
}

/// The one message that is due.
async fn claim_one(db: &Db, now: Timestamp) -> ClaimedMessage {
    let mut due = claim(db, now).await;
    assert_eq!(due.len(), 1);
    due.remove(0)
}

async fn settle(db: &Db, claimed: &ClaimedMessage, outcome: Outcome, now: Timestamp) {
    let claimed = claimed.clone();
    db.write(move |tx| {
        let (claimed, outcome) = (claimed.clone(), outcome.clone());
        Box::pin(async move { outbox::settle(tx, &claimed, &outcome, now).await })
    })
    .await
    .unwrap();
}

async fn rows(db: &Db) -> Vec<row::Model> {
    db.read(|db| async move { Ok(row::Entity::find().all(&db).await?) }).await.unwrap()
}

async fn only_row(db: &Db) -> row::Model {
    let mut rows = rows(db).await;
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

fn later(why: &str) -> Outcome {
    Outcome::Later(why.into())
}

const MILLI: Duration = Duration::from_millis(1);

store::on_every_database! {
    async fn a_fact_is_enqueued_once_however_often_it_is_written(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let posts = (0..16).map(|_| {
            let db = db.clone();
            tokio::spawn(async move { post(&db, None, "visit:1:decided", NOW, A_DAY).await })
        });
        for posted in join_all(posts.collect::<Vec<_>>()).await {
            posted.unwrap();
        }
        let claimed = claim_one(&db, NOW).await;
        assert_eq!(claimed.message::<Told>().unwrap(), Told { text: "内容：visit:1:decided".into() });
        assert_eq!((claimed.topic.as_str(), claimed.attempts, claimed.was_lost), ("test.told", 1, false));
        // also after it was carried out
        settle(&db, &claimed, Outcome::Done, NOW).await;
        post(&db, None, "visit:1:decided", NOW, A_DAY).await;
        assert!(claim(&db, NOW.after(A_DAY / 2)).await.is_empty());
        // another fact, and the same at another site, are others
        post(&db, None, "visit:2:decided", NOW, A_DAY).await;
        post(&db, Some(SiteId::new(NOW)), "visit:1:decided", NOW, A_DAY).await;
        assert_eq!(claim(&db, NOW).await.len(), 2);
    }

    async fn a_message_and_its_cause_are_written_together_or_not_at_all(db) {
        let db = Db::connect(&db.url).await.unwrap();
        for refused in [true, false] {
            let written = db
                .write(move |tx| {
                    Box::pin(async move {
                        let message = Told { text: "一".into() };
                        outbox::enqueue(tx, None, "fact", &message, NOW, A_DAY).await?;
                        put(tx, some_id(), 1).await?;
                        if refused { Err(REFUSED.into()) } else { Ok(()) }
                    })
                })
                .await;
            assert_eq!(written.is_err(), refused);
            let there = if refused { 0 } else { 1 };
            assert_eq!(rows(&db).await.len(), there);
            assert_eq!(numbers(&db).await.len(), there);
        }
        tokio::time::timeout(Duration::from_secs(30), db.message_enqueued()).await.expect("the outbox_worker is woken");
    }

    async fn several_workers_never_take_the_same_message(db) {
        let first = Db::connect(&db.url).await.unwrap();
        for n in 0..40 {
            post(&first, (n % 2 == 0).then(|| SiteId::new(NOW)), &format!("fact {n}"), NOW, A_DAY).await;
        }
        let ready = Arc::new(Barrier::new(4));
        let outbox_workers = (0..4).map(|_| {
            let (url, ready) = (db.url.clone(), ready.clone());
            tokio::spawn(async move {
                // a process each
                let (db, mut taken) = (Db::connect(&url).await.unwrap(), Vec::new());
                ready.wait().await;
                loop {
                    let handful = claim(&db, NOW).await;
                    assert!(handful.len() <= 20);
                    if handful.is_empty() {
                        return taken;
                    }
                    assert!(handful.iter().all(|claimed| claimed.attempts == 1 && !claimed.was_lost));
                    taken.extend(handful.into_iter().map(|claimed| claimed.id));
                }
            })
        });
        let taken: Vec<_> =
            join_all(outbox_workers.collect::<Vec<_>>()).await.into_iter().flat_map(|taken| taken.unwrap()).collect();
        assert_eq!(taken.len(), 40);
        assert_eq!(taken.iter().collect::<HashSet<_>>().len(), 40);
        assert_eq!(count(&first, State::Sending).await, 40);
    }

    async fn the_oldest_messages_go_first_and_none_before_its_time(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let minute = |n: u32| NOW.after(Duration::from_secs(60) * n);
        for n in [7_u32, 3, 29, 0, 21, 11] {
            post(&db, None, &n.to_string(), minute(n), A_DAY).await;
        }
        assert!(claim(&db, NOW.before(MILLI)).await.is_empty());
        let due = claim(&db, minute(21)).await;
        let texts: HashSet<_> = due.iter().map(|claimed| claimed.message::<Told>().unwrap().text).collect();
        assert_eq!(texts, ["0", "3", "7", "11", "21"].map(|n| format!("内容：{n}")).into());
        assert_eq!(due[0].message::<Told>().unwrap().text, "内容：0");
        assert_eq!(due[4].message::<Told>().unwrap().text, "内容：21");
    }

    async fn a_message_is_not_claimed_before_it_is_due(db) {
        let (db, wait) = (Db::connect(&db.url).await.unwrap(), Duration::from_millis(700));
        db.write(move |tx| {
            let message = Told { text: "稍后".to_owned() };
            Box::pin(async move { outbox::enqueue_after(tx, None, "later", &message, NOW, A_DAY, wait).await })
        })
        .await
        .unwrap();
        assert_eq!(claim(&db, NOW.after(wait - MILLI)).await.len(), 0);
        assert_eq!(claim(&db, NOW.after(wait)).await.len(), 1);
    }

    async fn a_retried_message_waits_longer_each_time_and_is_then_given_up(db) {
        let db = Db::connect(&db.url).await.unwrap();
        post(&db, Some(SiteId::new(NOW)), "fact", NOW, 10 * A_DAY).await;
        let mut now = NOW;
        for (n, wait) in [5_u32, 30, 120, 600, 1800, 7200].into_iter().enumerate() {
            let claimed = claim_one(&db, now).await;
            assert_eq!((claimed.attempts as usize, claimed.was_lost), (n + 1, false));
            settle(&db, &claimed, later("busy"), now).await;
            let row = only_row(&db).await;
            assert_eq!((row.state, row.last_code.as_str()), (State::Pending as i16, "busy"));
            let (wait, next) = (Duration::from_secs(u64::from(wait)), Timestamp::from_millis(row.next_at));
            assert!((now.after(wait * 4 / 5)..=now.after(wait * 6 / 5)).contains(&next), "{wait:?}: {next}");
            assert!(claim(&db, next.before(MILLI)).await.is_empty());
            now = next;
        }
        let last = claim_one(&db, now).await;
        settle(&db, &last, later("still busy"), now).await;
        let row = only_row(&db).await;
        assert_eq!((row.state, row.last_code.as_str()), (State::Dead as i16, "still busy"));
        assert!(claim(&db, now.after(9 * A_DAY)).await.is_empty());
    }

    async fn messages_that_failed_together_do_not_come_back_together(db) {
        let db = Db::connect(&db.url).await.unwrap();
        for n in 0..20 {
            post(&db, None, &n.to_string(), NOW, A_DAY).await;
        }
        for claimed in claim(&db, NOW).await {
            settle(&db, &claimed, later("busy"), NOW).await;
        }
        let times: HashSet<_> = rows(&db).await.into_iter().map(|row| row.next_at).collect();
        assert!(times.len() > 1);
    }

    async fn what_is_settled_for_good_is_never_taken_again(db) {
        let db = Db::connect(&db.url).await.unwrap();
        for fact in ["done", "dead", "unknown"] {
            post(&db, None, fact, NOW, A_DAY).await;
        }
        for claimed in claim(&db, NOW).await {
            let outcome = match claimed.message::<Told>().unwrap().text.as_str() {
                "内容：done" => Outcome::Done,
                "内容：dead" => Outcome::Dead("号码无效".into()),
                _ => Outcome::Unknown("timeout".into()),
            };
            settle(&db, &claimed, outcome, NOW).await;
        }
        for state in [State::Done, State::Dead, State::Unknown] {
            assert_eq!(count(&db, state).await, 1, "{state:?}");
        }
        assert!(claim(&db, NOW.after(A_DAY / 2)).await.is_empty());
        assert!(claim(&db, NOW.after(10 * A_DAY)).await.is_empty());
        let done = rows(&db).await.into_iter().find(|row| row.fact == "done").unwrap();
        assert_eq!(done.payload, "", "what was carried out needs its content no longer");
        let dead = rows(&db).await.into_iter().find(|row| row.fact == "dead").unwrap();
        assert_eq!(dead.last_code, "号码无效");
    }

    async fn a_lost_worker_s_message_comes_back_and_says_so(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let lease = Duration::from_secs(30);
        post(&db, None, "fact", NOW, A_DAY).await;
        assert!(!claim_one(&db, NOW).await.was_lost);
        assert!(claim(&db, NOW.after(lease - MILLI)).await.is_empty());
        let again = claim_one(&db, NOW.after(lease)).await;
        assert_eq!((again.was_lost, again.attempts), (true, 2));
        assert!(claim(&db, NOW.after(2 * lease - MILLI)).await.is_empty());
        // tried again in order, it was not lost
        settle(&db, &again, later("busy"), NOW.after(lease)).await;
        assert!(!claim_one(&db, NOW.after(A_DAY / 2)).await.was_lost);
    }

    async fn a_worker_who_lost_its_message_undoes_nothing_of_the_next_one_s(db) {
        let db = Db::connect(&db.url).await.unwrap();
        post(&db, None, "fact", NOW, A_DAY).await;
        let slow = claim_one(&db, NOW).await;
        let then = NOW.after(Duration::from_secs(30));
        let quick = claim_one(&db, then).await;
        settle(&db, &slow, later("timeout"), then).await;
        assert_eq!(count(&db, State::Sending).await, 1, "it is the other's now");
        settle(&db, &quick, Outcome::Done, then).await;
        for late in [later("timeout"), Outcome::Dead("no".into()), Outcome::Unknown("lost".into())] {
            settle(&db, &slow, late, then).await;
            assert_eq!(count(&db, State::Done).await, 1);
        }
        assert!(claim(&db, then.after(A_DAY / 2)).await.is_empty());
    }

    async fn a_worker_whose_lease_ended_may_still_mark_a_message_delivered(db) {
        let db = Db::connect(&db.url).await.unwrap();
        post(&db, None, "fact", NOW, A_DAY).await;
        let slow = claim_one(&db, NOW).await;
        let then = NOW.after(Duration::from_secs(30));
        let next = claim_one(&db, then).await;
        settle(&db, &next, Outcome::Unknown("lost".into()), then).await;
        settle(&db, &slow, Outcome::Done, then).await;
        assert_eq!(count(&db, State::Done).await, 1);
    }

    async fn an_expired_message_is_not_retried(db) {
        let db = Db::connect(&db.url).await.unwrap();
        post(&db, None, "fact", NOW, Duration::from_secs(4)).await;
        let claimed = claim_one(&db, NOW).await;
        settle(&db, &claimed, later("busy"), NOW.after(Duration::from_secs(1))).await;
        let row = only_row(&db).await;
        assert_eq!((row.state, row.last_code.as_str()), (State::Dead as i16, "busy"));
        assert!(claim(&db, NOW.after(A_DAY)).await.is_empty());
    }

    async fn a_message_that_expires_before_it_is_claimed_is_not_delivered(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let good_for = Duration::from_secs(300);
        post(&db, None, "never taken", NOW, good_for).await;
        post(&db, None, "good longer", NOW, 2 * good_for).await;
        let due = claim(&db, NOW.after(good_for)).await;
        assert_eq!(due.len(), 1);
        assert_eq!(due[0].message::<Told>().unwrap().text, "内容：good longer");
        let dead = rows(&db).await.into_iter().find(|row| row.fact == "never taken").unwrap();
        assert_eq!((dead.state, dead.last_code.as_str()), (State::Dead as i16, "expired"));
        // to the last moment it is
        post(&db, None, "just in time", NOW, good_for).await;
        assert_eq!(claim(&db, NOW.after(good_for - MILLI)).await.len(), 1);
    }

    async fn a_reason_too_long_to_keep_is_cut_and_the_message_settled(db) {
        let db = Db::connect(&db.url).await.unwrap();
        post(&db, None, "fact", NOW, A_DAY).await;
        let reason = "供应商返回：".repeat(40);
        let claimed = claim_one(&db, NOW).await;
        settle(&db, &claimed, Outcome::Dead(reason.clone()), NOW).await;
        let row = only_row(&db).await;
        assert_eq!(row.state, State::Dead as i16);
        assert!(!row.last_code.is_empty() && reason.starts_with(&row.last_code));
    }

    async fn only_messages_delivered_long_ago_are_deleted(db) {
        let db = Db::connect(&db.url).await.unwrap();
        for (fact, now) in [("old", NOW), ("old and dead", NOW), ("waiting", NOW.after(A_DAY)), ("new", NOW.after(A_DAY))] {
            post(&db, None, fact, now, 3 * A_DAY).await;
        }
        for claimed in claim(&db, NOW.after(A_DAY)).await {
            let outcome = match claimed.message::<Told>().unwrap().text.as_str() {
                "内容：old and dead" => Outcome::Dead("no".into()),
                "内容：waiting" => later("busy"),
                _ => Outcome::Done,
            };
            settle(&db, &claimed, outcome, NOW.after(A_DAY)).await;
        }
        let before = NOW.after(A_DAY);
        db.write(move |tx| Box::pin(async move { outbox::purge(tx, before, before).await })).await.unwrap();
        let mut left: Vec<_> = rows(&db).await.into_iter().map(|row| row.fact).collect();
        left.sort();
        assert_eq!(left, ["new", "old and dead", "waiting"]);
    }
}
