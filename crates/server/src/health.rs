//! What an operator asks: alive, ready, how it goes.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{self, Data},
};
use edge::{Answer, Draining};
use kernel::NOT_FOUND;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::json;
use std::sync::OnceLock;

use crate::House;

static METRICS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Begins to count. Only the first call in a process does anything.
pub(crate) fn count() {
    METRICS.get_or_init(|| PrometheusBuilder::new().install_recorder().ok());
}

pub(crate) fn routes(house: House) -> impl FnOnce(&mut web::ServiceConfig) {
    move |config| {
        config
            .app_data(Data::new(house))
            .route("/healthz", web::get().to(|| async { HttpResponse::Ok().json(json!({ "status": "ok" })) }))
            .route("/readyz", web::get().to(ready))
            .route("/metrics", web::get().to(metrics));
    }
}

/// 200 while this server can do its work; a cache that is away makes it worse and not unready.
async fn ready(house: Data<House>, draining: Data<Draining>) -> HttpResponse {
    let database = house.db.answers();
    let cache = match (house.shares_cache, house.marks.shared_answers()) {
        (false, _) => "in-process",
        (true, true) => "ok",
        (true, false) => "degraded",
    };
    let status = match (draining.is_on(), database) {
        (true, _) => "draining",
        (_, false) => "unavailable",
        _ if cache == "degraded" => "degraded",
        _ => "ready",
    };
    let body = json!({
        "status": status,
        "database": if database { "ok" } else { "unavailable" },
        "product": house.db.product(),
        "redis": cache,
    });
    if draining.is_on() || !database {
        HttpResponse::ServiceUnavailable().insert_header((header::RETRY_AFTER, "2")).json(body)
    } else {
        HttpResponse::Ok().json(body)
    }
}

async fn metrics(request: HttpRequest, house: Data<House>) -> Answer<HttpResponse> {
    let near = request.peer_addr().is_some_and(|peer| peer.ip().is_loopback());
    let Some(Some(handle)) = METRICS.get().filter(|_| near || house.metrics_public) else {
        return Err(NOT_FOUND.into());
    };
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(handle.render()))
}
