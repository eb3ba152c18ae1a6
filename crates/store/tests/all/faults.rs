//! Whatever step of a transaction fails, and in whatever way: what was acknowledged is there for another connection,
//! what was refused is not, and the next write goes on as if nothing had been.

use std::{collections::BTreeSet, sync::Arc};

use futures_util::future::join_all;
use kernel::{Code, INTERNAL, Result, RootKey, macros::uuid::Uuid};
use sea_orm::{Database, EntityTrait};
use store::{
    Db, Health, OUTCOME_UNKNOWN, Once, SiteCipher, Vault,
    testing::{Faults, How, Step},
};

use crate::{NOW, REFUSED, number, put, some_id, until, write_number};

const HOWS: [How; 6] = [How::Full, How::Io, How::Busy, How::Killed, How::AnswerLost, How::Panic];
const STEPS: [Step; 4] = [Step::Begin, Step::Statement, Step::Commit, Step::Rollback];
/// Which of the coming steps of a kind fails: in the first transaction, or in one that carries several writes.
const PLACES: [u64; 5] = [1, 2, 3, 6, 11];
const WRITES: usize = 16;

#[derive(Default)]
struct Tally {
    acknowledged: BTreeSet<Uuid>,
    refused: BTreeSet<Uuid>,
    unknown: BTreeSet<Uuid>,
}

impl Tally {
    fn note(&mut self, id: Uuid, outcome: Result<()>) {
        match outcome.map_err(|fault| fault.code()) {
            Ok(()) => self.acknowledged.insert(id),
            Err(OUTCOME_UNKNOWN) => self.unknown.insert(id),
            Err(_) => self.refused.insert(id),
        };
    }
}

/// The rows as a connection of its own sees them.
async fn seen(url: &str) -> BTreeSet<Uuid> {
    let other = Database::connect(url).await.unwrap();
    let rows = number::Entity::find().all(&other).await.unwrap();
    other.close().await.unwrap();
    rows.into_iter().map(|row| row.scope_id).collect()
}

async fn write(db: &Db, cipher: &Arc<SiteCipher>, n: usize, id: Uuid) -> Result<()> {
    let once = (n % 4 == 1).then(|| Once { owner: id, route: "faults", key: n.to_string(), body_hash: [0; 32] });
    db.write_once(once, cipher.clone(), NOW, move |tx| {
        Box::pin(async move {
            put(tx, id, 1).await?;
            if n % 4 == 2 {
                return Err(REFUSED.into());
            }
            crate::add(tx, id, 1).await?;
            Ok(Ok(()))
        })
    })
    .await
}

store::on_every_database! {
    async fn acknowledged_is_there_and_refused_is_not_whatever_step_fails(database) {
        let db = Db::connect(&database.url).await.unwrap();
        let vault = Vault::new(db.clone(), &RootKey::from_bytes([7; 32]));
        let cipher = vault.cipher(None, NOW).await.unwrap();
        let faults = Faults::of(&database.url);
        let mut tally = Tally::default();
        let mut hit = 0;
        for how in HOWS {
            for step in STEPS {
                for field in PLACES {
                    let (before, ids) = (faults.failed(), (0..WRITES).map(|_| some_id()).collect::<Vec<_>>());
                    faults.fail(step, field, how);
                    let writes = ids.iter().enumerate().map(|(n, id)| write(&db, &cipher, n, *id));
                    let outcomes = join_all(writes).await;
                    faults.end();
                    hit += u64::from(faults.failed() > before);
                    for (id, outcome) in ids.into_iter().zip(outcomes) {
                        tally.note(id, outcome);
                    }
                    let next = some_id();
                    tally.note(next, write_number(&db, next, 1).await);
                    assert!(tally.acknowledged.contains(&next), "{how:?} at {step:?} {field}: writing goes on");
                }
            }
        }
        let there = seen(&database.url).await;
        let (lost, kept): (Vec<_>, Vec<_>) = (
            tally.acknowledged.difference(&there).collect(),
            tally.refused.intersection(&there).collect(),
        );
        println!(
            "{:?}: {hit} failures; {} acknowledged, {} refused, {} unknown; acknowledged and lost {}, refused and kept {}",
            database.backend, tally.acknowledged.len(), tally.refused.len(), tally.unknown.len(), lost.len(), kept.len(),
        );
        assert!(lost.is_empty() && kept.is_empty(), "lost {lost:?}, kept {kept:?}");
        assert!(hit > 60, "most failures came about: {hit}");
        assert!(!tally.unknown.is_empty() || db.product() == "sqlite", "lost answers are said to be");
        until("it is well again", || Box::pin(async { db.health() == Health::Ok })).await;
    }

    async fn a_failed_statement_that_a_write_passes_over_is_no_success(database) {
        let db = Db::connect(&database.url).await.unwrap();
        let (taken, other) = (some_id(), some_id());
        write_number(&db, taken, 1).await.unwrap();
        let outcome: Result<()> = db
            .write(move |tx| {
                Box::pin(async move {
                    let _ = put(tx, taken, 2).await;
                    let _ = put(tx, other, 2).await;
                    Ok(())
                })
            })
            .await;
        assert_eq!(outcome.unwrap_err().code(), INTERNAL);
        assert_eq!(seen(&database.url).await, [taken].into());
    }

    async fn while_there_is_no_room_it_says_so_and_reads_and_when_there_is_it_writes(database) {
        let db = Db::connect(&database.url).await.unwrap();
        let faults = Faults::of(&database.url);
        let before = some_id();
        write_number(&db, before, 1).await.unwrap();
        faults.fail_from_now_on(Step::Statement, How::Full);
        let refused: Code = write_number(&db, some_id(), 1).await.unwrap_err().code();
        assert_eq!((refused, db.health()), (store::DATABASE_AWAY, Health::NoRoom));
        assert_eq!(crate::numbers(&db).await.len(), 1, "reads go on");
        faults.end();
        until("it tries by itself", || Box::pin(async { db.health() == Health::Ok })).await;
        write_number(&db, some_id(), 1).await.unwrap();
        assert_eq!(seen(&database.url).await.len(), 2);
    }
}
