//! Virtual doors, and the virtual readers at them.

use actix_web::{
    HttpResponse,
    web::{self, Data, Json, Path, Query},
};
use agent::Decision;
use edge::Answer;
use kernel::{DoorId, NOT_FOUND, SiteId};
use serde::Deserialize;
use serde_json::json;

use super::{readers::READER_FAILED, state::Mounted};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/doors", web::get().to(doors))
        .route("/doors/{id}", web::get().to(door))
        .route("/doors/{id}/scan", web::post().to(show))
        .route("/doors/{id}/arrivals", web::post().to(let_through));
}

async fn door(mounted: Data<Mounted>, id: Path<DoorId>) -> HttpResponse {
    let state = mounted.simulators.doors.state(*id, mounted.app.base.clock.now());
    let (open, pulses) = state.as_ref().map_or((false, 0), |state| (state.open, state.pulses));
    let last_opened_at = state.and_then(|state| state.last_opened_at);
    HttpResponse::Ok().json(json!({ "doorId": *id, "open": open, "pulses": pulses, "lastOpenedAt": last_opened_at }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfSite {
    site_id: SiteId,
}

/// The doors of a site, with a reader at each.
async fn doors(mounted: Data<Mounted>, of: Query<OfSite>) -> Answer<HttpResponse> {
    let reader = mounted.readers.at(&mounted.app.devices, of.site_id).await?;
    let now = mounted.app.base.clock.now();
    let doors: Vec<_> = reader
        .identity()
        .doors
        .iter()
        .map(|door| {
            let state = mounted.simulators.doors.state(door.door_id, now);
            let (open, pulses) = state.as_ref().map_or((false, 0), |state| (state.open, state.pulses));
            let until = state.and_then(|state| state.open_until);
            json!({ "id": door.door_id, "name": door.name, "open": open, "pulses": pulses, "openUntil": until })
        })
        .collect();
    Ok(HttpResponse::Ok().json(doors))
}

#[derive(Deserialize)]
struct Shown {
    code: String,
}

/// Holds a code before the reader of a door.
async fn show(mounted: Data<Mounted>, door: Path<DoorId>, shown: Json<Shown>) -> Answer<HttpResponse> {
    let (reader, number) = mounted.readers.at_door(*door).await.ok_or(NOT_FOUND)?;
    let scanned = reader.scan(number, &shown.code).await.map_err(|error| READER_FAILED.because(error.to_string()))?;
    let decision = if scanned.decision == Decision::Grant { "grant" } else { "deny" };
    Ok(HttpResponse::Ok().json(json!({
        "decision": decision, "reason": scanned.reason, "text": scanned.text, "pulseMs": scanned.pulse_ms,
    })))
}

/// Lets arrive what was stuck on its way to a door. How many orders moved the lock.
async fn let_through(mounted: Data<Mounted>, door: Path<DoorId>) -> HttpResponse {
    let results = mounted.simulators.doors.let_through(*door);
    let opened = results.iter().filter(|result| **result == kernel::port::CommandResult::Opened).count();
    HttpResponse::Ok().json(json!({ "arrived": results.len(), "opened": opened }))
}
