//! The simulators, mounted under `/_sim` for loopback peers: what the outside would be, and a hand to move it.

mod carsafe;
mod gates;

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use actix_web::{
    HttpRequest, HttpResponse,
    guard::GuardContext,
    http::{StatusCode, header::HeaderValue},
    web::{self, Data, Json, Path, Query},
};
use anyhow::Result;
use auth::{Named, Role, RoleGrant};
use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use cardsystem::{
    Carsafe, CarsafeSettings, Systems,
    simulator::{CardFault, CarsafeFault, CarsafeSim, Faulty},
};
use carsafe::CarsafeServer;
use controllers::sim::{DoorFault, Doors};
use edge::Answer;
use kernel::{
    AccountNumber, Bytes, Clock, DoorId, Email, NOT_FOUND, Phone, SiteId,
    port::{Cache, CardState, CardSystem, DoorStatus},
    random,
};
use mail::{MailSettings, Smtp, simulator::Sink};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use sms::{
    Aliyun, Tencent, Vendors,
    simulator::{AliyunSim, Inbox, Request, TencentSim},
};
use tokio::sync::OnceCell;
use wechat::{Budgets, push::Receiver, simulator::Wechat};

use crate::{App, Deps, callbacks::Pushes, seed, settings::Demo, vendors::drivers};

const APP: &str = "wx0000000000000000";

pub(crate) struct Simulators {
    wechat: Wechat,
    secret: SecretString,
    pushes: Arc<Pushes>,
    inbox: Arc<Inbox>,
    aliyun: AliyunSim,
    tencent: TencentSim,
    mails: Sink,
    http: reqwest::Client,
    doors: Arc<Doors>,
    cards: OnceCell<Arc<Faulty<cardsystem::Embedded>>>,
    carsafe: CarsafeServer,
    carsafe_secret: SecretString,
}

impl Simulators {
    pub(crate) async fn start(clock: Arc<dyn Clock>, doors: Arc<Doors>) -> Result<Arc<Self>> {
        let secret = SecretString::from(Bytes::encode(&random::<24>()));
        let carsafe_secret = SecretString::from(Bytes::encode(&random::<24>()));
        let inbox = Arc::new(Inbox::new(clock.clone()));
        let (token, aes_key) = (Bytes::encode(&random::<12>()), BASE64_STANDARD_NO_PAD.encode(random::<32>()));
        let receiver = Receiver::new(APP, token.into(), &aes_key.into(), clock.clone())?;
        Ok(Arc::new(Self {
            wechat: Wechat::new(APP, secret.clone(), clock.clone()),
            secret,
            pushes: Arc::new(Pushes::new(APP, receiver)),
            aliyun: AliyunSim::new(inbox.clone(), clock.clone()),
            tencent: TencentSim::new(inbox.clone(), clock.clone()),
            inbox,
            http: reqwest::Client::builder().no_proxy().build()?,
            carsafe: CarsafeServer::start(CarsafeSim::new(carsafe_secret.clone(), clock.clone()))?,
            carsafe_secret,
            mails: Sink::start((Ipv4Addr::LOCALHOST, 0).into(), clock).await?,
            doors,
            cards: OnceCell::new(),
        }))
    }

    /// The adapters of a server whose vendors are simulated at `address`.
    pub(crate) fn parts(
        self: &Arc<Self>,
        address: SocketAddr,
        root: [u8; 32],
        cache: Arc<dyn Cache>,
        clock: Arc<dyn Clock>,
    ) -> Result<Deps> {
        let settings = wechat::Settings {
            base_url: format!("http://{address}/_sim/wechat"),
            app_id: APP.into(),
            app_secret: self.secret.clone(),
        };
        let wechat = wechat::Client::new(settings, cache.clone(), clock.clone())?.with_budgets(Budgets::UNLIMITED);
        let aliyun = Aliyun::new(self.aliyun.settings(format!("http://{address}/_sim/sms/aliyun")), clock.clone())?;
        let tencent = Tencent::new(self.tencent.settings(format!("http://{address}/_sim/sms/tencent")), clock.clone())?;
        let sms = Arc::new(Vendors::new(vec![Arc::new(aliyun), Arc::new(tencent)], clock.clone()));
        let from = "车安门禁 <no-reply@kaimen.test>".to_owned();
        let mail = Arc::new(Smtp::new(MailSettings { url: self.mails.url(), from }, clock.clone())?);
        let simulators = self.clone();
        let installed = CarsafeSettings::new(self.carsafe.url(), self.carsafe_secret.clone());
        let carsafe = Arc::new(Carsafe::new(installed, clock.clone())?);
        let installed = carsafe.clone();
        let card_system = Box::new(move |embedded| -> Arc<dyn CardSystem> {
            let faulty = Arc::new(Faulty::new(embedded));
            let _ = simulators.cards.set(faulty.clone()); // a app is built once
            Arc::new(Systems { embedded: faulty, carsafe: Some(installed) })
        });
        let drivers = drivers(self.doors.clone(), Some(carsafe.clone()));
        let (pushes, carsafe) = (Some(self.pushes.clone()), Some(carsafe));
        Ok(Deps { clock, cache, wechat, pushes, sms, mail, drivers, card_system, carsafe, root })
    }

