//! What a change of cards does to those who hold them, in the transaction that makes it.

use std::{collections::HashMap, time::Duration};

use kernel::{CardId, Result, SiteId, Timestamp};
use notices::messages::{CardEnd, CardFollowed, CardPaused, CardResumed, CardUnbound};
use store::{
    Tx,
    changes::Change,
    outbox::{self, OutboxMessage},
};
use subtle::ConstantTimeEq;

use crate::{
    binding::{Binding, BindingState, Transition},
    rows::{self, card},
};

/// A notice is worth sending for a day.
pub(crate) const NOTICE: Duration = Duration::from_secs(86_400);

/// Transitions every hold on these cards to what its issuer says now, and tells the holders and the doors.
pub(crate) async fn transition(tx: &Tx, site: SiteId, cards: &[CardId], now: Timestamp) -> Result<()> {
    let holders = rows::binding::holders_of(tx, site, cards).await?;
    let mut known: HashMap<CardId, card::Model> = HashMap::new();
    for held in &holders {
        let Some(id) = held.card else { continue };
        tx.changes(site, Change::Card(id));
        tx.changed(held.account);
        if let Some(row) = find(tx, &mut known, site, id).await? {
            turn_one(tx, &mut known, held, row, now).await?;
        }
    }
    Ok(())
}

async fn find(
    tx: &Tx,
    known: &mut HashMap<CardId, card::Model>,
    site: SiteId,
    id: CardId,
) -> Result<Option<card::Model>> {
    if let Some(row) = known.get(&id) {
        return Ok(Some(row.clone()));
    }
    let row = card::find(tx, site, id).await?;
    if let Some(row) = &row {
        known.insert(id, row.clone());
    }
    Ok(row)
}

async fn turn_one(
    tx: &Tx,
    known: &mut HashMap<CardId, card::Model>,
    held: &Binding,
    row: card::Model,
    now: Timestamp,
) -> Result<()> {
    let Binding { account, site, id: binding, .. } = *held;
    let state = card::state(row.state)?;
    let replaced_by = row.replaced_by.map(CardId::from_uuid);
    match Transition::of(held.state, state, replaced_by, proved(held, &row)) {
        Transition::Stays => Ok(()),
        Transition::Pauses(why) => {
            if rows::binding::pause(tx, held, BindingState::Suspended, now).await? {
                tell(tx, held, &CardPaused { account, site, binding, why }, now).await?;
            }
            Ok(())
        }
        Transition::Resumes => {
            if rows::binding::pause(tx, held, BindingState::Bound, now).await? {
                tell(tx, held, &CardResumed { account, site, binding }, now).await?;
            }
            Ok(())
        }
        Transition::Ends(why) => end(tx, held, BindingState::Revoked, why, now).await,
        Transition::Follows(next) => {
            let Some(next) = find(tx, known, site, next).await? else {
                return end(tx, held, BindingState::Revoked, CardEnd::Returned, now).await;
            };
            let others = rows::binding::holders(tx, site, next.card()).await?;
            if others.iter().any(|other| !next.shared || other.account == account) {
                // the new card has its holder already, perhaps the same person
                return end(tx, held, BindingState::Superseded, CardEnd::Superseded, now).await;
            }
            let good = Transition::of(BindingState::Bound, card::state(next.state)?, None, proved(held, &next));
            let state = match good {
                Transition::Stays => BindingState::Bound,
                Transition::Pauses(_) => BindingState::Suspended,
                _ => return end(tx, held, BindingState::Revoked, CardEnd::Returned, now).await,
            };
            if rows::binding::follow(tx, held, &next, state, now).await? {
                tell(tx, held, &CardFollowed { account, site, binding }, now).await?;
                if let Transition::Pauses(why) = good {
                    tell(tx, held, &CardPaused { account, site, binding, why }, now).await?;
                }
            }
            Ok(())
        }
    }
}

/// Whether the phone that was proved at binding is the one on file.
pub(crate) fn proved(held: &Binding, row: &card::Model) -> bool {
    let on_file = row.phone_index.as_slice();
    held.proved_phone.as_ref().is_some_and(|phone| !on_file.is_empty() && bool::from(phone.as_slice().ct_eq(on_file)))
}

/// Ends a hold that still stands where it was seen, and tells the holder how.
pub(crate) async fn end(tx: &Tx, held: &Binding, to: BindingState, why: CardEnd, now: Timestamp) -> Result<()> {
    if !rows::binding::advance(tx, held, to, None, now).await? {
        return Ok(());
    }
    let Binding { account, site, id: binding, .. } = *held;
    tell(tx, held, &CardUnbound { account, site, binding, why }, now).await
}

/// Enqueues a message about a hold, once for each instant it happens at.
async fn tell<L: OutboxMessage>(tx: &Tx, held: &Binding, message: &L, now: Timestamp) -> Result<()> {
    let fact = format!("binding:{}:{}:{}", held.id, L::TOPIC, now.millis());
    outbox::enqueue(tx, Some(held.site), &fact, message, now, NOTICE).await
}
