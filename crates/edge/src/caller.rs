use std::{
    future::{Ready, ready},
    sync::Arc,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web::Data};
use kernel::{
    AccountId, Code, Kind, Result, SessionId,
    port::{SignedIn, TokenCheck},
};

use crate::Problem;

const SIGN_IN: Code = Code::new(Kind::Unauthenticated, "not-signed-in", "请先登录");

/// The token check, as the app holds it.
pub type Tokens = Data<Arc<dyn TokenCheck>>;

/// Who is asking. Naming it in a handler's parameters is what makes the endpoint need a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The person.
    pub account: AccountId,
    /// The sign-in.
    pub session: SessionId,
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let signed_in = request
            .headers()
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .zip(request.app_data::<Tokens>())
            .ok_or(SIGN_IN.into())
            .and_then(|(token, tokens)| tokens.check(token));
        ready(signed_in.map(|SignedIn { account, session }| Self { account, session }).map_err(Problem::from))
    }
}
