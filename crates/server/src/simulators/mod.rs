//! The simulators, mounted under `/_sim` for loopback peers: what the outside would be, and a hand to move it.

mod carsafe;
mod carsafe_server;
mod doors;
mod faults;
mod mail;
mod operator;
mod readers;
mod sms;
mod state;
mod wechat;

use actix_web::{
    guard::GuardContext,
    web::{self, Data},
};

pub(crate) use self::state::{Mounted, Simulators};

/// A loopback peer that speaks for itself: a proxy on this machine speaks for anybody.
fn is_near(context: &GuardContext<'_>) -> bool {
    let relayed = ["x-forwarded-for", "forwarded", "x-real-ip"];
    if relayed.iter().any(|name| context.head().headers().contains_key(*name)) {
        return false;
    }
    context.head().peer_addr.is_some_and(|peer| peer.ip().is_loopback())
}

pub(crate) fn routes(mounted: Option<Data<Mounted>>) -> impl FnOnce(&mut web::ServiceConfig) {
    move |config| {
        let Some(mounted) = mounted else { return };
        config.service(
            web::scope("/_sim")
                .guard(actix_web::guard::fn_guard(is_near))
                .app_data(mounted)
                .configure(wechat::routes)
                .configure(sms::routes)
                .configure(mail::routes)
                .configure(operator::routes)
                .configure(carsafe::routes)
                .configure(doors::routes)
                .configure(faults::routes),
        );
    }
}
