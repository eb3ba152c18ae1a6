use std::time::Duration;

use kernel::random;
use serde_json::Value;

use crate::signing::hex;

/// An HTTP answer, for `server` to send.
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: &'static str,
    pub body: Vec<u8>,
    /// How long to hold the answer back.
    pub delay: Duration,
    /// The answer is lost: the connection is to be closed in its place. Who cannot do that sends what is here, 502.
    pub is_lost: bool,
}

impl Reply {
    pub(super) fn json(status: u16, value: &Value) -> Self {
        let body = value.to_string().into_bytes();
        Self { status, content_type: "application/json; charset=utf-8", body, delay: Duration::ZERO, is_lost: false }
    }

    /// Something in between answers in place of the vendor.
    pub(super) fn gateway(status: u16) -> Self {
        let body = "<html><head><title>gateway</title></head><body>gateway</body></html>".into();
        Self { status, content_type: "text/html", body, delay: Duration::ZERO, is_lost: false }
    }

    pub(super) fn truncated(mut self) -> Self {
        self.body.truncate(self.body.len() / 2);
        self
    }

    pub(super) fn delayed(mut self, millis: u64) -> Self {
        self.delay = Duration::from_millis(millis);
        self
    }

    pub(super) fn lost() -> Self {
        Self { is_lost: true, ..Self::gateway(502) }
    }
}

/// A request id as both vendors write them, `8906582e-6722-409a-a6c4-0e7863b733a5`.
pub(super) fn request_id() -> String {
    let digits = hex(&random::<16>());
    let part = |from, to| &digits[from..to];
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}
