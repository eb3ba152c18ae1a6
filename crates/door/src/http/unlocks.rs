//! Opening without a reader, over HTTP.

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};
use edge::{Answer, Caller, ConsentingCaller, IdempotencyKey, Problem, Valid};
use garde::Validate;
use kernel::{BindingId, Code, CommandId, DoorId, Kind, Reason, SiteId, Timestamp, macros::uuid::Uuid};
use serde::{Deserialize, Serialize};
use sites::{Beacon, Position};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{CommandState, DoorChoice, Doors, Evidence, Fix, Heard, UnlockOutcome, UnlockRequest};

const KEYLESS: Code =
    Code::new(Kind::Malformed, "idempotency-key-missing", "缺少请求编号 Idempotency-Key，请刷新后重试");
const CHOOSE: Code = Code::new(Kind::Conflict, "choose-door", "附近有多个门，请选择要打开的门");

/// So many beacons count.
const BEACONS: usize = 32;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(unlock).service(unlocking);
}

/// A request to have a door opened.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
#[garde(allow_unvalidated)]
pub struct NewUnlock {
    /// At which site.
    site_id: SiteId,
    /// With which card; any that opens the door when not said.
    binding_id: Option<BindingId>,
    /// Which door; the one that is near when not said.
    door_id: Option<DoorId>,
    /// Where the phone is. What makes no sense counts as not said.
    position: Option<NewFix>,
    /// The beacons it hears; the first 32 count.
    #[serde(default)]
    beacons: Vec<NewHeard>,
    /// When the door is wanted open no longer; 5 s from now in any case.
    not_after: Option<Timestamp>,
}

/// Where a phone is, as `wx.getLocation` tells it.
#[derive(Deserialize, ToSchema)]
pub struct NewFix {
    /// Longitude, degrees.
    lng: f64,
    /// Latitude, degrees.
    lat: f64,
    /// By how many metres that may be off.
    accuracy: Option<f64>,
}

impl NewFix {
    fn fix(self) -> Option<Fix> {
        let accuracy = self.accuracy.filter(|accuracy| *accuracy >= 0.0)?;
        Some(Fix { position: Position::new(self.lng, self.lat)?, accuracy })
    }
}

/// A beacon, as `wx.onBeaconUpdate` tells it.
#[derive(Deserialize, ToSchema)]
pub struct NewHeard {
    /// What it calls itself.
    uuid: Uuid,
    /// Its first number.
    major: u16,
    /// Its second number.
    minor: u16,
    /// How well it is heard, dBm.
    rssi: i16,
}

impl From<NewUnlock> for UnlockRequest {
    fn from(new: NewUnlock) -> Self {
        let NewUnlock { site_id: site, binding_id: binding, door_id: door, position, beacons, not_after } = new;
        let fix = position.and_then(NewFix::fix);
        let heard = |NewHeard { uuid, major, minor, rssi }| Heard { uuid, beacon: Beacon { major, minor }, rssi };
        let beacons = beacons.into_iter().take(BEACONS).map(heard).collect();
        Self { site, binding, door, evidence: Evidence { fix, beacons }, not_after }
    }
}

/// Where an opening stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnlockState {
    /// The door was asked and has not answered yet.
    Sent,
    /// The door did it.
    Acked,
    /// It may not be opened.
    Denied,
    /// The door would not.
    Refused,
    /// The door is not there.
    Offline,
    /// The door did not answer in time, and will not open any more.
    Expired,
}

impl From<CommandState> for UnlockState {
    fn from(state: CommandState) -> Self {
        match state {
            CommandState::Requested | CommandState::Sent => Self::Sent,
            CommandState::Acked => Self::Acked,
            CommandState::Refused => Self::Refused,
            CommandState::Offline => Self::Offline,
            CommandState::Expired => Self::Expired,
        }
    }
}

/// A door that is being opened.
#[derive(Serialize, ToSchema)]
pub struct UnlockDoor {
    /// Which.
    id: DoorId,
    /// Its name, while it stands.
    name: Option<String>,
}

/// What became of an opening.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Unlock)]
pub struct UnlockView {
    /// To ask again by; none where nothing was asked of a door.
    id: Option<CommandId>,
    /// Where it stands.
    state: UnlockState,
    /// Which door; none where a card opens none now.
    door: Option<UnlockDoor>,
    /// Why.
    reason: Reason,
    /// The reason in words; nothing is said of a door that has not answered yet.
    #[schema(example = "已开门")]
    text: &'static str,
    /// After this the door does not open any more.
    not_after: Option<Timestamp>,
}

/// The doors to choose from, beside the problem.
#[derive(Serialize, ToSchema)]
pub struct ChooseDoor {
    /// The nearest first, where that is known.
    doors: Vec<DoorChoice>,
}

fn view(outcome: UnlockOutcome) -> Answer<HttpResponse> {
    let view = match outcome {
        UnlockOutcome::Choose(doors) => return Err(Problem::from(CHOOSE).with(ChooseDoor { doors })),
        UnlockOutcome::Denied(reason, door) => UnlockView {
            id: None,
            state: UnlockState::Denied,
            door: door.map(|(id, name)| UnlockDoor { id, name: Some(name) }),
            reason,
            text: reason.text(),
            not_after: None,
        },
        UnlockOutcome::Ordered(order, name) => {
            let (state, reason) = (order.state.into(), order.state.reason());
            UnlockView {
                id: Some(order.id),
                state,
                door: Some(UnlockDoor { id: order.door, name }),
                reason,
                text: if state == UnlockState::Sent { "正在开门" } else { reason.text() },
                not_after: Some(order.not_after),
            }
        }
    };
    Ok(match view.state {
        UnlockState::Sent => HttpResponse::Accepted().json(view),
        _ => HttpResponse::Ok().json(view),
    })
}

/// Open a door without a reader
///
/// The `Idempotency-Key` names the shake: however often it comes, the lock moves once. 202 where the door has not answered
/// yet; 409 `choose-door` names the doors in `doors`.
#[utoipa::path(
    params(("Idempotency-Key" = String, Header, description = "Names the shake")),
    request_body = NewUnlock,
    responses(
        (status = OK, body = UnlockView),
        (status = ACCEPTED, body = UnlockView),
        (status = CONFLICT, body = ChooseDoor, content_type = "application/problem+json", description = "`choose-door`, or another conflict"),
        edge::Problems
    ),
    tag = "doors",
    security(("bearer" = []))
)]
#[post("/unlocks")]
async fn unlock(
    caller: ConsentingCaller,
    doors: Data<Doors>,
    key: IdempotencyKey,
    body: Valid<NewUnlock>,
) -> Answer<HttpResponse> {
    let key = key.0.ok_or(KEYLESS)?;
    view(doors.unlock(caller, &key, body.0.into()).await?)
}

/// See what became of an opening
#[utoipa::path(
    params(("id" = CommandId, Path)),
    responses((status = OK, body = UnlockView), (status = ACCEPTED, body = UnlockView), edge::Problems),
    tag = "doors",
    security(("bearer" = []))
)]
#[get("/unlocks/{id}")]
async fn unlocking(caller: Caller, doors: Data<Doors>, id: Path<CommandId>) -> Answer<HttpResponse> {
    view(doors.unlocking(caller, *id).await?)
}
