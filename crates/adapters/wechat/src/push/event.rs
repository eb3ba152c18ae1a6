use secrecy::SecretString;
use serde_json::{Map, Value};

use super::Refused;

const LONGEST_NAME: usize = 64;

/// What WeChat has to say.
#[derive(Debug)]
#[non_exhaustive]
pub enum Push {
    /// A user has taken back what they had authorised (`user_authorization_revoke`): their data here is to be deleted.
    AuthorizationRevoked {
        /// The user within this app.
        openid: SecretString,
    },
    /// Anything else.
    Other {
        /// Its `Event`, or else its `MsgType`; empty when it has no name that may be written to a log.
        event: String,
    },
}

/// Reads a message. Its writers are careless: a field's name may begin with a space, numbers may be texts.
pub(super) fn read(message: &[u8]) -> Result<Push, Refused> {
    let fields: Map<String, Value> = serde_json::from_slice(message).map_err(|_| Refused::Malformed)?;
    let text = |name: &str| {
        let (_, value) = fields.iter().find(|(field, _)| field.trim() == name)?;
        value.as_str().map(str::trim).filter(|text| !text.is_empty())
    };
    let event = text("Event").or_else(|| text("MsgType")).unwrap_or_default();
    match text("OpenID") {
        Some(openid) if event.eq_ignore_ascii_case("user_authorization_revoke") => {
            Ok(Push::AuthorizationRevoked { openid: openid.into() })
        }
        _ => Ok(Push::Other { event: name(event).to_owned() }),
    }
}

fn name(event: &str) -> &str {
    let is_name = event.len() <= LONGEST_NAME && event.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_name { event } else { "" }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::{Push, read};
    use crate::push::Refused;

    #[track_caller]
    fn openid(message: &str) -> Option<String> {
        match read(message.as_bytes()).expect(message) {
            Push::AuthorizationRevoked { openid } => Some(openid.expose_secret().to_owned()),
            Push::Other { .. } => None,
        }
    }

    #[track_caller]
    fn other(message: &str) -> String {
        match read(message.as_bytes()).expect(message) {
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
            r#"{"Event":"USER_AUTHORIZATION_REVOKE","OpenID":" oA ","RevokeInfo":8,"List":[{"a":1}]}"#,
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
            let message = serde_json::json!({ "Event": event, key: openid, "List": [event] }).to_string();
            let read = read(message.as_bytes()).expect("an object");
            let is_harmless =
                |name: &str| name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            match read {
                Push::Other { event } => prop_assert!(is_harmless(&event)),
                Push::AuthorizationRevoked { .. } => {}
            }
        }
    }
}
