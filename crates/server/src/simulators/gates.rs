//! Virtual readers: one at every site that somebody looks at. They ask over HTTP and sign, as any reader does.

use std::{collections::HashMap, net::SocketAddr, sync::Arc};

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path, Query},
};
use agent::{Decision, Device};
use anyhow::Result;
use edge::Answer;
use kernel::{Code, DoorId, Kind, NOT_FOUND, SiteId};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Mutex;

use super::Mounted;

const SERIAL: &str = "VIRTUAL-READER";
const DOWN: Code = Code::new(Kind::Unavailable, "virtual-reader-failed", "虚拟读头没有得到回答，请再试一次");

/// The readers there are.
pub(super) struct Gates {
    base: String,
    http: reqwest::Client,
    readers: Mutex<HashMap<SiteId, Arc<Device>>>,
}

impl Gates {
    pub(super) fn new(address: SocketAddr) -> Result<Self> {
        Ok(Self { base: format!("http://{address}"), http: agent::client()?, readers: Mutex::default() })
    }

    /// The reader of a site; let in when it is first wanted.
    async fn at(&self, mounted: &Mounted, site: SiteId) -> Answer<Arc<Device>> {
        let mut readers = self.readers.lock().await;
        if let Some(reader) = readers.get(&site) {
            return Ok(reader.clone());
        }
        let offer = mounted.app.devices.offer(site, &[]).await?;
        let reader = Device::enroll(self.http.clone(), &self.base, &offer.claim, SERIAL, "kaimen virtual reader").await;
        let reader = Arc::new(reader.map_err(|error| DOWN.because(error.to_string()))?);
        readers.insert(site, reader.clone());
        Ok(reader)
    }

    /// The reader at a door, and the door's number there.
    async fn of(&self, door: DoorId) -> Option<(Arc<Device>, u16)> {
        let readers = self.readers.lock().await;
        readers.values().find_map(|reader| {
            let found = reader.identity().doors.iter().find(|one| one.door_id == door)?;
            Some((reader.clone(), found.number))
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OfSite {
    site_id: SiteId,
}

/// The doors of a site, with a reader at each.
pub(super) async fn doors(mounted: Data<Mounted>, of: Query<OfSite>) -> Answer<HttpResponse> {
    let reader = mounted.gates.at(&mounted, of.site_id).await?;
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
pub(super) struct Shown {
    code: String,
}

/// Holds a code before the reader of a door.
pub(super) async fn show(mounted: Data<Mounted>, door: Path<DoorId>, shown: Json<Shown>) -> Answer<HttpResponse> {
    let (reader, number) = mounted.gates.of(*door).await.ok_or(NOT_FOUND)?;
    let scanned = reader.scan(number, &shown.code).await.map_err(|error| DOWN.because(error.to_string()))?;
    let decision = if scanned.decision == Decision::Grant { "grant" } else { "deny" };
    Ok(HttpResponse::Ok().json(json!({
        "decision": decision, "reason": scanned.reason, "text": scanned.text, "pulseMs": scanned.pulse_ms,
    })))
}

/// Lets arrive what was stuck on its way to a door. How many orders moved the lock.
pub(super) async fn let_through(mounted: Data<Mounted>, door: Path<DoorId>) -> HttpResponse {
    let results = mounted.simulators.doors.let_through(*door);
    let opened = results.iter().filter(|result| **result == kernel::port::CommandResult::Opened).count();
    HttpResponse::Ok().json(json!({ "arrived": results.len(), "opened": opened }))
}
