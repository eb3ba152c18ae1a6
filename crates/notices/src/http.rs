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
    /// Its id.
    id: NoticeId,
    /// What it is about.
    #[schema(example = "card.bound")]
    topic: String,
    /// Which site, where it is about one.
    site_id: Option<SiteId>,
    /// Headline.
    title: String,
    /// What happened and what to do.
    body: String,
    /// When.
    at: Timestamp,
}

impl From<Notice> for NoticeView {
    fn from(Notice { id, topic, site: site_id, title, body, at }: Notice) -> Self {
        Self { id, topic, site_id, title, body, at }
    }
}

/// List one's notices, newest first
#[utoipa::path(params(Page), responses((status = OK, body = Paged<NoticeView>), edge::Problems), tag = "notices", security(("bearer" = [])))]
#[get("/notices")]
async fn list_notices(caller: Caller, notices: Data<Notices>, page: Query<Page>) -> Answer<Json<Paged<NoticeView>>> {
    let found = notices.list(caller, page.after()?, page.wanted()).await?;
    Ok(Json(page.cut(found, |notice| notice.id, NoticeView::from)?))
}