    /// Fills the installed card system with what it keeps of the demo.
    pub(crate) fn fill_installed(&self, demo: &Demo) {
        seed::installed(&self.carsafe.system, demo);
    }
}

/// The simulators beside their server.
pub(crate) struct Mounted {
    simulators: Arc<Simulators>,
    app: App,
    cards: Vec<seed::DemoCard>,
    gates: gates::Gates,
}

impl Mounted {
    pub(crate) fn new(simulators: Arc<Simulators>, app: &App, demo: &Demo, address: SocketAddr) -> Result<Data<Self>> {
        let (gates, cards) = (gates::Gates::new(address)?, seed::cards(demo));
        Ok(Data::new(Self { simulators, app: app.clone(), cards, gates }))
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
                .route("/wechat/phone-codes", web::post().to(issue_phone_code))
                .route("/wechat/control", web::post().to(control_wechat))
                .route("/wechat/log", web::get().to(wechat_log))
                .route("/wechat/pushes", web::post().to(seal_push))
                .route("/wechat/{path:.*}", web::route().to(wechat_api))
                .route("/sms", web::get().to(messages))
                .route("/sms/{vendor}", web::route().to(sms_api))
                .route("/mail", web::get().to(mails))
                .route("/cards", web::get().to(cards))
                .route("/claims", web::post().to(claim))
                .route("/roles", web::post().to(appoint))
                .route("/carsafe/control", web::post().to(control_carsafe))
                .route("/carsafe/doors/{controller}/{door}", web::get().to(installed_door))
                .route("/doors", web::get().to(gates::doors))
                .route("/doors/{id}", web::get().to(door))
                .route("/doors/{id}/scan", web::post().to(gates::show))
                .route("/doors/{id}/arrivals", web::post().to(gates::let_through))
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

#[derive(Deserialize)]
struct NewPhoneCode {
    phone: Phone,
    openid: Option<String>,
}

async fn issue_phone_code(mounted: Data<Mounted>, new: Json<NewPhoneCode>) -> HttpResponse {
    let code = mounted.simulators.wechat.issue_phone_code(&new.phone, new.openid.as_deref());
    HttpResponse::Created().json(json!({ "code": code }))
}

/// What an operator of the platform could do.
#[derive(Deserialize)]
#[serde(tag = "act", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum WechatControl {
    /// The access token in use is over.
    ExpireToken,
    /// The access token in use is not known any more.
    DropToken,
    /// No access token is taken, or they are again.
    BreakTokens { broken: bool },
    /// The platform's clock goes on.
    Advance { seconds: u64 },
    /// The user takes back, inside WeChat, what they allowed the mini-program: the platform pushes that to us.
    RevokeAuthorization { openid: String },
    /// A user's id across the apps of one owner.
    SetUnionid { openid: String, unionid: String },
}

async fn control_wechat(
    request: HttpRequest,
    mounted: Data<Mounted>,
    control: Json<WechatControl>,
) -> Answer<HttpResponse> {
    let wechat = &mounted.simulators.wechat;
    match control.into_inner() {
        WechatControl::ExpireToken => wechat.expire_token(),
        WechatControl::DropToken => wechat.drop_token(),
        WechatControl::BreakTokens { broken } => wechat.break_tokens(broken),
        WechatControl::Advance { seconds } => wechat.advance(Duration::from_secs(seconds)),
        WechatControl::SetUnionid { openid, unionid } => wechat.set_unionid(&openid, &unionid),
        WechatControl::RevokeAuthorization { openid } => {
            let push = wechat.push_revocation(mounted.simulators.pushes.receiver(), &openid);
            let host = request.connection_info().host().to_owned();
            let url = format!("http://{host}/callbacks/wechat");
            let answer = mounted.simulators.http.post(url).query(&push.query).body(push.body).send().await?;
            return Ok(HttpResponse::build(answer.status().as_u16().try_into()?).body(answer.bytes().await?));
        }
    }
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize)]
struct NewPush {
    message: serde_json::Value,
}

/// The request by which WeChat would push this message, encrypted and signed now, to be sent to `/callbacks/wechat` as
/// often as wanted.
async fn seal_push(mounted: Data<Mounted>, new: Json<NewPush>) -> HttpResponse {
    let push = mounted.simulators.wechat.push(mounted.simulators.pushes.receiver(), &new.message);
    HttpResponse::Created().json(json!({ "query": push.query, "body": push.body }))
}

