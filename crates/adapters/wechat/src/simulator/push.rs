use serde_json::{Value, json};

use super::{Query, Wechat};
use crate::push::Receiver;

/// A `POST` to our push URL, for whoever plays WeChat to send.
pub struct PushRequest {
    /// The query string, decoded.
    pub query: Query,
    /// The body, JSON.
    pub body: String,
}

impl Wechat {
    /// Control side: the request by which the platform would push `message` to this receiver now.
    pub fn push(&self, receiver: &Receiver, message: &Value) -> PushRequest {
        let (query, body) = receiver.request(message.to_string().as_bytes());
        PushRequest { query: query.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(), body }
    }

    /// Control side: as [`Wechat::push`], to say that this user has taken back what they had authorised: their phone
    /// number.
    pub fn push_revocation(&self, receiver: &Receiver, openid: &str) -> PushRequest {
        let created = self.now(&self.state()).seconds();
        let message = json!({
            "ToUserName": "gh_simulated",
            "FromUserName": "oPlatform",
            "CreateTime": created,
            "MsgType": "event",
            "Event": "user_authorization_revoke",
            "OpenID": openid,
            "AppID": self.app_id,
            "RevokeInfo": "8",
        });
        self.push(receiver, &message)
    }
}
