//! Requests signed by devices, and replies signed for them.

use std::{pin::Pin, sync::Arc};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, ResponseError,
    body::MessageBody,
    dev::Payload,
    http::header::{self, HeaderName, HeaderValue},
    web::{Bytes, Data},
};
use edge::{Answer, Problem};
use kernel::{Clock, Code, Kind, Result, device_signature};
use serde::{Serialize, de::DeserializeOwned};

use crate::devices::{BAD_SIGNATURE, Device, Devices, Signature};

const MALFORMED: Code = Code::new(Kind::Malformed, "malformed", "请求内容无法读取");

/// A request whose signature was checked, with its body as it was sent.
pub(crate) struct Signed {
    pub(crate) device: Arc<Device>,
    /// The shared cache was away when the nonce was looked at.
    pub(crate) degraded: bool,
    nonce: String,
    body: Bytes,
    clock: Arc<dyn Clock>,
}

fn said<'a>(request: &'a HttpRequest, name: &str) -> Result<&'a str> {
    Ok(request.headers().get(name).and_then(|value| value.to_str().ok()).ok_or(BAD_SIGNATURE)?)
}

impl FromRequest for Signed {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, body) = (request.clone(), Bytes::from_request(request, payload));
        Box::pin(async move {
            let devices = request.app_data::<Data<Devices>>().ok_or(kernel::INTERNAL)?;
            let signature = Signature {
                device: said(&request, device_signature::DEVICE)?,
                time: said(&request, device_signature::TIME)?,
                nonce: said(&request, device_signature::NONCE)?,
                sign: said(&request, device_signature::SIGN)?,
            };
            let body = body.await.map_err(|_| MALFORMED)?;
            let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
            let (device, degraded) = devices.prove(&signature, request.method().as_str(), target, &body).await?;
            Ok(Self { device, degraded, nonce: signature.nonce.to_owned(), body, clock: devices.clock.clone() })
        })
    }
}

impl Signed {
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T> {
        Ok(serde_json::from_slice(&self.body).map_err(|_| MALFORMED)?)
    }

    /// Signs the answer, also when it is a problem: a device obeys nobody else.
    pub(crate) fn reply<T: Serialize>(&self, answer: Answer<T>) -> HttpResponse {
        let response = match answer {
            Ok(view) => HttpResponse::Ok().json(view),
            Err(problem) => problem.error_response(),
        };
        let status = response.status().as_u16();
        let (head, body) = response.into_parts();
        let Ok(body) = body.try_into_bytes() else {
            return Problem::from(kernel::INTERNAL).error_response();
        };
        let time = self.clock.now().seconds().to_string();
        let sign = device_signature::of_reply(&self.device.key, status, &time, &self.nonce, &body);
        let mut response = head.set_body(body).map_into_boxed_body();
        // what was signed is what must arrive: nobody on the way may compress it
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("identity"));
        for (name, value) in [(device_signature::TIME, time), (device_signature::SIGN, sign)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}
