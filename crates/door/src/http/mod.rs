//! The device API, cards in full and their uses, and the doors of a site for those who run it.

mod admin;
mod unlocks;

pub(crate) use admin::SettingsView;

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Json, Path, Query},
};
use cards::{CardInfo, http::BindingView};
use edge::{Address, Answer, Caller, Page, Paged, Valid};
use garde::Validate;
use kernel::{BindingId, BootId, Bytes, CommandId, DeviceId, DoorId, Reason, ScanId, SiteId, Timestamp};
use serde::{Deserialize, Serialize};
use sites::Methods;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{Claimed, Doors, NewDevice, OpenDoor, Scan, ScanKind, Scanned, Use, signed::Signed};

/// The routes for people.
pub(crate) fn routes(doors: Doors, config: &mut ServiceConfig<'_>) {
    config.app_data(Data::new(doors)).service(card).service(uses);
    admin::routes(config);
    unlocks::routes(config);
}

/// The routes for devices.
pub(crate) fn device_routes(doors: Doors, config: &mut ServiceConfig<'_>) {
    config.app_data(Data::new(doors)).service(enrol).service(scan_code);
}

/// A device that asks to be let in.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewEnrolment {
    /// The claim code.
    #[garde(length(min = 1, max = 64))]
    claim: String,
    /// Serial number.
    #[garde(length(chars, min = 1, max = 64))]
    serial: String,
    /// Model.
    #[garde(length(chars, max = 64))]
    #[serde(default)]
    model: String,
    /// Firmware.
    #[garde(length(chars, max = 64))]
    #[serde(default)]
    fw: String,
}

/// A device that was let in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnrolmentView {
    /// Its id, for `X-Device`.
    device_id: DeviceId,
    /// Its key: 32 bytes, shown this once.
    key: Bytes,
    /// Its site.
    site_id: SiteId,
    /// Its doors.
    doors: Vec<DeviceDoorView>,
    /// The server's clock.
    server_time: Timestamp,
}

/// A door as its device numbers it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeviceDoorView {
    /// The device's number for it.
    pub number: i16,
    /// Its id.
    pub door_id: DoorId,
    /// Its name.
    pub name: String,
}

impl From<(i16, sites::Door)> for DeviceDoorView {
    fn from((number, door): (i16, sites::Door)) -> Self {
        Self { number, door_id: door.id, name: door.name }
    }
}

impl From<Claimed> for EnrolmentView {
    fn from(claimed: Claimed) -> Self {
        let doors = claimed.doors.into_iter().map(DeviceDoorView::from).collect();
        let Claimed { id: device_id, key, site: site_id, server_time, .. } = claimed;
        Self { device_id, key, site_id, doors, server_time }
    }
}

/// A scan.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewScan {
    /// The device's name for it; a retry carries the same.
    scan_id: ScanId,
    /// The device's run.
    boot_id: BootId,
    /// Counts the events of that run.
    seq: i64,
    /// The device's number for the door.
    door: i16,
    /// What was read.
    #[schema(max_length = 512)]
    code: String,
    /// Of which kind.
    kind: ScanKind,
    /// When, by the device's clock.
    read_at: Timestamp,
}

impl From<NewScan> for Scan {
    fn from(new: NewScan) -> Self {
        let NewScan { scan_id: id, boot_id: boot, seq, door, code, kind, read_at } = new;
        Self { id, boot, seq, door, code, kind, read_at }
    }
}

/// Open or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Open.
    Grant,
    /// Do not.
    Deny,
}

impl From<Reason> for Decision {
    fn from(reason: Reason) -> Self {
        if reason == Reason::Ok { Self::Grant } else { Self::Deny }
    }
}

/// What a device is to do.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Scan)]
pub struct ScanView {
    /// The scan it answers.
    scan_id: ScanId,
    /// Open or not.
    decision: Decision,
    /// For how long to open, milliseconds.
    pulse_ms: u32,
    /// Why.
    reason: Reason,
    /// The reason in the words of whoever stands there.
    text: &'static str,
    /// The order, where there is one.
    command_id: Option<CommandId>,
}

impl ScanView {
    fn new(scan_id: ScanId, Scanned { reason, pulse_ms, command }: Scanned) -> Self {
        Self { scan_id, decision: reason.into(), pulse_ms, reason, text: reason.text(), command_id: command }
    }
}

