//! What those ask who run a site: why a card opens a door, and how its doors stand.

use std::collections::HashMap;

use kernel::{
    CardId, Code, CredentialKind, DoorId, Fault, Kind, Reason, Result, SiteId, Timestamp,
    port::{CardKind, CardState, DoorAddress, DoorStatus},
};
use sites::{DecidedBy, Door, Explanation, Methods, Subject};

use crate::service::Doors;

const NO_SUCH_DOOR: Code = Code::new(Kind::NotFound, "door-unknown", "这个场区没有这个门");

/// Whether a card opens a door.
#[derive(Clone, Debug)]
pub struct Question {
    pub card: CardId,
    pub door: DoorId,
    /// The name of the way; by showing a code when not said.
    pub method: Option<String>,
    /// When; now when not said.
    pub at: Option<Timestamp>,
}

/// Why a card opens a door, or does not.
#[derive(Clone, Debug)]
pub struct Explained {
    pub reason: Reason,
    /// What of the rules decided; none where the card itself did.
    pub by: Option<DecidedBy>,
    pub card_kind: CardKind,
    /// What its issuer says of it.
    pub card_state: CardState,
    /// What the rules say.
    pub explanation: Explanation,
    /// When they say something else.
    pub changes_at: Option<Timestamp>,
}

/// A door, and how it stands where an installed system tells.
#[derive(Clone, Debug)]
pub struct KnownDoor {
    pub door: Door,
    /// How it stood, and when.
    pub status: Option<(DoorStatus, Timestamp)>,
}

impl Doors {
    /// Why a card of the site opens one of its doors, or does not: first what the card's issuer says, then the rules.
    pub(crate) async fn explain(&self, site: SiteId, question: Question) -> Result<Explained> {
        let (card_kind, seen) = self.cards.register().see(site, question.card).await?;
        let snapshot = self.snapshots.get(site).await?;
        if !snapshot.doors.contains_key(&question.door) {
            return Err(NO_SUCH_DOOR.into());
        }
        let kind = match question.method.as_deref() {
            None => CredentialKind::Qr,
            Some(name) => Methods::kind_named(name)
                .ok_or_else(|| Fault::field("method", "invalid", "开门方式请填 qr 或 shake"))?,
        };
        let at = question.at.unwrap_or_else(|| self.clock.now());
        let subject = Subject { kind: card_kind, card: question.card, groups: &seen.groups };
        let explanation = snapshot.access.explain(subject, question.door, kind, at);
        let of_card = Some(seen.standing(at)).filter(|reason| *reason != Reason::Ok);
        Ok(Explained {
            reason: of_card.unwrap_or(explanation.decision.reason),
            by: of_card.is_none().then_some(explanation.decision.by),
            card_kind,
            card_state: seen.state,
            changes_at: snapshot.access.next_change(subject, question.door, kind, at),
            explanation,
        })
    }

    /// The doors of a site, and how they stand.
    pub(crate) async fn known(&self, site: SiteId) -> Result<Vec<KnownDoor>> {
        let held = self.statuses.held();
        let known = |door: Door| KnownDoor { status: held.get(&door.id).copied(), door };
        Ok(self.sites.doors(site).await?.into_iter().map(known).collect())
    }

    /// Asks the installed system how its doors stand, branch by branch. How many told.
    ///
    /// # Errors
    /// When the database is away. An installed system that fails is no error: what it said before grows old.
    pub async fn poll_statuses(&self) -> Result<usize> {
        let Some(source) = self.statuses.source() else { return Ok(0) };
        let mut told = 0;
        for (site, _) in self.sites.branches().await? {
            let doors = match self.sites.doors(site).await {
                Ok(doors) => doors,
                Err(fault) => {
                    // one site that is out of order keeps no other from being asked
                    tracing::warn!(error.code = fault.code().name, site.id = %site, "the doors of a site could not be read");
                    continue;
                }
            };
            let (ids, addresses): (Vec<DoorId>, Vec<DoorAddress>) =
                doors.into_iter().filter_map(|door| Some((door.id, door.address?))).unzip();
            if addresses.is_empty() {
                continue;
            }
            match source.statuses(&addresses).await {
                Ok(statuses) => {
                    let now = self.clock.now();
                    let stands: HashMap<_, _> =
                        ids.into_iter().zip(statuses).filter_map(|(id, one)| Some((id, (one?, now)))).collect();
                    told += stands.len();
                    self.statuses.keep(stands);
                }
                Err(fault) => tracing::warn!(error.cause = %fault, site.id = %site, "door statuses could not be read"),
            }
        }
        Ok(told)
    }
}
