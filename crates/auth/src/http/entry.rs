//! Before signing in.

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Json},
};
use edge::{Address, Answer, Caller, Keyed, Valid};
use store::Once;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    inputs::{
        NewCode, NewPasswordLogin, NewRefresh, NewRegistration, NewReset, NewSmsLogin, NewWechatLogin, agreements,
        origin,
    },
    views::{All, RegisteredView, SentView, TextView, TokensView},
};
use crate::{Accounts, Key, TEXTS};

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(consent_texts)
        .service(request_code)
        .service(register)
        .service(log_in_with_wechat)
        .service(log_in_with_password)
        .service(log_in_with_sms)
        .service(refresh_tokens)
        .service(reset_password)
        .service(log_out);
}

/// List the texts to agree to
#[utoipa::path(responses((status = OK, body = inline(All<TextView>)), edge::Problems), tag = "auth")]
#[get("/auth/consent-texts")]
async fn consent_texts() -> Json<All<TextView>> {
    Json(All::of(&TEXTS))
}

/// Request a code for registering, logging in or resetting a password
///
/// The answer and its timing are the same whether or not the account exists.
#[utoipa::path(request_body = NewCode, params(("Idempotency-Key" = Option<String>, Header)), responses((status = ACCEPTED, body = SentView), edge::Problems), tag = "auth")]
#[post("/auth/codes")]
async fn request_code(accounts: Data<Accounts>, address: Address, new: Keyed<NewCode>) -> Answer<HttpResponse> {
    let Keyed { body, key, body_hash } = new;
    let key = key.map(|key| Key { key, body_hash });
    let sent = accounts.request_code(body.try_into()?, key, &origin(address, None)).await?;
    Ok(HttpResponse::Accepted().json(SentView::from(sent)))
}

/// Register an account
#[utoipa::path(request_body = NewRegistration, params(("Idempotency-Key" = Option<String>, Header)), responses((status = CREATED, body = RegisteredView), edge::Problems), tag = "auth")]
#[post("/auth/register")]
async fn register(accounts: Data<Accounts>, address: Address, new: Keyed<NewRegistration>) -> Answer<HttpResponse> {
    let Keyed { mut body, key, body_hash } = new;
    let owner = body.owner();
    let once = key.map(|key| Once { owner, route: "auth/register", key, body_hash });
    let origin = origin(address, body.device.take());
    let registered = accounts.register(body.try_into()?, once, &origin).await?;
    Ok(HttpResponse::Created().json(RegisteredView::from(registered)))
}

/// Log in with WeChat
///
/// The first login of a WeChat user creates an account.
#[utoipa::path(request_body = NewWechatLogin, responses((status = OK, body = TokensView), edge::Problems), tag = "auth")]
#[post("/auth/login/wechat")]
async fn log_in_with_wechat(
    accounts: Data<Accounts>,
    address: Address,
    body: Valid<NewWechatLogin>,
) -> Answer<Json<TokensView>> {
    let NewWechatLogin { code, agreements: agreed, device } = body.0;
    let entered = accounts.log_in_with_wechat(&code, &agreements(agreed), &origin(address, device)).await?;
    Ok(Json(entered.into()))
}

/// Log in with a password
///
/// `identifier` is a 车安通 ID, a phone or an e-mail address.
#[utoipa::path(request_body = NewPasswordLogin, responses((status = OK, body = TokensView), edge::Problems), tag = "auth")]
#[post("/auth/login/password")]
async fn log_in_with_password(
    accounts: Data<Accounts>,
    address: Address,
    body: Valid<NewPasswordLogin>,
) -> Answer<Json<TokensView>> {
    let NewPasswordLogin { identifier, password, device } = body.0;
    Ok(Json(accounts.log_in_with_password(&identifier.value()?, &password, &origin(address, device)).await?.into()))
}

/// Log in with an SMS code
#[utoipa::path(request_body = NewSmsLogin, responses((status = OK, body = TokensView), edge::Problems), tag = "auth")]
#[post("/auth/login/sms")]
async fn log_in_with_sms(
    accounts: Data<Accounts>,
    address: Address,
    body: Valid<NewSmsLogin>,
) -> Answer<Json<TokensView>> {
    let NewSmsLogin { phone, challenge_id, code, password, device } = body.0;
    let origin = origin(address, device);
    Ok(Json(accounts.log_in_with_sms(&phone.value()?, challenge_id, &code, password.as_ref(), &origin).await?.into()))
}

/// Refresh tokens
///
/// A refresh token is valid for one use; a second use ends the sign-in. If the answer was lost, the identical request
/// may be repeated under the same `Idempotency-Key` within a minute, and gets the same answer.
#[utoipa::path(request_body = NewRefresh, params(("Idempotency-Key" = Option<String>, Header)), responses((status = OK, body = TokensView), edge::Problems), tag = "auth")]
#[post("/auth/refresh")]
async fn refresh_tokens(
    accounts: Data<Accounts>,
    address: Address,
    new: Keyed<NewRefresh>,
) -> Answer<Json<TokensView>> {
    let Keyed { body, key, body_hash } = new;
    let key = key.map(|key| Key { key, body_hash });
    Ok(Json(accounts.refresh(&body.refresh_token, key, address).await?.into()))
}

/// Reset a forgotten password
///
/// All sign-ins of the account end.
#[utoipa::path(request_body = NewReset, responses((status = NO_CONTENT), edge::Problems), tag = "auth")]
#[post("/auth/password/reset")]
async fn reset_password(accounts: Data<Accounts>, address: Address, body: Valid<NewReset>) -> Answer<HttpResponse> {
    let NewReset { identifier, challenge_id, code, password } = body.0;
    accounts.reset_password(&identifier.value()?, challenge_id, &code, &password, &origin(address, None)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Log out
#[utoipa::path(responses((status = NO_CONTENT), edge::Problems), tag = "auth", security(("bearer" = [])))]
#[post("/auth/logout")]
async fn log_out(caller: Caller, accounts: Data<Accounts>) -> Answer<HttpResponse> {
    accounts.log_out(caller).await?;
    Ok(HttpResponse::NoContent().finish())
}
