use serde_json::{Value, json};

/// An HTTP answer, for `server` to send.
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: &'static str,
    pub body: Vec<u8>,
}

impl Reply {
    pub(super) fn json(value: &Value) -> Self {
        Self { status: 200, content_type: "application/json; charset=utf-8", body: value.to_string().into_bytes() }
    }

    /// The card system says no.
    pub(super) fn refusal(message: &str) -> Self {
        Self::json(&json!({ "flag": 0, "msg": message }))
    }

    /// Something in between answers in place of the card system.
    pub(super) fn page(status: u16) -> Self {
        let body = "<html><head><title>IIS</title></head><body>IIS</body></html>".into();
        Self { status, content_type: "text/html", body }
    }

    pub(super) fn truncated(mut self) -> Self {
        self.body.truncate(self.body.len() / 2);
        self
    }

    /// The same answer with other JSON in it; a page stays as it is.
    pub(super) fn map(self, change: impl FnOnce(&mut Value)) -> Self {
        match serde_json::from_slice::<Value>(&self.body) {
            Ok(mut value) => {
                change(&mut value);
                Self { body: value.to_string().into_bytes(), ..self }
            }
            Err(_) => self,
        }
    }
}
