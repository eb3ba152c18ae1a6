use std::time::Duration;

use kernel::random;
use serde_json::{Value, json};

/// An HTTP answer, for `server` to send.
pub struct Reply {
    /// HTTP status; 200 for the platform's own errors too.
    pub status: u16,
    /// `Content-Type`; WeChat says text/plain of its JSON under `/sns`.
    pub content_type: &'static str,
    pub body: Vec<u8>,
    /// How long to hold the answer back.
    pub delay: Duration,
    /// Whether to break the connection off in place of an answer.
    pub reset: bool,
}

/// The platform says no: its `errcode` and why.
#[derive(Clone, Copy)]
pub(super) struct Refusal(pub(super) i64, pub(super) &'static str);

impl Reply {
    pub(super) fn of(path: &str, said: Result<Value, Refusal>) -> Self {
        match said {
            Ok(value) => Self::json(path, &value),
            Err(Refusal(errcode, message)) => Self::refusal(path, errcode, message),
        }
    }

    pub(super) fn refusal(path: &str, errcode: i64, message: &str) -> Self {
        let [a, b, c] = std::array::from_fn(|_| u32::from_be_bytes(random()));
        Self::json(path, &json!({ "errcode": errcode, "errmsg": format!("{message}, rid: {a:08x}-{b:08x}-{c:08x}") }))
    }

    fn json(path: &str, value: &Value) -> Self {
        let content_type = if path.starts_with("/sns/") { "text/plain" } else { "application/json" };
        Self { content_type, body: value.to_string().into_bytes(), ..Self::gateway(200) }
    }

    /// Something in between answers in place of the platform.
    pub(super) fn gateway(status: u16) -> Self {
        let body = "<html><head><title>gateway</title></head><body>gateway</body></html>".into();
        Self { status, content_type: "text/html", body, delay: Duration::ZERO, reset: false }
    }

    pub(super) fn truncated(mut self) -> Self {
        self.body.truncate(self.body.len() / 2);
        self
    }

    pub(super) fn delayed(mut self, millis: u64) -> Self {
        self.delay = Duration::from_millis(millis);
        self
    }

    pub(super) fn reset(mut self) -> Self {
        self.reset = true;
        self
    }

    /// What the platform said, if it was the platform: 0 for a success.
    pub(super) fn errcode(&self) -> Option<i64> {
        let said: Value = serde_json::from_slice(&self.body).ok()?;
        Some(said["errcode"].as_i64().unwrap_or(0))
    }
}
