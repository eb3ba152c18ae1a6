//! The adapters of a server with vendors.

use std::sync::Arc;

use anyhow::{Context, Result};
use cardsystem::{Carsafe, CarsafeSettings, Systems};
use controllers::sim::Doors;
use door::Drivers;
use kernel::{
    Clock, RootKey,
    port::{CardSystem, DoorDriver, MailSend, SmsSend},
};
use secrecy::ExposeSecret;
use sites::Driver;
use sms::{Aliyun, Tencent, Vendor, Vendors};

use crate::{Deps, Settings, deps::ServerCache, settings::SmsVendor};

/// What the settings name.
pub(crate) fn parts(
    settings: &Settings,
    doors: Arc<Doors>,
    root: RootKey,
    cache: ServerCache,
    clock: Arc<dyn Clock>,
) -> Result<Deps> {
    let wechat = wechat::Client::new(settings.wechat.api.clone(), cache.cache.clone(), clock.clone())?;
    let (sms, mail) = (sms(settings, &clock)?, mail(settings, &clock)?);
    let pushes = crate::pushes::pushes_to(settings, clock.clone())?;
    let carsafe = carsafe(&settings.carsafe.system, &clock)?;
    let installed = carsafe.clone();
    let card_system = Box::new(move |embedded| -> Arc<dyn CardSystem> {
        Arc::new(Systems { embedded: Arc::new(embedded), carsafe: installed })
    });
    let drivers = drivers(doors, carsafe.clone());
    Ok(Deps { clock, cache, wechat, pushes, sms, mail, drivers, card_system, carsafe, root })
}

/// The installed card system, where the settings name one.
fn carsafe(settings: &CarsafeSettings, clock: &Arc<dyn Clock>) -> Result<Option<Arc<Carsafe>>> {
    if settings.base_url.is_empty() {
        return Ok(None);
    }
    Ok(Some(Arc::new(Carsafe::new(settings.clone(), clock.clone()).context("carsafe")?)))
}

/// What moves locks: virtual doors in this process, and the installed system where there is one.
pub(crate) fn drivers(virtual_doors: Arc<Doors>, installed: Option<Arc<Carsafe>>) -> Drivers {
    let sim: Arc<dyn DoorDriver> = virtual_doors;
    let installed = installed.map(|system| (Driver::Installed, system as Arc<dyn DoorDriver>));
    [(Driver::Sim, sim)].into_iter().chain(installed).collect()
}

fn sms(settings: &Settings, clock: &Arc<dyn Clock>) -> Result<Arc<dyn SmsSend>> {
    let order = settings.sms.vendors()?;
    if order.is_empty() {
        return Ok(Arc::new(sms::Console::default()));
    }
    let vendor = |one: &SmsVendor| -> Result<Arc<dyn Vendor>> {
        Ok(match one {
            SmsVendor::Aliyun => {
                Arc::new(Aliyun::new(settings.sms.aliyun.clone(), clock.clone()).context("sms.aliyun")?)
            }
            SmsVendor::Tencent => {
                Arc::new(Tencent::new(settings.sms.tencent.clone(), clock.clone()).context("sms.tencent")?)
            }
        })
    };
    let vendors = order.iter().map(vendor).collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(Vendors::new(vendors, clock.clone())))
}

fn mail(settings: &Settings, clock: &Arc<dyn Clock>) -> Result<Arc<dyn MailSend>> {
    if settings.mail.url.expose_secret().is_empty() {
        return Ok(Arc::new(mail::Console::default()));
    }
    Ok(Arc::new(mail::Smtp::new(settings.mail.clone(), clock.clone()).context("mail")?))
}
