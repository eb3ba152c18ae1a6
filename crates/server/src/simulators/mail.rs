use actix_web::{
    HttpResponse,
    web::{self, Data, Query},
};
use kernel::Email;
use serde::Deserialize;
use serde_json::json;

use super::state::Mounted;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/mail", web::get().to(mails));
}

#[derive(Deserialize)]
struct OfEmail {
    email: Option<Email>,
}

async fn mails(mounted: Data<Mounted>, of: Query<OfEmail>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "items": mounted.simulators.mails.sent_to(of.email.as_ref()) }))
}
