use actix_web::{
    HttpResponse,
    web::{self, Data, Json, Path},
};
use edge::Answer;
use kernel::{
    NOT_FOUND, Phone,
    port::{CardState, DoorStatus},
};
use serde::Deserialize;
use serde_json::json;

use super::state::Mounted;
use crate::seed;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/carsafe/control", web::post().to(control))
        .route("/carsafe/doors/{controller}/{door}", web::get().to(door));
}

/// What happens at the installed card system.
#[derive(Deserialize)]
#[serde(tag = "act", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Control {
    /// It is switched off.
    Stop,
    /// It is switched on again.
    Start,
    /// A card is reported lost, frozen, or in order again.
    Report { number: String, state: CardState },
    /// Another phone is on file.
    ChangePhone { number: String, phone: Phone },
    /// A card is gone.
    Remove { number: String },
    /// A door stands otherwise.
    SetDoor { controller: String, door: String, connected: bool, opened: bool, broken: bool, held_open: bool },
}

async fn control(mounted: Data<Mounted>, control: Json<Control>) -> Answer<HttpResponse> {
    let server = &mounted.simulators.carsafe;
    let (system, branch) = (&server.system, seed::BRANCH);
    let done = match control.into_inner() {
        Control::Stop => {
            server.stop().await;
            true
        }
        Control::Start => {
            server.restart()?;
            true
        }
        Control::Report { number, state } => system.report(branch, &number, state),
        Control::ChangePhone { number, phone } => system.change_phone(branch, &number, Some(&phone)),
        Control::Remove { number } => system.remove_card(branch, &number),
        Control::SetDoor { controller, door, connected, opened, broken, held_open } => {
            system.set_door(branch, &controller, &door, DoorStatus { connected, opened, broken, held_open });
            true
        }
    };
    if done { Ok(HttpResponse::NoContent().finish()) } else { Err(NOT_FOUND.into()) }
}

async fn door(mounted: Data<Mounted>, path: Path<(String, String)>) -> HttpResponse {
    let pulses = mounted.simulators.carsafe.system.pulses(seed::BRANCH, &path.0, &path.1);
    HttpResponse::Ok().json(json!({ "controller": path.0, "door": path.1, "pulses": pulses }))
}
