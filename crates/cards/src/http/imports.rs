//! Import and export of a site's cards, for those who run it.

use actix_web::{
    HttpResponse, get,
    http::header::{ContentDisposition, DispositionParam, DispositionType},
    post,
    web::{Data, Json, Path, Payload, Query},
};
use auth::http::SiteAdmin;
use edge::{Answer, IdempotencyKey, Page, Paged};
use futures_util::TryStreamExt;
use kernel::{ImportId, SiteId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{Import, ImportApplied, ImportReason, ImportReport, ImportState, Imports, NewImport};

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(begin_import)
        .service(list_imports)
        .service(see_import)
        .service(apply_import)
        .service(discard_import)
        .service(export_cards);
}

/// What the file is called.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct FileName {
    /// For people to know it again. What the file is shows in its bytes.
    #[param(example = "会员卡.xlsx")]
    file_name: Option<String>,
}

/// Why the cards are taken out.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportReason {
    /// For the audit log.
    #[param(min_length = 2, max_length = 100, example = "年度核对")]
    reason: Option<String>,
}

/// An import of cards from a file.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Import)]
pub struct ImportView {
    /// Its id.
    id: ImportId,
    /// What the file was called.
    #[schema(example = "会员卡.xlsx")]
    file_name: String,
    /// How it stands.
    state: ImportState,
    /// Rows of the file that were read.
    rows_seen: u64,
    /// Rows that were applied.
    rows_done: u64,
    /// What came of reading the file: what applying it would do.
    report: Option<ImportReport>,
    /// What applying has done so far.
    applied: ImportApplied,
    /// Why it was rejected or has failed.
    reason: Option<ImportReason>,
    /// Since when.
    created_at: Timestamp,
    /// When it last went on.
    updated_at: Timestamp,
}

impl From<Import> for ImportView {
    fn from(import: Import) -> Self {
        let Import { id, file_name, state, rows_seen, rows_done, applied, report, reason, .. } = import;
        let (created_at, updated_at) = (import.created_at, import.updated_at);
        Self { id, file_name, state, rows_seen, rows_done, report, applied, reason, created_at, updated_at }
    }
}

/// Upload a file of cards
///
/// CSV (UTF-8 or GBK) or XLSX, as the raw body, up to 64 MiB. It is checked afterwards: nothing changes until it is
/// applied.
#[utoipa::path(params(("id" = SiteId, Path), FileName, ("Idempotency-Key" = Option<String>, Header)), request_body(content_type = "application/octet-stream", content = Vec<u8>), responses((status = CREATED, body = ImportView), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[post("/sites/{id}/imports")]
async fn begin_import(
    admin: SiteAdmin,
    imports: Data<Imports>,
    name: Query<FileName>,
    IdempotencyKey(key): IdempotencyKey,
    body: Payload,
) -> Answer<HttpResponse> {
    let file_name = name.into_inner().file_name.unwrap_or_default();
    let new = NewImport { site: admin.site, by: admin.caller.account, file_name, key };
    Ok(HttpResponse::Created().json(ImportView::from(imports.receive(new, body).await?)))
}

/// List the imports of a site, newest first
#[utoipa::path(params(("id" = SiteId, Path), Page), responses((status = OK, body = Paged<ImportView>), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[get("/sites/{id}/imports")]
async fn list_imports(admin: SiteAdmin, imports: Data<Imports>, page: Query<Page>) -> Answer<Json<Paged<ImportView>>> {
    let found = imports.list(admin.site, page.after()?, page.wanted()).await?;
    Ok(Json(page.cut(found, |import| import.id, ImportView::from)?))
}

/// See how an import stands
#[utoipa::path(params(("id" = SiteId, Path), ("import" = ImportId, Path)), responses((status = OK, body = ImportView), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[get("/sites/{id}/imports/{import}")]
async fn see_import(
    admin: SiteAdmin,
    imports: Data<Imports>,
    path: Path<(SiteId, ImportId)>,
) -> Answer<Json<ImportView>> {
    Ok(Json(imports.find(admin.site, path.1).await?.into()))
}

/// Apply a checked import
///
/// It is done afterwards, in batches; the progress shows in `rowsDone`. Those who hold a changed card are told, and doors
/// know at once.
#[utoipa::path(params(("id" = SiteId, Path), ("import" = ImportId, Path)), responses((status = ACCEPTED, body = ImportView), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[post("/sites/{id}/imports/{import}/apply")]
async fn apply_import(
    admin: SiteAdmin,
    imports: Data<Imports>,
    path: Path<(SiteId, ImportId)>,
) -> Answer<HttpResponse> {
    let import = imports.apply(admin.caller.account, admin.site, path.1).await?;
    Ok(HttpResponse::Accepted().json(ImportView::from(import)))
}

/// Give an import up
///
/// Its file is deleted.
#[utoipa::path(params(("id" = SiteId, Path), ("import" = ImportId, Path)), responses((status = OK, body = ImportView), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[post("/sites/{id}/imports/{import}/discard")]
async fn discard_import(
    admin: SiteAdmin,
    imports: Data<Imports>,
    path: Path<(SiteId, ImportId)>,
) -> Answer<Json<ImportView>> {
    Ok(Json(imports.discard(admin.site, path.1).await?.into()))
}

/// Download the cards of a site
///
/// Names, phones and plates in full: who took them and why goes into the audit log. The file can be imported again.
#[utoipa::path(params(("id" = SiteId, Path), ExportReason), responses((status = OK, content_type = "text/csv", body = String), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[get("/sites/{id}/cards.csv")]
async fn export_cards(admin: SiteAdmin, imports: Data<Imports>, why: Query<ExportReason>) -> Answer<HttpResponse> {
    let reason = why.into_inner().reason.unwrap_or_default();
    let pieces = imports.export(admin.caller.account, admin.site, &reason).await?;
    let name = DispositionParam::Filename("cards.csv".to_owned());
    let attachment = ContentDisposition { disposition: DispositionType::Attachment, parameters: vec![name] };
    let logged = |fault| {
        tracing::warn!(%fault, "an export was cut short");
        std::io::Error::other("cut short")
    };
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(attachment)
        .streaming(pieces.map_ok(actix_web::web::Bytes::from).map_err(logged)))
}
