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
    pub body: T,
    pub key: Option<String>,
    /// SHA-256 of what is asked: of the body as it was sent, and of the path and the query where these say something, too.
    pub body_hash: [u8; 32],
}

/// Path and query of a request that names something in them; the route says all where there is none.
fn named_target(request: &HttpRequest) -> Option<&str> {
    let says_something = !request.match_info().is_empty() || !request.query_string().is_empty();
    request.uri().path_and_query().map(|target| target.as_str()).filter(|_| says_something)
}

/// A path holds no line feed, so no body can pass for another path.
fn request_hash(target: Option<&str>, body: &[u8]) -> [u8; 32] {
    match target {
        Some(target) => kernel::sha256(&[target.as_bytes(), b"\n", body].concat()),
        None => kernel::sha256(body),
    }
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
        let (bytes, target) = (read(request, payload), named_target(request).map(str::to_owned));
        Box::pin(async move {
            let IdempotencyKey(key) = key?;
            let bytes = bytes.await?;
            let body_hash = request_hash(target.as_deref(), &bytes);
            Ok(Self { body: parse(&bytes)?, key, body_hash })
        })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{App, HttpResponse, test, web};
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize, Validate)]
    struct Anything {
        #[garde(range(max = 9))]
        n: Option<u8>,
    }

    async fn hash_of(new: Keyed<Anything>) -> HttpResponse {
        HttpResponse::Ok().body(new.body_hash.to_vec())
    }

    #[actix_web::test]
    async fn a_key_is_bound_to_path_and_query_as_well_as_to_the_body() {
        let app = test::init_service(App::new().service(
            web::scope("/v1").route("/plain", web::post().to(hash_of)).route("/{id}/part", web::post().to(hash_of)),
        ))
        .await;
        let hash = async |target: &str, body: &'static str| {
            let request = test::TestRequest::post().uri(target).insert_header(("content-type", "application/json"));
            test::call_and_read_body(&app, request.set_payload(body).to_request()).await.to_vec()
        };
        let plain = hash("/v1/plain", "{}").await;
        assert_eq!(plain, kernel::sha256(b"{}"), "what is stored of such requests stays good");
        let all = [
            plain,
            hash("/v1/plain", "{\"n\":1}").await,
            hash("/v1/plain?dry=1", "{}").await,
            hash("/v1/plain?dry=2", "{}").await,
            hash("/v1/a/part", "{}").await,
            hash("/v1/b/part", "{}").await,
            hash("/v1/b/part", "{\"n\":1}").await,
            hash("/v1/b/part?dry=1", "{}").await,
        ];
        for (n, one) in all.iter().enumerate() {
            assert_eq!(one.len(), 32);
            assert!(all[n + 1..].iter().all(|other| one != other), "{n}");
        }
        assert_eq!(hash("/v1/b/part", "{}").await, all[5]);
    }

    async fn valid(kind: &str, body: &'static [u8]) -> Result<Option<u8>, Problem> {
        let request = test::TestRequest::post().insert_header(("content-type", kind)).set_payload(body);
        let (request, mut payload) = request.to_http_parts();
        let outcome = Valid::<Anything>::from_request(&request, &mut payload).await;
        outcome.map(|Valid(body)| body.n)
    }

    #[actix_web::test]
    async fn only_json_that_keeps_its_rules_is_a_body() {
        for kind in ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"] {
            assert_eq!(valid(kind, b"{\"n\":9}").await.unwrap(), Some(9), "{kind}");
        }
        for (kind, body, code) in [
            ("text/plain", b"{}".as_slice(), NOT_JSON),
            ("", b"{}", NOT_JSON),
            ("application/jsonp", b"{}", NOT_JSON),
            ("application/json", b"", MALFORMED),
            ("application/json", b"{", MALFORMED),
            ("application/json", b"\xff\xfe", MALFORMED),
            ("application/json", b"null", MALFORMED),
            ("application/json", b"{\"n\":\"nine\"}", MALFORMED),
            ("application/json", b"{\"n\":300}", MALFORMED),
            ("application/json", b"{\"n\":10}", kernel::INVALID),
        ] {
            assert_eq!(valid(kind, body).await.unwrap_err().fault().code(), code, "{kind} {body:?}");
        }
        let invalid = valid("application/json", b"{\"n\":10}").await.unwrap_err();
        assert_eq!(invalid.fault().fields().iter().map(|one| &*one.field).collect::<Vec<_>>(), ["n"]);
        let secret = valid("application/json", b"{\"n\":\"hidden\"}").await.unwrap_err();
        assert!(!secret.fault().detail().contains("hidden"), "{secret}");
    }

    #[actix_web::test]
    async fn a_body_that_is_too_long_is_told_so() {
        let request = test::TestRequest::post().insert_header(("content-type", "application/json"));
        let (request, mut payload) =
            request.app_data(web::PayloadConfig::new(16)).set_payload(vec![b' '; 17]).to_http_parts();
        let outcome = Valid::<Anything>::from_request(&request, &mut payload).await;
        assert_eq!(outcome.err().unwrap().fault().code(), TOO_LARGE);
    }

    #[::core::prelude::v1::test]
    fn an_idempotency_key_is_1_to_64_letters_digits_and_dashes() {
        let read = |key: Option<&str>| {
            let mut request = test::TestRequest::post();
            if let Some(key) = key {
                request = request.insert_header(("idempotency-key", key));
            }
            let key = IdempotencyKey::from_request(&request.to_http_request(), &mut Payload::None).into_inner();
            key.map(|IdempotencyKey(key)| key).map_err(|problem| problem.fault().code())
        };
        assert_eq!(read(None).unwrap(), None);
        for key in ["a", "0", "-", "5f3c1d2e-1a2b-4c3d-8e6f-7a8b9c0d1e2f", &"x".repeat(64)] {
            assert_eq!(read(Some(key)).unwrap().as_deref(), Some(key));
        }
        for key in ["", " ", "a b", "a_b", "a/b", "键", &"x".repeat(65)] {
            assert_eq!(read(Some(key)).unwrap_err(), BAD_KEY, "{key:?}");
        }
    }
}
