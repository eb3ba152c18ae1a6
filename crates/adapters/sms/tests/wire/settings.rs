//! Settings that cannot work, and those that the vendors refuse.

use std::sync::Arc;

use kernel::{ManualClock, Timestamp, port::SendOutcome};
use sms::{Aliyun, Tencent};

use crate::outside::{ALIYUN, Outside, TENCENT, send};

#[tokio::test]
async fn a_clock_that_is_wrong_is_told_as_configuration() {
    let outside = Outside::start().await;
    let wrong = Arc::new(ManualClock::at(Timestamp::from_seconds(1_799_999_000)));
    let endpoint = |path| format!("http://{}{path}", outside.server.address);
    let tencent = Tencent::new(outside.tencent.settings(endpoint(TENCENT)), wrong.clone()).expect("a client");
    let aliyun = Aliyun::new(outside.aliyun.settings(endpoint(ALIYUN)), wrong).expect("a client");
    assert_eq!(send(&tencent).await, SendOutcome::Refused("tencent:AuthFailure.SignatureExpire".into()));
    assert_eq!(send(&aliyun).await, SendOutcome::Refused("aliyun:InvalidTimeStamp.Expired".into()));
}

#[tokio::test]
async fn every_wrong_setting_is_refused_and_named() {
    let outside = Outside::start().await;
    let good = outside.tencent.settings(format!("http://{}{TENCENT}", outside.server.address));
    let mut wrong = vec![good.clone(); 6];
    wrong[0].secret_id = "AKIDnone".into();
    wrong[1].secret_key = "wrong".into();
    wrong[2].app_id = "1400000002".into();
    wrong[3].sign_name = "关门".into();
    wrong[4].templates.code = "1000002".into();
    wrong[5].region = "ap-nowhere".into();
    let codes = [
        "AuthFailure.SecretIdNotFound",
        "AuthFailure.SignatureFailure",
        "UnauthorizedOperation.SmsSdkAppIdVerifyFail",
        "FailedOperation.SignatureIncorrectOrUnapproved",
        "FailedOperation.TemplateUnapprovedOrNotExist",
        "UnsupportedRegion",
    ];
    for (settings, code) in wrong.into_iter().zip(codes) {
        let outcome = send(&Tencent::new(settings, outside.clock.clone()).expect("a client")).await;
        assert_eq!(outcome, SendOutcome::Refused(format!("tencent:{code}")));
    }

    let good = outside.aliyun.settings(format!("http://{}{ALIYUN}", outside.server.address));
    let mut wrong = vec![good.clone(); 4];
    wrong[0].access_key_id = "LTAInone".into();
    wrong[1].access_key_secret = "wrong".into();
    wrong[2].sign_name = "关门".into();
    wrong[3].templates.code = "SMS_100000002".into();
    let codes = [
        "InvalidAccessKeyId.NotFound",
        "SignatureDoesNotMatch",
        "isv.SMS_SIGNATURE_ILLEGAL",
        "isv.SMS_TEMPLATE_ILLEGAL",
    ];
    for (settings, code) in wrong.into_iter().zip(codes) {
        let outcome = send(&Aliyun::new(settings, outside.clock.clone()).expect("a client")).await;
        assert_eq!(outcome, SendOutcome::Refused(format!("aliyun:{code}")));
    }
    assert_eq!(outside.delivered(), 0);
}

#[tokio::test]
async fn an_empty_setting_makes_no_client_and_is_named() {
    let outside = Outside::start().await;
    let mut tencent = outside.tencent.settings("https://sms.tencentcloudapi.com");
    tencent.secret_key = "".into();
    let error = Tencent::new(tencent, outside.clock.clone()).err().expect("an error");
    assert_eq!(error.to_string(), "sms.tencent.secret_key is empty");
    let mut aliyun = outside.aliyun.settings("https://dysmsapi.aliyuncs.com");
    aliyun.templates.code = String::new();
    let error = Aliyun::new(aliyun, outside.clock.clone()).err().expect("an error");
    assert_eq!(error.to_string(), "sms.aliyun.templates.code is empty");
    let error = Aliyun::new(outside.aliyun.settings("http://dysmsapi.aliyuncs.com"), outside.clock.clone());
    assert!(error.err().expect("an error").to_string().starts_with("sms.aliyun.endpoint must be https"));
}
