//! A sign-in: a family of refresh tokens, each good for one use.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use kernel::{AccountId, Bytes, Code, Kind, SecretKey, SessionId, Timestamp, macros::uuid::Uuid, random, sha256};
use serde::Serialize;
use sha2::Sha256;
use utoipa::ToSchema;

use crate::rows::identity::Key;

pub(crate) const REFRESH: Duration = Duration::from_secs(30 * 86_400);
/// After so long without its owner, a phone number alone no longer proves whose an account is: it may have been given to
/// somebody else.
pub(crate) const SILENCE: Duration = Duration::from_secs(90 * 86_400);
/// The sign-in is over.
pub const SESSION_ENDED: Code = Code::new(Kind::Unauthenticated, "session-ended", "登录已失效，请重新登录");

/// How the user logged in. The numbers are those of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// 微信一键登录
    Wechat = 1,
    /// 密码
    Password = 2,
    /// 短信验证码
    Sms = 3,
    /// By registering.
    Registration = 4,
    /// By an operator on the command line.
    Operator = 5,
}

impl Method {
    /// The method behind a stored number.
    pub(crate) const fn from_number(number: i16) -> Option<Self> {
        match number {
            1 => Some(Self::Wechat),
            2 => Some(Self::Password),
            3 => Some(Self::Sms),
            4 => Some(Self::Registration),
            5 => Some(Self::Operator),
            _ => None,
        }
    }
}

/// Proves that a refresh token was made here, before any row is read: a session's id alone, which is no secret, cannot
/// end it.
pub(crate) struct RefreshKey(SecretKey);

impl RefreshKey {
    pub(crate) fn new(key: SecretKey) -> Self {
        Self(key)
    }

    fn seal(&self, bytes: &[u8]) -> [u8; 16] {
        let mut mac =
            <Hmac<Sha256> as KeyInit>::new_from_slice(self.0.expose()).expect("HMAC takes a key of any length");
        mac.update(bytes);
        let full = mac.finalize().into_bytes();
        std::array::from_fn(|n| full[n])
    }
}

/// A refresh token, taken apart: session 16 bytes, generation 4, secret 32, and a seal of 16 over these.
pub(crate) struct RefreshToken {
    pub(crate) session: SessionId,
    pub(crate) generation: i32,
    secret: [u8; 32],
}

const BODY: usize = 52;
const WHOLE: usize = BODY + 16;

impl RefreshToken {
    pub(crate) fn fresh(session: SessionId, generation: i32) -> Self {
        Self { session, generation, secret: random() }
    }

    pub(crate) fn read(text: &str, key: &RefreshKey) -> Option<Self> {
        let bytes = Bytes::decode(text)?.array::<WHOLE>()?;
        let (body, seal) = bytes.split_at(BODY);
        constant_eq(seal, &key.seal(body)).then(|| Self {
            session: SessionId::from_uuid(Uuid::from_bytes(std::array::from_fn(|n| body[n]))),
            generation: i32::from_be_bytes(std::array::from_fn(|n| body[16 + n])),
            secret: std::array::from_fn(|n| body[20 + n]),
        })
    }

    pub(crate) fn text(&self, key: &RefreshKey) -> String {
        let mut bytes = Vec::with_capacity(WHOLE);
        bytes.extend_from_slice(self.session.uuid().as_bytes());
        bytes.extend_from_slice(&self.generation.to_be_bytes());
        bytes.extend_from_slice(&self.secret);
        let seal = key.seal(&bytes);
        bytes.extend_from_slice(&seal);
        Bytes::encode(&bytes)
    }

    pub(crate) fn hash(&self) -> [u8; 32] {
        sha256(&self.secret)
    }
}

/// A session as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) account: AccountId,
    pub(crate) generation: i32,
    pub(crate) secret_hash: Vec<u8>,
    pub(crate) method: Option<Method>,
    pub(crate) device: Option<String>,
    /// The WeChat user it was made through.
    pub(crate) identity: Option<Key>,
    pub(crate) created_at: Timestamp,
    pub(crate) seen_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) revoked: bool,
}

/// What a refresh token means for its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The newest of a living family.
    Current,
    /// One of ours, used before: somebody has a copy, so the family ends.
    Reused,
    /// Of no living family.
    Ended,
}

impl Session {
    pub(crate) fn judge(&self, token: &RefreshToken, now: Timestamp) -> Standing {
        if self.revoked || self.expires_at <= now {
            return Standing::Ended;
        }
        match token.generation.cmp(&self.generation) {
            std::cmp::Ordering::Equal if constant_eq(&self.secret_hash, &token.hash()) => Standing::Current,
            std::cmp::Ordering::Less => Standing::Reused,
            _ => Standing::Ended,
        }
    }
}

pub(crate) fn constant_eq(a: &[u8], b: &[u8]) -> bool {
    subtle::ConstantTimeEq::ct_eq(a, b).into()
}
