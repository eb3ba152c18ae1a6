//! What stands around every request: its id, its time limit, its headers' size, and the headers every answer carries.

use std::{
    future::{Ready, ready},
    pin::Pin,
    rc::Rc,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use actix_web::{
    Error, ResponseError,
    body::EitherBody,
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
    error::InternalError,
    http::{
        ConnectionType,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    web::Data,
};
use kernel::{Code, Kind};

use crate::{Problem, request_id};

const SLOW: Code = Code::new(Kind::Unavailable, "too-slow", "处理超时，请稍后再试");
const HEADERS_TOO_LARGE: Code = Code::new(Kind::TooLarge, "headers-too-large", "请求头太大");
const REQUEST: Duration = Duration::from_secs(10);
/// What is uploaded may come so slowly, bytes a second, and up to that many bytes have the time for it.
const SLOWEST_UPLOAD: u64 = 128 * 1024;
const LARGEST_UPLOAD: u64 = 64 * 1024 * 1024;
const HEADER_BYTES: usize = 16 * 1024;
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

#[derive(Clone, Copy, Default)]
pub struct Guard;

impl<S, B> Transform<S, ServiceRequest> for Guard
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = Guarded<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(Guarded { service: Rc::new(service) }))
    }
}

/// The service behind the middleware.
pub struct Guarded<S> {
    service: Rc<S>,
}

const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";
/// The API viewer runs its own scripts and styles and loads nothing from elsewhere.
const VIEWER_POLICY: &str =
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'";
/// The mini-program in a browser: its own files and our API, and itself in a frame.
const APP_POLICY: &str =
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; frame-ancestors 'self'";

/// What a page from this path may do.
fn policy(path: &str) -> &'static str {
    match path.split('/').nth(1) {
        Some("docs") => VIEWER_POLICY,
        Some("app") => APP_POLICY,
        _ => API_POLICY,
    }
}

fn always(headers: &mut HeaderMap, policy: &'static str) {
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::X_FRAME_OPTIONS, if policy == APP_POLICY { "SAMEORIGIN" } else { "DENY" });
    set(header::CONTENT_SECURITY_POLICY, policy);
    set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    set(header::CACHE_CONTROL, "no-store");
}

/// How long a request may take: what it says it sends has to come in, too.
fn time_limit(headers: &HeaderMap) -> Duration {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    REQUEST + Duration::from_secs(length.unwrap_or(0).min(LARGEST_UPLOAD) / SLOWEST_UPLOAD)
}

fn count(route: Option<String>, status: u16, since: Instant) {
    let route = route.unwrap_or_else(|| "none".to_owned());
    let class = ["0xx", "1xx", "2xx", "3xx", "4xx", "5xx"][usize::from(status / 100).min(5)];
    metrics::histogram!("kaimen_http_seconds", "route" => route, "class" => class).record(since.elapsed());
}

impl<S, B> Service<ServiceRequest> for Guarded<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>>>>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let (service, begun) = (self.service.clone(), Instant::now());
        let id = request_id::accept(request.headers().get(&REQUEST_ID).and_then(|value| value.to_str().ok()));
        let size: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        let shown = HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("unknown"));
        let limit = time_limit(request.headers());
        let draining = request.app_data::<Data<Draining>>().is_some_and(|draining| draining.is_on());
        Box::pin(request_id::scope(id, async move {
            let mut response = if size > HEADER_BYTES {
                let refusal = Problem::from(HEADERS_TOO_LARGE).error_response();
                request.into_response(refusal).map_into_right_body()
            } else {
                match tokio::time::timeout(limit, service.call(request)).await {
                    Ok(Ok(response)) => response.map_into_left_body(),
                    Ok(Err(error)) => return Err(error),
                    Err(_) => {
                        let mut refusal = Problem::from(SLOW).error_response();
                        refusal.headers_mut().insert(REQUEST_ID, shown);
                        always(refusal.headers_mut(), API_POLICY);
                        return Err(InternalError::from_response(SLOW.name, refusal).into());
                    }
                }
            };
            let policy = policy(response.request().path());
            response.headers_mut().insert(REQUEST_ID, shown);
            always(response.headers_mut(), policy);
            if draining {
                response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
            }
            count(response.request().match_pattern(), response.status().as_u16(), begun);
            Ok(response)
        }))
    }
}

/// Whether this server is about to end: it says so, and asks its clients to connect elsewhere.
#[derive(Debug, Default)]
pub struct Draining(AtomicBool);

impl Draining {
    /// The end is near.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_on(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_announced_has_the_time_to_come_in_up_to_a_limit() {
        let seconds = |length: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_LENGTH, length.parse().unwrap());
            time_limit(&headers).as_secs()
        };
        assert_eq!(time_limit(&HeaderMap::new()), REQUEST);
        assert_eq!((seconds("0"), seconds("65536"), seconds("1310720")), (10, 10, 20));
        assert_eq!((seconds("67108864"), seconds("99999999999"), seconds("-1")), (522, 522, 10));
    }
}
