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

/// An error (RFC 9457).
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub struct ProblemView<'a> {
    /// Problem type: `/problems/` and the code.
    #[serde(rename = "type")]
    #[schema(example = "/problems/card-not-bound")]
    kind: String,
    /// Text of the HTTP status.
    #[schema(example = "Conflict")]
    title: &'a str,
    /// HTTP status.
    #[schema(example = 409)]
    status: u16,
    /// Stable code for clients to match on.
    #[schema(example = "card-not-bound")]
    code: &'a str,
    /// Text for the user: what happened and what to do.
    #[schema(example = "这张卡没有绑定，请刷新后重试")]
    detail: &'a str,
    /// State that caused the conflict.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a str>,
    /// Invalid fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldView<'a>>,
    /// Request id, for support.
    request_id: String,
    /// Additional members of this kind of problem.
    #[serde(flatten)]
    #[schema(ignore)]
    more: &'a Map<String, Value>,
}

/// An invalid field.
#[derive(Serialize, ToSchema)]
#[schema(as = ProblemField)]
pub struct FieldView<'a> {
    /// Path of the field.
    field: &'a str,
    /// Rule that was violated.
    code: &'a str,
    /// Text for the user.
    message: &'a str,
}

/// Errors that every endpoint may answer.
#[derive(IntoResponses)]
pub enum Problems {
    /// The request was refused; see `code`
    #[response(status = "4XX", content_type = "application/problem+json")]
    Client(ProblemView<'static>),
    /// The server could not process the request; try again
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
            tracing::error!(request.id = request_id, error.code = fault.code().name, error.cause = %fault, "request failed");
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
