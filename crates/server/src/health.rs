//! What an operator asks: alive, ready, how it goes.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{self, Data},
};
use edge::{Answer, Draining};
use kernel::{NOT_FOUND, port::Health};
use serde_json::json;

use crate::{App, metrics};

pub(crate) fn routes(app: App) -> impl FnOnce(&mut web::ServiceConfig) {
    move |config| {
        config
            .app_data(Data::new(app))
            .route("/healthz", web::get().to(|| async { HttpResponse::Ok().json(json!({ "status": "ok" })) }))
            .route("/readyz", web::get().to(ready))
            .route("/metrics", web::get().to(metrics_text));
    }
}

/// 200 while this server can open doors: a cache that is away, a vendor that refuses us or a stalled worker makes it degraded
/// and not unready.
async fn ready(app: Data<App>, draining: Data<Draining>) -> HttpResponse {
    let (database, working) = match app.base.db.health() {
        store::Health::Ok => ("ok", true),
        store::Health::NoRoom => ("full", false),
        store::Health::Away => ("unavailable", false),
    };
    let cache = match (app.base.shares_cache, app.base.counters.shared_answers()) {
        (false, _) => "in-process",
        (true, true) => "ok",
        (true, false) => "degraded",
    };
    let (wechat, sms, mail) = (wechat(app.wechat.health()), app.sms.health(), app.mail.health());
    let workers = app.workers.all();
    let is_degraded = |health: &Health| matches!(health, Health::Degraded(_));
    let status = match (draining.is_on(), working) {
        (true, _) => "draining",
        (_, false) => "unavailable",
        _ if workers.values().any(|state| *state == "stalled") => "degraded",
        _ if cache == "degraded" || [&wechat, &sms, &mail].into_iter().any(is_degraded) => "degraded",
        _ => "ready",
    };
    let body = json!({
        "status": status,
        "database": database,
        "product": app.base.db.product(),
        "redis": cache,
        "wechat": shown(&wechat),
        "sms": shown(&sms),
        "mail": shown(&mail),
        "workers": workers,
    });
    if draining.is_on() || !working {
        HttpResponse::ServiceUnavailable().insert_header((header::RETRY_AFTER, "2")).json(body)
    } else {
        HttpResponse::Ok().json(body)
    }
}

fn wechat(health: wechat::Health) -> Health {
    match health {
        wechat::Health::Ok => Health::Ok,
        wechat::Health::NotConfigured => Health::NotConfigured,
        wechat::Health::Degraded(apis) => {
            let refused = apis.iter().map(|one| format!("errcode {} on {}", one.errcode, one.api));
            Health::Degraded(refused.collect())
        }
    }
}

fn shown(health: &Health) -> String {
    match health {
        Health::Ok => "ok".to_owned(),
        Health::NotConfigured => "not-configured".to_owned(),
        Health::Degraded(reasons) => format!("degraded: {}", reasons.join(", ")),
    }
}

async fn metrics_text(request: HttpRequest, app: Data<App>) -> Answer<HttpResponse> {
    let near = request.peer_addr().is_some_and(|peer| peer.ip().is_loopback());
    let Some(text) = metrics::text().filter(|_| near || app.metrics_public) else {
        return Err(NOT_FOUND.into());
    };
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text))
}
