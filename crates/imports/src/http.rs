//! Imports over HTTP, the same routes below a path of each subject's; and files to take away.

use actix_web::{
    HttpRequest, HttpResponse,
    dev::{AppService, HttpServiceFactory},
    get,
    http::header::{CONTENT_TYPE, ContentDisposition, DispositionParam, DispositionType},
    post,
    web::{Bytes, Data, Json, Path, Payload, Query},
};
use auth::http::SiteAdmin;
use edge::{Answer, IdempotencyKey, Page, Paged};
use futures_util::{Stream, TryStreamExt, stream};
use kernel::{Code, ImportId, Kind, Result, SiteId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{
    IntoParams, ToSchema,
    openapi::{Paths, RefOr, Schema},
};
use utoipa_actix_web::{OpenApiFactory, scope, service_config::ServiceConfig};

use crate::{
    import::{Import, ImportState},
    report::{Reason, Report, Tally},
    service::{Imports, NewImport},
};

const IS_FORM: Code =
    Code::new(Kind::Malformed, "import-is-form", "收到的是表单（multipart/form-data），请把文件本身作为请求内容上传");

/// The routes of the imports of one subject.
pub fn routes(imports: Imports, config: &mut ServiceConfig<'_>) {
    let route = imports.route;
    let prefix = format!("/sites/{{id}}/{route}");
    let routes = scope(prefix.as_str()).app_data(Data::new(imports)).configure(|config| {
        config
            .service(begin_import)
            .service(list_imports)
            .service(import_template)
            .service(see_import)
            .service(apply_import)
            .service(discard_import);
    });
    config.service(Of { route, routes });
}

/// The routes of one subject. In the description its operations have names of their own.
struct Of<R> {
    route: &'static str,
    routes: R,
}

impl<R: HttpServiceFactory> HttpServiceFactory for Of<R> {
    fn register(self, config: &mut AppService) {
        self.routes.register(config);
    }
}

impl<R: OpenApiFactory> OpenApiFactory for Of<R> {
    fn paths(&self) -> Paths {
        let one = self.route.trim_end_matches('s').replace('-', "_");
        let mut paths = self.routes.paths();
        for item in paths.paths.values_mut() {
            for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
                operation.operation_id = operation.operation_id.as_ref().map(|id| id.replace("import", &one));
            }
        }
        paths
    }

    fn schemas(&self, schemas: &mut Vec<(String, RefOr<Schema>)>) {
        self.routes.schemas(schemas);
    }
}

/// The name of the uploaded file.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct FileName {
    /// Shown in the list of imports, at most 190 characters. The type of the file is detected from its content.
    #[param(example = "会员卡.xlsx")]
    file_name: Option<String>,
}

/// The reason of an export.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportReason {
    /// Reason for the audit log.
    #[param(min_length = 2, max_length = 100, example = "年度核对")]
    reason: Option<String>,
}

impl ExportReason {
    /// As it was typed; empty where it was not.
    pub fn text(&self) -> &str {
        self.reason.as_deref().unwrap_or_default()
    }
}

/// Whether the file is wrapped in a form, as HTML forms and `wx.uploadFile` send it.
fn is_form(request: &HttpRequest) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.trim_start().get(..10).is_some_and(|kind| kind.eq_ignore_ascii_case("multipart/"))
}

/// A file to take away, as it is written.
pub fn attachment(name: &str, pieces: impl Stream<Item = Result<Vec<u8>>> + 'static) -> HttpResponse {
    let name = DispositionParam::Filename(name.to_owned());
    let attachment = ContentDisposition { disposition: DispositionType::Attachment, parameters: vec![name] };
    let logged = |fault| {
        tracing::warn!(error.cause = %fault, "export aborted");
        std::io::Error::other("cut short")
    };
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(attachment)
        .streaming(pieces.map_ok(Bytes::from).map_err(logged))
}

/// An import of a file.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Import)]
pub struct ImportView {
    /// Import id.
    id: ImportId,
    /// Name of the uploaded file.
    #[schema(example = "会员卡.xlsx")]
    file_name: String,
    /// State of the import.
    state: ImportState,
    /// Number of rows read.
    rows_seen: u64,
    /// Number of rows applied.
    rows_done: u64,
    /// Result of checking the file: what applying it would do.
    report: Option<Report>,
    /// Rows applied so far, by effect.
    applied: Tally,
    /// Why the import was rejected or has failed.
    reason: Option<Reason>,
    /// When the file was uploaded.
    created_at: Timestamp,
    /// When the import last made progress.
    updated_at: Timestamp,
}

