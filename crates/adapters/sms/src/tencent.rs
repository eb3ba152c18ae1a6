mod codes;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use kernel::{
    Clock, Phone, Timestamp,
    port::{SendOutcome, SmsSend},
};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

use crate::{
    Error, Failure, Kind, Vendor,
    http::{Answer, Endpoint},
    signing::{Request, tc3},
};

pub(crate) const NAME: &str = "tencent";
pub(crate) const ACTION: &str = "SendSms";
pub(crate) const VERSION: &str = "2021-01-11";
pub(crate) const SERVICE: &str = "sms";
const JSON: &str = "application/json; charset=utf-8";

/// Where Tencent Cloud is and who we are there. All but the endpoint come from its SMS console.
#[derive(Clone, Debug, Deserialize)]
pub struct TencentSettings {
    /// `https://sms.tencentcloudapi.com`, or where the simulator is. Plain `http` is taken for loopback alone.
    pub endpoint: String,
    /// The SecretId of the API key.
    pub secret_id: String,
    /// The SecretKey of the API key.
    pub secret_key: SecretString,
    /// The SmsSdkAppId of the application.
    pub app_id: String,
    /// The approved signature (签名), without brackets.
    pub sign_name: String,
    /// `ap-guangzhou`, `ap-beijing` or `ap-nanjing`.
    pub region: String,
    pub templates: TencentTemplates,
}

#[derive(Clone, Debug, Deserialize)]
pub struct TencentTemplates {
    /// For one-time codes: a template of the kind 验证码 with one variable, the code.
    pub code: String,
}

/// Tencent Cloud SMS, API of 2021-01-11: one number a call, signed with TC3-HMAC-SHA256.
#[derive(Clone)]
pub struct Tencent {
    endpoint: Endpoint,
    settings: TencentSettings,
    clock: Arc<dyn Clock>,
}

impl Tencent {
    /// A client for these settings; nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Settings`] when one is empty or the endpoint is none or would send codes in the clear, [`Error::Build`]
    /// when there is nothing to check certificates with.
    ///
    /// # Panics
    /// When no rustls crypto provider is installed in this process.
    pub fn new(settings: TencentSettings, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        for (setting, value) in [
            ("sms.tencent.secret_id", settings.secret_id.as_str()),
            ("sms.tencent.secret_key", settings.secret_key.expose_secret()),
            ("sms.tencent.app_id", &settings.app_id),
            ("sms.tencent.sign_name", &settings.sign_name),
            ("sms.tencent.region", &settings.region),
            ("sms.tencent.templates.code", &settings.templates.code),
        ] {
            if value.is_empty() {
                return Err(Error::Settings { setting, problem: "is empty" });
            }
        }
        Ok(Self { endpoint: Endpoint::new("sms.tencent.endpoint", &settings.endpoint)?, settings, clock })
    }

    /// The same client with another deadline for a whole call in place of 4 s.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.endpoint.deadline = deadline;
        self
    }

    fn request(&self, phone: &Phone, code: &SecretString, reference: &str) -> reqwest::RequestBuilder {
        let settings = &self.settings;
        let body = json!({
            "PhoneNumberSet": [format!("+86{}", phone.expose())],
            "SmsSdkAppId": settings.app_id,
            "TemplateId": settings.templates.code,
            "SignName": settings.sign_name,
            "TemplateParamSet": [code.expose_secret()],
            "SessionContext": reference,
        })
        .to_string();
        let at = Timestamp::from_seconds(self.clock.now().seconds());
        let headers = [("content-type", JSON), ("host", self.endpoint.host.as_str())];
        // the vendor has one path, and it is what is signed wherever the endpoint may be
        let request = Request { method: "POST", path: "/", query: "", headers: &headers, payload: body.as_bytes() };
        let scope = tc3::Scope { at, service: SERVICE };
        let authorization = tc3::authorization(&request, &scope, &settings.secret_id, &settings.secret_key);
        let post = self.endpoint.http.post(self.endpoint.url.clone());
        post.header(CONTENT_TYPE, JSON)
            .header(HOST, &self.endpoint.host)
            .header("x-tc-action", ACTION)
            .header("x-tc-version", VERSION)
            .header("x-tc-region", &settings.region)
            .header("x-tc-timestamp", at.seconds())
            .header(AUTHORIZATION, authorization)
            .body(body)
    }
}

#[async_trait]
impl Vendor for Tencent {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn send(&self, phone: &Phone, code: &SecretString, reference: &str) -> Result<String, Failure> {
        read(&self.endpoint.call(self.request(phone, code, reference)).await?)
    }
}

#[async_trait]
impl SmsSend for Tencent {
    async fn send_code(&self, phone: &Phone, code: &SecretString, reference: &str) -> SendOutcome {
        self.send(phone, code, reference).await.map_or_else(|failure| failure.outcome(NAME), SendOutcome::Accepted)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reply {
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Response {
    error: Option<Coded>,
    #[serde(default)]
    send_status_set: Vec<Status>,
    request_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Coded {
    code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Status {
    code: String,
    #[serde(default)]
    serial_no: String,
}

/// The vendor answers 200 for all it decides itself.
fn read(answer: &Answer) -> Result<String, Failure> {
    if answer.status != 200 {
        return Err(Failure::status(answer.status));
    }
    // serde_json quotes what it stumbles over, so its error goes no further
    let nonsense = || Failure::ours(Kind::Ambiguous, "answer-without-sense");
    let Reply { response } = serde_json::from_slice(&answer.body).map_err(|_| nonsense())?;
    let refused = |code: &str| Failure::vendors(codes::kind(code), code, response.request_id.as_deref());
    match (&response.error, response.send_status_set.as_slice()) {
        (Some(error), _) => Err(refused(&error.code)),
        (None, [status]) if status.code == "Ok" => Ok(status.serial_no.clone()),
        (None, [status]) => Err(refused(&status.code)),
        (None, _) => Err(nonsense()),
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::{Failure, Kind, http::Answer};

    fn answer(body: &str) -> Result<String, Failure> {
        read(&Answer { status: 200, body: body.into() })
    }

    #[test]
    fn the_status_of_the_number_counts_and_not_the_call_alone() {
        let accepted = r#"{"Response":{"SendStatusSet":[{"SerialNo":"5000:104571","Code":"Ok"}],"RequestId":"r"}}"#;
        assert_eq!(answer(accepted).expect("accepted"), "5000:104571");
        let refused = r#"{"Response":{"SendStatusSet":[{"SerialNo":"","Code":"FailedOperation.PhoneNumberInBlacklist"}],
            "RequestId":"a0aabda6-cf91-4f3e-a81f-9198114a2279"}}"#;
        let failure = answer(refused).expect_err("refused");
        assert_eq!(failure.kind, Kind::User);
        assert_eq!(failure.request.as_deref(), Some("a0aabda6-cf91-4f3e-a81f-9198114a2279"));
    }

    #[test]
    fn an_answer_that_proves_nothing_is_ambiguous() {
        for body in ["", "{}", "[]", "<html>", r#"{"Response":{}}"#, r#"{"Response":{"SendStatusSet":[]}}"#] {
            assert_eq!(answer(body).expect_err(body).kind, Kind::Ambiguous, "{body}");
        }
    }
}
