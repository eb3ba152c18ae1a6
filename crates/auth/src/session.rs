//! A sign-in: a family of refresh tokens, each good for one use.

use std::time::Duration;

use kernel::{Bytes, Code, Kind, SessionId, Timestamp, macros::uuid::Uuid, random, sha256};

pub(crate) const REFRESH: Duration = Duration::from_secs(30 * 86_400);
pub(crate) const SESSION_ENDED: Code = Code::new(Kind::Unauthenticated, "session-ended", "登录已失效，请重新登录");

/// A refresh token, taken apart.
pub(crate) struct RefreshToken {
    pub(crate) session: SessionId,
    pub(crate) generation: i32,
    secret: [u8; 32],
}

impl RefreshToken {
    pub(crate) fn fresh(session: SessionId, generation: i32) -> Self {
        Self { session, generation, secret: random() }
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        let bytes = Bytes::decode(text)?.array::<52>()?;
        Some(Self {
            session: SessionId::from_uuid(Uuid::from_bytes(std::array::from_fn(|n| bytes[n]))),
            generation: i32::from_be_bytes(std::array::from_fn(|n| bytes[16 + n])),
            secret: std::array::from_fn(|n| bytes[20 + n]),
        })
    }

    pub(crate) fn text(&self) -> String {
        let mut bytes = Vec::with_capacity(52);
        bytes.extend_from_slice(self.session.uuid().as_bytes());
        bytes.extend_from_slice(&self.generation.to_be_bytes());
        bytes.extend_from_slice(&self.secret);
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
    pub(crate) account: kernel::AccountId,
    pub(crate) generation: i32,
    pub(crate) secret_hash: Vec<u8>,
    pub(crate) expires_at: Timestamp,
    pub(crate) revoked: bool,
}

/// What a refresh token means for its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The newest of a living family.
    Current,
    /// Used before: somebody has a copy, so the family ends.
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
