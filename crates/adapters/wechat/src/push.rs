//! What WeChat pushes to us (消息推送), in safe mode: the greeting by which it tries the URL, and sealed messages. Knows no
//! HTTP: `server` hands over the parts of a request. WeChat repeats a message until it is answered with `success` within
//! 5 s, three times at most; [`Received::key`] tells a repeat.

mod crypt;
mod event;
mod refused;
mod signature;

use std::{sync::Arc, time::Duration};

use kernel::{Clock, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::Error;
use crypt::Seal;
pub use event::{Push, Received};
pub use refused::Refused;
pub use signature::Signed;
use signature::is_signed;

/// How far WeChat's time of sending may be from ours.
const WINDOW: Duration = Duration::from_secs(600);
const LONGEST_BODY: usize = 64 << 10;

/// What was entered at WeChat for the message push.
#[derive(Clone, Debug, Deserialize)]
pub struct Settings {
    pub push_token: SecretString,
    /// The EncodingAESKey, 43 characters.
    pub push_aes_key: SecretString,
}

/// Receives what WeChat pushes to one app.
pub struct Receiver {
    token: SecretString,
    seal: Seal,
    clock: Arc<dyn Clock>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope {
    encrypt: String,
}

impl Receiver {
    /// A receiver with the token and the EncodingAESKey (43 characters) that were entered at WeChat.
    ///
    /// # Errors
    /// [`Error::Settings`] when one of the three cannot be right.
    pub fn new(
        app_id: &str,
        token: SecretString,
        encoding_aes_key: &SecretString,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        if app_id.is_empty() || token.expose_secret().is_empty() {
            return Err(Error::Settings("wechat.app_id and wechat.push_token are not both set"));
        }
        Ok(Self { token, seal: Seal::new(app_id, encoding_aes_key)?, clock })
    }

    /// Answers the `GET` by which WeChat tries our URL: with the `echostr` of its query, verbatim, as text/plain.
    ///
    /// # Errors
    /// [`Refused::Signature`]
    pub fn greet<'a>(&self, signed: &Signed<'_>, echostr: &'a str) -> Result<&'a str, Refused> {
        is_signed(&self.token, signed, None).then_some(echostr).ok_or(Refused::Signature)
    }

    /// Reads the body of a `POST`. Answer it with `success`, whatever event it is.
    ///
    /// # Errors
    /// As [`Refused`] says.
    pub fn receive(&self, signed: &Signed<'_>, body: &[u8]) -> Result<Received, Refused> {
        if body.len() > LONGEST_BODY {
            return Err(Refused::Malformed);
        }
        let envelope: Envelope = serde_json::from_slice(body).map_err(|_| Refused::Malformed)?;
        let message = self.open(signed, &envelope.encrypt)?;
        event::read(&message)
    }

    /// The message in `encrypt`, the field `Encrypt` of a body.
    ///
    /// # Errors
    /// As [`Refused`] says, but never [`Refused::Malformed`].
    pub fn open(&self, signed: &Signed<'_>, encrypt: &str) -> Result<Vec<u8>, Refused> {
        if !is_signed(&self.token, signed, Some(encrypt)) {
            return Err(Refused::Signature);
        }
        let sent_at = signed.timestamp.parse().map(Timestamp::from_seconds).map_err(|_| Refused::Stale)?;
        if self.clock.now().since(sent_at).unsigned_abs() > WINDOW.as_millis() as u64 {
            return Err(Refused::Stale);
        }
        self.seal.open(encrypt)
    }
}

#[cfg(feature = "simulator")]
impl Receiver {
    /// The query and the body of the `POST` by which WeChat would push `message` now.
    pub(crate) fn request(&self, message: &[u8]) -> ([(&'static str, String); 6], String) {
        let encrypt = self.seal.close(message);
        let timestamp = self.clock.now().seconds().to_string();
        let nonce = u64::from_be_bytes(kernel::random()).to_string();
        let query = [
            ("signature", signature::of(&self.token, &timestamp, &nonce, None)),
            ("msg_signature", signature::of(&self.token, &timestamp, &nonce, Some(&encrypt))),
            ("timestamp", timestamp),
            ("nonce", nonce),
            ("openid", String::new()),
            ("encrypt_type", "aes".to_owned()),
        ];
        (query, serde_json::json!({ "ToUserName": "gh_simulated", "Encrypt": encrypt }).to_string())
    }
}
