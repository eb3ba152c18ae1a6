use std::time::Duration;

use async_trait::async_trait;
use kernel::{
    Fault, Phone, Result,
    port::{PHONE_CODE_REFUSED, WechatPhone},
};
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    Client, Error,
    endpoint::{Auth, Endpoint, Limit, Repeat},
    fault::fault,
    login::LONGEST_CODE,
};

const PHONE: Endpoint = Endpoint {
    api: "getuserphonenumber",
    method: Method::POST,
    path: "/wxa/business/getuserphonenumber",
    auth: Auth::Token,
    repeat: Repeat::Unsent,
    limit: Limit::App,
    of_the_user: &[CODE_OF_ANOTHER_APP],
    is_watched: true,
    budget: |budgets| budgets.getuserphonenumber,
    deadline: Duration::from_secs(5),
};

/// Elsewhere "invalid appid"; here WeChat documents it for a code that another mini-program got.
const CODE_OF_ANOTHER_APP: i64 = 40013;

const ABROAD: &str = "微信绑定的不是中国大陆手机号，请改用短信验证码";

#[async_trait]
impl WechatPhone for Client {
    /// One call to WeChat, two if it would not have our access token; the code is burnt by it, also when the answer is
    /// lost.
    ///
    /// # Errors
    /// [`PHONE_CODE_REFUSED`] as WeChat says, or when the number is not one of mainland China; [`WECHAT_BUSY`] as WeChat
    /// or our budget says; [`WECHAT_AWAY`] for all else, which is logged.
    ///
    /// [`WECHAT_BUSY`]: kernel::port::WECHAT_BUSY
    /// [`WECHAT_AWAY`]: kernel::port::WECHAT_AWAY
    async fn phone(&self, code: &SecretString, openid: &SecretString) -> Result<Phone> {
        if !(1..=LONGEST_CODE).contains(&code.expose_secret().len()) {
            return Err(PHONE_CODE_REFUSED.into());
        }
        let body = json!({ "code": code.expose_secret(), "openid": openid.expose_secret() });
        let outcome = self.call::<Answer>(&PHONE, &[], Some(&body)).await;
        let outcome = outcome.and_then(|answer| number(answer.phone_info, &self.app.id));
        let refusals = [(40029, PHONE_CODE_REFUSED), (CODE_OF_ANOTHER_APP, PHONE_CODE_REFUSED)];
        let number = outcome.map_err(|error| fault(PHONE.api, &refusals, error))?;
        number.ok_or_else(|| -> Fault { PHONE_CODE_REFUSED.because(ABROAD) })
    }
}

#[derive(Deserialize)]
struct Answer {
    phone_info: PhoneInfo,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PhoneInfo {
    pure_phone_number: SecretString,
    /// A string by the tables of the documentation, a number by its examples.
    country_code: Value,
    watermark: Watermark,
}

#[derive(Deserialize)]
struct Watermark {
    appid: String,
}

/// The number, unless it is from another country.
fn number(info: PhoneInfo, app_id: &str) -> Result<Option<Phone>, Error> {
    if info.watermark.appid != app_id {
        return Err(Error::Decode);
    }
    let country = match info.country_code {
        Value::String(text) => text.trim_start_matches('+').parse().ok(),
        Value::Number(number) => number.as_u64(),
        _ => None,
    };
    match country.ok_or(Error::Decode)? {
        86 => Phone::parse(info.pure_phone_number.expose_secret()).map(Some).ok_or(Error::Decode),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::number;
    use crate::{Error, answer};

    fn read(body: &Value) -> Result<Option<String>, Error> {
        let answer: super::Answer = answer::Answer::of(body.to_string().into())?.read()?;
        number(answer.phone_info, "wx1").map(|phone| phone.map(|phone| phone.expose().to_owned()))
    }

    fn answer(pure: &str, country: impl Into<Value>, app_id: &str) -> Value {
        json!({ "errcode": 0, "errmsg": "ok", "phone_info": {
            "phoneNumber": pure, "purePhoneNumber": pure, "countryCode": country.into(),
            "watermark": { "timestamp": 1_637_744_274, "appid": app_id },
        }})
    }

    #[test]
    fn the_country_may_be_written_as_a_number_or_as_text() {
        for country in [Value::from(86), Value::from("86"), Value::from("+86")] {
            let number = read(&answer("13800000001", country.clone(), "wx1")).expect("a success");
            assert_eq!(number.as_deref(), Some("13800000001"), "{country}");
        }
        for country in [Value::from(852), Value::from("852"), Value::from("1")] {
            assert_eq!(read(&answer("61234567", country.clone(), "wx1")).expect("a success"), None, "{country}");
        }
    }

    #[test]
    fn an_answer_for_another_app_or_without_a_number_makes_no_sense() {
        for body in [
            answer("13800000001", 86, "wx2"),
            answer("12345", 86, "wx1"),
            answer("13800000001", Value::Null, "wx1"),
            answer("13800000001", "China", "wx1"),
            answer("13800000001", -86, "wx1"),
            json!({ "errcode": 0, "phone_info": {} }),
            json!({ "errcode": 0 }),
            json!([]),
        ] {
            assert!(matches!(read(&body), Err(Error::Decode)), "{body}");
        }
    }
}
