//! A site's settings and access rules, for those who run it.

use actix_web::{get, put, web::Data};
use auth::{Accounts, Role, http::SiteAdmin};
use edge::{Answer, IfMatch, Valid, Versioned};
use garde::Validate;
use kernel::SiteId;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{AccessDocument, SiteSettings, Sites};

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(site_settings).service(set_site_settings).service(access).service(set_access);
}

/// Who may open what, and the version of it.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(transparent)]
#[garde(allow_unvalidated)]
pub struct NewAccess(AccessDocument);

/// See the settings of a site
///
/// `ETag` is the version to send back in `If-Match`.
#[utoipa::path(params(("id" = SiteId, Path)), responses((status = OK, body = SiteSettings), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[get("/sites/{id}/settings")]
async fn site_settings(admin: SiteAdmin, sites: Data<Sites>) -> Answer<Versioned<SiteSettings>> {
    let (view, version) = sites.settings(admin.site).await?;
    Ok(Versioned { version, view })
}

/// Change the settings of a site
#[utoipa::path(params(("id" = SiteId, Path), ("If-Match" = String, Header)), request_body = SiteSettings, responses((status = OK, body = SiteSettings), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[put("/sites/{id}/settings")]
async fn set_site_settings(
    admin: SiteAdmin,
    accounts: Data<Accounts>,
    sites: Data<Sites>,
    seen: IfMatch,
    body: Valid<SiteSettings>,
) -> Answer<Versioned<SiteSettings>> {
    let runs_the_platform = accounts.require(admin.caller, Role::PlatformAdmin, None).await.is_ok();
    let (view, version) = sites.set_settings(admin.caller, runs_the_platform, admin.site, seen.0, body.0).await?;
    Ok(Versioned { version, view })
}

/// See who may open what
///
/// `ETag` is the version to send back in `If-Match`.
#[utoipa::path(params(("id" = SiteId, Path)), responses((status = OK, body = AccessDocument), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[get("/sites/{id}/access")]
async fn access(admin: SiteAdmin, sites: Data<Sites>) -> Answer<Versioned<AccessDocument>> {
    let (view, version) = sites.access(admin.site).await?;
    Ok(Versioned { version, view })
}

/// Say who may open what
#[utoipa::path(params(("id" = SiteId, Path), ("If-Match" = String, Header)), request_body = AccessDocument, responses((status = OK, body = AccessDocument), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[put("/sites/{id}/access")]
async fn set_access(
    admin: SiteAdmin,
    sites: Data<Sites>,
    seen: IfMatch,
    body: Valid<NewAccess>,
) -> Answer<Versioned<AccessDocument>> {
    let view = body.0.0;
    let version = sites.set_access(admin.caller, admin.site, seen.0, view.clone()).await?;
    Ok(Versioned { version, view })
}
