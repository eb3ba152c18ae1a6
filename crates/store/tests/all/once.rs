use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use kernel::{AccountId, Kind, Result, RootKey, sha256};
use sea_orm::{ActiveValue, entity::prelude::*};
use store::{Db, Once, SiteCipher, Vault};

use crate::{NOW, REFUSED, numbers, put, some_id};

pub mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "idempotency")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub route: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub idem_key: String,
        pub answer: Option<Vec<u8>>,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

async fn opened(url: &str) -> (Db, Arc<SiteCipher>) {
    let db = Db::connect(url).await.unwrap();
    let cipher = Vault::new(db.clone(), &RootKey::from_bytes([7; 32])).cipher(None, NOW).await.unwrap();
    (db, cipher)
}

fn once(key: &str) -> Once {
    Once { owner: AccountId::new(NOW).uuid(), route: "cards.bind", key: key.into(), body_hash: sha256(b"{}") }
}

/// One effect, one answer that tells who gave it.
async fn act(db: &Db, cipher: &Arc<SiteCipher>, once: Option<Once>, answer: String) -> Result<String> {
    db.write_once(once, cipher.clone(), NOW, move |tx| {
        let answer = answer.clone();
        Box::pin(async move {
            put(tx, some_id(), 1).await?;
            Ok(Ok(answer))
        })
    })
    .await
}

async fn rows(db: &Db) -> Vec<row::Model> {
    db.read(|db| async move { Ok(row::Entity::find().all(&db).await?) }).await.unwrap()
}

