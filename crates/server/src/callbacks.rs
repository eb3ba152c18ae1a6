//! What platforms send to us: `/callbacks/…`.

use actix_web::{
    HttpResponse,
    web::{self, Bytes, Data, Query},
};
use auth::WechatRevocation;
use edge::Answer;
use kernel::{Code, Kind, NOT_FOUND};
use serde::Deserialize;
use wechat::push::{Push, Received, Refused, Signed};

use crate::{App, pushes::Pushes};

const NOT_WECHAT: Code = Code::new(Kind::Forbidden, "push-refused", "消息推送的签名不正确");

pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/callbacks/wechat").route(web::get().to(greet)).route(web::post().to(receive)));
}

#[derive(Deserialize)]
struct Sender {
    #[serde(default)]
    signature: String,
    #[serde(default)]
    msg_signature: String,
    timestamp: String,
    nonce: String,
    #[serde(default)]
    echostr: String,
}

fn pushes(app: &App) -> kernel::Result<&Pushes> {
    Ok(app.pushes.as_deref().ok_or(NOT_FOUND)?)
}

fn refused(why: Refused) -> kernel::Fault {
    tracing::warn!(error.cause = %why, "WeChat push refused");
    NOT_WECHAT.into()
}

async fn greet(app: Data<App>, sender: Query<Sender>) -> Answer<HttpResponse> {
    let signed = Signed { signature: &sender.signature, timestamp: &sender.timestamp, nonce: &sender.nonce };
    let echo = pushes(&app)?.receiver.greet(&signed, &sender.echostr).map_err(refused)?;
    Ok(HttpResponse::Ok().content_type("text/plain").body(echo.to_owned()))
}

/// WeChat repeats a push until it reads `success`, so that is the answer to a repeat too.
async fn receive(app: Data<App>, sender: Query<Sender>, body: Bytes) -> Answer<HttpResponse> {
    let signed = Signed { signature: &sender.msg_signature, timestamp: &sender.timestamp, nonce: &sender.nonce };
    let pushes = pushes(&app)?;
    let Received { push, key: message_key } = pushes.receiver.receive(&signed, &body).map_err(refused)?;
    match push {
        Push::AuthorizationRevoked { openid, at } => {
            let revocation = WechatRevocation { app_id: pushes.app_id.clone(), openid, at, message_key };
            let delivery = app.accounts.wechat_user_left(&revocation).await?;
            tracing::info!(wechat.event = "user_authorization_revoke", message.delivery = ?delivery, "WeChat push received");
        }
        _ => tracing::debug!("WeChat push ignored"),
    }
    Ok(HttpResponse::Ok().content_type("text/plain").body("success"))
}
