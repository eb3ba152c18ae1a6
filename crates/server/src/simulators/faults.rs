use std::time::Duration;

use actix_web::{
    HttpResponse,
    web::{self, Data, Json},
};
use cardsystem::simulator::{CardFault, CarsafeFault};
use controllers::sim::DoorFault;
use kernel::DoorId;
use serde::Deserialize;

use super::{sms::SmsVendor, state::Mounted};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/faults", web::post().to(inject));
}

/// What is to go wrong, and how often.
#[derive(Deserialize)]
#[serde(tag = "target", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum NewFault {
    Wechat { fault: ::wechat::simulator::Fault, path: Option<String>, times: u32 },
    Sms { vendor: SmsVendor, fault: ::sms::simulator::Fault, times: u32 },
    Mail { fault: ::mail::simulator::Fault, times: u32 },
    Cards { slow_ms: Option<u64>, times: u32 },
    Carsafe { fault: CarsafeFault, times: u32 },
    Door { door_id: DoorId, fault: DoorFault, times: u32 },
}

async fn inject(mounted: Data<Mounted>, new: Json<NewFault>) -> HttpResponse {
    let simulators = &mounted.simulators;
    match new.into_inner() {
        NewFault::Wechat { fault, path, times } => match path {
            Some(prefix) => simulators.wechat.inject_at(&prefix, fault, times),
            None => simulators.wechat.inject(fault, times),
        },
        NewFault::Sms { vendor: SmsVendor::Aliyun, fault, times } => simulators.aliyun.inject(fault, times),
        NewFault::Sms { vendor: SmsVendor::Tencent, fault, times } => simulators.tencent.inject(fault, times),
        NewFault::Mail { fault, times } => simulators.mails.inject(fault, times),
        NewFault::Cards { slow_ms, times } => {
            let fault = slow_ms.map_or(CardFault::Away, |ms| CardFault::Slow(Duration::from_millis(ms)));
            if let Some(cards) = simulators.cards.get() {
                cards.inject(fault, times);
            }
        }
        NewFault::Carsafe { fault, times } => simulators.carsafe.system.inject(fault, times),
        NewFault::Door { door_id, fault, times } => simulators.doors.inject(door_id, fault, times),
    }
    HttpResponse::NoContent().finish()
}
