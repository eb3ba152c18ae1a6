//! What an operator hands out: demo cards, claim codes for devices, roles.

use actix_web::{
    HttpResponse,
    web::{self, Data, Json, Query},
};
use auth::{Named, Role, RoleGrant};
use edge::Answer;
use kernel::{AccountNumber, DoorId, NOT_FOUND, SiteId};
use serde::Deserialize;
use serde_json::json;

use super::state::Mounted;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/cards", web::get().to(cards))
        .route("/claims", web::post().to(claim))
        .route("/roles", web::post().to(appoint));
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfSite {
    site_id: Option<SiteId>,
}

async fn cards(mounted: Data<Mounted>, of: Query<OfSite>) -> HttpResponse {
    let cards: Vec<_> =
        mounted.cards.iter().filter(|card| of.site_id.is_none_or(|site| site == card.site_id)).collect();
    HttpResponse::Ok().json(json!({ "items": cards }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewClaim {
    site_id: SiteId,
    #[serde(default)]
    door_ids: Vec<DoorId>,
}

async fn claim(mounted: Data<Mounted>, new: Json<NewClaim>) -> Answer<HttpResponse> {
    let offer = mounted.app.devices.offer(new.site_id, &new.door_ids).await?;
    let doors: Vec<_> = offer.doors.into_iter().map(door::http::DeviceDoorView::from).collect();
    let body = json!({ "claim": offer.claim, "expiresAt": offer.expires_at, "doors": doors });
    Ok(HttpResponse::Created().json(body))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewPost {
    number: AccountNumber,
    /// At this site; on the platform when not said.
    site_id: Option<SiteId>,
}

/// What an operator does with `kaimen admin create`.
async fn appoint(mounted: Data<Mounted>, new: Json<NewPost>) -> Answer<HttpResponse> {
    let NewPost { number, site_id } = new.into_inner();
    let role = if site_id.is_some() { Role::SiteAdmin } else { Role::PlatformAdmin };
    let post = RoleGrant::new(role, site_id).ok_or(NOT_FOUND)?;
    mounted.app.accounts.appoint(Named::Number(number), post, None).await?;
    Ok(HttpResponse::NoContent().finish())
}
