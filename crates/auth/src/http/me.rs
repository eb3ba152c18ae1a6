//! One's own account.

use actix_web::{
    HttpResponse, delete, get, post, put,
    web::{Data, Json, Path},
};
use edge::{Address, Answer, Caller, CurrentCaller, Keyed, Valid};
use kernel::SessionId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    inputs::{
        NewConsents, NewEmail, NewLink, NewMove, NewOwnCode, NewOwnPassword, NewPhone, Proved, agreements, origin,
    },
    views::{AccountView, All, ClosingView, ConsentView, LinkedView, SentView, SignInView},
};
use crate::{Accounts, ConsentPurpose, Key, Proof};

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(me)
        .service(request_own_code)
        .service(change_password)
        .service(change_phone)
        .service(change_email)
        .service(remove_email)
        .service(link_wechat)
        .service(move_wechat)
        .service(unlink_wechat)
        .service(sign_ins)
        .service(end_sign_in)
        .service(consents)
        .service(consent)
        .service(withdraw)
        .service(export)
        .service(close)
        .service(keep);
}

/// Get the account
#[utoipa::path(responses((status = OK, body = AccountView), edge::Problems), tag = "me", security(("bearer" = [])))]
#[get("/me")]
async fn me(caller: Caller, accounts: Data<Accounts>) -> Answer<Json<AccountView>> {
    Ok(Json(AccountView::from(&*accounts.me(caller).await?)))
}

/// Request a code for the signed-in account
#[utoipa::path(request_body = NewOwnCode, params(("Idempotency-Key" = Option<String>, Header)), responses((status = ACCEPTED, body = SentView), edge::Problems), tag = "me", security(("bearer" = [])))]
#[post("/me/codes")]
async fn request_own_code(
    caller: CurrentCaller,
    accounts: Data<Accounts>,
    address: Address,
    new: Keyed<NewOwnCode>,
) -> Answer<HttpResponse> {
    let Keyed { body, key, body_hash } = new;
    let (caller, key, origin) = (caller.0, key.map(|key| Key { key, body_hash }), origin(address, None));
    let sent = match body {
        NewOwnCode::Confirm { act } => accounts.request_proof_code(caller, act.into(), key, &origin).await?,
        NewOwnCode::Phone { phone } => accounts.request_phone_code(caller, &phone.value()?, key, &origin).await?,
        NewOwnCode::Email { email } => accounts.request_email_code(caller, &email.value()?, key, &origin).await?,
        NewOwnCode::MoveWechat { ticket } => accounts.request_move_code(caller, &ticket, key, &origin).await?,
    };
    Ok(HttpResponse::Accepted().json(SentView::from(sent)))
}

