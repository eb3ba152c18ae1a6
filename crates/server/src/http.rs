use actix_web::{
    App as HttpApp,
    body::MessageBody,
    dev::{Service, ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::Compress,
};
use utoipa::openapi::OpenApi;
use utoipa_actix_web::{AppExt, scope};

use crate::{App, browser, callbacks, health};

impl App {
    /// The HTTP application and its description.
    pub fn http(
        self,
    ) -> (
        HttpApp<
            impl ServiceFactory<
                ServiceRequest,
                Config = (),
                Response = ServiceResponse<impl MessageBody>,
                Error = actix_web::Error,
                InitError = (),
            >,
        >,
        OpenApi,
    ) {
        let features = self.features.clone();
        let mut people = scope("/v1");
        let mut devices = scope("/device/v1");
        for feature in features.iter() {
            people = people.configure(|config| feature.mount(config));
            devices = devices.configure(|config| feature.mount_for_devices(config));
        }
        let (app, openapi) = HttpApp::new()
            .app_data(self.tokens.clone())
            .app_data(self.sign_ins.clone())
            .app_data(self.proxies.clone())
            .app_data(self.draining.clone())
            .configure(edge::frame)
            .configure(health::routes(self.clone()))
            .configure(callbacks::routes)
            .configure(browser::routes(&self.app_dir))
            .into_utoipa_app()
            .openapi(edge::openapi())
            .service(people)
            .service(devices)
            .split_for_parts();
        (app.configure(viewer(&openapi)).wrap(edge::Guard).wrap_fn(within_request).wrap(Compress::default()), openapi)
    }
}

fn within_request<S: Service<ServiceRequest>>(
    request: ServiceRequest,
    service: &S,
) -> impl Future<Output = Result<S::Response, S::Error>> + use<S> {
    store::within_request(service.call(request))
}

#[cfg(feature = "docs")]
fn viewer(openapi: &OpenApi) -> impl FnOnce(&mut actix_web::web::ServiceConfig) + use<> {
    use actix_web::{HttpResponse, http::header, web};
    let viewer = utoipa_swagger_ui::SwaggerUi::new("/docs/{_:.*}").url("/docs/openapi.json", openapi.clone());
    move |config| {
        let moved = || async { HttpResponse::Found().insert_header((header::LOCATION, "/docs/")).finish() };
        config.route("/docs", web::get().to(moved)).service(viewer);
    }
}

#[cfg(not(feature = "docs"))]
fn viewer(_: &OpenApi) -> impl FnOnce(&mut actix_web::web::ServiceConfig) + use<> {
    |_| ()
}
