use std::{collections::BTreeMap, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Data, Json, Path, Query},
};
use edge::Answer;
use kernel::Phone;
use serde::Deserialize;
use serde_json::json;

use super::state::Mounted;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/wechat/codes", web::post().to(issue_code))
        .route("/wechat/phone-codes", web::post().to(issue_phone_code))
        .route("/wechat/control", web::post().to(control))
        .route("/wechat/log", web::get().to(log))
        .route("/wechat/pushes", web::post().to(seal_push))
        .route("/wechat/{path:.*}", web::route().to(api));
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
enum Control {
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

async fn control(request: HttpRequest, mounted: Data<Mounted>, control: Json<Control>) -> Answer<HttpResponse> {
    let wechat = &mounted.simulators.wechat;
    match control.into_inner() {
        Control::ExpireToken => wechat.expire_token(),
        Control::DropToken => wechat.drop_token(),
        Control::BreakTokens { broken } => wechat.break_tokens(broken),
        Control::Advance { seconds } => wechat.advance(Duration::from_secs(seconds)),
        Control::SetUnionid { openid, unionid } => wechat.set_unionid(&openid, &unionid),
        Control::RevokeAuthorization { openid } => {
            let push = wechat.push_revocation(&mounted.simulators.pushes.receiver, &openid);
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
    let push = mounted.simulators.wechat.push(&mounted.simulators.pushes.receiver, &new.message);
    HttpResponse::Created().json(json!({ "query": push.query, "body": push.body }))
}

async fn log(mounted: Data<Mounted>) -> HttpResponse {
    let wechat = &mounted.simulators.wechat;
    HttpResponse::Ok().json(json!({ "log": wechat.log(), "stats": wechat.stats() }))
}

async fn api(
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
