//! The hosts of a site, for those who run it.

use actix_web::{
    HttpResponse, get,
    web::{Data, Json, Query},
};
use auth::http::SiteAdmin;
use edge::{Answer, Page, Paged};
use imports::http::{ExportReason, attachment};
use kernel::{HostId, SiteId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{Hosts, ListedHost};

pub(crate) fn routes(hosts: Hosts, config: &mut ServiceConfig<'_>) {
    config.app_data(Data::new(hosts)).service(list_hosts).service(export_hosts);
}

/// A host: whom a visitor may ask for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Host)]
pub struct HostView {
    /// Their id.
    id: HostId,
    /// Name, masked.
    #[schema(example = "陈**")]
    name: String,
    /// Phone, masked.
    #[schema(example = "138****0001")]
    phone: String,
    /// Their department, or their flat.
    #[schema(example = "3栋1201")]
    department: Option<String>,
    /// Whether they may let visitors in.
    may_approve: bool,
    /// Whether visitors may ask for them still.
    active: bool,
    /// When they were last changed.
    updated_at: Timestamp,
}

impl From<ListedHost> for HostView {
    fn from(ListedHost { id, name, phone, department, may_approve, active, updated_at }: ListedHost) -> Self {
        Self { id, name, phone, department, may_approve, active, updated_at }
    }
}

/// List the hosts of a site
#[utoipa::path(params(("id" = SiteId, Path), Page), responses((status = OK, body = Paged<HostView>), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[get("/sites/{id}/hosts")]
async fn list_hosts(admin: SiteAdmin, hosts: Data<Hosts>, page: Query<Page>) -> Answer<Json<Paged<HostView>>> {
    let found = hosts.list(admin.site, page.after()?, page.wanted()).await?;
    Ok(Json(page.cut(found, |host| host.id, HostView::from)?))
}

/// Download the hosts of a site
///
/// Names and phones in full: who took them and why goes into the audit log. The file can be imported again.
#[utoipa::path(params(("id" = SiteId, Path), ExportReason), responses((status = OK, content_type = "text/csv", body = String), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[get("/sites/{id}/hosts.csv")]
async fn export_hosts(admin: SiteAdmin, hosts: Data<Hosts>, why: Query<ExportReason>) -> Answer<HttpResponse> {
    let pieces = hosts.export(admin.caller.account, admin.site, why.text()).await?;
    Ok(attachment("hosts.csv", pieces))
}
