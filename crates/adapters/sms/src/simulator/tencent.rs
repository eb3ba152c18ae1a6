use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use kernel::{Clock, Phone, Timestamp, random};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Fault, Inbox, Reply, Request,
    fault::{Faults, meet},
    limits::{Counts, Limit},
    reply::request_id,
    request::part,
};
use crate::{
    TencentSettings, TencentTemplates,
    signing::{self, hex, tc3},
    tencent::{ACTION, SERVICE, VERSION},
};

const SKEW_SECONDS: u64 = 300;
const REGIONS: [&str; 3] = ["ap-guangzhou", "ap-beijing", "ap-nanjing"];
const LIMITS: [Limit; 3] = [
    Limit { span: Duration::from_secs(30), messages: 1, says: "LimitExceeded.PhoneNumberThirtySecondLimit" },
    Limit { span: Duration::from_secs(3_600), messages: 5, says: "LimitExceeded.PhoneNumberOneHourLimit" },
    Limit { span: Duration::from_secs(86_400), messages: 10, says: "LimitExceeded.PhoneNumberDailyLimit" },
];

const SIGN_NAME: &str = "开门";
const TEMPLATE: &str = "1000001";

/// Tencent Cloud's SMS service, knowing one account with one application, signature and code template. Shared between
/// threads by reference.
///
/// The one path of the vendor is `/`, and that is what clients sign: this one, which is mounted deeper, holds `/` for
/// signed too and does not ask by which path a request came. As at the vendor there is no nonce: the same request is
/// taken again for 5 minutes.
pub struct TencentSim {
    secret_id: String,
    secret_key: SecretString,
    app_id: String,
    inbox: Arc<Inbox>,
    clock: Arc<dyn Clock>,
    limits: &'static [Limit],
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    faults: Faults,
    counts: Counts,
}

/// A code of the vendor's, and what it says beside.
type Refusal = (&'static str, &'static str);

impl TencentSim {
    /// A vendor with a fresh account, delivering into this inbox.
    pub fn new(inbox: Arc<Inbox>, clock: Arc<dyn Clock>) -> Self {
        let secret_key = SecretString::from(hex(&random::<16>()));
        let (secret_id, app_id) = (format!("AKID{}", hex(&random::<16>())), "1400000001".to_owned());
        Self { secret_id, secret_key, app_id, inbox, clock, limits: &[], state: Mutex::default() }
    }

    /// The same with the vendor's default limits per number: 1 in 30 s, 5 in an hour, 10 in a day.
    #[must_use]
    pub fn with_limits(mut self) -> Self {
        self.limits = &LIMITS;
        self
    }

    /// What a client needs to send by this account, at the endpoint where this is mounted.
    pub fn settings(&self, endpoint: impl Into<String>) -> TencentSettings {
        TencentSettings {
            endpoint: endpoint.into(),
            secret_id: self.secret_id.clone(),
            secret_key: self.secret_key.clone(),
            app_id: self.app_id.clone(),
            sign_name: SIGN_NAME.to_owned(),
            region: REGIONS[0].to_owned(),
            templates: TencentTemplates { code: TEMPLATE.to_owned() },
        }
    }

    pub fn answer(&self, request: &Request) -> Reply {
        let fault = self.state().faults.next();
        meet(fault, || self.send_sms(request), injected)
    }

    /// Control side: the next `times` calls go wrong in this way. Faults are used up in the order they were asked for.
    pub fn inject(&self, fault: Fault, times: u32) {
        self.state().faults.add(fault, times);
    }

    fn send_sms(&self, request: &Request) -> Reply {
        let taken = self.authenticate(request).and_then(|()| self.read(&request.body));
        let send = match taken {
            Ok(send) => send,
            Err((code, message)) => return refusal(code, message),
        };
        let statuses: Vec<_> = send.phone_number_set.iter().map(|phone| self.send_one(phone, &send)).collect();
        response(json!({ "SendStatusSet": statuses }))
    }

