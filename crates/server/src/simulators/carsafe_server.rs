//! The installed card system, on a port of its own: it can be stopped.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{Arc, Mutex, PoisonError},
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev::ServerHandle, http::StatusCode, web};
use anyhow::Result;
use cardsystem::simulator::CarsafeSim;

/// The stand-in and the server before it.
pub(super) struct CarsafeServer {
    pub(super) system: Arc<CarsafeSim>,
    address: SocketAddr,
    running: Mutex<Option<ServerHandle>>,
}

impl CarsafeServer {
    pub(super) fn start(system: CarsafeSim) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let (system, address) = (Arc::new(system), listener.local_addr()?);
        let running = Mutex::new(Some(serve(system.clone(), listener)?));
        Ok(Self { system, address, running })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on nobody answers at its port.
    pub(super) async fn stop(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(handle) = running {
            handle.stop(false).await;
        }
    }

    pub(super) fn restart(&self) -> std::io::Result<()> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.is_none() {
            *running = Some(serve(self.system.clone(), TcpListener::bind(self.address)?)?);
        }
        Ok(())
    }
}

fn serve(system: Arc<CarsafeSim>, listener: TcpListener) -> std::io::Result<ServerHandle> {
    let system = web::Data::from(system);
    let app = move || App::new().app_data(system.clone()).default_service(web::to(answer));
    let server = HttpServer::new(app).workers(1).disable_signals().listen(listener)?.run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok(handle)
}

async fn answer(request: HttpRequest, system: web::Data<CarsafeSim>, body: web::Bytes) -> HttpResponse {
    let reply = system.handle(request.method().as_str(), request.path(), &body);
    let status = StatusCode::from_u16(reply.status).unwrap_or_default();
    HttpResponse::build(status).content_type(reply.content_type).body(reply.body)
}
