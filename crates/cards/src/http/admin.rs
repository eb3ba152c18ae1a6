//! The cards of a site, for those who run it.

use actix_web::{
    HttpResponse, get, post, put,
    web::{Data, Json, Path, Query},
};
use auth::http::SiteAdmin;
use edge::{Answer, Page, Paged, Valid};
use garde::Validate;
use imports::http::{ExportReason, attachment};
use kernel::{
    CardId, Fault, ReconciliationId, SiteId, Timestamp,
    port::{CardKind, CardState},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::views::CardView;
use crate::{Cards, Reconciliation, ReconciliationState, RegisteredCard};

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_cards)
        .service(set_card_state)
        .service(reconcile)
        .service(reconciliations)
        .service(export_cards);
}

/// A card in the register.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RegisteredCard)]
pub struct RegisteredView {
    /// Its id.
    id: CardId,
    /// Its kind.
    kind: CardKind,
    /// As the site's cards show it.
    #[schema(example = "111,27706")]
    number: String,
    /// Holder, masked.
    #[schema(example = "陈**")]
    holder: String,
    /// Phone on file, masked.
    #[schema(example = "138****0001")]
    phone: Option<String>,
    /// What its holder sees too.
    card: CardView,
}

impl From<RegisteredCard> for RegisteredView {
    fn from(RegisteredCard { id, kind, printed: number, holder, phone, seen }: RegisteredCard) -> Self {
        Self { id, kind, number, holder, phone, card: seen.into() }
    }
}

/// What the issuer says of a card.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
#[garde(allow_unvalidated)]
pub struct NewCardState {
    /// Its state.
    state: CardState,
    /// The card that came in its place; with `replaced` only. Those who hold the old one hold the new one.
    replaced_by: Option<CardId>,
}

/// A comparison of the cards with those of an installed card system.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Reconciliation)]
pub struct ReconciliationView {
    /// Its id.
    id: ReconciliationId,
    /// How it stands.
    state: ReconciliationState,
    /// Cards that the card system told of.
    seen: u64,
    /// Of them, those that were not known.
    new: u64,
    /// Those that were otherwise than known.
    changed: u64,
    /// Known cards that it told nothing of.
    vanished: u64,
    /// What went wrong.
    reason: Option<String>,
    /// Since when.
    started_at: Timestamp,
    /// Until when.
    ended_at: Option<Timestamp>,
}

impl From<Reconciliation> for ReconciliationView {
    fn from(run: Reconciliation) -> Self {
        let Reconciliation { id, state, seen, new, changed, vanished, last_code, started_at, ended_at, .. } = run;
        Self { id, state, seen, new, changed, vanished, reason: last_code, started_at, ended_at }
    }
}

/// List the cards of a site
#[utoipa::path(params(("id" = SiteId, Path), Page), responses((status = OK, body = Paged<RegisteredView>), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[get("/sites/{id}/cards")]
async fn list_cards(admin: SiteAdmin, cards: Data<Cards>, page: Query<Page>) -> Answer<Json<Paged<RegisteredView>>> {
    let found = cards.register().list(admin.site, page.after()?, page.wanted()).await?;
    Ok(Json(page.cut(found, |card| card.id, RegisteredView::from)?))
}

/// Say what has become of a card
///
/// Lost, frozen, found again, replaced or taken back: those who hold it are told, and doors know at once.
#[utoipa::path(params(("id" = SiteId, Path), ("card" = CardId, Path)), request_body = NewCardState, responses((status = NO_CONTENT), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[put("/sites/{id}/cards/{card}/state")]
async fn set_card_state(
    admin: SiteAdmin,
    cards: Data<Cards>,
    path: Path<(SiteId, CardId)>,
    body: Valid<NewCardState>,
) -> Answer<HttpResponse> {
    let (by, (site, card)) = (format!("account:{}", admin.caller.account), path.into_inner());
    match (body.0.state, body.0.replaced_by) {
        (CardState::Replaced, Some(new)) => cards.register().replace(&by, site, card, new).await?,
        (CardState::Replaced, None) => return Err(Fault::field("replacedBy", "missing", "请选择换发的新卡").into()),
        (_, Some(_)) => return Err(Fault::field("replacedBy", "invalid", "只有换卡时才填写新卡").into()),
        (state, None) => cards.register().set_state(&by, site, card, state).await?,
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Compare the cards with the installed card system now
#[utoipa::path(params(("id" = SiteId, Path)), responses((status = OK, body = ReconciliationView), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[post("/sites/{id}/reconciliations")]
async fn reconcile(admin: SiteAdmin, cards: Data<Cards>) -> Answer<Json<ReconciliationView>> {
    // on a task of its own: whoever does not wait for the end finds it in the list
    let run = tokio::spawn(async move { cards.reconcile(admin.site).await });
    Ok(Json(run.await.map_err(|error| kernel::INTERNAL.caused_by(error))??.into()))
}

/// See what came of comparing, newest first
#[utoipa::path(params(("id" = SiteId, Path), Page), responses((status = OK, body = Paged<ReconciliationView>), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[get("/sites/{id}/reconciliations")]
async fn reconciliations(
    admin: SiteAdmin,
    cards: Data<Cards>,
    page: Query<Page>,
) -> Answer<Json<Paged<ReconciliationView>>> {
    let found = cards.reconciliations(admin.site, page.after()?, page.wanted()).await?;
    Ok(Json(page.cut(found, |run| run.id, ReconciliationView::from)?))
}

/// Download the cards of a site
///
/// Names, phones and plates in full: who took them and why goes into the audit log. The file can be imported again.
#[utoipa::path(params(("id" = SiteId, Path), ExportReason), responses((status = OK, content_type = "text/csv", body = String), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[get("/sites/{id}/cards.csv")]
async fn export_cards(admin: SiteAdmin, cards: Data<Cards>, why: Query<ExportReason>) -> Answer<HttpResponse> {
    let pieces = cards.register().export(admin.caller.account, admin.site, why.text()).await?;
    Ok(attachment("cards.csv", pieces))
}
