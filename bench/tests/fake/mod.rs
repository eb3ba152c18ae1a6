//! A server that does as much as the benchmark needs, and believes nothing the real one would not believe.

use std::{
    collections::{HashMap, HashSet},
    net::SocketAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    http::StatusCode,
    rt::System,
    web::{Bytes as Body, Data, Json, Path, Query, get, post},
};
use kernel::{
    BindingId, Bytes, Clock, DeviceId, SiteId, SystemClock,
    device_signature::{self as signature, DeviceKey},
    km1::{Day, Handle, RootKey, SiteKey, Tag, Token},
};
use serde_json::{Value, json};

const SITES: usize = 14;
/// Cards of each.
const CARDS: usize = 60;

#[derive(Default)]
struct Known {
    sites: Vec<SiteId>,
    codes: HashMap<String, String>,
    messages: HashMap<String, String>,
    asked: HashMap<String, (String, SiteId)>,
    held: HashMap<(String, SiteId), Vec<(BindingId, Handle)>>,
    claims: HashMap<String, SiteId>,
    devices: HashMap<String, (DeviceKey, SiteId)>,
    nonces: HashSet<String>,
    shown: HashSet<Tag>,
    /// When doors were opened under this name.
    unlocks: HashSet<String>,
    members: HashMap<String, String>,
    busy: u64,
    scans: u64,
    denies: Option<u64>,
}

type Shared = Data<Mutex<Known>>;

fn lock(known: &Shared) -> MutexGuard<'_, Known> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

fn site_key(site: SiteId) -> SiteKey {
    RootKey::from_bytes([9; 32]).site(site, 1)
}

