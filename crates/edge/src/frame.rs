use actix_web::{
    HttpRequest,
    web::{self, PathConfig, PayloadConfig, QueryConfig},
};
use kernel::{Code, Kind};

use crate::{Answer, Problem};

const NO_SUCH_PLACE: Code = Code::new(Kind::NotFound, "no-such-place", "没有这个地址");
const BAD_QUERY: Code = Code::new(Kind::Malformed, "bad-query", "地址中的参数有误");
/// The most bytes a body may have.
const BODY: usize = 64 * 1024;

/// Makes actix's own failures speak the same language as ours.
pub fn frame(config: &mut web::ServiceConfig) {
    config
        .app_data(PayloadConfig::new(BODY))
        .app_data(PathConfig::default().error_handler(|_, _: &HttpRequest| Problem::from(kernel::NOT_FOUND).into()))
        .app_data(QueryConfig::default().error_handler(|_, _: &HttpRequest| Problem::from(BAD_QUERY).into()))
        .default_service(web::to(|| async { Answer::<&str>::Err(NO_SUCH_PLACE.into()) }));
}
