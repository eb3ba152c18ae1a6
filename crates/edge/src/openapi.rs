use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme},
};

use crate::problem::{FieldView, ProblemView};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Kaimen 开门",
        version = "1",
        description = "Door access for WeChat: sites, cards, rotating door codes, and the devices that obey them. \
                       Errors are RFC 9457 problems with a stable `code`."
    ),
    components(schemas(ProblemView<'static>, FieldView<'static>)),
    modifiers(&Schemes)
)]
struct Frame;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        let sign = ApiKeyValue::with_description(
            "X-Sign",
            "HMAC over method, path, X-Time, X-Nonce and body, with X-Device; see docs/DEVICES.md",
        );
        components.add_security_scheme("device", SecurityScheme::ApiKey(ApiKey::Header(sign)));
    }
}

/// The document that every feature's routes are added to.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Frame::openapi()
}
