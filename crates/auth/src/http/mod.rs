//! Accounts over HTTP.

mod entry;
mod inputs;
mod me;
mod roles;
mod site_admin;
mod views;

use actix_web::web::Data;
pub use site_admin::SiteAdmin;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::Accounts;

pub(crate) fn routes(accounts: Accounts, config: &mut ServiceConfig<'_>) {
    config.app_data(Data::new(accounts));
    entry::routes(config);
    me::routes(config);
    roles::routes(config);
}
