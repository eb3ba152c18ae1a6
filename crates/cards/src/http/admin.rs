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

/// A registered card.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RegisteredCard)]
pub struct RegisteredView {
    /// Card id.
    id: CardId,
    /// Kind of card.
    kind: CardKind,
    /// Number as printed on the site's cards.
    #[schema(example = "111,27706")]
    number: String,
    /// Cardholder's name, masked.
    #[schema(example = "陈**")]
    holder: String,
    /// Phone on file, masked.
    #[schema(example = "138****0001")]
    phone: Option<String>,
    /// State and validity of the card.
    card: CardView,
}

impl From<RegisteredCard> for RegisteredView {
    fn from(RegisteredCard { id, kind, printed: number, holder, phone, seen }: RegisteredCard) -> Self {
        Self { id, kind, number, holder, phone, card: seen.into() }
    }
}

/// A new state of a card.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
#[garde(allow_unvalidated)]
pub struct NewCardState {
    /// State to set.
    state: CardState,
    /// Id of the new card; only with `replaced`. Bindings move to the new card.
    replaced_by: Option<CardId>,
}

/// A comparison of the registered cards with the installed card system.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Reconciliation)]
pub struct ReconciliationView {
    /// Reconciliation id.
    id: ReconciliationId,
    /// State of the run.
    state: ReconciliationState,
    /// Number of cards listed by the card system.
    seen: u64,
    /// Number of listed cards that were not registered.
    new: u64,
    /// Number of cards that had changed.
    changed: u64,
    /// Number of registered cards that were not listed.
    vanished: u64,
    /// Why the run failed; empty otherwise.
    reason: Option<String>,
    /// When the run started.
    started_at: Timestamp,
    /// When the run ended.
    ended_at: Option<Timestamp>,
}

impl From<Reconciliation> for ReconciliationView {
    fn from(run: Reconciliation) -> Self {
        let Reconciliation { id, state, seen, new, changed, vanished, last_code, started_at, ended_at, .. } = run;
        Self { id, state, seen, new, changed, vanished, reason: last_code, started_at, ended_at }
    }
}

/// List registered cards
#[utoipa::path(params(("id" = SiteId, Path), Page), responses((status = OK, body = Paged<RegisteredView>), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[get("/sites/{id}/cards")]
async fn list_cards(admin: SiteAdmin, cards: Data<Cards>, page: Query<Page>) -> Answer<Json<Paged<RegisteredView>>> {
    let found = cards.register().list(admin.site, page.after()?, page.wanted()).await?;
    Ok(Json(page.cut(found, |card| card.id, RegisteredView::from)?))
}

/// Set card state
///
/// Lost, frozen, active, replaced or returned. Holders of the card get a notice, and doors use the new state at once.
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

/// Start a reconciliation with the installed card system
#[utoipa::path(params(("id" = SiteId, Path)), responses((status = OK, body = ReconciliationView), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[post("/sites/{id}/reconciliations")]
async fn reconcile(admin: SiteAdmin, cards: Data<Cards>) -> Answer<Json<ReconciliationView>> {
    // on a task of its own: whoever does not wait for the end finds it in the list
    let run = tokio::spawn(async move { cards.reconcile(admin.site).await });
    Ok(Json(run.await.map_err(|error| kernel::INTERNAL.caused_by(error))??.into()))
}

/// List reconciliations, newest first
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

/// Export cards as CSV
///
/// Names, phones and plates are not masked. The export is recorded in the audit log with the caller and the reason. The
/// file can be imported again.
#[utoipa::path(params(("id" = SiteId, Path), ExportReason), responses((status = OK, content_type = "text/csv", body = String), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[get("/sites/{id}/cards.csv")]
async fn export_cards(admin: SiteAdmin, cards: Data<Cards>, why: Query<ExportReason>) -> Answer<HttpResponse> {
    let pieces = cards.register().export(admin.caller.account, admin.site, why.text()).await?;
    Ok(attachment("cards.csv", pieces))
}
