//! The device API.

use actix_web::{HttpResponse, post, web::Data};
use door::{Doors, Scan, Scanned, http::Decision};
use edge::{Address, Answer, Valid};
use garde::Validate;
use kernel::{BootId, Bytes, CommandId, CredentialKind, DeviceId, DoorId, Reason, ScanId, SiteId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{Claimed, Devices, NewDevice, signed::Signed};

pub(crate) fn routes((devices, doors): (Devices, Doors), config: &mut ServiceConfig<'_>) {
    config.app_data(Data::new(devices)).app_data(Data::new(doors)).service(enrol).service(scan_code);
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

/// What was held before a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScanKind {
    /// A code on a screen.
    Qr,
    /// A card.
    Card,
    /// A number typed in.
    Pin,
}

impl From<ScanKind> for CredentialKind {
    fn from(kind: ScanKind) -> Self {
        match kind {
            ScanKind::Qr => Self::Qr,
            ScanKind::Card => Self::Card,
            ScanKind::Pin => Self::Pin,
        }
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
        Self { id, boot, seq, door, code, kind: kind.into(), read_at }
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

/// Let a device in by its claim code
#[utoipa::path(request_body = NewEnrolment, responses((status = CREATED, body = EnrolmentView), edge::Problems), tag = "devices")]
#[post("/enroll")]
async fn enrol(devices: Data<Devices>, address: Address, body: Valid<NewEnrolment>) -> Answer<HttpResponse> {
    let NewEnrolment { claim, serial, model, fw: firmware } = body.0;
    let claimed = devices.enrol(&claim, NewDevice { serial, model, firmware }, address).await?;
    Ok(HttpResponse::Created().json(EnrolmentView::from(claimed)))
}

async fn scanned(doors: &Doors, signed: &Signed) -> Answer<ScanView> {
    let scan = Scan::from(signed.body::<NewScan>()?).checked()?;
    let id = scan.id;
    Ok(ScanView::new(id, doors.scan(&signed.device.reader, scan, signed.degraded).await?))
}

/// Ask whether a code may open a door
///
/// Signed by the device; the answer is signed too.
#[utoipa::path(request_body = NewScan, responses((status = OK, body = ScanView), edge::Problems), tag = "devices", security(("device" = [])))]
#[post("/scan")]
async fn scan_code(doors: Data<Doors>, signed: Signed) -> HttpResponse {
    signed.reply(scanned(&doors, &signed).await)
}