store::on_every_database! {
    async fn one_key_is_one_effect_and_one_answer_however_many_ask_at_once(db) {
        let (db, cipher) = opened(&db.url).await;
        let once = once("k");
        let calls = (0..32).map(|n| {
            let (db, cipher, once) = (db.clone(), cipher.clone(), once.clone());
            tokio::spawn(async move { act(&db, &cipher, Some(once), format!("第{n}次")).await })
        });
        let answers = join_all(calls.collect::<Vec<_>>()).await;
        let answers: Vec<_> = answers.into_iter().map(|answer| answer.unwrap().unwrap()).collect();
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        assert_eq!(numbers(&db).await.len(), 1);
        assert_eq!(rows(&db).await.len(), 1);
        let late = act(&db, &cipher, Some(once), "late".into()).await.unwrap();
        assert_eq!(late, answers[0]);
        assert_eq!(numbers(&db).await.len(), 1);
    }

    async fn one_key_for_two_requests_is_refused(db) {
        let (db, cipher) = opened(&db.url).await;
        let first = once("k");
        act(&db, &cipher, Some(first.clone()), "一".into()).await.unwrap();
        let other = Once { body_hash: sha256(b"{\"n\":1}"), ..first.clone() };
        let fault = act(&db, &cipher, Some(other), "二".into()).await.unwrap_err();
        assert_eq!((fault.code().name, fault.code().kind), ("idempotency-key-reused", Kind::Invalid));
        assert_eq!(numbers(&db).await.len(), 1);
        assert_eq!(act(&db, &cipher, Some(first), "三".into()).await.unwrap(), "一");
    }

    async fn another_person_another_act_another_key_are_other_requests(db) {
        let (db, cipher) = opened(&db.url).await;
        let first = once("k");
        let others = [
            first.clone(),
            Once { owner: AccountId::new(NOW).uuid(), ..first.clone() },
            Once { route: "cards.unbind", ..first.clone() },
            Once { key: "K".into(), ..first },
        ];
        for (n, once) in others.iter().enumerate() {
            assert_eq!(act(&db, &cipher, Some(once.clone()), n.to_string()).await.unwrap(), n.to_string());
        }
        assert_eq!(numbers(&db).await.len(), 4);
        for (n, once) in others.into_iter().enumerate() {
            assert_eq!(act(&db, &cipher, Some(once), "again".into()).await.unwrap(), n.to_string());
        }
        assert_eq!(numbers(&db).await.len(), 4);
    }

    async fn without_a_key_every_request_counts(db) {
        let (db, cipher) = opened(&db.url).await;
        for _ in 0..2 {
            act(&db, &cipher, None, String::new()).await.unwrap();
        }
        assert_eq!(numbers(&db).await.len(), 2);
        assert!(rows(&db).await.is_empty());
    }

    async fn a_failed_attempt_leaves_the_key_free(db) {
        let (db, cipher) = opened(&db.url).await;
        let once = once("k");
        let failed = db
            .write_once(Some(once.clone()), cipher.clone(), NOW, |tx| {
                Box::pin(async move {
                    put(tx, some_id(), 1).await?;
                    Err::<std::result::Result<String, _>, _>(REFUSED.into())
                })
            })
            .await;
        assert_eq!(failed.unwrap_err().code(), REFUSED);
        assert!(rows(&db).await.is_empty());
        assert!(numbers(&db).await.is_empty());
        // the corrected request may even have another body
        let once = Once { body_hash: sha256(b"corrected"), ..once };
        assert_eq!(act(&db, &cipher, Some(once), "好".into()).await.unwrap(), "好");
        assert_eq!(numbers(&db).await.len(), 1);
    }

    async fn a_refusal_keeps_its_traces_and_leaves_the_key_free(db) {
        let (db, cipher) = opened(&db.url).await;
        let once = once("k");
        for _ in 0..2 {
            let refused = db
                .write_once(Some(once.clone()), cipher.clone(), NOW, |tx| {
                    Box::pin(async move {
                        put(tx, some_id(), 1).await?;
                        Ok(Err::<String, _>(REFUSED.into()))
                    })
                })
                .await;
            assert_eq!(refused.unwrap_err().code(), REFUSED);
        }
        assert_eq!(numbers(&db).await.len(), 2, "each refusal was judged anew, and its traces are kept");
        assert!(rows(&db).await.is_empty());
        assert_eq!(act(&db, &cipher, Some(once), "好".into()).await.unwrap(), "好");
    }

    async fn attempts_that_fail_beside_one_that_does_not_take_nothing_from_it(db) {
        let (db, cipher) = opened(&db.url).await;
        let (once, ran) = (once("k"), Arc::new(AtomicU32::new(0)));
        let calls = (0..32).map(|n| {
            let (db, cipher, once, ran) = (db.clone(), cipher.clone(), once.clone(), ran.clone());
            tokio::spawn(async move {
                db.write_once(Some(once), cipher, NOW, move |tx| {
                    let ran = ran.clone();
                    Box::pin(async move {
                        ran.fetch_add(1, Ordering::Relaxed);
                        put(tx, some_id(), n).await?;
                        if n % 2 == 0 { Err(REFUSED.into()) } else { Ok(Ok(n)) }
                    })
                })
                .await
            })
        });
        let answers = join_all(calls.collect::<Vec<_>>()).await;
        let left: Vec<i64> = numbers(&db).await.into_values().collect();
        assert_eq!(left.len(), 1);
        for (n, answer) in answers.into_iter().enumerate() {
            match answer.unwrap() {
                Ok(winner) => assert_eq!(winner, left[0]),
                Err(fault) => assert_eq!((fault.code(), n % 2), (REFUSED, 0)),
            }
        }
        assert_eq!(rows(&db).await.len(), 1);
        assert!(ran.load(Ordering::Relaxed) >= 1);
    }

    async fn the_answer_is_kept_sealed_and_forgotten_in_time(db) {
        let (db, cipher) = opened(&db.url).await;
        let once = once("k");
        act(&db, &cipher, Some(once.clone()), "13800001234".into()).await.unwrap();
        let kept = rows(&db).await.pop().unwrap();
        let answer = kept.answer.unwrap();
        assert!(!answer.windows(11).any(|bytes| bytes == b"13800001234"));
        assert_eq!(kept.created_at, NOW.millis());

        // what was kept for one request is no answer to another
        let stolen = Once { key: "other".into(), ..once.clone() };
        act(&db, &cipher, Some(stolen.clone()), "theirs".into()).await.unwrap();
        db.write(move |tx| {
            let answer = answer.clone();
            Box::pin(async move {
                row::Entity::update_many()
                    .set(row::ActiveModel { answer: ActiveValue::Set(Some(answer)), ..Default::default() })
                    .filter(row::Column::IdemKey.eq("other"))
                    .exec(tx)
                    .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
        let fault = act(&db, &cipher, Some(stolen), "again".into()).await.unwrap_err();
        assert_eq!(fault.code().name, "vault-refused");

        let purge = |before| db.write(move |tx| Box::pin(async move { store::purge_once(tx, before).await }));
        purge(NOW).await.unwrap();
        assert_eq!(rows(&db).await.len(), 2);
        purge(NOW.after(Duration::from_millis(1))).await.unwrap();
        assert!(rows(&db).await.is_empty());
        act(&db, &cipher, Some(once), "anew".into()).await.unwrap();
        assert_eq!(numbers(&db).await.len(), 3);
    }
}
