use std::{
    future::{Future, Ready, ready},
    pin::Pin,
    sync::Arc,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web::Data};
use kernel::{
    AccountId, Code, Kind, Result, SessionId,
    port::{SignInCheck, SignedIn, TokenCheck},
};

use crate::Problem;

const SIGN_IN: Code = Code::new(Kind::Unauthenticated, "not-signed-in", "请先登录");

/// The token check, as the app holds it.
pub type Tokens = Data<Arc<dyn TokenCheck>>;

/// The check of standing sign-ins, as the app holds it.
pub type SignIns = Data<Arc<dyn SignInCheck>>;

/// Who is asking. Naming it in a handler's parameters is what makes the endpoint need a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    pub account: AccountId,
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

/// A caller whose sign-in passes this check.
fn checked<T: 'static>(
    request: &HttpRequest,
    payload: &mut Payload,
    check: impl AsyncFnOnce(SignIns, SignedIn) -> Result<()> + 'static,
    made: fn(Caller) -> T,
) -> Pin<Box<dyn Future<Output = Result<T, Problem>>>> {
    let caller = Caller::from_request(request, payload).into_inner();
    let sign_ins = request.app_data::<SignIns>().cloned();
    Box::pin(async move {
        let caller = caller?;
        let sign_ins = sign_ins.ok_or(SIGN_IN)?;
        check(sign_ins, SignedIn { account: caller.account, session: caller.session }).await?;
        Ok(made(caller))
    })
}

/// Who is asking, and their sign-in stands at this moment: for what opens a door, changes a credential or the account.
/// A [`Caller`] whose sign-in was revoked is believed until their token expires; this one is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrentCaller(pub Caller);

impl FromRequest for CurrentCaller {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        checked(request, payload, async |sign_ins, signed_in| sign_ins.stands(signed_in).await, Self)
    }
}

/// A [`CurrentCaller`] who has withdrawn none of the consents that the service needs: for credentials, unlock requests,
/// and bindings that are created or confirmed. Services that do these take this type, so that no handler
/// can leave the check out. Only a request makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsentingCaller(Caller);

impl ConsentingCaller {
    pub const fn caller(self) -> Caller {
        self.0
    }
}

impl FromRequest for ConsentingCaller {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        checked(request, payload, async |sign_ins, signed_in| sign_ins.require_consents(signed_in).await, Self)
    }
}
