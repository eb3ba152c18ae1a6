//! Why a card opens a door, and how the doors of a site stand, for those who run it.

use actix_web::{
    get,
    web::{Data, Json, Query},
};
use auth::http::SiteAdmin;
use edge::Answer;
use kernel::{
    CardId, DoorId, PolicyId, Reason, SiteId, Timestamp,
    port::{CardKind, CardState, DoorStatus},
};
use serde::{Deserialize, Serialize};
use sites::{DecidedBy, Methods, RuleVerdict, Verdict};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::decision::{Decision, may_pass};
use crate::{Doors, Explained, KnownDoor, Question};

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(explain).service(doors_of_site);
}

/// What is asked: whether this card opens this door.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct Asking {
    /// The card.
    card_id: CardId,
    /// The door.
    door_id: DoorId,
    /// In which way: `qr` when not said.
    #[param(example = "qr")]
    method: Option<String>,
    /// When: now, when not said.
    at: Option<Timestamp>,
}

/// Whether a card opens a door, and why.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AccessExplanation)]
pub struct ExplanationView {
    /// Whether it opens.
    decision: Decision,
    /// Why.
    reason: Reason,
    /// The reason in words.
    text: &'static str,
    /// What decided.
    by: DeciderView,
    /// The rule that decided, where one did.
    rule_id: Option<PolicyId>,
    /// What the card's issuer says of it.
    card_state: CardState,
    /// Its kind.
    card_kind: CardKind,
    /// The holiday whose hours count on that day.
    holiday: Option<String>,
    /// What each rule of the site says.
    rules: Vec<RuleVerdictView>,
    /// When the answer is another one, within eight days.
    changes_at: Option<Timestamp>,
}

/// What decided.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Decider)]
pub enum DeciderView {
    /// The card itself.
    Card,
    /// The whole site is closed.
    SiteLockdown,
    /// The door is closed for an emergency.
    DoorLockdown,
    /// The door is kept locked.
    KeptLocked,
    /// The door is kept unlocked.
    KeptUnlocked,
    /// A rule.
    Rule,
    /// No rule is about this card, this door and this way.
    NoRule,
}

/// What one rule says.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RuleVerdict)]
pub struct RuleVerdictView {
    /// The rule.
    rule_id: PolicyId,
    /// Its name.
    name: String,
    /// Its hours, as people read them.
    hours: String,
    /// What it says.
    verdict: Verdict,
    /// The same in words.
    text: &'static str,
}

impl From<RuleVerdict> for RuleVerdictView {
    fn from(RuleVerdict { rule: rule_id, name, hours, verdict }: RuleVerdict) -> Self {
        Self { rule_id, name, hours, verdict, text: verdict.text() }
    }
}

impl From<Explained> for ExplanationView {
    fn from(explained: Explained) -> Self {
        let Explained { reason, by, card_kind, card_state, explanation, changes_at } = explained;
        let (by, rule_id) = match by {
            None => (DeciderView::Card, None),
            Some(DecidedBy::SiteLockdown) => (DeciderView::SiteLockdown, None),
            Some(DecidedBy::DoorLockdown) => (DeciderView::DoorLockdown, None),
            Some(DecidedBy::KeptLocked) => (DeciderView::KeptLocked, None),
            Some(DecidedBy::KeptUnlocked) => (DeciderView::KeptUnlocked, None),
            Some(DecidedBy::Rule(rule)) => (DeciderView::Rule, Some(rule)),
            Some(DecidedBy::NoRule) => (DeciderView::NoRule, None),
        };
        Self {
            decision: reason.into(),
            reason,
            text: may_pass(reason),
            by,
            rule_id,
            card_state,
            card_kind,
            holiday: explanation.holiday,
            rules: explanation.rules.into_iter().map(RuleVerdictView::from).collect(),
            changes_at,
        }
    }
}

/// A door of a site.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SiteDoor)]
pub struct KnownDoorView {
    /// Its id.
    door_id: DoorId,
    /// Its name.
    name: String,
    /// The ways it may be opened.
    methods: Methods,
    /// How it stands, where an installed system tells.
    status: Option<DoorStatus>,
    /// When it told so.
    status_at: Option<Timestamp>,
}

impl From<KnownDoor> for KnownDoorView {
    fn from(KnownDoor { door, status }: KnownDoor) -> Self {
        let (status, status_at) = status.unzip();
        Self { door_id: door.id, name: door.name, methods: door.methods, status, status_at }
    }
}

/// Ask why a card opens a door, or does not
#[utoipa::path(params(("id" = SiteId, Path), Asking), responses((status = OK, body = ExplanationView), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[get("/sites/{id}/access/explanation")]
async fn explain(admin: SiteAdmin, doors: Data<Doors>, asking: Query<Asking>) -> Answer<Json<ExplanationView>> {
    let Asking { card_id: card, door_id: door, method, at } = asking.into_inner();
    Ok(Json(doors.explain(admin.site, Question { card, door, method, at }).await?.into()))
}

/// List the doors of a site and how they stand
#[utoipa::path(params(("id" = SiteId, Path)), responses((status = OK, body = Vec<KnownDoorView>), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[get("/sites/{id}/doors")]
async fn doors_of_site(admin: SiteAdmin, doors: Data<Doors>) -> Answer<Json<Vec<KnownDoorView>>> {
    Ok(Json(doors.known(admin.site).await?.into_iter().map(KnownDoorView::from).collect()))
}
