use serde::{Deserialize, de::DeserializeOwned};

use crate::Error;

#[derive(Deserialize)]
struct Probe {
    errcode: Option<i64>,
    errmsg: Option<String>,
}

/// What can be an answer of WeChat's: its refusals and all else come with HTTP 200 and any `Content-Type`.
pub(crate) struct Answer {
    probe: Probe,
    body: Vec<u8>,
}

impl Answer {
    /// # Errors
    /// [`Error::Decode`] for what WeChat never says, such as a page of HTML or half of an answer.
    pub(crate) fn of(body: Vec<u8>) -> Result<Self, Error> {
        // serde_json quotes what it stumbles over, so its error goes no further
        let probe = serde_json::from_slice(&body).map_err(|_| Error::Decode)?;
        Ok(Self { probe, body })
    }

    /// What it holds, or WeChat's refusal in it.
    pub(crate) fn read<T: DeserializeOwned>(self) -> Result<T, Error> {
        if let Some(code) = self.probe.errcode.filter(|code| *code != 0) {
            return Err(Error::Api { code, rid: self.probe.errmsg.as_deref().and_then(rid) });
        }
        serde_json::from_slice(&self.body).map_err(|_| Error::Decode)
    }
}

/// The request id at the end of an `errmsg`, `invalid code, rid: 5f3c1d2e-1a2b3c4d-5e6f7a8b`.
fn rid(errmsg: &str) -> Option<String> {
    const LONGEST: usize = 64;
    let (_, tail) = errmsg.rsplit_once("rid:")?;
    let rid: String = tail.trim_start().chars().take_while(|c| c.is_ascii_hexdigit() || *c == '-').collect();
    (1..=LONGEST).contains(&rid.len()).then_some(rid)
}

#[cfg(test)]
mod tests {
    use super::rid;

    #[test]
    fn the_request_id_is_found_and_nothing_else_of_the_message_is_kept() {
        assert_eq!(rid("invalid code, rid: 5f3c-1a-5E").as_deref(), Some("5f3c-1a-5E"));
        assert_eq!(rid("invalid ip 1.2.3.4 rid:ab secret").as_deref(), Some("ab"));
        for message in ["", "invalid code", "rid: ", "rid: <html>", &format!("rid: {}", "a".repeat(65))] {
            assert_eq!(rid(message), None, "{message}");
        }
    }
}
