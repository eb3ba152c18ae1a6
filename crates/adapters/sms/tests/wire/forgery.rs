//! What was changed on the way is refused, and so is what comes twice where the vendor can tell.

use std::time::Duration;

use serde_json::Value;
use sms::simulator::{Fault, Reply, Request};

use crate::outside::Outside;

fn json(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).expect("JSON")
}

/// Tencent's verdict, wherever it stands.
fn tencent_code(reply: &Reply) -> String {
    let response = &json(reply)["Response"];
    assert_eq!(response["RequestId"].as_str().map(str::len), Some(36));
    let verdict = if response["Error"].is_object() { &response["Error"] } else { &response["SendStatusSet"][0] };
    verdict["Code"].as_str().expect("a code").to_owned()
}

fn aliyun_code(reply: &Reply) -> String {
    let answer = json(reply);
    assert_eq!(answer["RequestId"].as_str().map(str::len), Some(36));
    answer["Code"].as_str().expect("a code").to_owned()
}

/// The request with every one of its bytes in this place changed, one after the other.
fn flips(request: &Request, place: impl Fn(&mut Request) -> &mut Vec<u8>) -> Vec<Request> {
    let length = place(&mut request.clone()).len();
    let flip = |at: usize| {
        let mut request = request.clone();
        let bytes = place(&mut request);
        bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
        request
    };
    (0..length).map(flip).collect()
}

/// As [`flips`], for a place that holds text.
fn text_flips(request: &Request, place: impl Fn(&mut Request) -> &mut String) -> Vec<Request> {
    let text = place(&mut request.clone()).clone();
    assert!(text.is_ascii() && !text.is_empty());
    let flip = |(at, byte): (usize, u8)| {
        let mut request = request.clone();
        place(&mut request).replace_range(at..=at, if byte == b'x' { "y" } else { "x" });
        request
    };
    text.bytes().enumerate().map(flip).collect()
}

fn header<'a>(request: &'a mut Request, name: &str) -> &'a mut String {
    &mut request.headers.iter_mut().find(|(given, _)| given == name).unwrap_or_else(|| panic!("{name}")).1
}

fn without(request: &Request, name: &str) -> Request {
    let mut request = request.clone();
    request.headers.retain(|(given, _)| given != name);
    request
}

fn with(request: &Request, name: &str, value: &str) -> Request {
    let mut request = request.clone();
    request.headers.push((name.to_owned(), value.to_owned()));
    request
}

#[tokio::test]
async fn tencent_refuses_every_request_that_was_changed_on_the_way() {
    let outside = Outside::start().await;
    outside.tencent.inject(Fault::Status(502), 1); // so that the vendor never sees it
    let request = outside.capture(&outside.tencent()).await;
    let code = |request: &Request| tencent_code(&outside.tencent.answer(request));

    let mut forged = flips(&request, |request| &mut request.body);
    for name in ["host", "content-type"] {
        forged.extend(text_flips(&request, |request| header(request, name)));
    }
    let mut later = request.clone();
    let seconds: i64 = header(&mut later, "x-tc-timestamp").parse().expect("seconds");
    *header(&mut later, "x-tc-timestamp") = (seconds + 1).to_string();
    forged.push(later);
    forged.push(Request { query: "Action=SendSms".into(), ..request.clone() });
    forged.push(Request { body: [request.body.as_slice(), b" "].concat(), ..request.clone() });
    forged.extend(["host", "content-type"].map(|name| without(&request, name)));
    forged.extend(["host", "content-type"].map(|name| with(&request, name, "x")));
    for forged in &forged {
        assert_eq!(code(forged), "AuthFailure.SignatureFailure");
    }

    let mut refused = Vec::new();
    for name in ["authorization", "x-tc-timestamp", "x-tc-action", "x-tc-version", "x-tc-region"] {
        refused.extend(text_flips(&request, |request| header(request, name)));
        refused.extend([without(&request, name), with(&request, name, "x")]);
    }
    refused.push(Request { method: "PUT".into(), ..request.clone() });
    for refused in &refused {
        assert_ne!(code(refused), "Ok");
    }
    assert_eq!(outside.delivered(), 0);

    outside.clock.advance(Duration::from_secs(300));
    assert_eq!(code(&request), "Ok", "five minutes are near enough, and the request was good all the time");
    assert_eq!(code(&request), "Ok", "there is no nonce");
    outside.clock.advance(Duration::from_secs(1));
    assert_eq!(code(&request), "AuthFailure.SignatureExpire");
    assert_eq!(outside.delivered(), 2);
}

#[tokio::test]
async fn aliyun_refuses_every_request_that_was_changed_on_the_way_and_every_second_one() {
    let outside = Outside::start().await;
    outside.aliyun.inject(Fault::Status(502), 1); // so that the vendor never sees it
    let request = outside.capture(&outside.aliyun()).await;
    let code = |request: &Request| aliyun_code(&outside.aliyun.answer(request));
    let signed = ["host", "x-acs-action", "x-acs-content-sha256", "x-acs-signature-nonce", "x-acs-version"];

    let mut forged = text_flips(&request, |request| &mut request.query);
    forged.extend(text_flips(&request, |request| &mut request.path));
    for name in signed {
        forged.extend(text_flips(&request, |request| header(request, name)));
    }
    let mut later = request.clone();
    let date = header(&mut later, "x-acs-date");
    assert_eq!(date, "2027-01-15T08:00:00Z");
    *date = "2027-01-15T08:00:01Z".into();
    forged.push(later);
    forged.push(Request { query: format!("{}&OutId=x", request.query), ..request.clone() });
    forged.push(Request { body: b" ".into(), ..request.clone() });
    for forged in &forged {
        assert_eq!(code(forged), "SignatureDoesNotMatch");
    }

    for name in signed.into_iter().chain(["x-acs-date", "authorization"]) {
        assert_eq!(code(&without(&request, name)), "IncompleteSignature", "{name}");
        assert_eq!(code(&with(&request, name, "x")), "IncompleteSignature", "{name}");
    }
    for name in ["x-acs-security-token", "content-type"] {
        assert_eq!(code(&with(&request, name, "x")), "IncompleteSignature", "{name} is there and not signed");
    }
    let mut refused = text_flips(&request, |request| header(request, "authorization"));
    refused.extend(text_flips(&request, |request| header(request, "x-acs-date")));
    refused.push(Request { method: "PUT".into(), ..request.clone() });
    for refused in &refused {
        assert_ne!(code(refused), "OK");
    }
    assert_eq!(outside.delivered(), 0);

    outside.clock.advance(Duration::from_secs(899));
    assert_eq!(code(&request), "OK", "near enough, and no forgery has used its nonce up");
    assert_eq!(code(&request), "SignatureNonceUsed");
    outside.clock.advance(Duration::from_secs(2));
    assert_eq!(code(&request), "InvalidTimeStamp.Expired");
    assert_eq!(outside.delivered(), 1);
}
