use std::{borrow::Cow, time::Duration};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use kernel::{Fault, Kind};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{IntoResponses, ToSchema};

/// A fault on its way out (RFC 9457).
#[derive(Debug)]
pub struct Problem {
    fault: Fault,
    more: Map<String, Value>,
}

impl<E: Into<Fault>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self { fault: error.into(), more: Map::new() }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(&self.fault, f)
    }
}

/// What went wrong and what to do (RFC 9457).
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub struct ProblemView<'a> {
    /// Names the kind of problem: `/problems/` and the code.
    #[serde(rename = "type")]
    #[schema(example = "/problems/card-not-bound")]
    kind: String,
    /// The status in words.
    #[schema(example = "Conflict")]
    title: &'a str,
    /// The HTTP status.
    #[schema(example = 409)]
    status: u16,
    /// Stable; what a client matches on.
    #[schema(example = "card-not-bound")]
    code: &'a str,
    /// What the user should read: what happened and what to do.
    #[schema(example = "这张卡没有绑定，请刷新后重试")]
    detail: &'a str,
    /// The state that stood in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a str>,
    /// The fields that break their rules.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldView<'a>>,
    /// Tells the people who run the server which request it was.
    request_id: String,
    /// What else its kind of problem has to say.
    #[serde(flatten)]
    #[schema(ignore)]
    more: &'a Map<String, Value>,
}

/// One field that breaks a rule.
#[derive(Serialize, ToSchema)]
#[schema(as = ProblemField)]
pub struct FieldView<'a> {
    /// Where.
    field: &'a str,
    /// Which rule.
    code: &'a str,
    /// The rule in the user's words.
    message: &'a str,
}

/// What every endpoint may also answer.
#[derive(IntoResponses)]
pub enum Problems {
    /// Something is wrong with the request; `code` says what
    #[response(status = "4XX", content_type = "application/problem+json")]
    Client(ProblemView<'static>),
    /// Something is wrong on our side; try again
    #[response(status = "5XX", content_type = "application/problem+json")]
    Server(ProblemView<'static>),
}

impl Problem {
    pub fn fault(&self) -> &Fault {
        &self.fault
    }

    /// The same, with members of its own (RFC 9457 §3.2): those of an object.
    pub fn with(mut self, members: impl Serialize) -> Self {
        if let Ok(Value::Object(members)) = serde_json::to_value(members) {
            self.more.extend(members);
        }
        self
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        match self.fault.code().kind {
            Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::Malformed => StatusCode::BAD_REQUEST,
            Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::TooEarly => StatusCode::from_u16(425).unwrap_or(StatusCode::BAD_REQUEST),
            Kind::Throttled => StatusCode::TOO_MANY_REQUESTS,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let (status, fault) = (self.status_code(), &self.fault);
        let request_id = crate::request_id();
        if status.is_server_error() {
            tracing::error!(request_id, code = fault.code().name, cause = %fault, "request failed");
        }
        let code = fault.code();
        let body = ProblemView {
            kind: format!("/problems/{}", code.name),
            title: status.canonical_reason().unwrap_or("Too Early"),
            status: status.as_u16(),
            code: code.name,
            detail: fault.detail(),
            state: fault.state(),
            errors: fault
                .fields()
                .iter()
                .map(|one| FieldView { field: &one.field, code: &one.code, message: &one.message })
                .collect(),
            request_id,
            more: &self.more,
        };
        let mut response = HttpResponse::build(status).json(body);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(wait) = fault.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(whole_seconds(wait)));
        }
        response
    }
}

/// Whole seconds are all that `Retry-After` can say; rounded up, so that nobody comes back too early.
fn whole_seconds(wait: Duration) -> u64 {
    let started = u64::from(wait.subsec_nanos() > 0);
    wait.as_secs().saturating_add(started).max(1)
}

/// A field's name as the client wrote it.
pub(crate) fn field_name(path: &str) -> Cow<'static, str> {
    let mut name = String::with_capacity(path.len());
    let mut upper = false;
    for c in path.chars() {
        match c {
            '_' => upper = true,
            c if upper => {
                name.push(c.to_ascii_uppercase());
                upper = false;
            }
            c => name.push(c),
        }
    }
    name.into()
}
