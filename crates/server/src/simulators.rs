//! The simulators, mounted under `/_sim` for loopback peers: what the outside would be, and a hand to move it.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    guard::GuardContext,
    web::{self, Data, Json, Path, Query},
};
use anyhow::Result;
use cardsystem::simulator::{CardFault, Faulty};
use controllers::sim::{DoorFault, Doors};
use edge::Answer;
use kernel::{
    Bytes, Clock, DoorId, NOT_FOUND, Phone, SiteId,
    port::{CardSystem, SendOutcome},
    random,
};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use sms::simulator::Inbox;
use tokio::sync::OnceCell;
use wechat::simulator::Wechat;

use crate::{House, Parts, seed, settings::Demo};

const APP: &str = "wx0000000000000000";

/// The outside, simulated.
pub(crate) struct Simulators {
    wechat: Wechat,
    secret: SecretString,
    inbox: Arc<Inbox>,
    doors: Arc<Doors>,
    cards: OnceCell<Arc<Faulty<cardsystem::Embedded>>>,
}

impl Simulators {
    pub(crate) fn new(clock: Arc<dyn Clock>, doors: Arc<Doors>) -> Arc<Self> {
        let secret = SecretString::from(Bytes::encode(&random::<24>()));
        Arc::new(Self {
            wechat: Wechat::new(APP, secret.clone(), clock.clone()),
            secret,
            inbox: Arc::new(Inbox::new(clock)),
            doors,
            cards: OnceCell::new(),
        })
    }

    /// The adapters of a house whose vendors are simulated at `address`.
    pub(crate) fn parts(self: &Arc<Self>, address: SocketAddr, root: [u8; 32], clock: Arc<dyn Clock>) -> Result<Parts> {
        let wechat = wechat::Client::new(wechat::Settings {
            base_url: format!("http://{address}/_sim/wechat"),
            app_id: APP.into(),
            app_secret: self.secret.clone(),
        })?;
        let simulators = self.clone();
        let card_system = Box::new(move |embedded| -> Arc<dyn CardSystem> {
            let faulty = Arc::new(Faulty::new(embedded));
            let _ = simulators.cards.set(faulty.clone()); // a house is built once
            faulty
        });
        let (sms, unlocks) = (self.inbox.clone(), self.doors.clone());
        Ok(Parts { clock, wechat: Arc::new(wechat), sms, unlocks, card_system, root })
    }
}

/// The simulators beside their house.
pub(crate) struct Mounted {
    simulators: Arc<Simulators>,
    house: House,
    cards: Vec<seed::DemoCard>,
}

impl Mounted {
    pub(crate) fn new(simulators: Arc<Simulators>, house: &House, demo: &Demo) -> Data<Self> {
        Data::new(Self { simulators, house: house.clone(), cards: seed::cards(demo) })
    }
}

/// A loopback peer that speaks for itself: a proxy on this machine speaks for anybody.
fn is_near(context: &GuardContext<'_>) -> bool {
    let relayed = ["x-forwarded-for", "forwarded", "x-real-ip"];
    if relayed.iter().any(|name| context.head().headers().contains_key(*name)) {
        return false;
    }
    context.head().peer_addr.is_some_and(|peer| peer.ip().is_loopback())
}

pub(crate) fn routes(mounted: Option<Data<Mounted>>) -> impl FnOnce(&mut web::ServiceConfig) {
    move |config| {
        let Some(mounted) = mounted else { return };
        config.service(
            web::scope("/_sim")
                .guard(actix_web::guard::fn_guard(is_near))
                .app_data(mounted)
                .route("/wechat/codes", web::post().to(issue_code))
                .route("/wechat/{path:.*}", web::route().to(wechat_api))
                .route("/sms", web::get().to(messages))
                .route("/cards", web::get().to(cards))
                .route("/claims", web::post().to(claim))
                .route("/doors/{id}", web::get().to(door))
                .route("/faults", web::post().to(inject)),
        );
    }
}

#[derive(Deserialize)]
struct NewCode {
    openid: Option<String>,
    #[serde(default)]
    blocked: bool,
}

