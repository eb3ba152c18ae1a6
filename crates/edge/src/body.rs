use std::{
    future::{Future, Ready, ready},
    pin::Pin,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web::Bytes};
use garde::Validate;
use kernel::{Code, Fault, FieldFault, Kind, Result};
use serde::de::DeserializeOwned;

use crate::{Problem, problem::field_name};

const MALFORMED: Code = Code::new(Kind::Malformed, "malformed", "请求内容无法读取，请更新到最新版本后重试");
const TOO_LARGE: Code = Code::new(Kind::TooLarge, "too-large", "提交的内容太大");
const NOT_JSON: Code = Code::new(Kind::Malformed, "not-json", "请求应为 JSON 格式");
const BAD_KEY: Code = Code::new(Kind::Malformed, "bad-idempotency-key", "请求编号应为 1 到 64 个字母、数字或短横线");

type Reading<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

/// A JSON body that parsed and passed its own rules; a handler never sees another.
pub struct Valid<T>(pub T);

/// A valid body together with the client's `Idempotency-Key`, where it sent one.
pub struct Keyed<T> {
    /// The body.
    pub body: T,
    /// The key.
    pub key: Option<String>,
    /// SHA-256 of the body as it was sent.
    pub body_hash: [u8; 32],
}

/// The client's `Idempotency-Key`, where it sent one.
pub struct IdempotencyKey(pub Option<String>);

impl FromRequest for IdempotencyKey {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let key = request.headers().get("idempotency-key").map(|value| {
            let key = value.to_str().unwrap_or_default();
            let good = (1..=64).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            if good { Ok(key.to_owned()) } else { Err(Problem::from(BAD_KEY)) }
        });
        ready(key.transpose().map(Self))
    }
}

fn parse<T: DeserializeOwned + Validate<Context = ()>>(bytes: &[u8]) -> Result<T> {
    let body: T = serde_json::from_slice(bytes).map_err(|error| {
        // serde's own words name the field and the place; they hold no value of the user's but what was sent
        MALFORMED.because(format!("{}（第 {} 行第 {} 列）", MALFORMED.advice, error.line(), error.column()))
    })?;
    body.validate().map_err(|report| {
        Fault::invalid(report.iter().map(|(path, error)| FieldFault {
            field: field_name(&path.to_string()).into_owned(),
            code: "invalid".into(),
            message: error.message().to_owned().into(),
        }))
    })?;
    Ok(body)
}

fn read(request: &HttpRequest, payload: &mut Payload) -> Reading<Bytes> {
    let json = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| {
        value.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
    });
    let bytes = Bytes::from_request(request, payload);
    Box::pin(async move {
        if !json {
            return Err(NOT_JSON.into());
        }
        bytes.await.map_err(|error| {
            let too_large = error.as_response_error().status_code() == actix_web::http::StatusCode::PAYLOAD_TOO_LARGE;
            if too_large { TOO_LARGE.into() } else { MALFORMED.caused_by(error.to_string()).into() }
        })
    })
}

impl<T> FromRequest for Valid<T>
where
    T: DeserializeOwned + Validate<Context = ()> + 'static,
{
    type Error = Problem;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = read(request, payload);
        Box::pin(async move { Ok(Self(parse(&bytes.await?)?)) })
    }
}

impl<T> FromRequest for Keyed<T>
where
    T: DeserializeOwned + Validate<Context = ()> + 'static,
{
    type Error = Problem;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let key = IdempotencyKey::from_request(request, payload).into_inner();
        let bytes = read(request, payload);
        Box::pin(async move {
            let IdempotencyKey(key) = key?;
            let bytes = bytes.await?;
            let body_hash = kernel::sha256(&bytes);
            Ok(Self { body: parse(&bytes)?, key, body_hash })
        })
    }
}
