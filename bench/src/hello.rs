//! The bare handler: what the HTTP library alone gives on this machine.

use std::net::SocketAddr;

use actix_web::{App, HttpResponse, HttpServer, rt::System, web};

pub const HELLO: &str = r#"{"hello":"world"}"#;

async fn hello() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(HELLO)
}

/// Serves it with one worker until it is told to stop.
///
/// # Errors
/// When it cannot listen there.
pub fn serve(listen: SocketAddr) -> std::io::Result<()> {
    let server = || HttpServer::new(|| App::new().route("/", web::get().to(hello))).workers(1).bind(listen);
    System::new().block_on(async { server()?.run().await })
}
