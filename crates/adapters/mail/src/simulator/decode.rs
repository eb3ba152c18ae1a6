use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use quoted_printable::ParseMode;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What a person sees of a mail in one part. UTF-8 throughout; what is not is shown as well as it can be.
pub(super) struct Content {
    pub(super) subject: String,
    pub(super) text: String,
}

impl Content {
    pub(super) fn of(raw: &[u8]) -> Self {
        let (head, body) = halves(raw);
        let subject = header(&head, "subject").map_or_else(String::new, |subject| without_encoded_words(&subject));
        let encoding = header(&head, "content-transfer-encoding").unwrap_or_default().to_ascii_lowercase();
        let decoded = match encoding.as_str() {
            "base64" => BASE64.decode(without_whitespace(body)).ok(),
            "quoted-printable" => quoted_printable::decode(body, ParseMode::Robust).ok(),
            _ => None,
        };
        let text = String::from_utf8_lossy(decoded.as_deref().unwrap_or(body)).replace("\r\n", "\n");
        Self { subject, text: text.trim_end_matches('\n').to_owned() }
    }
}

/// The header lines and the body.
fn halves(raw: &[u8]) -> (String, &[u8]) {
    const BREAK: &[u8] = b"\r\n\r\n";
    let (head, body) = match raw.windows(BREAK.len()).position(|window| window == BREAK) {
        _ if raw.starts_with(b"\r\n") => (&raw[..0], &raw[2..]),
        Some(at) => (&raw[..at], &raw[at + BREAK.len()..]),
        None => (raw, &raw[..0]),
    };
    (String::from_utf8_lossy(head).into_owned(), body)
}

/// The value of the first header of this name, unfolded.
fn header(head: &str, name: &str) -> Option<String> {
    let mut lines = head.split("\r\n");
    let first = lines.find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.trim_end().eq_ignore_ascii_case(name).then_some(value)
    })?;
    let folded = lines.take_while(|line| line.starts_with([' ', '\t']));
    let value = folded.fold(first.to_owned(), |value, line| value + line);
    Some(value.trim().to_owned())
}

/// The text behind RFC 2047's encoded words; white space between two of them is none.
fn without_encoded_words(text: &str) -> String {
    let mut said = Vec::new();
    let mut rest = text;
    let mut after_word = false;
    while let Some(at) = rest.find("=?") {
        let (before, from_word) = rest.split_at(at);
        if let Some((word, after)) = encoded_word(from_word) {
            if !(after_word && before.trim().is_empty()) {
                said.extend_from_slice(before.as_bytes());
            }
            said.extend(word);
            (rest, after_word) = (after, true);
        } else {
            said.extend_from_slice(before.as_bytes());
            said.extend_from_slice(b"=?");
            (rest, after_word) = (&from_word[2..], false);
        }
    }
    said.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&said).into_owned()
}

/// The bytes of the encoded word that `text` begins with, and what follows it.
fn encoded_word(text: &str) -> Option<(Vec<u8>, &str)> {
    let (charset, text) = text.strip_prefix("=?")?.split_once('?')?;
    let (encoding, text) = text.split_once('?')?;
    let (data, after) = text.split_once("?=")?;
    if !(charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("us-ascii")) {
        return None;
    }
    let bytes = match encoding {
        "b" | "B" => BASE64.decode(data).ok()?,
        "q" | "Q" => quoted_printable::decode(data.replace('_', "=20"), ParseMode::Robust).ok()?,
        _ => return None,
    };
    Some((bytes, after))
}

fn without_whitespace(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::Content;

    #[track_caller]
    fn read(raw: &str, subject: &str, text: &str) {
        let content = Content::of(raw.as_bytes());
        assert_eq!((content.subject.as_str(), content.text.as_str()), (subject, text));
    }

    #[test]
    fn what_mail_programs_write_is_read() {
        read("Subject: hello\r\n\r\none\r\ntwo\r\n", "hello", "one\ntwo");
        read("SUBJECT : =?UTF-8?B?6aqM6K+B?=\r\n =?utf-8?q?=E7=A0=81?= 7\r\nX: y\r\n\r\n", "验证码 7", "");
        read("Subject: =?utf-8?Q?a_b=20=3D?= =?gb2312?B?0enWpA==?=\r\n\r\n", "a b = =?gb2312?B?0enWpA==?=", "");
        read("Subject: 验证码\r\n\r\n验证码", "验证码", "验证码");
        read("Content-Transfer-Encoding: BASE64\r\n\r\n6aqM\r\n6K+B56CB\r\n", "", "验证码");
        read("Content-Transfer-Encoding: quoted-printable\r\n\r\n=E9=AA=8C=\r\n=E8=AF=81\r\n", "", "验证");
    }

    #[test]
    fn what_nobody_writes_does_no_harm() {
        read("", "", "");
        read("\r\nSubject: x", "", "Subject: x");
        read("Subject: x", "x", "");
        read("Subject: =?\r\n\r\n", "=?", "");
        read("Subject: =?utf-8?B?!!?= =?=?utf-8?Q?a?=\r\n\r\n", "=?utf-8?B?!!?= =?a", "");
        read("Content-Transfer-Encoding: base64\r\n\r\n!!\r\n", "", "!!");
        assert_eq!(Content::of(b"Subject: \xff\r\n\r\n\xfe").text, "\u{fffd}");
    }
}
