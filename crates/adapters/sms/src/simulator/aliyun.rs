use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use kernel::{Clock, Phone, Timestamp, random, sha256};
use secrecy::SecretString;
use serde_json::{Map, Value, json};

use super::{
    Fault, Inbox, Reply, Request,
    fault::{Faults, meet},
    limits::{Counts, Limit},
    reply::request_id,
    request::part,
};
use crate::{
    AliyunSettings, AliyunTemplates,
    aliyun::{ACTION, VARIABLE, VERSION},
    signing::{self, acs3, hex, query},
};

const SKEW: Duration = Duration::from_secs(15 * 60);
const LIMITS: [Limit; 3] = [
    Limit { span: Duration::from_secs(60), messages: 1, says: "触发分钟级流控Permits:1" },
    Limit { span: Duration::from_secs(3_600), messages: 5, says: "触发小时级流控Permits:5" },
    Limit { span: Duration::from_secs(86_400), messages: 10, says: "触发天级流控Permits:10" },
];
const SIGN_NAME: &str = "开门";
const TEMPLATE: &str = "SMS_100000001";

/// Alibaba Cloud's SMS service, knowing one account with one signature and code template. Shared between threads by
/// reference.
///
/// Signed is the path that the client asked for: `/` at the vendor, where this is mounted here. A nonce is good once
/// while its date is.
pub struct AliyunSim {
    access_key_id: String,
    access_key_secret: SecretString,
    inbox: Arc<Inbox>,
    clock: Arc<dyn Clock>,
    limits: &'static [Limit],
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    faults: Faults,
    counts: Counts,
    nonces: Nonces,
}

/// The nonces that were used and whose date is not yet too old.
#[derive(Default)]
struct Nonces {
    used: HashSet<String>,
    oldest_first: VecDeque<(Timestamp, String)>,
}

/// The gateway's HTTP status, the vendor's code, and what it says beside.
type Refusal = (u16, &'static str, &'static str);

impl AliyunSim {
    /// A vendor with a fresh account, delivering into this inbox.
    pub fn new(inbox: Arc<Inbox>, clock: Arc<dyn Clock>) -> Self {
        let access_key_secret = SecretString::from(hex(&random::<15>()));
        let access_key_id = format!("LTAI{}", hex(&random::<10>()));
        Self { access_key_id, access_key_secret, inbox, clock, limits: &[], state: Mutex::default() }
    }

    /// The same with the vendor's limits per number and signature: 1 in a minute, 5 in an hour, 10 in a day.
    #[must_use]
    pub fn with_limits(mut self) -> Self {
        self.limits = &LIMITS;
        self
    }

