//! The mini-program in a browser, at `/app`: the files that its build made.

use std::path::{Path, PathBuf};

use actix_files::Files;
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, HeaderValue, LOCATION},
    middleware::DefaultHeaders,
    web,
};
use edge::Problem;
use kernel::{Code, Kind, NOT_FOUND};

const NOT_BUILT: Code =
    Code::new(Kind::NotFound, "app-not-built", "网页版小程序尚未构建，请安装 Node 20 或更新版本后用 make run 启动");
const PAGE: &str = "index.html";

/// Whether the build is there.
pub(crate) fn is_built(folder: &Path) -> bool {
    folder.join(PAGE).is_file()
}

pub(crate) fn routes(folder: &Path) -> impl FnOnce(&mut web::ServiceConfig) + use<> {
    let folder: PathBuf = folder.to_owned();
    move |config| {
        if !is_built(&folder) {
            let missing = || async { Err::<HttpResponse, _>(Problem::from(NOT_BUILT)) };
            config.route("/app", web::get().to(missing)).route("/app/{_:.*}", web::get().to(missing));
            return;
        }
        let moved = || async { HttpResponse::Found().insert_header((LOCATION, "/app/")).finish() };
        let missing = || async { Err::<HttpResponse, _>(Problem::from(NOT_FOUND)) };
        // asked for again each time, and sent again only when another build is there
        let fresh = DefaultHeaders::new().add((CACHE_CONTROL, HeaderValue::from_static("no-cache")));
        let files = Files::new("/", folder).index_file(PAGE).prefer_utf8(true).default_handler(web::to(missing));
        config.route("/app", web::get().to(moved)).service(web::scope("/app").wrap(fresh).service(files));
    }
}