    fn authenticate(&self, request: &Request) -> Result<(), Refusal> {
        if request.method != "POST" {
            return Err(("UnsupportedProtocol", "The protocol is not supported"));
        }
        let header = |name| request.header(name).ok_or(("MissingParameter", "A required header is missing"));
        let seconds: i64 =
            header("x-tc-timestamp")?.parse().map_err(|_| ("InvalidParameter", "X-TC-Timestamp is no number"))?;
        let now = self.clock.now().seconds();
        if now.abs_diff(seconds) > SKEW_SECONDS {
            return Err(("AuthFailure.SignatureExpire", "The provided credentials have expired"));
        }
        let authorization = header("authorization")?;
        let malformed = ("AuthFailure.InvalidAuthorization", "The Authorization header is malformed");
        let credential = part(authorization, "Credential=").ok_or(malformed)?;
        if credential.split('/').next() != Some(self.secret_id.as_str()) {
            return Err(("AuthFailure.SecretIdNotFound", "The SecretId is not found"));
        }
        let names: Vec<_> = part(authorization, "SignedHeaders=").ok_or(malformed)?.split(';').collect();
        let has_required = ["content-type", "host"].iter().all(|required| names.contains(required));
        if !has_required || !names.is_sorted() {
            return Err(malformed);
        }
        let mismatch = (
            "AuthFailure.SignatureFailure",
            "The provided credentials could not be validated. Please check your signature is correct.",
        );
        let values = names.iter().map(|name| request.header(name).map(str::to_ascii_lowercase));
        let values = values.collect::<Option<Vec<_>>>().ok_or(mismatch)?;
        let headers: Vec<_> = names.into_iter().zip(values.iter().map(String::as_str)).collect();
        let signed = signing::Request {
            method: &request.method,
            path: "/",
            query: &request.query,
            headers: &headers,
            payload: &request.body,
        };
        let scope = tc3::Scope { at: Timestamp::from_seconds(seconds), service: SERVICE };
        if tc3::authorization(&signed, &scope, &self.secret_id, &self.secret_key) != authorization {
            return Err(mismatch);
        }
        if !header("content-type")?.starts_with("application/json") {
            return Err(("InvalidParameter", "Content-Type must be application/json"));
        }
        if header("x-tc-action")? != ACTION {
            return Err(("InvalidAction", "The action is not found"));
        }
        if header("x-tc-version")? != VERSION {
            return Err(("NoSuchVersion", "The version does not exist"));
        }
        if !REGIONS.contains(&header("x-tc-region")?) {
            return Err(("UnsupportedRegion", "The region is not supported"));
        }
        Ok(())
    }

    fn read(&self, body: &[u8]) -> Result<Send, Refusal> {
        const MOST: usize = 200;
        const LONGEST_CONTEXT: usize = 511;
        let send: Send = serde_json::from_slice(body)
            .map_err(|_| ("InvalidParameter", "The body is no JSON, or lacks a parameter, or has an unknown one"))?;
        if send.phone_number_set.is_empty() {
            return Err(("MissingParameter.EmptyPhoneNumberSet", "PhoneNumberSet is empty"));
        }
        if send.phone_number_set.len() > MOST {
            return Err(("LimitExceeded.PhoneNumberCountLimit", "PhoneNumberSet is too long"));
        }
        if send.session_context.len() > LONGEST_CONTEXT {
            return Err(("InvalidParameter", "SessionContext is too long"));
        }
        if send.sms_sdk_app_id != self.app_id {
            return Err(("UnauthorizedOperation.SmsSdkAppIdVerifyFail", "SmsSdkAppId verify fail"));
        }
        Ok(send)
    }

    fn send_one(&self, number: &str, send: &Send) -> Value {
        match self.deliver(number, send) {
            Ok(()) => {
                let serial = format!("2433:{:020}", u64::from_be_bytes(random()));
                status(&serial, number, &send.session_context, ("Ok", "send success"))
            }
            Err(refusal) => status("", number, &send.session_context, refusal),
        }
    }

    fn deliver(&self, number: &str, send: &Send) -> Result<(), Refusal> {
        if send.sign_name != SIGN_NAME {
            return Err(("FailedOperation.SignatureIncorrectOrUnapproved", "signature is incorrect or unapproved"));
        }
        if send.template_id != TEMPLATE {
            return Err(("FailedOperation.TemplateUnapprovedOrNotExist", "template is unapproved or does not exist"));
        }
        let [code] = send.template_param_set.as_slice() else {
            return Err((
                "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
                "the number of parameters is not the template's",
            ));
        };
        if code.contains("://") || code.contains("www.") {
            let code = "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter";
            return Err((code, "a parameter holds a URL"));
        }
        if code.len() > 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            let code = "InvalidParameterValue.TemplateParameterFormatError";
            return Err((code, "verification code templates take 0 to 6 digits"));
        }
        let phone = number
            .strip_prefix("+86")
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(Phone::parse)
            .ok_or(("InvalidParameterValue.IncorrectPhoneNumber", "incorrect phone number"))?;
        let counted = self.state().counts.take(phone.expose(), self.limits, self.clock.now());
        counted.map_err(|limit| (limit.says, "the number got too many messages"))?;
        self.inbox.deliver(phone, code.as_str().into(), send.session_context.clone());
        Ok(())
    }

    /// A panic elsewhere leaves nothing half done here, so a poisoned lock is as good as any.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The parameters of SendSms that we know; the vendor refuses what it does not know, and so does this.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Send {
    phone_number_set: Vec<String>,
    sms_sdk_app_id: String,
    template_id: String,
    #[serde(default)]
    sign_name: String,
    #[serde(default)]
    template_param_set: Vec<String>,
    #[serde(default)]
    session_context: String,
}