async fn issue_code(mounted: Data<Mounted>, new: Json<NewCode>) -> HttpResponse {
    let code = mounted.simulators.wechat.issue_code(new.openid.as_deref(), new.blocked);
    HttpResponse::Created().json(json!({ "code": code }))
}

async fn wechat_api(
    request: HttpRequest,
    mounted: Data<Mounted>,
    path: Path<String>,
    query: Query<BTreeMap<String, String>>,
) -> HttpResponse {
    let reply = mounted.simulators.wechat.answer(request.method().as_str(), &format!("/{path}"), &query);
    tokio::time::sleep(reply.delay).await;
    let status = actix_web::http::StatusCode::from_u16(reply.status).unwrap_or_default();
    HttpResponse::build(status).content_type(reply.content_type).body(reply.body)
}

#[derive(Deserialize)]
struct OfPhone {
    phone: Option<String>,
}

async fn messages(mounted: Data<Mounted>, of: Query<OfPhone>) -> Answer<HttpResponse> {
    let phone = match &of.phone {
        Some(text) => Some(Phone::parse(text).ok_or(NOT_FOUND)?),
        None => None,
    };
    Ok(HttpResponse::Ok().json(json!({ "items": mounted.simulators.inbox.sent_to(phone.as_ref()) })))
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
    let offer = mounted.house.devices.offer(new.site_id, &new.door_ids).await?;
    let doors: Vec<_> = offer.doors.into_iter().map(door::http::DeviceDoorView::from).collect();
    let body = json!({ "claim": offer.claim, "expiresAt": offer.expires_at, "doors": doors });
    Ok(HttpResponse::Created().json(body))
}

async fn door(mounted: Data<Mounted>, id: Path<DoorId>) -> HttpResponse {
    let state = mounted.simulators.doors.state(*id, mounted.house.clock.now());
    let (open, pulses) = state.as_ref().map_or((false, 0), |state| (state.open, state.pulses));
    let last_opened_at = state.and_then(|state| state.last_opened_at);
    HttpResponse::Ok().json(json!({ "doorId": *id, "open": open, "pulses": pulses, "lastOpenedAt": last_opened_at }))
}

/// What is to go wrong, and how often.
#[derive(Deserialize)]
#[serde(tag = "target", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum NewFault {
    Wechat { fault: wechat::simulator::Fault, times: u32 },
    Sms { outcome: SmsFault, times: u32 },
    Cards { slow_ms: Option<u64>, times: u32 },
    Door { door_id: DoorId, fault: DoorTrouble, times: u32 },
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum SmsFault {
    Refused,
    NotSent,
    Unknown,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum DoorTrouble {
    Offline,
    Silent,
    Refuses,
}

async fn inject(mounted: Data<Mounted>, new: Json<NewFault>) -> HttpResponse {
    let simulators = &mounted.simulators;
    match new.into_inner() {
        NewFault::Wechat { fault, times } => simulators.wechat.inject(fault, times),
        NewFault::Sms { outcome, times } => {
            let code = "simulated".to_owned();
            let outcome = match outcome {
                SmsFault::Refused => SendOutcome::Refused(code),
                SmsFault::NotSent => SendOutcome::NotSent(code),
                SmsFault::Unknown => SendOutcome::Unknown(code),
            };
            simulators.inbox.inject(outcome, times);
        }
        NewFault::Cards { slow_ms, times } => {
            let fault = slow_ms.map_or(CardFault::Away, |ms| CardFault::Slow(Duration::from_millis(ms)));
            if let Some(cards) = simulators.cards.get() {
                cards.inject(fault, times);
            }
        }
        NewFault::Door { door_id, fault, times } => {
            let fault = match fault {
                DoorTrouble::Offline => DoorFault::Offline,
                DoorTrouble::Silent => DoorFault::Silent,
                DoorTrouble::Refuses => DoorFault::Refuses,
            };
            simulators.doors.inject(door_id, fault, times);
        }
    }
    HttpResponse::NoContent().finish()
}
