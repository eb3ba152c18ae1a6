use std::time::{Duration, UNIX_EPOCH};

use kernel::{Timestamp, port::Mail, sha256};
use lettre::{
    Address, Message,
    address::Envelope,
    message::{
        Mailbox, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};
use secrecy::{ExposeSecret, SecretBox};

/// No vacation notice and no mailing list answers to this (RFC 3834 §5).
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");
/// Longest left side of a Message-ID that is taken as it is.
const LONGEST_ID: usize = 64;

/// A mail as it goes over the wire.
pub(crate) struct ComposedMail {
    pub(crate) envelope: Envelope,
    pub(crate) bytes: SecretBox<Vec<u8>>,
}

/// Writes the mail, or `None` when its address is none that SMTP can carry. The text is base64 throughout: no line of
/// it is long, begins with a dot, or reads as a header.
pub(crate) fn compose(mail: &Mail, from: &Mailbox, at: Timestamp) -> Option<ComposedMail> {
    let to: Address = mail.to.expose().parse().ok()?;
    let date = UNIX_EPOCH + Duration::from_secs(at.seconds().unsigned_abs());
    let text = SinglePart::builder()
        .header(ContentType::TEXT_PLAIN)
        .header(ContentTransferEncoding::Base64)
        .body(mail.text.expose_secret().to_owned());
    let message = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(one_line(&mail.subject))
        .date(date)
        .message_id(Some(format!("<{}@{}>", id(&mail.reference), from.email.domain())))
        .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".to_owned()))
        .singlepart(text)
        .ok()?;
    Some(ComposedMail { envelope: message.envelope().clone(), bytes: SecretBox::new(Box::new(message.formatted())) })
}

/// The subject without what could begin another header.
fn one_line(subject: &str) -> String {
    subject.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect()
}

/// The reference where it can stand in a Message-ID, else its SHA-256: the same for the same, and harmless.
fn id(reference: &str) -> String {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    if (1..=LONGEST_ID).contains(&reference.len()) && reference.bytes().all(is_plain) {
        return reference.to_owned();
    }
    sha256(reference.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use kernel::{Email, Timestamp, port::Mail};
    use secrecy::ExposeSecret;

    use super::compose;

    fn written(subject: &str, text: &str, reference: &str) -> String {
        let mail = Mail {
            to: Email::parse("zhang@example.cn").expect("an address"),
            subject: subject.into(),
            text: text.into(),
            reference: reference.into(),
        };
        let from = "车安门禁 <no-reply@example.com>".parse().expect("a sender");
        let composed = compose(&mail, &from, Timestamp::from_seconds(1_800_000_000)).expect("a composed");
        String::from_utf8(composed.bytes.expose_secret().clone()).expect("ASCII")
    }

    #[test]
    fn it_is_written_as_any_mail_server_takes_it() {
        let written = written("您的验证码", "您的验证码是 271828，5 分钟内有效。\n请勿告诉他人。", "0197-ab");
        let (head, _) = written.split_once("\r\n\r\n").expect("a body");
        let mut head: Vec<_> = head.split("\r\n").collect();
        head.sort_unstable();
        assert_eq!(
            head,
            [
                "Auto-Submitted: auto-generated",
                "Content-Transfer-Encoding: base64",
                "Content-Type: text/plain; charset=utf-8",
                "Date: Fri, 15 Jan 2027 08:00:00 +0000",
                "From: =?utf-8?b?6L2m5a6J6Zeo56aB?= <no-reply@example.com>",
                "MIME-Version: 1.0",
                "Message-ID: <0197-ab@example.com>",
                "Subject: =?utf-8?b?5oKo55qE6aqM6K+B56CB?=",
                "To: zhang@example.cn",
            ]
        );
        assert!(
            written.is_ascii() && written.split("\r\n").all(|line| line.len() <= 78 && !line.contains(['\r', '\n']))
        );
        assert!(!written.contains("271828"), "the text is not readable by the way");
    }

    #[test]
    fn no_header_can_be_smuggled_in() {
        let evil = "验证码\r\nBcc: b@x.cn\nX-A: 1\rX-B: 2\u{0}\u{85}\u{2028}X-C: 3";
        for written in
            [written(evil, evil, evil), written("a\r\n\r\n.\r\nMAIL FROM:<>", ".\r\n.\r\nQUIT", "a>\r\nBcc: b@x.cn")]
        {
            let (head, body) = written.split_once("\r\n\r\n").expect("a body");
            let names: Vec<_> = head
                .split("\r\n")
                .filter(|line| !line.starts_with(' '))
                .filter_map(|line| line.split(':').next())
                .collect();
            assert_eq!(names.len(), 9, "{written}");
            assert!(!names.contains(&"Bcc") && !names.iter().any(|name| name.starts_with("X-")), "{written}");
            assert!(!body.contains(['.', ':']) && written.is_ascii(), "{written}");
        }
    }

    #[test]
    fn a_repeat_bears_the_same_message_id() {
        let id = |reference: &str| {
            let written = written("s", "t", reference);
            let line = written.split("\r\n").find(|line| line.starts_with("Message-ID: ")).expect("an id");
            line.to_owned()
        };
        let long = "x".repeat(65);
        for reference in ["0197-ab", "composed 7", "张", "", long.as_str()] {
            assert_eq!(id(reference), id(reference));
            assert!(id(reference).ends_with("@example.com>") && id(reference).len() <= 96, "{}", id(reference));
        }
        assert_ne!(id("composed 7"), id("composed 8"));
    }
}
