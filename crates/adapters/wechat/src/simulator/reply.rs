use std::time::Duration;

use kernel::random;
use serde_json::{Value, json};

/// An HTTP answer, for `server` to send.
pub struct Reply {
    /// HTTP status; 200 for the platform's own errors too.
    pub status: u16,
    /// `Content-Type`; WeChat says text/plain of its JSON here.
    pub content_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
    /// How long to hold the answer back.
    pub delay: Duration,
}

impl Reply {
    pub(super) fn json(value: &Value) -> Self {
        Self { status: 200, content_type: "text/plain", body: value.to_string().into_bytes(), delay: Duration::ZERO }
    }

    pub(super) fn refusal(errcode: i64, message: &str) -> Self {
        let [a, b, c] = std::array::from_fn(|_| u32::from_be_bytes(random()));
        Self::json(&json!({ "errcode": errcode, "errmsg": format!("{message}, rid: {a:08x}-{b:08x}-{c:08x}") }))
    }

    /// Something in between answers in place of the platform.
    pub(super) fn gateway(status: u16) -> Self {
        let body = "<html><head><title>gateway</title></head><body>gateway</body></html>".into();
        Self { status, content_type: "text/html", body, delay: Duration::ZERO }
    }

    pub(super) fn truncated(mut self) -> Self {
        self.body.truncate(self.body.len() / 2);
        self
    }

    pub(super) fn delayed(mut self, millis: u64) -> Self {
        self.delay = Duration::from_millis(millis);
        self
    }
}
