mod codes;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use kernel::{
    Clock, Phone, Timestamp,
    port::{SendOutcome, SmsSend},
    random, sha256,
};
use reqwest::header::{AUTHORIZATION, HOST};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

use crate::{
    Error, Failure, Kind, Vendor,
    http::{Answer, Endpoint},
    signing::{Request, acs3, hex, query},
};

pub(crate) const NAME: &str = "aliyun";
pub(crate) const ACTION: &str = "SendSms";
pub(crate) const VERSION: &str = "2017-05-25";
/// What the variable of the template is called.
pub(crate) const VARIABLE: &str = "code";

/// Where Alibaba Cloud is and who we are there. All but the endpoint come from its consoles.
#[derive(Clone, Debug, Deserialize)]
pub struct AliyunSettings {
    /// `https://dysmsapi.aliyuncs.com`, or where the simulator is. Plain `http` is taken for loopback alone: the code is
    /// in the URL.
    pub endpoint: String,
    pub access_key_id: String,
    pub access_key_secret: SecretString,
    /// The approved signature (签名), without brackets.
    pub sign_name: String,
    pub templates: AliyunTemplates,
}

#[derive(Clone, Debug, Deserialize)]
pub struct AliyunTemplates {
    /// For one-time codes: a template of the kind 验证码 whose one variable is `${code}`.
    pub code: String,
}

/// Alibaba Cloud SMS, API of 2017-05-25: one number a call, signed with ACS3-HMAC-SHA256.
#[derive(Clone)]
pub struct Aliyun {
    endpoint: Endpoint,
    settings: AliyunSettings,
    clock: Arc<dyn Clock>,
}

impl Aliyun {
    /// A client for these settings; nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Settings`] when one is empty or the endpoint is none or would send codes in the clear, [`Error::Build`]
    /// when there is nothing to check certificates with.
    ///
    /// # Panics
    /// When no rustls crypto provider is installed in this process.
    pub fn new(settings: AliyunSettings, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        for (setting, value) in [
            ("sms.aliyun.access_key_id", settings.access_key_id.as_str()),
            ("sms.aliyun.access_key_secret", settings.access_key_secret.expose_secret()),
            ("sms.aliyun.sign_name", &settings.sign_name),
            ("sms.aliyun.templates.code", &settings.templates.code),
        ] {
            if value.is_empty() {
                return Err(Error::Settings { setting, problem: "is empty" });
            }
        }
        Ok(Self { endpoint: Endpoint::new("sms.aliyun.endpoint", &settings.endpoint)?, settings, clock })
    }

    /// The same client with another deadline for a whole call in place of 4 s.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.endpoint.deadline = deadline;
        self
    }

    fn request(&self, phone: &Phone, code: &SecretString, reference: &str) -> reqwest::RequestBuilder {
        let settings = &self.settings;
        let query = query(vec![
            ("PhoneNumbers", phone.expose()),
            ("SignName", &settings.sign_name),
            ("TemplateCode", &settings.templates.code),
            ("TemplateParam", &json!({ VARIABLE: code.expose_secret() }).to_string()),
            ("OutId", reference),
        ]);
        let mut url = self.endpoint.url.clone();
        url.set_query(Some(&query));
        let (hash, nonce) = (hex(&sha256(b"")), hex(&random::<16>()));
        let date = Timestamp::from_seconds(self.clock.now().seconds()).to_string();
        let headers = [
            ("host", self.endpoint.host.as_str()),
            ("x-acs-action", ACTION),
            ("x-acs-content-sha256", &hash),
            ("x-acs-date", &date),
            ("x-acs-signature-nonce", &nonce),
            ("x-acs-version", VERSION),
        ];
        let request = Request { method: "POST", path: url.path(), query: &query, headers: &headers, payload: b"" };
        let authorization = acs3::authorization(&request, &settings.access_key_id, &settings.access_key_secret);
        let mut post = self.endpoint.http.post(url.clone()).header(HOST, &self.endpoint.host);
        for (name, value) in &headers[1..] {
            post = post.header(*name, *value);
        }
        post.header(AUTHORIZATION, authorization)
    }
}

