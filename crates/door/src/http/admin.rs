//! A site's settings, rules and doors, for those who run it.

use actix_web::{
    get, put,
    web::{Data, Json, Query},
};
use auth::{Accounts, Role, http::SiteAdmin};
use edge::{Answer, IfMatch, Valid, Versioned};
use garde::Validate;
use kernel::{
    CardId, DoorId, PolicyId, Reason, SiteId, Timestamp,
    card_number::CardFormat,
    macros::uuid::Uuid,
    port::{CardKind, CardState, DoorStatus},
};
use serde::{Deserialize, Serialize};
use sites::{AccessDocument, DecidedBy, Methods, Position, RuleVerdict, Schedule, Site, Verdict};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::Decision;
use crate::{Doors, Explained, KnownDoor, Question};

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(site_settings)
        .service(set_site_settings)
        .service(access)
        .service(set_access)
        .service(explain)
        .service(doors_of_site);
}

/// The settings of a site.
#[derive(Serialize, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[schema(as = SiteSettings)]
pub struct SettingsView {
    /// Its name.
    #[garde(length(chars, min = 1, max = 64))]
    pub(crate) name: String,
    /// Its address, where it has one.
    #[garde(length(chars, max = 200))]
    #[serde(default)]
    pub(crate) address: Option<String>,
    /// Where it is.
    #[serde(default)]
    pub(crate) position: Option<Position>,
    /// What to know before going in (入场须知).
    #[garde(length(chars, max = 500))]
    #[serde(default)]
    pub(crate) entry_notice: Option<String>,
    /// When visitors are let in; at any time when not said.
    #[serde(default)]
    pub(crate) visiting_hours: Option<Schedule>,
    /// The time zone of its clocks, by its IANA name.
    #[schema(example = "Asia/Shanghai")]
    #[garde(length(chars, max = 64))]
    #[serde(default)]
    pub(crate) time_zone: Option<String>,
    /// Shown only to those who have to do with it (a test site).
    #[serde(default)]
    pub(crate) hidden: bool,
    /// What the numbers printed on its cards mean.
    #[serde(default)]
    pub(crate) card_format: CardFormat,
    /// How many people may share one card that is not exclusive, 1 to 50.
    #[garde(range(min = 1, max = 50))]
    #[serde(default = "household")]
    pub(crate) household_limit: u16,
    /// The branch (分场) under which an installed card system keeps its cards.
    #[garde(length(chars, max = 32))]
    #[serde(default)]
    pub(crate) branch: Option<String>,
    /// What the beacons at its doors call themselves, where there are some.
    #[schema(value_type = Option<String>, format = Uuid)]
    #[serde(default)]
    pub(crate) beacon_uuid: Option<Uuid>,
}

const fn household() -> u16 {
    Site::HOUSEHOLD
}

impl From<Site> for SettingsView {
    fn from(site: Site) -> Self {
        Self {
            name: site.name,
            address: site.address,
            position: site.position,
            entry_notice: site.entry_notice,
            visiting_hours: site.visiting_hours,
            time_zone: site.zone,
            hidden: site.hidden,
            card_format: site.card_format,
            household_limit: site.household_limit,
            branch: site.branch,
            beacon_uuid: site.beacon_uuid,
        }
    }
}

/// Who may open what, and the version of it.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(transparent)]
#[garde(allow_unvalidated)]
pub struct NewAccess(AccessDocument);

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
            text: super::may_pass(reason),
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

/// See the settings of a site
#[utoipa::path(params(("id" = SiteId, Path)), responses((status = OK, body = SettingsView), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[get("/sites/{id}/settings")]
async fn site_settings(admin: SiteAdmin, doors: Data<Doors>) -> Answer<Json<SettingsView>> {
    Ok(Json(doors.settings(admin.site).await?.into()))
}

/// Change the settings of a site
#[utoipa::path(params(("id" = SiteId, Path)), request_body = SettingsView, responses((status = OK, body = SettingsView), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[put("/sites/{id}/settings")]
async fn set_site_settings(
    admin: SiteAdmin,
    accounts: Data<Accounts>,
    doors: Data<Doors>,
    body: Valid<SettingsView>,
) -> Answer<Json<SettingsView>> {
    let runs_the_platform = accounts.require(admin.caller, Role::PlatformAdmin, None).await.is_ok();
    Ok(Json(doors.set_settings(admin.caller, runs_the_platform, admin.site, body.0).await?.into()))
}

/// See who may open what
///
/// `ETag` is the version to send back in `If-Match`.
#[utoipa::path(params(("id" = SiteId, Path)), responses((status = OK, body = AccessDocument), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[get("/sites/{id}/access")]
async fn access(admin: SiteAdmin, doors: Data<Doors>) -> Answer<Versioned<AccessDocument>> {
    let (view, version) = doors.access_document(admin.site).await?;
    Ok(Versioned { version, view })
}

/// Say who may open what
#[utoipa::path(params(("id" = SiteId, Path), ("If-Match" = String, Header)), request_body = AccessDocument, responses((status = OK, body = AccessDocument), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[put("/sites/{id}/access")]
async fn set_access(
    admin: SiteAdmin,
    doors: Data<Doors>,
    seen: IfMatch,
    body: Valid<NewAccess>,
) -> Answer<Versioned<AccessDocument>> {
    let (view, version) = doors.set_access(admin.caller, admin.site, seen.0, body.0.0).await?;
    Ok(Versioned { version, view })
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