fn response(mut response: Value) -> Reply {
    response["RequestId"] = request_id().into();
    Reply::json(200, &json!({ "Response": response }))
}

fn refusal(code: &str, message: &str) -> Reply {
    response(json!({ "Error": { "Code": code, "Message": message } }))
}

fn status(serial: &str, number: &str, context: &str, (code, message): (&str, &str)) -> Value {
    let (fee, country) = if serial.is_empty() { (0, "") } else { (1, "CN") };
    json!({
        "SerialNo": serial,
        "PhoneNumber": number,
        "Fee": fee,
        "SessionContext": context,
        "Code": code,
        "Message": message,
        "IsoCode": country,
    })
}

/// What concerns the message stands beside its number, what concerns the call stands alone.
fn injected(code: &str) -> Reply {
    let of_message = ["FailedOperation.", "InternalError.", "InvalidParameterValue.", "LimitExceeded."];
    if of_message.iter().any(|family| code.starts_with(family)) {
        return response(json!({ "SendStatusSet": [status("", "", "", (code, "injected"))] }));
    }
    refusal(code, "injected")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kernel::{ManualClock, Timestamp};
    use secrecy::ExposeSecret;
    use serde_json::json;

    use super::{SIGN_NAME, TEMPLATE, TencentSim};
    use crate::simulator::Inbox;

    fn vendor() -> TencentSim {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_800_000_000)));
        TencentSim::new(Arc::new(Inbox::new(clock.clone())), clock)
    }

    /// The code for this number and these parameters.
    fn verdict(vendor: &TencentSim, number: &str, parameters: &[&str]) -> &'static str {
        let body = json!({
            "PhoneNumberSet": [number],
            "SmsSdkAppId": vendor.app_id,
            "TemplateId": TEMPLATE,
            "SignName": SIGN_NAME,
            "TemplateParamSet": parameters,
        });
        let send = vendor.read(body.to_string().as_bytes()).expect("a body");
        vendor.deliver(number, &send).map_or_else(|(code, _)| code, |()| "Ok")
    }

    #[test]
    fn a_number_is_written_with_its_country_and_a_code_has_up_to_six_digits() {
        let vendor = vendor();
        for code in ["271828", "1", ""] {
            assert_eq!(verdict(&vendor, "+8613800001234", &[code]), "Ok", "{code}");
            assert_eq!(vendor.inbox.sent_to(None)[0].code.expose_secret(), code);
        }
        for number in ["13800001234", "8613800001234", "+86 13800001234", "+8612800001234", "+85251234567", ""] {
            let expected = "InvalidParameterValue.IncorrectPhoneNumber";
            assert_eq!(verdict(&vendor, number, &["271828"]), expected, "{number}");
        }
        for code in ["2718281", "27182a", "２７１８", " 27182"] {
            let expected = "InvalidParameterValue.TemplateParameterFormatError";
            assert_eq!(verdict(&vendor, "+8613800001234", &[code]), expected, "{code}");
        }
        for (parameters, expected) in [
            (&["https://a"][..], "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter"),
            (&[], "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"),
            (&["1", "2"], "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"),
        ] {
            assert_eq!(verdict(&vendor, "+8613800001234", parameters), expected);
        }
        assert_eq!(vendor.inbox.sent_to(None).len(), 3);
    }

    #[test]
    fn a_body_has_what_the_vendor_knows_and_nothing_else() {
        let vendor = vendor();
        let good =
            json!({ "PhoneNumberSet": ["+8613800001234"], "SmsSdkAppId": vendor.app_id, "TemplateId": TEMPLATE });
        assert!(vendor.read(good.to_string().as_bytes()).is_ok());
        for (name, value, expected) in [
            ("Unknown", json!(1), "InvalidParameter"),
            ("TemplateId", json!(1_000_001), "InvalidParameter"),
            ("SessionContext", json!("x".repeat(512)), "InvalidParameter"),
            ("PhoneNumberSet", json!([]), "MissingParameter.EmptyPhoneNumberSet"),
            ("PhoneNumberSet", json!(vec!["+8613800001234"; 201]), "LimitExceeded.PhoneNumberCountLimit"),
            ("SmsSdkAppId", json!("1400000002"), "UnauthorizedOperation.SmsSdkAppIdVerifyFail"),
        ] {
            let mut body = good.clone();
            body[name] = value;
            let refusal = vendor.read(body.to_string().as_bytes()).err().expect(name);
            assert_eq!(refusal.0, expected, "{name}");
        }
        assert!(vendor.read(b"not JSON").is_err());
    }
}
