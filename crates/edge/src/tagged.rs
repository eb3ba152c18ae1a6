use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    dev::Payload,
    http::header::{self, HeaderValue},
};
use kernel::{Bytes, Code, Kind, sha256};
use serde::Serialize;

use crate::Problem;

const WHICH_VERSION: Code =
    Code::new(Kind::Malformed, "if-match-missing", "请先读取最新内容，再带上其版本号（If-Match）提交");

/// An answer that names what it says by an `ETag`: who has it already (`If-None-Match`) gets 304 and no body.
pub struct Tagged<T>(pub T);

impl<T: Serialize> Responder for Tagged<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let body = match serde_json::to_vec(&self.0) {
            Ok(body) => body,
            Err(error) => return HttpResponse::from_error(Problem::from(kernel::INTERNAL.caused_by(error))),
        };
        // weak: the same content may travel compressed or not
        let tag = format!("W/\"{}\"", Bytes::encode(&sha256(&body)[..15]));
        let headers = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, "private, no-cache".to_owned())];
        let known = is_known(request, &tag);
        let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        for header in headers {
            response.insert_header(header);
        }
        if known { response.finish() } else { response.content_type("application/json").body(body) }
    }
}

fn is_known(request: &HttpRequest, tag: &str) -> bool {
    let known = |value: &HeaderValue| {
        let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        value.to_str().is_ok_and(|tags| tags.split(',').any(|one| opaque(one) == opaque(tag) || one.trim() == "*"))
    };
    request.headers().get_all(header::IF_NONE_MATCH).any(known)
}

/// An answer that several people may change: its `ETag` is the version to send back in `If-Match`.
pub struct Versioned<T> {
    pub version: i32,
    pub view: T,
}

impl<T: Serialize> Responder for Versioned<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().insert_header((header::ETAG, format!("\"{}\"", self.version))).json(self.view)
    }
}

/// The version that was seen by whoever changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub i32);

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let version = request.headers().get(header::IF_MATCH).and_then(|value| {
            let quoted = value.to_str().ok()?.trim().trim_start_matches("W/");
            quoted.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
        });
        ready(version.map(Self).ok_or_else(|| WHICH_VERSION.into()))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn asked(tag: &str) -> HttpResponse {
        let request = TestRequest::get().insert_header((header::IF_NONE_MATCH, tag)).to_http_request();
        Tagged(["今天"]).respond_to(&request)
    }

    #[test]
    fn who_has_it_is_told_so() {
        let first = Tagged(["今天"]).respond_to(&TestRequest::get().to_http_request());
        let tag = first.headers().get(header::ETAG).unwrap().to_str().unwrap().to_owned();
        assert_eq!(first.status(), 200);
        for known in [tag.clone(), tag.replace("W/", ""), format!("\"other\", {tag}"), "*".to_owned()] {
            let again = asked(&known);
            assert_eq!(
                (again.status().as_u16(), again.headers().get(header::ETAG).unwrap()),
                (304, &HeaderValue::from_str(&tag).unwrap())
            );
        }
        assert_eq!(asked("W/\"other\"").status(), 200);
    }

    #[test]
    fn a_version_is_a_number_in_quotes() {
        let read = |value: &str| {
            let request = TestRequest::get().insert_header((header::IF_MATCH, value)).to_http_request();
            IfMatch::from_request(&request, &mut Payload::None).into_inner().ok().map(|IfMatch(version)| version)
        };
        assert_eq!((read("\"3\""), read("W/\"3\""), read("3"), read("\"x\"")), (Some(3), Some(3), None, None));
    }
}