impl From<Import> for ImportView {
    fn from(import: Import) -> Self {
        let Import { id, file_name, state, rows_seen, rows_done, applied, report, reason, .. } = import;
        let (created_at, updated_at) = (import.created_at, import.updated_at);
        Self { id, file_name, state, rows_seen, rows_done, report, applied, reason, created_at, updated_at }
    }
}

/// Upload a file to import
///
/// CSV (UTF-8 or GBK) or XLSX as the raw body, not in a form, at most 64 MiB and 200,000 rows. The file is checked in the background;
/// nothing changes until the import is applied.
#[utoipa::path(params(("id" = SiteId, Path), FileName, ("Idempotency-Key" = Option<String>, Header)), request_body(content_type = "application/octet-stream", content = Vec<u8>), responses((status = CREATED, body = ImportView), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[post("")]
async fn begin_import(
    admin: SiteAdmin,
    imports: Data<Imports>,
    name: Query<FileName>,
    IdempotencyKey(key): IdempotencyKey,
    request: HttpRequest,
    body: Payload,
) -> Answer<HttpResponse> {
    if is_form(&request) {
        return Err(IS_FORM.into());
    }
    let file_name = name.into_inner().file_name.unwrap_or_default();
    let new = NewImport { site: admin.site, by: admin.caller.account, file_name, key };
    Ok(HttpResponse::Created().json(ImportView::from(imports.receive(new, body).await?)))
}

/// List imports, newest first
#[utoipa::path(params(("id" = SiteId, Path), Page), responses((status = OK, body = Paged<ImportView>), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[get("")]
async fn list_imports(admin: SiteAdmin, imports: Data<Imports>, page: Query<Page>) -> Answer<Json<Paged<ImportView>>> {
    let found = imports.list(admin.site, page.after()?, page.wanted()).await?;
    Ok(Json(page.cut(found, |import| import.id, ImportView::from)?))
}

/// Download a template
///
/// A CSV file without rows. Its header has every column that an import reads.
#[utoipa::path(params(("id" = SiteId, Path)), responses((status = OK, content_type = "text/csv", body = String), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[get("/template.csv")]
async fn import_template(admin: SiteAdmin, imports: Data<Imports>) -> Answer<HttpResponse> {
    let file = imports.template(admin.site).await?;
    Ok(attachment("template.csv", stream::once(async move { Ok(file) })))
}

/// Get an import
#[utoipa::path(params(("id" = SiteId, Path), ("import" = ImportId, Path)), responses((status = OK, body = ImportView), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[get("/{import}")]
async fn see_import(
    admin: SiteAdmin,
    imports: Data<Imports>,
    path: Path<(SiteId, ImportId)>,
) -> Answer<Json<ImportView>> {
    Ok(Json(imports.find(admin.site, path.1).await?.into()))
}

/// Apply a checked import
///
/// Rows are applied in the background, in batches; `rowsDone` shows the progress. Holders of changed cards get a
/// notice, and doors use the new data at once.
#[utoipa::path(params(("id" = SiteId, Path), ("import" = ImportId, Path)), responses((status = ACCEPTED, body = ImportView), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[post("/{import}/apply")]
async fn apply_import(
    admin: SiteAdmin,
    imports: Data<Imports>,
    path: Path<(SiteId, ImportId)>,
) -> Answer<HttpResponse> {
    let import = imports.apply(admin.caller.account, admin.site, path.1).await?;
    Ok(HttpResponse::Accepted().json(ImportView::from(import)))
}

/// Discard an import
///
/// The uploaded file is deleted.
#[utoipa::path(params(("id" = SiteId, Path), ("import" = ImportId, Path)), responses((status = OK, body = ImportView), edge::Problems), tag = "site administration", security(("bearer" = [])))]
#[post("/{import}/discard")]
async fn discard_import(
    admin: SiteAdmin,
    imports: Data<Imports>,
    path: Path<(SiteId, ImportId)>,
) -> Answer<Json<ImportView>> {
    Ok(Json(imports.discard(admin.site, path.1).await?.into()))
}
