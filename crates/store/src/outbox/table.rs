//! The table `outbox`: enqueue, claim, settle, purge.

use std::time::Duration;

use kernel::{MessageId, Result, SiteId, Timestamp, macros::uuid::Uuid, random};
use sea_orm::{
    ActiveValue::Set,
    Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{LockBehavior, LockType},
};

use super::{OutboxMessage, Outcome};
use crate::{Tx, keep_existing};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub topic: String,
        pub fact: String,
        pub payload: String,
        pub state: i16,
        pub attempts: i32,
        pub next_at: i64,
        pub lease_until: i64,
        pub last_code: String,
        pub created_at: i64,
        pub expires_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Where a message stands. The numbers are those of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Due at its time.
    Pending = 0,
    /// An outbox worker has it.
    Sending = 1,
    Done = 2,
    Dead = 3,
    /// Nobody knows whether it went out.
    Unknown = 4,
}

const RETRIES: [Duration; 6] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(120),
    Duration::from_secs(600),
    Duration::from_secs(1800),
    Duration::from_secs(7200),
];
/// How long one outbox worker may take over one message.
const LEASE: Duration = Duration::from_secs(30);
/// Characters kept of a reason.
const CODE: usize = 64;

/// A message on its way.
#[derive(Clone, Debug)]
pub struct ClaimedMessage {
    /// Its id; goes out with it, so that a receiver can recognise a repeat.
    pub id: MessageId,
    /// Its site, or nil.
    pub site: Uuid,
    /// What to route by.
    pub topic: String,
    /// The message as JSON.
    pub payload: String,
    /// Attempts so far, this one included.
    pub attempts: u32,
    /// An outbox worker had it before and was lost.
    pub was_lost: bool,
}

impl ClaimedMessage {
    /// The message inside.
    ///
    /// # Errors
    /// When it is not a message of this kind.
    pub fn message<L: OutboxMessage>(&self) -> Result<L> {
        Ok(serde_json::from_str(&self.payload)?)
    }
}

/// Enqueues a message. `fact` names the business fact, so that it is told once however often it is written down.
///
/// # Errors
/// When the database refuses.
pub async fn enqueue<L: OutboxMessage>(
    tx: &Tx,
    site: Option<SiteId>,
    fact: &str,
    message: &L,
    now: Timestamp,
    good_for: Duration,
) -> Result<()> {
    enqueue_after(tx, site, fact, message, now, good_for, Duration::ZERO).await
}

/// As [`enqueue`], for an outbox worker who comes after this wait at the earliest; [`crate::Db::wake_outbox_worker`] calls one then.
///
/// # Errors
/// When the database refuses.
pub async fn enqueue_after<L: OutboxMessage>(
    tx: &Tx,
    site: Option<SiteId>,
    fact: &str,
    message: &L,
    now: Timestamp,
    good_for: Duration,
    wait: Duration,
) -> Result<()> {
    let row = row::ActiveModel {
        site_id: Set(site.map_or(Uuid::nil(), SiteId::uuid)),
        id: Set(MessageId::new(now).uuid()),
        topic: Set(L::TOPIC.to_owned()),
        fact: Set(fact.to_owned()),
        payload: Set(serde_json::to_string(message)?),
        state: Set(State::Pending as i16),
        attempts: Set(0),
        next_at: Set(now.after(wait).millis()),
        lease_until: Set(0),
        last_code: Set(String::new()),
        created_at: Set(now.millis()),
        expires_at: Set(now.after(good_for).millis()),
    };
    row::Entity::insert(row)
        .on_conflict(keep_existing(&[row::Column::SiteId, row::Column::Fact]))
        .exec_without_returning(tx)
        .await?;
    if wait.is_zero() {
        tx.mark_enqueued();
    }
    Ok(())
}

