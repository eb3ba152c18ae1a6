//! Roles, and closing an account from outside.

use actix_web::{
    HttpResponse, delete, get, post, put,
    web::{Data, Json, Path, Query},
};
use edge::{Answer, CurrentCaller, Page, Paged, Valid};
use kernel::{AccountId, AccountNumber, SiteId};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    inputs::{NewAccountState, NewRole, post},
    views::HolderView,
};
use crate::{Accounts, Role};

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(holders).service(grant).service(take_away).service(set_disabled);
}

/// Which roles.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct At {
    /// Roles at this site; roles on the platform if missing.
    site_id: Option<SiteId>,
}

/// List roles
#[utoipa::path(params(At, Page), responses((status = OK, body = Paged<HolderView>), edge::Problems), tag = "roles", security(("bearer" = [])))]
#[get("/roles")]
async fn holders(
    caller: CurrentCaller,
    accounts: Data<Accounts>,
    at: Query<At>,
    page: Query<Page>,
) -> Answer<Json<Paged<HolderView>>> {
    let found = accounts.holders(caller.0, at.site_id, page.after()?, page.wanted()).await?;
    Ok(Json(page.cut(found, |holder| (holder.account, holder.post.role), HolderView::from)?))
}

/// Grant a role
#[utoipa::path(request_body = NewRole, responses((status = NO_CONTENT), edge::Problems), tag = "roles", security(("bearer" = [])))]
#[post("/roles")]
async fn grant(caller: CurrentCaller, accounts: Data<Accounts>, body: Valid<NewRole>) -> Answer<HttpResponse> {
    let post = body.0.post()?;
    accounts.grant(caller.0, body.0.number.value()?, post).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Revoke a role
#[utoipa::path(params(("account" = AccountId, Path), ("role" = Role, Path), At), responses((status = NO_CONTENT), edge::Problems), tag = "roles", security(("bearer" = [])))]
#[delete("/roles/{account}/{role}")]
async fn take_away(
    caller: CurrentCaller,
    accounts: Data<Accounts>,
    path: Path<(AccountId, Role)>,
    at: Query<At>,
) -> Answer<HttpResponse> {
    let (account, role) = path.into_inner();
    accounts.take_away(caller.0, account, post(role, at.site_id)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Disable or enable an account
#[utoipa::path(params(("number" = AccountNumber, Path)), request_body = NewAccountState, responses((status = NO_CONTENT), edge::Problems), tag = "roles", security(("bearer" = [])))]
#[put("/accounts/{number}/state")]
async fn set_disabled(
    caller: CurrentCaller,
    accounts: Data<Accounts>,
    number: Path<AccountNumber>,
    body: Valid<NewAccountState>,
) -> Answer<HttpResponse> {
    accounts.set_disabled(caller.0, number.into_inner(), body.0.disabled).await?;
    Ok(HttpResponse::NoContent().finish())
}