    /// What a client needs to send by this account, at the endpoint where this is mounted.
    pub fn settings(&self, endpoint: impl Into<String>) -> AliyunSettings {
        AliyunSettings {
            endpoint: endpoint.into(),
            access_key_id: self.access_key_id.clone(),
            access_key_secret: self.access_key_secret.clone(),
            sign_name: SIGN_NAME.to_owned(),
            templates: AliyunTemplates { code: TEMPLATE.to_owned() },
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
        let pairs = match self.authenticate(request) {
            Ok(pairs) => pairs,
            Err((status, code, message)) => return gateway(status, code, message),
        };
        let given = |name: &str| {
            let pair = pairs.iter().find(|(given, _)| given == name);
            pair.map_or("", |(_, value)| value.as_str())
        };
        match self.deliver(given) {
            Ok(()) => {
                let number = format!("{:018}^0", u64::from_be_bytes(random()) >> 8);
                Reply::json(200, &json!({ "Message": "OK", "RequestId": request_id(), "Code": "OK", "BizId": number }))
            }
            Err((code, message)) => refusal(code, message),
        }
    }

    /// The query, once it is sure who sent it.
    fn authenticate(&self, request: &Request) -> Result<Vec<(String, String)>, Refusal> {
        if request.method != "POST" {
            return Err((400, "UnsupportedHTTPMethod", "This http method is not supported."));
        }
        let incomplete = (400, "IncompleteSignature", "The request signature does not conform to Aliyun standards.");
        let mismatch = (
            400,
            "SignatureDoesNotMatch",
            "Specified signature is not matched with our calculation. Please check your signature and signing key generation rule.",
        );
        let authorization = request.header("authorization").ok_or(incomplete)?;
        if part(authorization, "Credential=") != Some(self.access_key_id.as_str()) {
            return Err((404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."));
        }
        let names: Vec<_> = part(authorization, "SignedHeaders=").ok_or(incomplete)?.split(';').collect();
        if !names.is_sorted() || !must_be_signed(request).iter().all(|required| names.contains(&required.as_str())) {
            return Err(incomplete);
        }
        let values = names.iter().map(|name| Some((*name, request.header(name)?)));
        let headers = values.collect::<Option<Vec<_>>>().ok_or(incomplete)?;
        let date = request.header("x-acs-date").and_then(date);
        let date = date.ok_or((400, "InvalidTimeStamp.Format", "Specified time stamp is not well formatted."))?;
        let now = self.clock.now();
        if u128::from(now.since(date).unsigned_abs()) > SKEW.as_millis() {
            return Err((400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired."));
        }
        if request.header("x-acs-content-sha256") != Some(hex(&sha256(&request.body)).as_str()) {
            return Err(mismatch);
        }
        let pairs = request.pairs().ok_or(mismatch)?;
        let query = query(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect());
        let signed = signing::Request {
            method: &request.method,
            path: &request.path,
            query: &query,
            headers: &headers,
            payload: &request.body,
        };
        if acs3::authorization(&signed, &self.access_key_id, &self.access_key_secret) != authorization {
            return Err(mismatch);
        }
        let nonce = request.header("x-acs-signature-nonce").unwrap_or_default();
        if !self.state().nonces.take(nonce, date.after(SKEW), now) {
            return Err((400, "SignatureNonceUsed", "Specified signature nonce was used already."));
        }
        if request.header("x-acs-action") != Some(ACTION) {
            return Err((
                404,
                "InvalidAction.NotFound",
                "Specified api is not found, please check your url and method.",
            ));
        }
        if request.header("x-acs-version") != Some(VERSION) {
            return Err((400, "InvalidVersion", "Specified parameter Version is not valid."));
        }
        Ok(pairs)
    }

    fn deliver<'a>(&self, given: impl Fn(&'static str) -> &'a str) -> Result<(), (&'static str, &'static str)> {
        if given("SignName") != SIGN_NAME {
            return Err(("isv.SMS_SIGNATURE_ILLEGAL", "短信签名不合法"));
        }
        if given("TemplateCode") != TEMPLATE {
            return Err(("isv.SMS_TEMPLATE_ILLEGAL", "短信模板不合法"));
        }
        let code = variable(given("TemplateParam"))?;
        let phone = phone(given("PhoneNumbers")).ok_or(("isv.MOBILE_NUMBER_ILLEGAL", "手机号码格式错误"))?;
        let counted = self.state().counts.take(phone.expose(), self.limits, self.clock.now());
        counted.map_err(|limit| ("isv.BUSINESS_LIMIT_CONTROL", limit.says))?;
        self.inbox.deliver(phone, code, given("OutId").to_owned());
        Ok(())
    }

    /// A panic elsewhere leaves nothing half done here, so a poisoned lock is as good as any.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Nonces {
    /// Uses the nonce up; whether it was fresh.
    fn take(&mut self, nonce: &str, until: Timestamp, now: Timestamp) -> bool {
        while let Some((_, old)) = self.oldest_first.pop_front_if(|(until, _)| *until < now) {
            self.used.remove(&old);
        }
        let is_fresh = self.used.insert(nonce.to_owned());
        if is_fresh {
            self.oldest_first.push_back((until, nonce.to_owned()));
        }
        is_fresh
    }
}

/// What the signature has to cover: what every call has, and of the rest whatever concerns the vendor.
fn must_be_signed(request: &Request) -> Vec<String> {
    let always =
        ["host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"];
    let present = request.headers.iter().map(|(name, _)| name.to_ascii_lowercase());
    let concerns = present.filter(|name| name.starts_with("x-acs-") || name == "content-type");
    always.map(str::to_owned).into_iter().chain(concerns).collect()
}

/// `2023-10-26T10:22:32Z` and no other way to write it.
fn date(text: &str) -> Option<Timestamp> {
    let date: Timestamp = serde_json::from_value(text.into()).ok()?;
    (date.to_string() == text).then_some(date)
}

/// Eleven digits, with or without the ways to write China before them.
fn phone(text: &str) -> Option<Phone> {
    let digits = ["+86", "0086", "+"].iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text);
    let digits = digits.strip_prefix("86").unwrap_or(digits);
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| Phone::parse(digits)).flatten()
}

/// The code in the parameters of the template: a JSON object whose values are all strings.
fn variable(parameters: &str) -> Result<SecretString, (&'static str, &'static str)> {
    let illegal = ("isv.INVALID_JSON_PARAM", "JSON参数不合法，只接受字符串值");
    let parameters: Map<String, Value> = serde_json::from_str(parameters).map_err(|_| illegal)?;
    if !parameters.values().all(Value::is_string) {
        return Err(illegal);
    }
    let code = parameters.get(VARIABLE).and_then(Value::as_str);
    let code = code.ok_or(("isv.TEMPLATE_MISSING_PARAMETERS", "模板缺少变量"))?;
    if code.contains("://") || code.contains("www.") {
        return Err(("isv.PARAM_NOT_SUPPORT_URL", "不支持URL"));
    }
    if !(4..=6).contains(&code.len()) || !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(("isv.TEMPLATE_PARAMS_ILLEGAL", "模板变量中存在非法内容"));
    }
    Ok(code.into())
}

