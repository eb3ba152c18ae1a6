//! What is never told.

use std::{sync::Arc, time::Duration};

use kernel::{Phone, port::SmsSend};
use secrecy::ExposeSecret;
use sms::{Aliyun, Tencent, Vendor, Vendors, simulator::Fault};

use crate::{
    log,
    loopback::Loopback,
    outside::{CODE, Outside, PHONE, REFERENCE},
};

#[tokio::test]
async fn neither_phone_nor_code_nor_secret_shows_in_any_error_or_log() {
    log::begin();
    let outside = Outside::start().await;
    let silent = Loopback::say_nothing().await;
    let phone = Phone::parse(PHONE).expect("a number");
    let mut shown = String::new();
    let mut show = async |vendor: Arc<dyn Vendor>| {
        let failure = vendor.send(&phone, &CODE.into(), REFERENCE).await.expect_err("a failure");
        shown += &format!("{failure} {failure:?} {failure:#?}\n");
        let chain = Vendors::new(vec![vendor], outside.clock.clone());
        shown += &format!("{:?}\n", chain.send_code(&phone, &CODE.into(), REFERENCE).await);
    };
    for endpoint in ["http", "https"].map(|scheme| format!("{scheme}://{}", silent.address)) {
        let (tencent, aliyun) = (outside.tencent.settings(&endpoint), outside.aliyun.settings(&endpoint));
        let soon = Duration::from_millis(50);
        show(Arc::new(Tencent::new(tencent, outside.clock.clone()).expect("a client").with_deadline(soon))).await;
        show(Arc::new(Aliyun::new(aliyun, outside.clock.clone()).expect("a client").with_deadline(soon))).await;
    }
    for fault in [
        Fault::Code("isv.OUT_OF_SERVICE".into()),
        Fault::Code("AuthFailure.SignatureFailure".into()),
        Fault::Code(format!("echo {PHONE} {CODE}")),
        Fault::Status(500),
        Fault::Html,
        Fault::TruncatedJson,
        Fault::Lost,
    ] {
        outside.tencent.inject(fault.clone(), 2);
        outside.aliyun.inject(fault, 2);
        show(Arc::new(outside.tencent())).await;
        show(Arc::new(outside.aliyun())).await;
    }
    let logged = log::text();
    assert!(logged.contains(REFERENCE) && logged.contains("http-500"), "{logged}");
    let (tencent, aliyun) = (outside.tencent.settings(""), outside.aliyun.settings(""));
    shown += &format!("{tencent:?} {aliyun:?}\n");
    let secrets = [tencent.secret_key.expose_secret(), aliyun.access_key_secret.expose_secret()];
    for text in [shown, logged] {
        for kept in [PHONE, CODE, "PhoneNumber", "TemplateParam", "Credential"].into_iter().chain(secrets) {
            assert!(!text.contains(kept), "{kept} in {text}");
        }
    }
}