/// Serves it. Every `denies`th scan is denied without a reason.
pub fn serve(listen: SocketAddr, denies: Option<u64>) -> std::io::Result<()> {
    let sites = (0..SITES).map(|_| SiteId::new(SystemClock.now())).collect();
    let known = Data::new(Mutex::new(Known { sites, denies, ..Known::default() }));
    let app = move || {
        App::new()
            .app_data(known.clone())
            .route("/readyz", get().to(HttpResponse::Ok))
            .route("/_sim/wechat/codes", post().to(wechat_code))
            .route("/_sim/cards", get().to(cards))
            .route("/_sim/sms", get().to(messages))
            .route("/_sim/claims", post().to(claim))
            .route("/v1/auth/login/wechat", post().to(log_in))
            .route("/v1/auth/login/password", post().to(log_in_with_password))
            .route("/v1/auth/consent-texts", get().to(texts))
            .route("/v1/auth/codes", post().to(code))
            .route("/v1/auth/register", post().to(register))
            .route("/v1/me", get().to(me))
            .route("/v1/sites", get().to(list_sites))
            .route("/v1/sites/{id}", get().to(see_site))
            .route("/v1/unlocks", post().to(unlock))
            .route("/v1/card-bindings", post().to(bind))
            .route("/v1/card-bindings", get().to(list_cards))
            .route("/v1/card-bindings/{id}", get().to(card))
            .route("/v1/card-bindings/{id}/confirm", post().to(confirm))
            .route("/v1/sites/{id}/credentials", get().to(credentials))
            .route("/device/v1/enroll", post().to(enrol))
            .route("/device/v1/scan", post().to(scan))
    };
    System::new().block_on(async move { HttpServer::new(app).workers(1).bind(listen)?.run().await })
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn site(value: &Value) -> SiteId {
    text(value, "siteId").parse().expect("a site")
}

/// Tokens are "token-", the user, and the user once more for a signature.
fn caller(request: &HttpRequest) -> Option<String> {
    let token = request.headers().get("authorization")?.to_str().ok()?;
    let (user, signature) = token.strip_prefix("Bearer token-")?.split_once('.')?;
    (user == signature).then(|| user.to_owned())
}

fn tokens(user: &str) -> Value {
    json!({ "accessToken": format!("token-{user}.{user}"), "expiresIn": 900, "accountId": user })
}

fn refused(status: StatusCode, why: &str) -> HttpResponse {
    HttpResponse::build(status).json(json!({ "code": why }))
}

async fn wechat_code(known: Shared, body: Json<Value>) -> HttpResponse {
    let mut known = lock(&known);
    let code = format!("code-{}", known.codes.len());
    known.codes.insert(code.clone(), text(&body, "openid"));
    HttpResponse::Ok().json(json!({ "code": code }))
}

async fn log_in(known: Shared, body: Json<Value>) -> HttpResponse {
    match lock(&known).codes.get_mut(&text(&body, "code")).map(std::mem::take) {
        Some(user) if !user.is_empty() => HttpResponse::Ok().json(tokens(&user)),
        _ => refused(StatusCode::UNAUTHORIZED, "wechat-code"),
    }
}

async fn me(request: HttpRequest) -> HttpResponse {
    match caller(&request) {
        Some(user) => {
            // eight digits for a phone
            let number = user.get(3..).unwrap_or_default();
            HttpResponse::Ok().json(json!({ "id": user, "number": number, "createdAt": "2026-01-01T00:00:00Z" }))
        }
        None => refused(StatusCode::UNAUTHORIZED, "token-refused"),
    }
}

async fn texts() -> HttpResponse {
    let items = ["privacy", "terms", "other"].map(|purpose| json!({ "purpose": purpose, "version": "1" }));
    HttpResponse::Ok().json(json!({ "items": items }))
}

async fn code(known: Shared, body: Json<Value>) -> HttpResponse {
    let phone = text(&body, "identifier");
    lock(&known).messages.insert(phone.clone(), "123456".to_owned());
    HttpResponse::Accepted().json(json!({ "challengeId": phone }))
}

async fn register(known: Shared, body: Json<Value>) -> HttpResponse {
    let (phone, agreements) = (text(&body, "phone"), body["agreements"].as_array().map_or(0, Vec::len));
    if text(&body, "code") != "123456" || text(&body, "challengeId") != phone || agreements != 2 {
        return refused(StatusCode::CONFLICT, "wrong-code");
    }
    lock(&known).members.insert(phone.clone(), text(&body, "password"));
    HttpResponse::Created().json(tokens(&phone))
}

/// Every tenth login is one too many.
async fn log_in_with_password(known: Shared, body: Json<Value>) -> HttpResponse {
    let (mut known, phone) = (lock(&known), text(&body, "identifier"));
    if known.members.get(&phone).is_none_or(|password| *password != text(&body, "password")) {
        return refused(StatusCode::UNAUTHORIZED, "wrong-credentials");
    }
    known.busy += 1;
    // not while they are set up
    if known.busy > 100 && known.busy.is_multiple_of(10) {
        return refused(StatusCode::SERVICE_UNAVAILABLE, "login-busy");
    }
    HttpResponse::Ok().json(tokens(&phone))
}

/// One site is called 橘子洲, none 火星; a list goes on once.
async fn list_sites(request: HttpRequest, known: Shared, query: Query<HashMap<String, String>>) -> HttpResponse {
    if caller(&request).is_none() {
        return refused(StatusCode::UNAUTHORIZED, "no-token");
    }
    let found = match query.get("q").map(String::as_str) {
        Some("火星") => 0,
        Some("橘子洲" | "juzizhou") => 1,
        _ => SITES,
    };
    let known = lock(&known);
    let items: Vec<_> =
        known.sites.iter().take(found).map(|site| json!({ "id": site, "name": "测试停车场" })).collect();
    let next = (!query.contains_key("cursor")).then_some("next");
    HttpResponse::Ok().json(json!({ "items": items, "nextCursor": next }))
}

async fn see_site(request: HttpRequest, id: Path<String>) -> HttpResponse {
    match caller(&request) {
        Some(_) => HttpResponse::Ok().json(json!({ "id": *id, "position": { "lng": 112.9, "lat": 28.2 } })),
        None => refused(StatusCode::UNAUTHORIZED, "no-token"),
    }
}

fn cards_of(site: &str) -> impl Iterator<Item = Value> {
    (0..CARDS).map(move |n| {
        let phone = format!("+861380{:03}{n:04}", kernel::sha256(site.as_bytes())[0]);
        json!({ "siteId": site, "kind": "employee", "number": format!("C{n:05}"), "phone": phone })
    })
}

async fn cards(known: Shared, query: Query<HashMap<String, String>>) -> HttpResponse {
    let known = lock(&known);
    let sites = known.sites.iter().map(ToString::to_string);
    let sites = sites.filter(|site| query.get("siteId").is_none_or(|wanted| wanted == site));
    let items: Vec<_> = sites.flat_map(|site| cards_of(&site).collect::<Vec<_>>()).collect();
    HttpResponse::Ok().json(json!({ "items": items }))
}

/// A door for phones opens for whoever holds this card, once under each name.
async fn unlock(request: HttpRequest, known: Shared, body: Json<Value>) -> HttpResponse {
    let Some(user) = caller(&request) else { return refused(StatusCode::UNAUTHORIZED, "no-token") };
    let name = request.headers().get("idempotency-key").and_then(|name| name.to_str().ok()).unwrap_or_default();
    let mut known = lock(&known);
    let held = known.held.get(&(user, site(&body))).into_iter().flatten();
    let own = held.into_iter().any(|(binding, _)| binding.to_string() == text(&body, "bindingId"));
    let near = body["position"]["lng"] == 112.9 && body["position"]["lat"] == 28.2;
    if !own || !near || !known.unlocks.insert(name.to_owned()) {
        return refused(StatusCode::CONFLICT, "no-shake-door");
    }
    HttpResponse::Ok().json(json!({ "state": "acked", "reason": "ok", "door": { "id": body["doorId"] } }))
}

async fn bind(request: HttpRequest, known: Shared, body: Json<Value>) -> HttpResponse {
    let Some(user) = caller(&request) else { return refused(StatusCode::UNAUTHORIZED, "no-token") };
    let id = BindingId::new(SystemClock.now());
    let mut known = lock(&known);
    known.asked.insert(id.to_string(), (user, site(&body)));
    known.messages.insert(text(&body, "phone"), "123456".to_owned());
    HttpResponse::Created().json(json!({ "id": id }))
}

async fn list_cards(request: HttpRequest, known: Shared) -> HttpResponse {
    let Some(user) = caller(&request) else { return refused(StatusCode::UNAUTHORIZED, "no-token") };
    let known = lock(&known);
    let mut own: Vec<_> = known.held.iter().filter(|(held, _)| held.0 == user).flat_map(|(_, cards)| cards).collect();
    own.sort_unstable();
    let items: Vec<_> = own.into_iter().map(|(id, _)| json!({ "id": id })).collect();
    HttpResponse::Ok().json(json!({ "items": items, "nextCursor": null }))
}

async fn card(request: HttpRequest, known: Shared, id: Path<String>) -> HttpResponse {
    let Some(user) = caller(&request) else { return refused(StatusCode::UNAUTHORIZED, "no-token") };
    let known = lock(&known);
    let mut own = known.held.iter().filter(|(held, _)| held.0 == user).flat_map(|(_, cards)| cards);
    if !own.any(|(binding, _)| binding.to_string() == *id) {
        return refused(StatusCode::NOT_FOUND, "not-found");
    }
    HttpResponse::Ok().json(json!({ "id": *id, "doors": [{ "name": "大门" }] }))
}

async fn messages(known: Shared, query: Query<HashMap<String, String>>) -> HttpResponse {
    let items: Vec<_> =
        lock(&known).messages.get(&query["phone"]).map(|code| json!({ "code": code })).into_iter().collect();
    HttpResponse::Ok().json(json!({ "items": items }))
}

async fn confirm(known: Shared, id: Path<String>, body: Json<Value>) -> HttpResponse {
    let mut known = lock(&known);
    match known.asked.remove(&*id) {
        Some(held) if text(&body, "code") == "123456" => {
            let binding = id.parse().expect("a binding");
            known.held.entry(held).or_default().push((binding, kernel::random()));
            HttpResponse::Ok().json(json!({ "id": *id }))
        }
        _ => refused(StatusCode::CONFLICT, "wrong-code"),
    }
}

async fn credentials(request: HttpRequest, known: Shared, site: Path<String>) -> HttpResponse {
    let Some(user) = caller(&request) else { return refused(StatusCode::UNAUTHORIZED, "no-token") };
    let site: SiteId = site.parse().expect("a site");
    let today = Day::of(SystemClock.now().seconds());
    let held = lock(&known).held.get(&(user, site)).cloned().unwrap_or_default();
    let credentials = held.into_iter().map(|(id, handle)| {
        let key = |day: Day| Bytes(site_key(site).day(day).member(&handle).expose().to_vec());
        let keys: Vec<_> = [today, today.next()].map(|day| json!({ "day": day.0, "key": key(day) })).to_vec();
        json!({ "id": id, "handle": Bytes(handle.to_vec()), "keys": keys })
    });
    let credentials: Vec<_> = credentials.collect();
    HttpResponse::Ok().json(json!({ "serverTime": SystemClock.now(), "siteId": site, "credentials": credentials }))
}

async fn claim(known: Shared, body: Json<Value>) -> HttpResponse {
    let mut known = lock(&known);
    let claim = format!("claim-{}", known.claims.len());
    known.claims.insert(claim.clone(), site(&body));
    let doors = json!([{ "doorId": "d1", "name": "1号门" }, { "doorId": "d2", "name": "手机1号门" }]);
    HttpResponse::Ok().json(json!({ "claim": claim, "doors": doors }))
}

async fn enrol(known: Shared, body: Json<Value>) -> HttpResponse {
    let mut known = lock(&known);
    let Some(site) = known.claims.remove(&text(&body, "claim")) else {
        return refused(StatusCode::FORBIDDEN, "wrong-claim");
    };
    let (id, key) = (DeviceId::new(SystemClock.now()), kernel::random());
    known.devices.insert(id.to_string(), (key, site));
    let doors = json!([{ "number": 1 }]);
    let key = Bytes(key.to_vec());
    HttpResponse::Created().json(json!({ "deviceId": id, "key": key, "siteId": site, "doors": doors }))
}

async fn scan(request: HttpRequest, known: Shared, body: Body) -> HttpResponse {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut known = lock(&known);
    let Some((key, site)) = known.devices.get(header(signature::DEVICE)).copied() else {
        return refused(StatusCode::UNAUTHORIZED, "no-device");
    };
    let (time, nonce) = (header(signature::TIME), header(signature::NONCE));
    let ours = signature::of_request(&key, "POST", "/device/v1/scan", time, nonce, &body);
    let now = SystemClock.now().seconds();
    let in_time = time.parse::<i64>().is_ok_and(|time| (time - now).abs() <= signature::WINDOW);
    if !in_time || !signature::matches(&ours, header(signature::SIGN)) {
        return refused(StatusCode::UNAUTHORIZED, "bad-signature");
    }
    if !known.nonces.insert(nonce.to_owned()) {
        return refused(StatusCode::CONFLICT, "device-nonce-replayed");
    }
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    let token = Token::read(&text(&body, "code")).expect("a code");
    let good = token.verify(site, now, 1, |day| site_key(site).day(day)).is_ok() && known.shown.insert(token.tag);
    known.scans += 1;
    let granted = good && known.denies.is_none_or(|nth| !known.scans.is_multiple_of(nth));
    let decision = if granted { "grant" } else { "deny" };
    let answer = json!({ "scanId": body["scanId"], "decision": decision, "door": body["door"] }).to_string();
    let time = now.to_string();
    let sign = signature::of_reply(&key, 200, &time, nonce, answer.as_bytes());
    HttpResponse::Ok()
        .insert_header((signature::TIME, time))
        .insert_header((signature::SIGN, sign))
        .content_type("application/json")
        .body(answer)
}
