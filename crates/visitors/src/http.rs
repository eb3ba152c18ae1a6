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

/// A host: a person whom visitors can ask for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Host)]
pub struct HostView {
    /// Host id.
    id: HostId,
    /// Name, masked.
    #[schema(example = "陈**")]
    name: String,
    /// Phone, masked.
    #[schema(example = "138****0001")]
    phone: String,
    /// Department or flat.
    #[schema(example = "3栋1201")]
    department: Option<String>,
    /// Whether the host may approve visitors.
    may_approve: bool,
    /// Whether visitors can ask for the host.
    active: bool,
    /// When the host was last changed.
    updated_at: Timestamp,
}

impl From<ListedHost> for HostView {
    fn from(ListedHost { id, name, phone, department, may_approve, active, updated_at }: ListedHost) -> Self {
        Self { id, name, phone, department, may_approve, active, updated_at }
    }
}

/// List hosts
#[utoipa::path(params(("id" = SiteId, Path), Page), responses((status = OK, body = Paged<HostView>), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[get("/sites/{id}/hosts")]
async fn list_hosts(admin: SiteAdmin, hosts: Data<Hosts>, page: Query<Page>) -> Answer<Json<Paged<HostView>>> {
    let found = hosts.list(admin.site, page.after()?, page.wanted()).await?;
    Ok(Json(page.cut(found, |host| host.id, HostView::from)?))
}

/// Export hosts as CSV
///
/// Names and phones are not masked. The export is recorded in the audit log with the caller and the reason. The file
/// can be imported again.
#[utoipa::path(params(("id" = SiteId, Path), ExportReason), responses((status = OK, content_type = "text/csv", body = String), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[get("/sites/{id}/hosts.csv")]
async fn export_hosts(admin: SiteAdmin, hosts: Data<Hosts>, why: Query<ExportReason>) -> Answer<HttpResponse> {
    let pieces = hosts.export(admin.caller.account, admin.site, why.text()).await?;
    Ok(attachment("hosts.csv", pieces))
}