#[async_trait]
impl Vendor for Aliyun {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn send(&self, phone: &Phone, code: &SecretString, reference: &str) -> Result<String, Failure> {
        read(&self.endpoint.call(self.request(phone, code, reference)).await?)
    }
}

#[async_trait]
impl SmsSend for Aliyun {
    async fn send_code(&self, phone: &Phone, code: &SecretString, reference: &str) -> SendOutcome {
        self.send(phone, code, reference).await.map_or_else(|failure| failure.outcome(NAME), SendOutcome::Accepted)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reply {
    code: String,
    #[serde(default)]
    message: String,
    biz_id: Option<String>,
    request_id: Option<String>,
}

/// The service answers 200 for all it decides, the gateway before it 4xx with the same fields.
fn read(answer: &Answer) -> Result<String, Failure> {
    if answer.status >= 500 {
        return Err(Failure::status(answer.status));
    }
    // serde_json quotes what it stumbles over, so its error goes no further
    match (serde_json::from_slice::<Reply>(&answer.body), answer.status) {
        (Ok(reply), 200) if reply.code == "OK" => Ok(reply.biz_id.unwrap_or_default()),
        (Ok(reply), status @ (200 | 400..)) => {
            // of a code that nobody documented the status still tells: below 500 the gateway has let nothing through
            let kind = codes::kind(&reply.code, &reply.message).unwrap_or(Failure::status(status).kind);
            Err(Failure::vendors(kind, &reply.code, reply.request_id.as_deref()))
        }
        (Err(_), 200) => Err(Failure::ours(Kind::Ambiguous, "answer-without-sense")),
        (_, status) => Err(Failure::status(status)),
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::{Failure, Kind, http::Answer};

    fn answer(status: u16, body: &str) -> Result<String, Failure> {
        read(&Answer { status, body: body.into() })
    }

    #[test]
    fn the_code_tells_at_the_service_and_at_the_gateway() {
        let accepted = r#"{"Message":"OK","RequestId":"r","Code":"OK","BizId":"9006197469364984^0"}"#;
        assert_eq!(answer(200, accepted).expect("accepted"), "9006197469364984^0");
        let service = r#"{"Message":"m","RequestId":"r","Code":"isv.MOBILE_NUMBER_ILLEGAL"}"#;
        assert_eq!(answer(200, service).expect_err("refused").kind, Kind::Input);
        let gateway = r#"{"RequestId":"8906582E-6722-409A-A6C4-0E7863B733A5","HostId":"h","Code":"Throttling.User",
            "Message":"m","Recommend":"https://next"}"#;
        let failure = answer(400, gateway).expect_err("refused");
        assert_eq!((failure.kind, failure.code.as_ref()), (Kind::Busy, "Throttling.User"));
        assert_eq!(failure.request.as_deref(), Some("8906582E-6722-409A-A6C4-0E7863B733A5"));
    }

    #[test]
    fn an_answer_that_proves_nothing_is_ambiguous() {
        for body in ["", "{}", "[]", "<html>", r#"{"Code":null}"#, r#"{"Code":"ok"}"#] {
            assert_eq!(answer(200, body).expect_err(body).kind, Kind::Ambiguous, "{body}");
        }
        let undocumented = r#"{"Code":"NeverHeardOf","Message":"m"}"#;
        let kinds = [200, 403, 429].map(|status| answer(status, undocumented).expect_err("refused").kind);
        assert_eq!(kinds, [Kind::Ambiguous, Kind::Config, Kind::Busy]);
        let unavailable = r#"{"Code":"Throttling","Message":"m"}"#;
        assert_eq!(answer(503, unavailable).expect_err("5xx").kind, Kind::Ambiguous);
        assert_eq!(answer(404, "<html>").expect_err("a wrong endpoint").kind, Kind::Config);
    }
}