/// A use of a card.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CardUse)]
pub struct UseView {
    /// When.
    at: Timestamp,
    /// At which door.
    door_id: DoorId,
    /// Its name, while it stands.
    door_name: Option<String>,
    /// Open or not.
    decision: Decision,
    /// Why.
    reason: Reason,
    /// The reason in words.
    text: &'static str,
}

impl UseView {
    fn new(one: Use) -> Self {
        let Use { at, door: door_id, door_name, reason, .. } = one;
        Self { at, door_id, door_name, decision: reason.into(), reason, text: reason.text() }
    }
}

/// A card in full.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CardInfo)]
pub struct CardInfoView {
    /// The binding and the card.
    #[serde(flatten)]
    binding: BindingView,
    /// Holder, masked.
    #[schema(example = "陈**")]
    holder: Option<String>,
    /// Plates of the cars it lets in, masked.
    #[schema(example = json!(["湘A***18"]))]
    plates: Vec<String>,
    /// The doors it opens.
    doors: Vec<OpenDoorView>,
}

/// A door that a card opens.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OpenDoor)]
pub struct OpenDoorView {
    /// The door.
    door_id: DoorId,
    /// Its name.
    name: String,
    /// At which hours, as people read it.
    #[schema(example = "周一至周五 08:00–18:00")]
    hours: String,
    /// In which ways.
    methods: Methods,
    /// Whether it opens now.
    decision: Decision,
    /// Why.
    reason: Reason,
    /// The reason in words.
    text: &'static str,
}

/// A reason in words where nothing has been opened yet.
const fn may_pass(reason: Reason) -> &'static str {
    match reason {
        Reason::Ok => "现在可通行",
        why => why.text(),
    }
}

impl From<OpenDoor> for OpenDoorView {
    fn from(OpenDoor { id: door_id, name, hours, methods, reason }: OpenDoor) -> Self {
        let text = may_pass(reason);
        Self { door_id, name, hours, methods, decision: reason.into(), reason, text }
    }
}

/// Let a device in by its claim code
#[utoipa::path(request_body = NewEnrolment, responses((status = CREATED, body = EnrolmentView), edge::Problems), tag = "devices")]
#[post("/enroll")]
async fn enrol(doors: Data<Doors>, address: Address, body: Valid<NewEnrolment>) -> Answer<HttpResponse> {
    let NewEnrolment { claim, serial, model, fw: firmware } = body.0;
    let claimed = doors.devices.enrol(&claim, NewDevice { serial, model, firmware }, address).await?;
    Ok(HttpResponse::Created().json(EnrolmentView::from(claimed)))
}

async fn scanned(doors: &Doors, signed: &Signed) -> Answer<ScanView> {
    let scan = Scan::from(signed.body::<NewScan>()?).checked()?;
    let id = scan.id;
    Ok(ScanView::new(id, doors.scan(&signed.device, scan, signed.degraded).await?))
}

/// Ask whether a code may open a door
///
/// Signed by the device; the answer is signed too.
#[utoipa::path(request_body = NewScan, responses((status = OK, body = ScanView), edge::Problems), tag = "devices", security(("device" = [])))]
#[post("/scan")]
async fn scan_code(doors: Data<Doors>, signed: Signed) -> HttpResponse {
    signed.reply(scanned(&doors, &signed).await)
}

/// See a card in full
#[utoipa::path(params(("id" = BindingId, Path)), responses((status = OK, body = CardInfoView), edge::Problems), tag = "cards", security(("bearer" = [])))]
#[get("/card-bindings/{id}")]
async fn card(caller: Caller, doors: Data<Doors>, id: Path<BindingId>) -> Answer<Json<CardInfoView>> {
    let (CardInfo { held, holder, plates, .. }, doors) = doors.card(caller, *id).await?;
    let doors = doors.into_iter().map(OpenDoorView::from).collect();
    Ok(Json(CardInfoView { binding: held.into(), holder, plates, doors }))
}

/// See the last uses of a card
#[utoipa::path(params(("id" = BindingId, Path), Page), responses((status = OK, body = Paged<UseView>), edge::Problems), tag = "cards", security(("bearer" = [])))]
#[get("/card-bindings/{id}/uses")]
async fn uses(
    caller: Caller,
    doors: Data<Doors>,
    id: Path<BindingId>,
    page: Query<Page>,
) -> Answer<Json<Paged<UseView>>> {
    let found = doors.uses(caller, *id, page.after()?, page.wanted()).await?;
    Ok(Json(page.cut(found, Use::key, UseView::new)?))
}