/// Takes at most `limit` due messages, invisible to other outbox workers while the lease lasts. Those that have expired are
/// given up instead.
///
/// # Errors
/// When the database refuses.
pub async fn claim(tx: &Tx, now: Timestamp, limit: u64) -> Result<Vec<ClaimedMessage>> {
    let due = Condition::any()
        .add(row::Column::State.eq(State::Pending as i16).and(row::Column::NextAt.lte(now.millis())))
        .add(row::Column::State.eq(State::Sending as i16).and(row::Column::LeaseUntil.lte(now.millis())));
    let rows = row::Entity::find()
        .filter(due)
        .order_by_asc(row::Column::NextAt)
        .limit(limit)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .all(tx)
        .await?;
    let (over, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.expires_at <= now.millis());
    if !over.is_empty() {
        for row in &over {
            tracing::error!(outbox.topic = row.topic, message.id = %row.id, "outbox message expired");
            metrics::counter!("kaimen_outbox_given_up_total", "topic" => row.topic.clone()).increment(1);
        }
        update_all(&over)
            .col_expr(row::Column::State, Expr::value(State::Dead as i16))
            .col_expr(row::Column::LastCode, Expr::value("expired"))
            .exec(tx)
            .await?;
    }
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    update_all(&rows)
        .col_expr(row::Column::State, Expr::value(State::Sending as i16))
        .col_expr(row::Column::Attempts, Expr::col(row::Column::Attempts).add(1))
        .col_expr(row::Column::LeaseUntil, Expr::value(now.after(LEASE).millis()))
        .exec(tx)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| ClaimedMessage {
            id: MessageId::from_uuid(row.id),
            site: row.site_id,
            topic: row.topic,
            payload: row.payload,
            attempts: u32::try_from(row.attempts).unwrap_or_default() + 1,
            was_lost: row.state == State::Sending as i16,
        })
        .collect())
}

/// Names them by site, too, as their key does: the id alone would have the whole table read.
fn update_all(rows: &[row::Model]) -> sea_orm::UpdateMany<row::Entity> {
    row::Entity::update_many()
        .filter(row::Column::SiteId.is_in(rows.iter().map(|row| row.site_id)))
        .filter(row::Column::Id.is_in(rows.iter().map(|row| row.id)))
}

/// Writes down what became of an attempt, and where the message stands now. A message that has outlived its meaning is not tried again. An outbox worker whose
/// lease ran out may still say that it carried the message out; else it is the next one's to say.
///
/// # Errors
/// When the database refuses.
pub async fn settle(tx: &Tx, claimed: &ClaimedMessage, outcome: &Outcome, now: Timestamp) -> Result<State> {
    let mut update = row::Entity::update_many()
        .filter(row::Column::SiteId.eq(claimed.site))
        .filter(row::Column::Id.eq(claimed.id.uuid()));
    let (state, code) = match outcome {
        Outcome::Done => (State::Done, ""),
        Outcome::Dead(code) => (State::Dead, code.as_str()),
        Outcome::Unknown(code) => (State::Unknown, code.as_str()),
        Outcome::Later(code) => match RETRIES.get(claimed.attempts.saturating_sub(1) as usize) {
            Some(wait) => {
                let next = now.after(jittered(*wait)).millis();
                update = update.col_expr(row::Column::NextAt, Expr::value(next));
                let expires = row::Entity::find_by_id((claimed.site, claimed.id.uuid()))
                    .one(tx)
                    .await?
                    .map_or(i64::MAX, |row| row.expires_at);
                (if next < expires { State::Pending } else { State::Dead }, code.as_str())
            }
            None => (State::Dead, code.as_str()),
        },
    };
    if state == State::Done {
        update = update.col_expr(row::Column::Payload, Expr::value(""));
    } else {
        update = update
            .filter(row::Column::State.eq(State::Sending as i16))
            .filter(row::Column::Attempts.eq(claimed.attempts));
    }
    let code: String = code.chars().take(CODE).collect();
    update
        .col_expr(row::Column::State, Expr::value(state as i16))
        .col_expr(row::Column::LastCode, Expr::value(code))
        .exec(tx)
        .await?;
    Ok(state)
}

/// ± 20 %, so that what failed together does not come back together.
fn jittered(wait: Duration) -> Duration {
    let [dice] = random::<1>();
    wait.mul_f64(0.8 + 0.4 * f64::from(dice) / 255.0)
}

/// How many messages are in this state.
///
/// # Errors
/// When the database refuses.
pub async fn count(db: &impl ConnectionTrait, state: State) -> Result<u64> {
    Ok(row::Entity::find().filter(row::Column::State.eq(state as i16)).count(db).await?)
}

/// Forgets messages that were carried out before `before`, and what is in those that were given up and mean nothing any
/// more at `now`.
///
/// # Errors
/// When the database refuses.
pub async fn purge(tx: &Tx, before: Timestamp, now: Timestamp) -> Result<()> {
    row::Entity::update_many()
        .col_expr(row::Column::Payload, Expr::value(""))
        .filter(row::Column::State.is_in([State::Dead as i16, State::Unknown as i16]))
        .filter(row::Column::ExpiresAt.lte(now.millis()))
        .filter(row::Column::Payload.ne(""))
        .exec(tx)
        .await?;
    row::Entity::delete_many()
        .filter(row::Column::State.eq(State::Done as i16))
        .filter(row::Column::NextAt.lt(before.millis()))
        .exec(tx)
        .await?;
    Ok(())
}
