//! The inbox over HTTP.

use actix_web::{
    get,
    web::{Data, Json, Query},
};
use edge::{Answer, Caller, Page, Paged};
use kernel::{NoticeId, SiteId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{Notice, Notices};

pub(crate) fn routes(notices: Notices, config: &mut ServiceConfig<'_>) {
    config.app_data(Data::new(notices)).service(list_notices);
}

/// A notice.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Notice)]
pub struct NoticeView {
    /// Notice id.
    id: NoticeId,
    /// Topic, such as `card.bound`.
    #[schema(example = "card.bound")]
    topic: String,
    /// The site the notice is about, if any.
    site_id: Option<SiteId>,
    /// Title.
    title: String,
    /// What happened and what to do.
    body: String,
    /// When the notice was created.
    at: Timestamp,
}

impl From<Notice> for NoticeView {
    fn from(Notice { id, topic, site: site_id, title, body, at }: Notice) -> Self {
        Self { id, topic, site_id, title, body, at }
    }
}

/// List notices, newest first
#[utoipa::path(params(Page), responses((status = OK, body = Paged<NoticeView>), edge::Problems), tag = "notices", security(("bearer" = [])))]
#[get("/notices")]
async fn list_notices(caller: Caller, notices: Data<Notices>, page: Query<Page>) -> Answer<Json<Paged<NoticeView>>> {
    let found = notices.list(caller, page.after()?, page.wanted()).await?;
    Ok(Json(page.cut(found, |notice| notice.id, NoticeView::from)?))
}