/// Change password
///
/// All other sign-ins end, the current one stays.
#[utoipa::path(request_body = NewOwnPassword, responses((status = NO_CONTENT), edge::Problems), tag = "me", security(("bearer" = [])))]
#[put("/me/password")]
async fn change_password(
    caller: CurrentCaller,
    accounts: Data<Accounts>,
    address: Address,
    body: Valid<NewOwnPassword>,
) -> Answer<HttpResponse> {
    let NewOwnPassword { proof, new_password } = body.0;
    accounts.change_password(caller.0, &proof.try_into()?, &new_password, &origin(address, None)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Change phone number
#[utoipa::path(request_body = NewPhone, responses((status = NO_CONTENT), edge::Problems), tag = "me", security(("bearer" = [])))]
#[put("/me/phone")]
async fn change_phone(
    caller: CurrentCaller,
    accounts: Data<Accounts>,
    address: Address,
    body: Valid<NewPhone>,
) -> Answer<HttpResponse> {
    let NewPhone { phone, challenge_id, code, proof } = body.0;
    let (proof, origin) = (proof.try_into()?, origin(address, None));
    accounts.change_phone(caller.0, &phone.value()?, challenge_id, &code, &proof, &origin).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Set or change e-mail address
#[utoipa::path(request_body = NewEmail, responses((status = NO_CONTENT), edge::Problems), tag = "me", security(("bearer" = [])))]
#[put("/me/email")]
async fn change_email(
    caller: CurrentCaller,
    accounts: Data<Accounts>,
    address: Address,
    body: Valid<NewEmail>,
) -> Answer<HttpResponse> {
    let NewEmail { email, challenge_id, code, proof } = body.0;
    let proof = proof.map(Proof::try_from).transpose()?;
    let origin = origin(address, None);
    accounts.change_email(caller.0, &email.value()?, challenge_id, &code, proof.as_ref(), &origin).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Remove e-mail address
#[utoipa::path(request_body = Proved, responses((status = NO_CONTENT), edge::Problems), tag = "me", security(("bearer" = [])))]
#[post("/me/email/removal")]
async fn remove_email(
    caller: CurrentCaller,
    accounts: Data<Accounts>,
    address: Address,
    body: Valid<Proved>,
) -> Answer<HttpResponse> {
    accounts.remove_email(caller.0, &body.0.proof.try_into()?, &origin(address, None)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Link WeChat (互通)
///
/// If the WeChat user only has an account made by a WeChat login, that account is merged into this one. If the WeChat
/// user has a full account, `linked` is false and the user can be moved with `ticket`.
#[utoipa::path(request_body = NewLink, responses((status = OK, body = LinkedView), edge::Problems), tag = "me", security(("bearer" = [])))]
#[put("/me/wechat")]
async fn link_wechat(
    caller: CurrentCaller,
    accounts: Data<Accounts>,
    address: Address,
    body: Valid<NewLink>,
) -> Answer<Json<LinkedView>> {
    let NewLink { code, proof } = body.0;
    let proof = proof.map(Proof::try_from).transpose()?;
    let linked = accounts.link_wechat(caller.0, &code, proof.as_ref(), &origin(address, None)).await?;
    Ok(Json(linked.into()))
}

/// Move a WeChat user from another account
///
/// Needs proofs of both accounts; the other account gets a notice.
#[utoipa::path(request_body = NewMove, responses((status = NO_CONTENT), edge::Problems), tag = "me", security(("bearer" = [])))]
#[post("/me/wechat/move")]
async fn move_wechat(
    caller: CurrentCaller,
    accounts: Data<Accounts>,
    address: Address,
    body: Valid<NewMove>,
) -> Answer<HttpResponse> {
    let NewMove { ticket, proof, others_proof } = body.0;
    let (proof, others_proof) = (proof.try_into()?, others_proof.try_into()?);
    accounts.move_wechat(caller.0, &ticket, &proof, &others_proof, &origin(address, None)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Unlink WeChat
#[utoipa::path(request_body = Proved, responses((status = NO_CONTENT), edge::Problems), tag = "me", security(("bearer" = [])))]
#[post("/me/wechat/removal")]
async fn unlink_wechat(
    caller: CurrentCaller,
    accounts: Data<Accounts>,
    address: Address,
    body: Valid<Proved>,
) -> Answer<HttpResponse> {
    accounts.unlink_wechat(caller.0, &body.0.proof.try_into()?, &origin(address, None)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// List sign-ins
#[utoipa::path(responses((status = OK, body = inline(All<SignInView>)), edge::Problems), tag = "me", security(("bearer" = [])))]
#[get("/me/sessions")]
async fn sign_ins(caller: Caller, accounts: Data<Accounts>) -> Answer<Json<All<SignInView>>> {
    Ok(Json(All::of(accounts.sign_ins(caller).await?)))
}

/// End a sign-in
///
/// Codes that its phone can still make become invalid.
#[utoipa::path(params(("id" = SessionId, Path)), responses((status = NO_CONTENT), edge::Problems), tag = "me", security(("bearer" = [])))]
#[delete("/me/sessions/{id}")]
async fn end_sign_in(caller: CurrentCaller, accounts: Data<Accounts>, id: Path<SessionId>) -> Answer<HttpResponse> {
    accounts.end_sign_in(caller.0, *id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// List consents
#[utoipa::path(responses((status = OK, body = inline(All<ConsentView>)), edge::Problems), tag = "me", security(("bearer" = [])))]
#[get("/me/consents")]
async fn consents(caller: Caller, accounts: Data<Accounts>) -> Answer<Json<All<ConsentView>>> {
    Ok(Json(All::of(accounts.consents(caller).await?)))
}

/// Give consents
///
/// Requests that answered `consent-required` work again at once; cards need not be bound again.
#[utoipa::path(request_body = NewConsents, responses((status = NO_CONTENT), edge::Problems), tag = "me", security(("bearer" = [])))]
#[post("/me/consents")]
async fn consent(
    caller: CurrentCaller,
    accounts: Data<Accounts>,
    address: Address,
    body: Valid<NewConsents>,
) -> Answer<HttpResponse> {
    let NewConsents { agreements: agreed, device } = body.0;
    accounts.consent(caller.0, &agreements(agreed), &origin(address, device)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Withdraw a consent
///
/// Existing codes become invalid at once; credentials, unlock requests and bindings answer `consent-required` until the
/// user agrees again. Logging in, reading, unbinding, exporting and closing the account remain possible.
#[utoipa::path(params(("purpose" = ConsentPurpose, Path)), responses((status = NO_CONTENT), edge::Problems), tag = "me", security(("bearer" = [])))]
#[delete("/me/consents/{purpose}")]
async fn withdraw(
    caller: CurrentCaller,
    accounts: Data<Accounts>,
    purpose: Path<ConsentPurpose>,
) -> Answer<HttpResponse> {
    accounts.withdraw(caller.0, *purpose).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Export the account's data
#[utoipa::path(responses((status = OK, body = serde_json::Value), edge::Problems), tag = "me", security(("bearer" = [])))]
#[get("/me/export")]
async fn export(caller: CurrentCaller, accounts: Data<Accounts>) -> Answer<Json<serde_json::Value>> {
    Ok(Json(accounts.export(caller.0).await?))
}

/// Close the account
///
/// All sign-ins end. Until `eraseAt` the user may log in and cancel the closure.
#[utoipa::path(request_body = Proved, responses((status = ACCEPTED, body = ClosingView), edge::Problems), tag = "me", security(("bearer" = [])))]
#[post("/me/closing")]
async fn close(
    caller: CurrentCaller,
    accounts: Data<Accounts>,
    address: Address,
    body: Valid<Proved>,
) -> Answer<HttpResponse> {
    let erase_at = accounts.close(caller.0, &body.0.proof.try_into()?, &origin(address, None)).await?;
    Ok(HttpResponse::Accepted().json(ClosingView { erase_at }))
}

/// Cancel account closure
#[utoipa::path(responses((status = NO_CONTENT), edge::Problems), tag = "me", security(("bearer" = [])))]
#[delete("/me/closing")]
async fn keep(caller: CurrentCaller, accounts: Data<Accounts>) -> Answer<HttpResponse> {
    accounts.keep(caller.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