async fn wechat_log(mounted: Data<Mounted>) -> HttpResponse {
    let wechat = &mounted.simulators.wechat;
    HttpResponse::Ok().json(json!({ "log": wechat.log(), "stats": wechat.stats() }))
}

async fn wechat_api(
    request: HttpRequest,
    mounted: Data<Mounted>,
    path: Path<String>,
    query: Query<BTreeMap<String, String>>,
    body: web::Bytes,
) -> HttpResponse {
    let reply = mounted.simulators.wechat.answer(request.method().as_str(), &format!("/{path}"), &query, &body);
    tokio::time::sleep(reply.delay).await;
    let status = StatusCode::from_u16(reply.status).unwrap_or_default();
    HttpResponse::build(status).content_type(reply.content_type).body(reply.body)
}

async fn sms_api(
    request: HttpRequest,
    mounted: Data<Mounted>,
    vendor: Path<SmsVendor>,
    body: web::Bytes,
) -> HttpResponse {
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let headers = request.headers().iter().map(|(name, value)| (name.to_string(), text(value)));
    let request = Request {
        method: request.method().to_string(),
        path: request.path().to_owned(),
        query: request.query_string().to_owned(),
        headers: headers.collect(),
        body: body.to_vec(),
    };
    let reply = match *vendor {
        SmsVendor::Aliyun => mounted.simulators.aliyun.answer(&request),
        SmsVendor::Tencent => mounted.simulators.tencent.answer(&request),
    };
    tokio::time::sleep(reply.delay).await;
    let status = StatusCode::from_u16(reply.status).unwrap_or_default();
    HttpResponse::build(status).content_type(reply.content_type).body(reply.body)
}

#[derive(Deserialize)]
struct OfEmail {
    email: Option<Email>,
}

async fn mails(mounted: Data<Mounted>, of: Query<OfEmail>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "items": mounted.simulators.mails.sent_to(of.email.as_ref()) }))
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SmsVendor {
    Aliyun,
    Tencent,
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
    let offer = mounted.app.devices.offer(new.site_id, &new.door_ids).await?;
    let doors: Vec<_> = offer.doors.into_iter().map(devices::http::DeviceDoorView::from).collect();
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

async fn door(mounted: Data<Mounted>, id: Path<DoorId>) -> HttpResponse {
    let state = mounted.simulators.doors.state(*id, mounted.app.clock.now());
    let (open, pulses) = state.as_ref().map_or((false, 0), |state| (state.open, state.pulses));
    let last_opened_at = state.and_then(|state| state.last_opened_at);
    HttpResponse::Ok().json(json!({ "doorId": *id, "open": open, "pulses": pulses, "lastOpenedAt": last_opened_at }))
}

/// What happens at the installed card system.
#[derive(Deserialize)]
#[serde(tag = "act", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum CarsafeControl {
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

async fn control_carsafe(mounted: Data<Mounted>, control: Json<CarsafeControl>) -> Answer<HttpResponse> {
    let server = &mounted.simulators.carsafe;
    let (system, branch) = (&server.system, seed::BRANCH);
    let done = match control.into_inner() {
        CarsafeControl::Stop => {
            server.stop().await;
            true
        }
        CarsafeControl::Start => {
            server.restart()?;
            true
        }
        CarsafeControl::Report { number, state } => system.report(branch, &number, state),
        CarsafeControl::ChangePhone { number, phone } => system.change_phone(branch, &number, Some(&phone)),
        CarsafeControl::Remove { number } => system.remove_card(branch, &number),
        CarsafeControl::SetDoor { controller, door, connected, opened, broken, held_open } => {
            system.set_door(branch, &controller, &door, DoorStatus { connected, opened, broken, held_open });
            true
        }
    };
    if done { Ok(HttpResponse::NoContent().finish()) } else { Err(NOT_FOUND.into()) }
}

async fn installed_door(mounted: Data<Mounted>, path: Path<(String, String)>) -> HttpResponse {
    let pulses = mounted.simulators.carsafe.system.pulses(seed::BRANCH, &path.0, &path.1);
    HttpResponse::Ok().json(json!({ "controller": path.0, "door": path.1, "pulses": pulses }))
}

/// What is to go wrong, and how often.
#[derive(Deserialize)]
#[serde(tag = "target", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum NewFault {
    Wechat { fault: wechat::simulator::Fault, path: Option<String>, times: u32 },
    Sms { vendor: SmsVendor, fault: sms::simulator::Fault, times: u32 },
    Mail { fault: mail::simulator::Fault, times: u32 },
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
