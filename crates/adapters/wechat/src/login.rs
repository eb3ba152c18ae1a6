use std::time::Duration;

use async_trait::async_trait;
use kernel::{
    Fault, Result,
    port::{LOGIN_CODE_REFUSED, WECHAT_AWAY, WECHAT_BUSY, WECHAT_USER_BLOCKED, WechatLogin, WechatSubject},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::{Class, Client, Error};

/// WeChat's codes have 32 characters. What is far from that never was one, and must not look like a fault of ours.
const LONGEST_CODE: usize = 512;

#[async_trait]
impl WechatLogin for Client {
    /// One call to WeChat; the code is burnt by it, also when the answer is lost.
    ///
    /// # Errors
    /// [`LOGIN_CODE_REFUSED`], [`WECHAT_USER_BLOCKED`], [`WECHAT_BUSY`] as WeChat says; [`WECHAT_AWAY`] for all else, which
    /// is logged here.
    async fn identify(&self, code: &SecretString) -> Result<WechatSubject> {
        if !(1..=LONGEST_CODE).contains(&code.expose_secret().len()) {
            return Err(LOGIN_CODE_REFUSED.into());
        }
        let body = self.jscode2session(code).await.map_err(fault)?;
        let (openid, unionid) = read(&body).map_err(fault)?;
        Ok(WechatSubject { app_id: self.app_id.clone(), openid, unionid })
    }
}

/// What is read of an answer. The session key is left out on purpose: we never need it.
#[derive(Deserialize)]
struct Answer {
    errcode: Option<i64>,
    errmsg: Option<String>,
    openid: Option<SecretString>,
    unionid: Option<SecretString>,
}

fn read(body: &[u8]) -> Result<(SecretString, Option<SecretString>), Error> {
    // serde_json quotes what it stumbles over, so its error goes no further
    let answer: Answer = serde_json::from_slice(body).map_err(|_| Error::Decode)?;
    if let Some(code) = answer.errcode.filter(|code| *code != 0) {
        return Err(Error::Api { code, rid: answer.errmsg.as_deref().and_then(rid) });
    }
    let filled = |id: &SecretString| !id.expose_secret().is_empty();
    let openid = answer.openid.filter(filled).ok_or(Error::Decode)?;
    Ok((openid, answer.unionid.filter(filled)))
}

/// The request id at the end of an `errmsg`, `invalid code, rid: 5f3c1d2e-1a2b3c4d-5e6f7a8b`.
fn rid(errmsg: &str) -> Option<String> {
    const LONGEST: usize = 64;
    let (_, tail) = errmsg.rsplit_once("rid:")?;
    let rid: String = tail.trim_start().chars().take_while(|c| c.is_ascii_hexdigit() || *c == '-').collect();
    (1..=LONGEST).contains(&rid.len()).then_some(rid)
}

fn fault(error: Error) -> Fault {
    let mut fault = match (error.class(), error.errcode()) {
        (Class::Input, Some(40029 | 40163)) => Fault::from(LOGIN_CODE_REFUSED),
        (Class::UserState, Some(40226)) => Fault::from(WECHAT_USER_BLOCKED),
        (Class::Throttled, Some(_)) => WECHAT_BUSY.retry_after(Duration::from_secs(60)),
        (class, errcode) => {
            tracing::error!(?class, errcode, rid = error.rid(), error = %chain(&error), "WeChat login failed");
            Fault::from(WECHAT_AWAY)
        }
    };
    fault.set_cause(error);
    fault
}

/// The error with its causes, which tell a refused connection from a bad certificate.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::{read, rid};
    use crate::Error;

    #[test]
    fn errcode_zero_is_a_success_and_empty_ids_are_none() {
        let (openid, unionid) =
            read(br#"{"errcode":0,"errmsg":"ok","openid":"oA","unionid":"uB","session_key":"k"}"#).expect("a success");
        assert_eq!((openid.expose_secret(), unionid.as_ref().map(|id| id.expose_secret())), ("oA", Some("uB")));
        let (_, unionid) = read(br#"{"openid":"oA","unionid":"","session_key":"k"}"#).expect("a success");
        assert!(unionid.is_none());
    }

    #[test]
    fn an_answer_without_openid_makes_no_sense() {
        for body in ["{}", r#"{"openid":""}"#, r#"{"openid":null}"#, "[]", "", "null", r#"{"errcode":"40029"}"#] {
            assert!(matches!(read(body.as_bytes()), Err(Error::Decode)), "{body}");
        }
    }

    #[test]
    fn the_request_id_is_found_and_nothing_else_of_the_message_is_kept() {
        assert_eq!(rid("invalid code, rid: 5f3c-1a-5E").as_deref(), Some("5f3c-1a-5E"));
        assert_eq!(rid("invalid ip 1.2.3.4 rid:ab secret").as_deref(), Some("ab"));
        for message in ["", "invalid code", "rid: ", "rid: <html>", &format!("rid: {}", "a".repeat(65))] {
            assert_eq!(rid(message), None, "{message}");
        }
    }
}
