use std::time::Duration;

use async_trait::async_trait;
use kernel::{
    Result,
    port::{LOGIN_CODE_REFUSED, WECHAT_USER_BLOCKED, WechatLogin, WechatSubject},
};
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::{
    Client, Error,
    endpoint::{Auth, Endpoint, Limit, Repeat},
    fault::fault,
};

const LOGIN: Endpoint = Endpoint {
    api: "jscode2session",
    method: Method::GET,
    path: "/sns/jscode2session",
    auth: Auth::Secret,
    // a lost answer would have burnt the code, a lost connection attempt has not
    repeat: Repeat::Unsent,
    limit: Limit::User,
    of_the_user: &[],
    is_watched: true,
    budget: |budgets| budgets.jscode2session,
    deadline: Duration::from_secs(4),
};

/// WeChat's codes have 32 characters. What is far from that never was one, and must not look like a fault of ours.
pub(crate) const LONGEST_CODE: usize = 512;

#[async_trait]
impl WechatLogin for Client {
    /// One call to WeChat; the code is burnt by it, also when the answer is lost.
    ///
    /// # Errors
    /// [`LOGIN_CODE_REFUSED`], [`WECHAT_USER_BLOCKED`] as WeChat says, [`WECHAT_BUSY`] as WeChat or our budget says;
    /// [`WECHAT_AWAY`] for all else, which is logged here.
    ///
    /// [`WECHAT_BUSY`]: kernel::port::WECHAT_BUSY
    /// [`WECHAT_AWAY`]: kernel::port::WECHAT_AWAY
    async fn identify(&self, code: &SecretString) -> Result<WechatSubject> {
        if !(1..=LONGEST_CODE).contains(&code.expose_secret().len()) {
            return Err(LOGIN_CODE_REFUSED.into());
        }
        let query = [
            ("appid", self.app.id.as_str()),
            ("secret", self.app.secret.expose_secret()),
            ("js_code", code.expose_secret()),
            ("grant_type", "authorization_code"),
        ];
        let outcome = self.call(&LOGIN, &query, None).await.and_then(ids);
        let refusals = [(40029, LOGIN_CODE_REFUSED), (40163, LOGIN_CODE_REFUSED), (40226, WECHAT_USER_BLOCKED)];
        let (openid, unionid) = outcome.map_err(|error| fault(LOGIN.api, &refusals, error))?;
        Ok(WechatSubject { app_id: self.app.id.clone(), openid, unionid })
    }
}

/// What is read of an answer. The session key is left out on purpose: we never need it.
#[derive(Deserialize)]
struct Session {
    openid: Option<SecretString>,
    unionid: Option<SecretString>,
}

fn ids(session: Session) -> Result<(SecretString, Option<SecretString>), Error> {
    let filled = |id: &SecretString| !id.expose_secret().is_empty();
    let openid = session.openid.filter(filled).ok_or(Error::Decode)?;
    Ok((openid, session.unionid.filter(filled)))
}

#[cfg(test)]
mod tests {
    use secrecy::{ExposeSecret, SecretString};

    use super::ids;
    use crate::{Error, answer::Answer};

    fn read(body: &[u8]) -> Result<(SecretString, Option<SecretString>), Error> {
        Answer::of(body.to_vec())?.read().and_then(ids)
    }

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
}
