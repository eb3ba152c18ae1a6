use std::collections::BTreeMap;

use kernel::{Bytes, Timestamp, sha256};
use secrecy::SecretString;
use serde_json::{Map, Value};

use super::refused::Refused;

const LONGEST_NAME: usize = 64;

/// What WeChat has to say.
#[derive(Debug)]
#[non_exhaustive]
pub enum Push {
    /// A user has taken back what they had authorised (`user_authorization_revoke`): their data here is to be deleted.
    AuthorizationRevoked {
        /// The user within this app.
        openid: SecretString,
        /// When they did, by WeChat's clock and in whole seconds: the fraction is cut off.
        at: Timestamp,
    },
    Other {
        /// Its `Event`, or else its `MsgType`; empty when it has no name that may be written to a log.
        event: String,
    },
}

/// A message from WeChat.
#[derive(Debug)]
pub struct Received {
    pub push: Push,
    /// The same for every repeat of this message, also when it was sealed and signed anew, and for no other message.
    pub key: String,
}

/// Reads a message. Its writers are careless: a field's name may begin with a space, numbers may be texts.
pub(super) fn read(message: &[u8]) -> Result<Received, Refused> {
    let fields: Map<String, Value> = serde_json::from_slice(message).map_err(|_| Refused::Malformed)?;
    let fields: BTreeMap<&str, &Value> = fields.iter().map(|(name, value)| (name.trim(), value)).collect();
    let text = |name: &str| fields.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty());
    let event = text("Event").or_else(|| text("MsgType")).unwrap_or_default();
    let push = match text("OpenID") {
        Some(openid) if event.eq_ignore_ascii_case("user_authorization_revoke") => {
            let at = fields.get("CreateTime").and_then(|value| instant(value)).ok_or(Refused::Malformed)?;
            Push::AuthorizationRevoked { openid: openid.into(), at }
        }
        _ => Push::Other { event: name(event).to_owned() },
    };
    Ok(Received { push, key: key(&fields)? })
}

/// What WeChat repeats a message by: the `MsgId` of a message, which events do not have. Of an event `FromUserName` and
/// `CreateTime` are documented, but a revocation comes from the same `FromUserName` for every user, so all fields count.
/// Spaces and the order of the fields do not.
fn key(fields: &BTreeMap<&str, &Value>) -> Result<String, Refused> {
    let is_event = fields.get("MsgType").and_then(|value| value.as_str()) == Some("event");
    let id = match fields.get("MsgId") {
        Some(Value::Number(id)) => id.as_u64(),
        Some(Value::String(id)) => id.trim().parse::<u64>().ok(),
        _ => None,
    };
    match id.filter(|id| !is_event && *id != 0) {
        Some(id) => Ok(format!("id:{id}")),
        None => {
            let content = serde_json::to_vec(fields).map_err(|_| Refused::Malformed)?;
            Ok(format!("content:{}", Bytes::encode(&sha256(&content))))
        }
    }
}

