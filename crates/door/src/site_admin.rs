//! What those do who run a site: its settings, who may open what, and how its doors stand.

use std::{collections::HashMap, time::Duration};

use edge::Caller;
use jiff::tz::TimeZone;
use kernel::{
    CardId, Code, DoorId, Fault, Kind, Reason, Result, SiteId, Timestamp,
    port::{CardKind, CardState, DoorAddress, DoorStatus},
};
use sites::{AccessDocument, DecidedBy, Door, Explanation, Methods, Site, Subject};

use crate::{Doors, http::SettingsView};

/// Whoever changes the settings waits so long for cards to be read again.
const READ_AGAIN: Duration = Duration::from_secs(4);

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
    pub(crate) async fn settings(&self, site: SiteId) -> Result<Site> {
        Ok((*self.sites.find(site).await?).clone())
    }

    /// Changes the settings of a site. Where numbers mean something else now, every card's is read again, soon. Which
    /// branch of an installed card system it is, only the platform says: it is the one boundary between sites there.
    pub(crate) async fn set_settings(
        &self,
        by: Caller,
        runs_the_platform: bool,
        id: SiteId,
        new: SettingsView,
    ) -> Result<Site> {
        let zone = new.time_zone.filter(|zone| !zone.is_empty());
        if zone.as_deref().is_some_and(|zone| TimeZone::get(zone).is_err()) {
            return Err(Fault::field("timeZone", "invalid", "没有这个时区，例如 Asia/Shanghai"));
        }
        let (before, text) = (self.settings(id).await?, |text: Option<String>| {
            text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
        });
        let (address, entry_notice, branch) = (text(new.address), text(new.entry_notice), text(new.branch));
        let changed = Site {
            name: new.name.trim().to_owned(),
            address,
            position: new.position,
            entry_notice,
            visiting_hours: new.visiting_hours,
            zone,
            hidden: new.hidden,
            card_format: new.card_format,
            household_limit: new.household_limit,
            branch,
            beacon_uuid: new.beacon_uuid,
            ..before.clone()
        };
        if changed.name.is_empty() {
            return Err(Fault::field("name", "invalid", "请填写场区名称"));
        }
        let texts = [
            ("name", Some(&changed.name)),
            ("address", changed.address.as_ref()),
            ("entryNotice", changed.entry_notice.as_ref()),
            ("branch", changed.branch.as_ref()),
        ];
        let unprintable = |c: char| c.is_control() && c != '\n';
        if let Some((field, _)) = texts.iter().find(|(_, text)| text.is_some_and(|text| text.contains(unprintable))) {
            return Err(Fault::field(*field, "invalid", "不能含有控制字符"));
        }
        if changed.branch != before.branch {
            if !runs_the_platform {
                return Err(Fault::field("branch", "forbidden", "分场号只能由平台管理员修改"));
            }
            let taken = |(other, branch): &(SiteId, String)| *other != id && Some(branch) == changed.branch.as_ref();
            if self.sites.branches().await?.iter().any(taken) {
                return Err(Fault::field("branch", "taken", "这个分场号已属于另一个场区"));
            }
        }
        let wanted = changed.clone();
        let keep_keys =
            move |site: Site| Ok(Site { key_version: site.key_version, cache_loss: site.cache_loss, ..wanted.clone() });
        let site = self.sites.change(by, id, keep_keys).await?;
        let register = self.cards.register().clone();
        // whatever it was before: a change that was cut short is made good; cards that fit already cost a read
        let read = tokio::spawn(async move {
            match register.read_again(id).await {
                Ok(unread) => tracing::info!(%id, unread, "card numbers parsed again"),
                Err(fault) => tracing::warn!(code = fault.code().name, %id, "card numbers could not be parsed again"),
            }
        });
        // a large site goes on without whoever asked
        let _ = tokio::time::timeout(READ_AGAIN, read).await;
        Ok(site)
    }

    pub(crate) async fn access_document(&self, site: SiteId) -> Result<(AccessDocument, i32)> {
        self.sites.find(site).await?;
        self.sites.access(site).await
    }

    pub(crate) async fn set_access(
        &self,
        by: Caller,
        site: SiteId,
        seen: i32,
        document: AccessDocument,
    ) -> Result<(AccessDocument, i32)> {
        let version = self.sites.set_access(by, site, seen, document.clone()).await?;
        Ok((document, version))
    }

    /// Why a card of the site opens one of its doors, or does not: first what the card's issuer says, then the rules.
    pub(crate) async fn explain(&self, site: SiteId, question: Question) -> Result<Explained> {
        let (card_kind, seen) = self.cards.register().see(site, question.card).await?;
        let snapshot = self.snapshots.get(site).await?;
        if !snapshot.doors.contains_key(&question.door) {
            return Err(NO_SUCH_DOOR.into());
        }
        let method = match question.method.as_deref() {
            None => Methods::QR,
            Some(name) => {
                Methods::named(name).ok_or_else(|| Fault::field("method", "invalid", "开门方式请填 qr 或 shake"))?
            }
        };
        let at = question.at.unwrap_or_else(|| self.clock.now());
        let subject = Subject { kind: card_kind, card: question.card, groups: &seen.groups };
        let explanation = snapshot.access.explain(subject, question.door, method, at);
        let of_card = Some(seen.standing(at)).filter(|reason| *reason != Reason::Ok);
        Ok(Explained {
            reason: of_card.unwrap_or(explanation.decision.reason),
            by: of_card.is_none().then_some(explanation.decision.by),
            card_kind,
            card_state: seen.state,
            changes_at: snapshot.access.next_change(subject, question.door, method, at),
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
                    tracing::warn!(code = fault.code().name, %site, "the doors of a site could not be read");
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
                Err(fault) => tracing::warn!(%fault, %site, "door statuses could not be read"),
            }
        }
        Ok(told)
    }
}
