//! The change log of sites.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, future::join_all};
use kernel::{BindingId, CardId, Clock, SiteId, SystemClock, Timestamp};
use store::{
    Db,
    changes::{self, Change, Since},
    on_every_database,
};
use tokio::sync::Barrier;

use crate::{REFUSED, until};

fn now() -> Timestamp {
    SystemClock.now()
}

async fn write(db: &Db, all: Vec<(SiteId, Change)>) {
    db.write_with(all, |tx, all| {
        Box::pin(async move {
            all.iter().for_each(|(site, change)| tx.changes(*site, *change));
            Ok(())
        })
    })
    .await
    .unwrap();
}

async fn since(db: &Db, site: SiteId, revision: i64) -> Since {
    db.read(|db| async move { changes::since(&db, site, revision).await }).await.unwrap()
}

fn binding() -> Change {
    Change::Binding(BindingId::new(now()))
}

on_every_database! {
    async fn whoever_is_behind_is_told_just_what_changed(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let (site, other) = (SiteId::new(now()), SiteId::new(now()));
        assert_eq!(since(&db, site, 0).await, Since::Steps(Vec::new(), 0), "nothing was ever said of it");
        let (bound, card) = (binding(), Change::Card(CardId::new(now())));
        write(&db, vec![(site, bound), (site, bound), (other, Change::Site)]).await;
        write(&db, vec![(site, card)]).await;
        write(&db, vec![(site, Change::Site)]).await;
        assert_eq!(since(&db, site, 0).await, Since::Steps(vec![Change::Site, bound, card], 3));
        assert_eq!(since(&db, site, 1).await, Since::Steps(vec![Change::Site, card], 3));
        assert_eq!(since(&db, site, 3).await, Since::Steps(Vec::new(), 3));
        assert_eq!(since(&db, other, 0).await, Since::Steps(vec![Change::Site], 1));
        assert_eq!(since(&db, site, 7).await, Since::Unknown, "a revision of another life of this database");
    }

    async fn of_many_who_write_at_once_every_step_is_numbered(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let sites: Vec<SiteId> = (0..3).map(|_| SiteId::new(now())).collect();
        let barrier = Arc::new(Barrier::new(24));
        let writers = (0..24).map(|n| {
            let (db, sites, barrier) = (db.clone(), sites.clone(), barrier.clone());
            // two sites at once, in either order
            let (one, two) = (sites[n % 3], sites[(n + 1 + n % 2) % 3]);
            tokio::spawn(async move {
                barrier.wait().await;
                write(&db, vec![(one, binding()), (two, binding())]).await;
            })
        });
        join_all(writers).await.into_iter().for_each(|done| done.unwrap());
        for site in sites {
            let Since::Steps(steps, revision) = since(&db, site, 0).await else { panic!("a hole") };
            assert_eq!((steps.len(), revision), (16, 16));
        }
    }

    async fn what_was_refused_leaves_no_step_and_tells_nobody(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let site = SiteId::new(now());
        let before = db.heard().await.unwrap();
        let refused = db.write(move |tx| {
            tx.changes(site, Change::Site);
            Box::pin(async { Err::<(), _>(REFUSED.into()) })
        });
        assert_eq!(refused.await.unwrap_err().code(), REFUSED);
        assert_eq!(since(&db, site, 0).await, Since::Steps(Vec::new(), 0));
        assert!(db.is_current(site, before));
        write(&db, vec![(site, Change::Site)]).await;
        assert!(!db.is_current(site, before));
        assert!(db.is_current(site, db.heard().await.unwrap()));
    }

    async fn too_much_at_once_and_steps_that_are_gone_ask_for_the_whole(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let (large, old) = (SiteId::new(now()), SiteId::new(now()));
        write(&db, (0..1001).map(|_| (large, binding())).collect()).await;
        assert_eq!(since(&db, large, 0).await, Since::Unknown);
        write(&db, vec![(large, Change::Site)]).await;
        assert_eq!(since(&db, large, 1).await, Since::Steps(vec![Change::Site], 2));

        for _ in 0..3 {
            write(&db, vec![(old, binding())]).await;
        }
        until("its time has passed", || {
            let db = db.clone();
            async move {
                db.write(|tx| Box::pin(changes::purge(tx, Duration::from_millis(1), 2))).await.unwrap();
                since(&db, old, 1).await == Since::Unknown && since(&db, old, 2).await == Since::Unknown
            }
            .boxed()
        })
        .await;
        assert_eq!(since(&db, old, 1).await, Since::Unknown);
        assert_eq!(since(&db, old, 3).await, Since::Steps(Vec::new(), 3), "who is up to date misses nothing");
        write(&db, vec![(old, Change::Site)]).await;
        assert_eq!(since(&db, old, 3).await, Since::Steps(vec![Change::Site], 4));
        assert_eq!(since(&db, old, 2).await, Since::Unknown, "the third is gone");
    }
}
