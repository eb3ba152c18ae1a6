//! The adapters of a server with vendors.

use std::sync::Arc;

use anyhow::{Context, Result};
use cardsystem::{Carsafe, CarsafeSettings, Systems};
use controllers::sim::Doors;
use door::Drivers;
use kernel::{
    Clock,
    port::{Cache, CardSystem, DoorDriver, MailSend, SmsSend},
};
use secrecy::ExposeSecret;
use sites::Driver;
use sms::{Aliyun, AliyunSettings, AliyunTemplates, Tencent, TencentSettings, TencentTemplates, Vendor, Vendors};

use crate::{Deps, Settings, settings::SmsVendor};

/// What the settings name.
pub(crate) fn parts(
    settings: &Settings,
    doors: Arc<Doors>,
    root: [u8; 32],
    cache: Arc<dyn Cache>,
    clock: Arc<dyn Clock>,
) -> Result<Deps> {
    let wechat = wechat::Settings {
        base_url: settings.wechat.base_url.clone(),
        app_id: settings.wechat.app_id.clone(),
        app_secret: settings.wechat.app_secret.clone(),
    };
    let wechat = wechat::Client::new(wechat, cache.clone(), clock.clone())?;
    let (sms, mail) = (sms(settings, &clock)?, mail(settings, &clock)?);
    let pushes = crate::callbacks::pushes_to(settings, clock.clone())?;
    let carsafe = carsafe(&settings.carsafe, &clock)?;
    let installed = carsafe.clone();
    let card_system = Box::new(move |embedded| -> Arc<dyn CardSystem> {
        Arc::new(Systems { embedded: Arc::new(embedded), carsafe: installed })
    });
    let drivers = drivers(doors, carsafe.clone());
    Ok(Deps { clock, cache, wechat, pushes, sms, mail, drivers, card_system, carsafe, root })
}

/// The installed card system, where the settings name one.
fn carsafe(settings: &crate::settings::Carsafe, clock: &Arc<dyn Clock>) -> Result<Option<Arc<Carsafe>>> {
    if settings.base_url.is_empty() {
        return Ok(None);
    }
    let wanted = CarsafeSettings {
        from: settings.from.clone(),
        allow_plain_http: settings.allow_plain_http,
        ..CarsafeSettings::new(settings.base_url.clone(), settings.secret.clone())
    };
    Ok(Some(Arc::new(Carsafe::new(wanted, clock.clone()).context("carsafe")?)))
}

/// What moves locks: virtual doors in this process, and the installed system where there is one.
pub(crate) fn drivers(virtual_doors: Arc<Doors>, installed: Option<Arc<Carsafe>>) -> Drivers {
    let sim: Arc<dyn DoorDriver> = virtual_doors;
    let installed = installed.map(|system| (Driver::Installed, system as Arc<dyn DoorDriver>));
    [(Driver::Sim, sim)].into_iter().chain(installed).collect()
}

fn sms(settings: &Settings, clock: &Arc<dyn Clock>) -> Result<Arc<dyn SmsSend>> {
    let order = settings.sms_vendors()?;
    if order.is_empty() {
        return Ok(Arc::new(sms::Console::default()));
    }
    let vendor = |one: &SmsVendor| -> Result<Arc<dyn Vendor>> {
        Ok(match one {
            SmsVendor::Aliyun => Arc::new(aliyun(&settings.sms.aliyun, clock).context("sms.aliyun")?),
            SmsVendor::Tencent => Arc::new(tencent(&settings.sms.tencent, clock).context("sms.tencent")?),
        })
    };
    let vendors = order.iter().map(vendor).collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(Vendors::new(vendors, clock.clone())))
}

fn aliyun(settings: &crate::settings::Aliyun, clock: &Arc<dyn Clock>) -> Result<Aliyun, sms::Error> {
    let settings = AliyunSettings {
        endpoint: settings.endpoint.clone(),
        access_key_id: settings.access_key_id.clone(),
        access_key_secret: settings.access_key_secret.clone(),
        sign_name: settings.sign_name.clone(),
        templates: AliyunTemplates { code: settings.templates.code.clone() },
    };
    Aliyun::new(settings, clock.clone())
}

fn tencent(settings: &crate::settings::Tencent, clock: &Arc<dyn Clock>) -> Result<Tencent, sms::Error> {
    let settings = TencentSettings {
        endpoint: settings.endpoint.clone(),
        secret_id: settings.secret_id.clone(),
        secret_key: settings.secret_key.clone(),
        app_id: settings.app_id.clone(),
        sign_name: settings.sign_name.clone(),
        region: settings.region.clone(),
        templates: TencentTemplates { code: settings.templates.code.clone() },
    };
    Tencent::new(settings, clock.clone())
}

fn mail(settings: &Settings, clock: &Arc<dyn Clock>) -> Result<Arc<dyn MailSend>> {
    if settings.mail.url.expose_secret().is_empty() {
        return Ok(Arc::new(mail::Console::default()));
    }
    let settings = mail::MailSettings { url: settings.mail.url.clone(), from: settings.mail.from.clone() };
    Ok(Arc::new(mail::Smtp::new(settings, clock.clone()).context("mail")?))
}
