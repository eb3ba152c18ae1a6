//! Cards over HTTP.

mod admin;
mod views;

use actix_web::{
    HttpResponse, delete, get, post,
    web::{Data, Json, Path, Query},
};
use edge::{Address, Answer, Caller, ConsentingCaller, CurrentCaller, Keyed, Page, Paged, Valid};
use kernel::{BindingId, SiteId};
use store::Once;
use utoipa_actix_web::service_config::ServiceConfig;

pub use self::views::BindingView;
use self::views::{CredentialsView, NewCardBinding, NewConfirmation};
use crate::Cards;

pub(crate) fn routes(cards: Cards, config: &mut ServiceConfig<'_>) {
    config
        .app_data(Data::new(cards))
        .service(request_binding)
        .service(confirm_binding)
        .service(list_bindings)
        .service(unbind)
        .service(own_credentials);
    admin::routes(config);
}

/// Request a card binding
///
/// The answer is the same whether or not the card exists and the phone matches; both are checked after the answer, and
/// a code is sent only if both are right.
#[utoipa::path(request_body = NewCardBinding, params(("Idempotency-Key" = Option<String>, Header)), responses((status = CREATED, body = BindingView), edge::Problems), tag = "cards", security(("bearer" = [])))]
#[post("/card-bindings")]
async fn request_binding(
    caller: ConsentingCaller,
    cards: Data<Cards>,
    address: Address,
    new: Keyed<NewCardBinding>,
) -> Answer<HttpResponse> {
    let Keyed { body, key, body_hash } = new;
    let once = Once::of(caller.caller().account, "card-bindings", key, body_hash);
    let binding = cards.request(caller, body.try_into()?, once, address).await?;
    Ok(HttpResponse::Created().json(BindingView::from(binding)))
}

/// Confirm a card binding
///
/// With the code from the SMS.
#[utoipa::path(params(("id" = BindingId, Path)), request_body = NewConfirmation, responses((status = OK, body = BindingView), edge::Problems), tag = "cards", security(("bearer" = [])))]
#[post("/card-bindings/{id}/confirm")]
async fn confirm_binding(
    caller: ConsentingCaller,
    cards: Data<Cards>,
    id: Path<BindingId>,
    body: Valid<NewConfirmation>,
) -> Answer<Json<BindingView>> {
    Ok(Json(cards.confirm(caller, *id, body.0.code).await?.into()))
}

/// List bound cards
#[utoipa::path(params(Page), responses((status = OK, body = Paged<BindingView>), edge::Problems), tag = "cards", security(("bearer" = [])))]
#[get("/card-bindings")]
async fn list_bindings(caller: Caller, cards: Data<Cards>, page: Query<Page>) -> Answer<Json<Paged<BindingView>>> {
    let found = cards.list(caller, page.after()?, page.wanted()).await?;
    Ok(Json(page.cut(found, |held| held.binding.id, BindingView::from)?))
}

/// Unbind a card
#[utoipa::path(params(("id" = BindingId, Path)), responses((status = NO_CONTENT), edge::Problems), tag = "cards", security(("bearer" = [])))]
#[delete("/card-bindings/{id}")]
async fn unbind(caller: CurrentCaller, cards: Data<Cards>, id: Path<BindingId>) -> Answer<HttpResponse> {
    cards.unbind(caller.0, *id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Get the keys for making codes at a site
#[utoipa::path(params(("id" = SiteId, Path)), responses((status = OK, body = CredentialsView), edge::Problems), tag = "cards", security(("bearer" = [])))]
#[get("/sites/{id}/credentials")]
async fn own_credentials(
    caller: ConsentingCaller,
    cards: Data<Cards>,
    id: Path<SiteId>,
) -> Answer<Json<CredentialsView>> {
    Ok(Json(cards.credentials(caller, *id).await?.into()))
}
