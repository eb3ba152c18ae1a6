//! Sites over HTTP.

use actix_web::{
    get, put,
    web::{Data, Json, Path, Query},
};
use edge::{Answer, Caller, CurrentCaller, Page, Paged, Valid};
use garde::Validate;
use kernel::{NOT_FOUND, SiteId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{Site, Sites};

/// The routes.
pub fn routes(sites: Sites) -> impl FnOnce(&mut ServiceConfig<'_>) {
    |config| {
        config
            .app_data(Data::new(sites))
            .service(list_sites)
            .service(find_site)
            .service(choose_site)
            .service(current_site);
    }
}

/// A site.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Site)]
pub struct SiteView {
    /// Its id.
    id: SiteId,
    /// Its name.
    #[schema(example = "测试Z停车场")]
    name: String,
    /// Its address, where it has one.
    address: Option<String>,
    /// What to know before going in (入场须知), where there is something.
    entry_notice: Option<String>,
}

impl From<&Site> for SiteView {
    fn from(site: &Site) -> Self {
        Self {
            id: site.id,
            name: site.name.clone(),
            address: site.address.clone(),
            entry_notice: site.entry_notice.clone(),
        }
    }
}

/// A choice of site.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
#[garde(allow_unvalidated)]
pub struct NewChoice {
    /// The site.
    site_id: SiteId,
}

/// List the sites
#[utoipa::path(params(Page), responses((status = OK, body = Paged<SiteView>), edge::Problems), tag = "sites", security(("bearer" = [])))]
#[get("/sites")]
async fn list_sites(_: Caller, sites: Data<Sites>, page: Query<Page>) -> Answer<Json<Paged<SiteView>>> {
    let found = sites.list(page.after()?, page.wanted()).await?;
    Ok(Json(page.cut(found.iter().collect(), |site| (&site.sort_key, site.id), SiteView::from)?))
}

/// See one site
#[utoipa::path(params(("id" = SiteId, Path)), responses((status = OK, body = SiteView), edge::Problems), tag = "sites", security(("bearer" = [])))]
#[get("/sites/{id}")]
async fn find_site(_: Caller, sites: Data<Sites>, id: Path<SiteId>) -> Answer<Json<SiteView>> {
    Ok(Json(SiteView::from(&*sites.find(*id).await?)))
}

/// Make a site the current one
#[utoipa::path(request_body = NewChoice, responses((status = OK, body = SiteView), edge::Problems), tag = "sites", security(("bearer" = [])))]
#[put("/me/site")]
async fn choose_site(caller: CurrentCaller, sites: Data<Sites>, body: Valid<NewChoice>) -> Answer<Json<SiteView>> {
    Ok(Json(SiteView::from(&sites.choose(caller.0, body.0.site_id).await?)))
}

/// See the current site
#[utoipa::path(responses((status = OK, body = SiteView), edge::Problems), tag = "sites", security(("bearer" = [])))]
#[get("/me/site")]
async fn current_site(caller: Caller, sites: Data<Sites>) -> Answer<Json<SiteView>> {
    Ok(Json(SiteView::from(&sites.current(caller).await?.ok_or(NOT_FOUND)?)))
}
