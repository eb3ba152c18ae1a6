use ::sms::simulator::Request;
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header::HeaderValue},
    web::{self, Data, Path, Query},
};
use edge::Answer;
use kernel::{NOT_FOUND, Phone};
use serde::Deserialize;
use serde_json::json;

use super::state::Mounted;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/sms", web::get().to(messages)).route("/sms/{vendor}", web::route().to(api));
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SmsVendor {
    Aliyun,
    Tencent,
}

async fn api(request: HttpRequest, mounted: Data<Mounted>, vendor: Path<SmsVendor>, body: web::Bytes) -> HttpResponse {
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
