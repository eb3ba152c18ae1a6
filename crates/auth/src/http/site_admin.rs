use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use edge::{Caller, CurrentCaller, Problem};
use kernel::{NOT_FOUND, SiteId};

use crate::{Accounts, Role};

/// Who is asking, and that they run the site which the path names by `{id}`: a site's administrator or the platform's.
/// Their sign-in stands at this moment. Everybody else is answered `forbidden`, whether or not there is such a site.
#[derive(Clone, Copy, Debug)]
pub struct SiteAdmin {
    pub caller: Caller,
    pub site: SiteId,
}

impl FromRequest for SiteAdmin {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = CurrentCaller::from_request(request, payload);
        let site = request.match_info().get("id").and_then(|id| id.parse::<SiteId>().ok());
        let accounts = request.app_data::<Data<Accounts>>().cloned();
        Box::pin(async move {
            let CurrentCaller(caller) = caller.await?;
            let (accounts, site) = (accounts.ok_or(NOT_FOUND)?, site.ok_or(NOT_FOUND)?);
            accounts.require(caller, Role::SiteAdmin, Some(site)).await?;
            Ok(Self { caller, site })
        })
    }
}