fn refusal(code: &str, message: &str) -> Reply {
    Reply::json(200, &json!({ "Message": message, "RequestId": request_id(), "Code": code }))
}

fn gateway(status: u16, code: &str, message: &str) -> Reply {
    let id = request_id();
    Reply::json(
        status,
        &json!({
            "RequestId": id,
            "HostId": "dysmsapi.aliyuncs.com",
            "Code": code,
            "Message": message,
            "Recommend": format!("https://api.aliyun.com/troubleshoot?q={code}&product=Dysmsapi&requestId={id}"),
        }),
    )
}

/// The service answers 200 for its own codes, the gateway with a status that fits.
fn injected(code: &str) -> Reply {
    if code.starts_with("isv.") || code.starts_with("isp.") {
        return refusal(code, "injected");
    }
    let status = if code.starts_with("ServiceUnavailable") || code.starts_with("InternalError") { 503 } else { 400 };
    gateway(status, code, "injected")
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::{date, phone, variable};

    #[test]
    fn a_number_may_have_the_country_before_it_and_nothing_else() {
        for text in ["13800001234", "+8613800001234", "008613800001234", "8613800001234", "+13800001234"] {
            assert_eq!(phone(text).expect(text).expose(), "13800001234");
        }
        for text in ["", "1380000123", "12800001234", "+86 13800001234", "13800001234,13800001235", "+85251234567"] {
            assert!(phone(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_variable_of_the_template_is_text_of_four_to_six_messages_or_digits() {
        for code in ["271828", "a1b2"] {
            let parameters = format!(r#"{{"code":"{code}","more":"x"}}"#);
            assert_eq!(variable(&parameters).expect("a code").expose_secret(), code);
        }
        for (parameters, expected) in [
            ("", "isv.INVALID_JSON_PARAM"),
            (r#"["271828"]"#, "isv.INVALID_JSON_PARAM"),
            (r#"{"code":271828}"#, "isv.INVALID_JSON_PARAM"),
            (r#"{"code":"271828","more":1}"#, "isv.INVALID_JSON_PARAM"),
            (r#"{"Code":"271828"}"#, "isv.TEMPLATE_MISSING_PARAMETERS"),
            (r#"{"code":"https://a"}"#, "isv.PARAM_NOT_SUPPORT_URL"),
            (r#"{"code":"123"}"#, "isv.TEMPLATE_PARAMS_ILLEGAL"),
            (r#"{"code":"1234567"}"#, "isv.TEMPLATE_PARAMS_ILLEGAL"),
            (r#"{"code":"27-828"}"#, "isv.TEMPLATE_PARAMS_ILLEGAL"),
        ] {
            assert_eq!(variable(parameters).expect_err(parameters).0, expected, "{parameters}");
        }
    }

    #[test]
    fn a_date_is_written_in_one_way() {
        assert!(date("2027-01-15T08:00:00Z").is_some());
        for text in ["", "2027-01-15T08:00:00+00:00", "2027-01-15T16:00:00+08:00", "2027-01-15 08:00:00Z", "1800000000"]
        {
            assert!(date(text).is_none(), "{text}");
        }
    }
}
