//! Sites over HTTP.

mod admin;

use actix_web::{
    get, put,
    web::{Data, Json, Path, Query},
};
use edge::{Answer, Caller, CurrentCaller, Page, Paged, Tagged, Valid};
use garde::Validate;
use kernel::{Fault, NOT_FOUND, SiteId, macros::uuid::Uuid};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{Group, Hit, Position, Schedule, Search, Site, Sites};

pub(crate) fn routes(sites: Sites, config: &mut ServiceConfig<'_>) {
    config.app_data(Data::new(sites)).service(list_sites).service(find_site).service(choose_site).service(current_site);
    admin::routes(config);
}

/// A site in the list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ListedSite)]
pub struct ListedView {
    /// Site id.
    id: SiteId,
    /// Site name.
    #[schema(example = "测试Z停车场")]
    name: String,
    /// Address, if known.
    address: Option<String>,
    /// Position, if known.
    position: Option<Position>,
    /// Distance from the given position, metres; only if a position was given and the site's position is known.
    distance_m: Option<u32>,
    /// Why the site is listed at this place.
    group: Group,
}

impl From<Hit> for ListedView {
    fn from(hit: Hit) -> Self {
        Self {
            id: hit.site.id,
            name: hit.site.name.clone(),
            address: hit.site.address.clone(),
            position: hit.site.position,
            distance_m: hit.distance_m,
            group: hit.group,
        }
    }
}

/// A site.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Site)]
pub struct SiteView {
    /// Site id.
    id: SiteId,
    /// Site name.
    #[schema(example = "测试Z停车场")]
    name: String,
    /// Address, if known.
    address: Option<String>,
    /// Position, if known.
    position: Option<Position>,
    /// Instructions to read before entering (入场须知), if any.
    entry_notice: Option<String>,
    /// Hours in which visitors are admitted, as text.
    #[schema(example = "周一至周五 08:00–18:00")]
    visiting_hours: String,
    /// IANA time zone of the site's times.
    #[schema(example = "Asia/Shanghai")]
    time_zone: String,
    /// iBeacon UUID of the site's beacons, if it has any.
    #[schema(value_type = Option<String>, format = Uuid)]
    beacon_uuid: Option<Uuid>,
}

impl From<&Site> for SiteView {
    fn from(site: &Site) -> Self {
        Self {
            id: site.id,
            name: site.name.clone(),
            address: site.address.clone(),
            position: site.position,
            entry_notice: site.entry_notice.clone(),
            visiting_hours: site.visiting_hours.as_ref().unwrap_or(&Schedule::always()).to_string(),
            time_zone: site.zone_name().to_owned(),
            beacon_uuid: site.beacon_uuid,
        }
    }
}

/// Search parameters.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Looking {
    /// Words of the name or address, full pinyin, or initials of the name. All words must match.
    #[param(max_length = 64, example = "tingchechang")]
    q: Option<String>,
    /// Longitude of the user in degrees (GCJ-02); together with `lat`.
    lng: Option<f64>,
    /// Latitude of the user in degrees (GCJ-02).
    lat: Option<f64>,
}

impl Looking {
    fn near(&self) -> kernel::Result<Option<Position>> {
        match (self.lng, self.lat) {
            (None, None) => Ok(None),
            (Some(lng), Some(lat)) => match Position::new(lng, lat) {
                Some(position) => Ok(Some(position)),
                None => Err(Fault::field("lng", "invalid", "经度须在 -180 至 180 之间，纬度须在 -90 至 90 之间")),
            },
            (Some(_), None) => Err(Fault::field("lat", "invalid", "请同时提供经度和纬度")),
            (None, Some(_)) => Err(Fault::field("lng", "invalid", "请同时提供经度和纬度")),
        }
    }
}

/// The choice of the current site.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
#[garde(allow_unvalidated)]
pub struct NewChoice {
    /// The chosen site.
    site_id: SiteId,
}

/// Search sites
///
/// Ordered by group: the caller's own sites, then sites chosen before, then the nearest if a position is given, then
/// all others by pinyin.
#[utoipa::path(params(Looking, Page, ("If-None-Match" = Option<String>, Header)), responses((status = OK, body = Paged<ListedView>), (status = NOT_MODIFIED), edge::Problems), tag = "sites", security(("bearer" = [])))]
#[get("/sites")]
async fn list_sites(
    caller: Caller,
    sites: Data<Sites>,
    looking: Query<Looking>,
    page: Query<Page>,
) -> Answer<Tagged<Paged<ListedView>>> {
    let near = looking.near()?;
    let search = Search { text: looking.into_inner().q, near, after: page.after()?, limit: page.wanted() };
    let found = sites.search(caller, &search).await?;
    Ok(Tagged(page.cut(found, |hit| hit.place.clone(), ListedView::from)?))
}

/// Get a site
#[utoipa::path(params(("id" = SiteId, Path), ("If-None-Match" = Option<String>, Header)), responses((status = OK, body = SiteView), (status = NOT_MODIFIED), edge::Problems), tag = "sites", security(("bearer" = [])))]
#[get("/sites/{id}")]
async fn find_site(caller: Caller, sites: Data<Sites>, id: Path<SiteId>) -> Answer<Tagged<SiteView>> {
    Ok(Tagged(SiteView::from(&*sites.see(caller, *id).await?)))
}

/// Set the current site
#[utoipa::path(request_body = NewChoice, responses((status = OK, body = SiteView), edge::Problems), tag = "sites", security(("bearer" = [])))]
#[put("/me/site")]
async fn choose_site(caller: CurrentCaller, sites: Data<Sites>, body: Valid<NewChoice>) -> Answer<Json<SiteView>> {
    Ok(Json(SiteView::from(&sites.choose(caller.0, body.0.site_id).await?)))
}

/// Get the current site
#[utoipa::path(responses((status = OK, body = SiteView), edge::Problems), tag = "sites", security(("bearer" = [])))]
#[get("/me/site")]
async fn current_site(caller: Caller, sites: Data<Sites>) -> Answer<Json<SiteView>> {
    Ok(Json(SiteView::from(&*sites.current(caller).await?.ok_or(NOT_FOUND)?)))
}