/// Seconds since 1970, as a number or as text.
fn instant(value: &Value) -> Option<Timestamp> {
    let seconds = match value {
        Value::Number(number) => number.as_i64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    let at = Timestamp::from_seconds(seconds);
    (seconds > 0 && at.seconds() == seconds).then_some(at)
}

fn name(event: &str) -> &str {
    let is_name = event.len() <= LONGEST_NAME && event.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_name { event } else { "" }
}

#[cfg(test)]
mod tests {
    use kernel::Timestamp;
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::{Push, read};
    use crate::push::Refused;

    #[track_caller]
    fn openid(message: &str) -> Option<String> {
        match read(message.as_bytes()).expect(message).push {
            Push::AuthorizationRevoked { openid, at } => {
                assert_eq!(at, Timestamp::from_seconds(1_627_359_464), "{message}");
                Some(openid.expose_secret().to_owned())
            }
            Push::Other { .. } => None,
        }
    }

    #[track_caller]
    fn other(message: &str) -> String {
        match read(message.as_bytes()).expect(message).push {
            Push::Other { event } => event,
            Push::AuthorizationRevoked { .. } => panic!("{message}"),
        }
    }

    #[test]
    fn a_revocation_names_its_user_however_it_is_written() {
        for message in [
            r#"{"ToUserName":"gh","FromUserName":"oPush","CreateTime":1627359464,"MsgType":"event",
                "Event":"user_authorization_revoke","OpenID":"oA","AppID":"wx1","RevokeInfo":"8"}"#,
            r#"{"FromUserName":"oPush","CreateTime":"1627359464","Event":"user_authorization_revoke"," OpenID":"oA"}"#,
            r#"{"Event":"USER_AUTHORIZATION_REVOKE","CreateTime ":1627359464,"OpenID":" oA ","RevokeInfo":8}"#,
        ] {
            assert_eq!(openid(message).as_deref(), Some("oA"), "{message}");
        }
    }

    #[test]
    fn what_is_nothing_to_us_is_named_if_it_can_be() {
        for (message, event) in [
            (r#"{"Event":"subscribe_msg_popup_event","List":{"PopupScene":"0"}}"#, "subscribe_msg_popup_event"),
            (r#"{"Event":"subscribe_msg_popup_event","List":[{"PopupScene":0}]}"#, "subscribe_msg_popup_event"),
            (r#"{"MsgType":"text","Content":"hello"}"#, "text"),
            (r#"{"Event":"user_authorization_revoke","OpenID":""}"#, "user_authorization_revoke"),
            (r#"{"Event":"user_authorization_revoke","OpenID":7}"#, "user_authorization_revoke"),
            (r#"{"Event":"a\nb"}"#, ""),
            (r#"{"Event":{"a":1}}"#, ""),
            ("{}", ""),
        ] {
            assert_eq!(other(message), event, "{message}");
        }
        assert_eq!(other(&format!(r#"{{"Event":"{}"}}"#, "a".repeat(65))), "");
    }

    #[test]
    fn a_revocation_without_the_time_when_it_happened_is_malformed() {
        for time in ["null", "0", "-1", "1.5", r#""yesterday""#, r#""""#, "[]", "99999999999999", "1e30"] {
            let message = format!(r#"{{"Event":"user_authorization_revoke","OpenID":"oA","CreateTime":{time}}}"#);
            assert_eq!(read(message.as_bytes()).err(), Some(Refused::Malformed), "{message}");
        }
        let message = r#"{"Event":"user_authorization_revoke","OpenID":"oA"}"#;
        assert_eq!(read(message.as_bytes()).err(), Some(Refused::Malformed));
    }

    #[test]
    fn repeats_have_one_key_and_other_messages_others() {
        let key = |message: &str| read(message.as_bytes()).expect(message).key;
        let of = |time: &str, openid: &str| {
            key(&format!(
                r#"{{"FromUserName":"oPush","CreateTime":{time},"MsgType":"event",
                    "Event":"user_authorization_revoke","OpenID":"{openid}","RevokeInfo":"8"}}"#
            ))
        };
        let first = of("1627359464", "oA");
        assert_eq!(first, of("1627359464", "oA"));
        let written_otherwise = r#"{ "RevokeInfo":"8"," OpenID":"oA", "Event":"user_authorization_revoke",
            "MsgType":"event","CreateTime":1627359464,"FromUserName":"oPush" }"#;
        assert_eq!(first, key(written_otherwise));
        assert_ne!(first, of("1627359465", "oA"), "they did it once more");
        assert_ne!(first, of("1627359464", "oB"), "another user in the same second");

        let text = r#"{"MsgType":"text","MsgId":23012345678901234,"CreateTime":1,"Content":"a"}"#;
        let repeated = r#"{"MsgType":"text","MsgId":"23012345678901234","CreateTime":2,"Content":"a"}"#;
        assert_eq!(key(text), key(repeated));
        assert_eq!(key(text), "id:23012345678901234");
        // an event's id, where it has one, is that of something else
        let event = |time| key(&format!(r#"{{"MsgType":"event","Event":"x","MsgId":7,"CreateTime":{time}}}"#));
        assert_ne!(event(1), event(2));
        for id in ["0", "-7", "1.5", r#""""#, r#""x""#, "null", "{}"] {
            let key = key(&format!(r#"{{"MsgType":"text","MsgId":{id}}}"#));
            assert!(key.starts_with("content:"), "{id}: {key}");
        }
    }

    #[test]
    fn what_is_no_json_object_is_malformed() {
        for message in ["", "[]", "null", "7", "<xml></xml>", r#"{"Event":"#, &"[".repeat(10_000)] {
            assert_eq!(read(message.as_bytes()).err(), Some(Refused::Malformed), "{message}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(message in any::<Vec<u8>>()) {
            let _ = read(&message);
        }

        #[test]
        fn no_values_make_it_panic(event in ".*", openid in ".*", key in "[ \\t]*OpenID[ \\t]*") {
            let message = serde_json::json!({ "Event": event, key: openid, "List": [event], "CreateTime": 1 }).to_string();
            let read = read(message.as_bytes()).expect("an object");
            let is_harmless =
                |name: &str| name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            match read.push {
                Push::Other { event } => prop_assert!(is_harmless(&event)),
                Push::AuthorizationRevoked { .. } => {}
            }
        }
    }
}
