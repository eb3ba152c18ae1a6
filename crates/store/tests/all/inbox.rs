use std::time::Duration;

use futures_util::future::join_all;
use kernel::{Result, Timestamp};
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use store::{
    Db,
    inbox::{self, Delivery},
};

use crate::{NOW, REFUSED, numbers, put, some_id};

/// Receives a message whose effect is one number.
async fn deliver(db: &Db, source: &'static str, key: &'static str, now: Timestamp) -> Result<Delivery> {
    db.write(move |tx| {
        Box::pin(async move {
            let delivery = inbox::receive(tx, source, key, now).await?;
            if delivery == Delivery::First {
                put(tx, some_id(), 1).await?;
            }
            Ok(delivery)
        })
    })
    .await
}

async fn rows(db: &Db) -> Vec<QueryResult> {
    db.read(|db| async move {
        let sql = "SELECT source, message_key FROM inbox_messages";
        Ok(db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?)
    })
    .await
    .unwrap()
}

store::on_every_database! {
    async fn a_message_delivered_by_many_at_once_over_two_connections_has_one_effect(db) {
        let (one, two) = (Db::connect(&db.url).await.unwrap(), Db::connect(&db.url).await.unwrap());
        let calls = (0..16).map(|n| {
            let db = if n % 2 == 0 { one.clone() } else { two.clone() };
            tokio::spawn(async move {
                loop {
                    match deliver(&db, "test", "message", NOW).await {
                        Ok(delivery) => return delivery,
                        // no connection came free in time: the sender repeats what was not acknowledged
                        Err(fault) => assert_eq!(fault.code(), store::DATABASE_AWAY, "{fault}"),
                    }
                }
            })
        });
        let deliveries = join_all(calls.collect::<Vec<_>>()).await;
        assert_eq!(deliveries.into_iter().filter(|one| *one.as_ref().unwrap() == Delivery::First).count(), 1);
        assert_eq!(numbers(&one).await.len(), 1);
        assert_eq!(deliver(&one, "test", "message", NOW.after(Duration::from_secs(60))).await.unwrap(), Delivery::Repeat);
        assert_eq!((numbers(&one).await.len(), rows(&one).await.len()), (1, 1));
    }

    async fn other_keys_and_other_sources_are_other_messages(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let long = "k".repeat(5_000).leak();
        for (source, key) in [("a", "k"), ("b", "k"), ("a", "K"), ("a", "k "), ("a", ""), ("A", "k"), ("a", long)] {
            assert_eq!(deliver(&db, source, key, NOW).await.unwrap(), Delivery::First, "{source} {key:.10}");
        }
        for row in rows(&db).await {
            assert_eq!(row.try_get::<Vec<u8>>("", "message_key").unwrap().len(), 32, "what the key says is not kept");
        }
    }

    async fn an_effect_that_failed_leaves_the_message_to_its_repeat(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let failed = db.write(|tx| {
            Box::pin(async move {
                assert_eq!(inbox::receive(tx, "test", "message", NOW).await?, Delivery::First);
                put(tx, some_id(), 1).await?;
                Err::<(), _>(REFUSED.into())
            })
        });
        assert_eq!(failed.await.unwrap_err().code(), REFUSED);
        assert!(numbers(&db).await.is_empty() && rows(&db).await.is_empty());
        assert_eq!(deliver(&db, "test", "message", NOW).await.unwrap(), Delivery::First);
    }

    async fn what_was_received_long_ago_is_deleted_and_nothing_else(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let later = NOW.after(Duration::from_millis(1));
        assert_eq!(deliver(&db, "test", "old", NOW).await.unwrap(), Delivery::First);
        assert_eq!(deliver(&db, "test", "new", later).await.unwrap(), Delivery::First);
        db.write(move |tx| Box::pin(async move { inbox::purge(tx, later).await })).await.unwrap();
        assert_eq!(rows(&db).await.len(), 1);
        assert_eq!(deliver(&db, "test", "new", later).await.unwrap(), Delivery::Repeat);
    }
}
