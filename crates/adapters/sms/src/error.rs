use std::borrow::Cow;

use kernel::port::SendOutcome;

/// Why a vendor's client could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting cannot work. Its value is not told.
    #[error("{setting} {problem}")]
    Settings {
        /// Which one, `sms.tencent.endpoint`.
        setting: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The HTTP client could not be built; usually there are no root certificates.
    #[error("the HTTP client could not be built")]
    Build(#[source] reqwest::Error),
}

/// What a failed call means for the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The phone or the code is no good: every vendor would say so.
    Input,
    /// The person behind the number does not want it, or may not get it.
    User,
    /// The number got one just now: it may have another in a minute.
    NumberPause,
    /// The number got too many in an hour or a day.
    NumberLimit,
    /// Somebody has to mend the settings here, or the account at the vendor.
    Config,
    /// The vendor is asked too often; surely not sent.
    Busy,
    /// No connection, so nothing was written; surely not sent.
    Unreachable,
    /// It may have gone out: no answer, half an answer, or one that proves nothing.
    Ambiguous,
}

impl Kind {
    /// In logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::User => "user",
            Self::NumberPause => "number_pause",
            Self::NumberLimit => "number_limit",
            Self::Config => "config",
            Self::Busy => "busy",
            Self::Unreachable => "unreachable",
            Self::Ambiguous => "ambiguous",
        }
    }
}

/// Why a vendor did not take a message. Holds nothing of the message, and of the answer only its code and request id.
#[derive(Debug, thiserror::Error)]
#[error("{} {code}, request {}", .kind.name(), .request.as_deref().unwrap_or("none"))]
pub struct Failure {
    /// What it means for the message.
    pub kind: Kind,
    /// The vendor's code, such as `isv.OUT_OF_SERVICE`; or ours, such as `timeout`, `http-502`.
    pub code: Cow<'static, str>,
    /// The vendor's id of the request: what its support asks for.
    pub request: Option<String>,
    /// What failed on the way, without its URL.
    #[source]
    pub source: Option<reqwest::Error>,
}

impl Failure {
    /// A failure that we saw ourselves.
    pub const fn ours(kind: Kind, code: &'static str) -> Self {
        Self { kind, code: Cow::Borrowed(code), request: None, source: None }
    }

    /// The vendor said no, with a code of its own.
    pub(crate) fn vendors(kind: Kind, code: &str, request: Option<&str>) -> Self {
        Self { kind, code: readable(code), request: request.and_then(request_id), source: None }
    }

    /// Something answered with an HTTP status that tells all there is to know.
    pub(crate) fn status(status: u16) -> Self {
        let kind = match status {
            429 => Kind::Busy,
            300..=499 => Kind::Config,
            _ => Kind::Ambiguous,
        };
        Self { kind, code: Cow::Owned(format!("http-{status}")), request: None, source: None }
    }

    /// `tencent:timeout`, for the one who asked to send.
    pub(crate) fn told_by(&self, vendor: &str) -> String {
        format!("{vendor}:{}", self.code)
    }

    /// What to tell the one who asked to send, when no other vendor is asked.
    pub(crate) fn outcome(&self, vendor: &str) -> SendOutcome {
        let code = self.told_by(vendor);
        match self.kind {
            Kind::Input | Kind::User | Kind::NumberLimit | Kind::Config => SendOutcome::Refused(code),
            Kind::NumberPause | Kind::Busy | Kind::Unreachable => SendOutcome::NotSent(code),
            Kind::Ambiguous => SendOutcome::Unknown(code),
        }
    }
}

impl From<reqwest::Error> for Failure {
    fn from(source: reqwest::Error) -> Self {
        let (kind, code) = if source.is_connect() {
            (Kind::Unreachable, "unreachable")
        } else if source.is_builder() {
            (Kind::Config, "no-request")
        } else {
            (Kind::Ambiguous, "answer-lost")
        };
        Self { kind, code: Cow::Borrowed(code), request: None, source: Some(source.without_url()) }
    }
}

/// Vendors' codes are words without digits, so that no phone and no one-time code can hide in what is kept.
fn readable(code: &str) -> Cow<'static, str> {
    const LONGEST: usize = 64;
    let is_code = (1..=LONGEST).contains(&code.len())
        && code.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'.' | b'_' | b'-' | b':'));
    if is_code { Cow::Owned(code.to_owned()) } else { Cow::Borrowed("unreadable-code") }
}

fn request_id(text: &str) -> Option<String> {
    const UUID: usize = 36;
    (text.len() == UUID && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Failure, Kind};

    #[test]
    fn of_an_answer_only_a_code_and_a_request_id_are_kept() {
        let id = "ed93f3cb-f35e-473f-b9f3-0d451b8b79c6";
        let failure = Failure::vendors(Kind::Config, "isv.SMS_TEMPLATE_ILLEGAL", Some(id));
        assert_eq!(failure.to_string(), format!("config isv.SMS_TEMPLATE_ILLEGAL, request {id}"));
        for code in ["", "13800001234", "code 271828", "<html>", &"a".repeat(65)] {
            let failure = Failure::vendors(Kind::Ambiguous, code, Some("13800001234"));
            assert_eq!(failure.to_string(), "ambiguous unreadable-code, request none");
        }
    }

    #[test]
    fn a_status_alone_proves_that_nothing_was_sent_below_500() {
        let kinds = [302, 404, 413, 429, 500, 502, 504, 204].map(|status| Failure::status(status).kind);
        let (config, busy, ambiguous) = (Kind::Config, Kind::Busy, Kind::Ambiguous);
        assert_eq!(kinds, [config, config, config, busy, ambiguous, ambiguous, ambiguous, ambiguous]);
    }
}
