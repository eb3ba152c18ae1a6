use kernel::{Email, is_loopback};
use lettre::{
    message::Mailbox,
    transport::smtp::{
        SMTP_PORT, SUBMISSION_PORT, SUBMISSIONS_PORT, authentication::Credentials, client::TlsParameters,
    },
};
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use crate::Error;

/// Which mail server takes our mail, and whose name is on it.
#[derive(Clone, Debug, Deserialize)]
pub struct MailSettings {
    /// `mail.url`: `smtps://user:password@host` (TLS from the start, port 465) or
    /// `smtp://user:password@host?tls=required` (STARTTLS, port 587); other ports as in any URL. User and password may
    /// be left out; what is special in a URL is percent-encoded in them. Plain `smtp://host` is taken for loopback
    /// alone.
    pub url: SecretString,
    /// `mail.from`: `车安门禁 <no-reply@example.com>`. Its domain is also the name we greet with and the right side of
    /// every Message-ID.
    pub from: String,
}

/// Where the mail server is and how to speak to it.
pub(crate) struct Server {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) security: Security,
    pub(crate) credentials: Option<Credentials>,
}

/// What keeps others from reading along.
pub(crate) enum Security {
    /// Nothing, and nobody is in between.
    Loopback,
    /// STARTTLS before anything of ours is said, or nothing is said.
    StartTls(TlsParameters),
    /// TLS from the first byte.
    Tls(TlsParameters),
}

impl Server {
    pub(crate) fn parse(url: &SecretString) -> Result<Self, Error> {
        let url = Url::parse(url.expose_secret()).map_err(|_| Error::Settings("mail.url is no URL"))?;
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(Error::Settings("mail.url has more than scheme, user, password, host, port and ?tls=required"));
        }
        let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() {
            return Err(Error::Settings("mail.url has no host"));
        }
        let tls = |host: &str| TlsParameters::new(host.to_owned()).map_err(Error::Tls);
        let (default_port, security) = match (url.scheme(), url.query()) {
            ("smtps", None) => (SUBMISSIONS_PORT, Security::Tls(tls(&host)?)),
            ("smtp", Some("tls=required")) => (SUBMISSION_PORT, Security::StartTls(tls(&host)?)),
            ("smtp", None) if is_loopback(&host) => (SMTP_PORT, Security::Loopback),
            _ => {
                return Err(Error::Settings(
                    "mail.url must be smtps://…, or smtp://…?tls=required, or smtp://… on loopback",
                ));
            }
        };
        let credentials = credentials(&url)?;
        Ok(Self { host, port: url.port().unwrap_or(default_port), security, credentials })
    }
}

/// Reads `mail.from`.
pub(crate) fn sender(from: &str) -> Result<Mailbox, Error> {
    let sender: Option<Mailbox> = from.parse().ok().filter(|_| !from.contains(char::is_control));
    sender
        .filter(|sender| Email::parse(sender.email.as_ref()).is_some())
        .ok_or(Error::Settings("mail.from must be like 车安门禁 <no-reply@example.com>"))
}

fn credentials(url: &Url) -> Result<Option<Credentials>, Error> {
    let (user, password) = (url.username(), url.password().unwrap_or_default());
    if user.is_empty() && password.is_empty() {
        return Ok(None);
    }
    if user.is_empty() || password.is_empty() {
        return Err(Error::Settings("mail.url has only one of user and password"));
    }
    let decoded = |text: &str| {
        let text = percent_decode_str(text).decode_utf8();
        text.map(String::from).map_err(|_| Error::Settings("mail.url has a user or password that is no UTF-8"))
    };
    Ok(Some(Credentials::new(decoded(user)?, decoded(password)?)))
}

#[cfg(test)]
mod tests {
    use lettre::transport::smtp::authentication::Credentials;

    use super::{Security, Server, sender};

    #[test]
    fn the_password_is_never_sent_in_the_clear_over_a_network() {
        for (url, host, port, kind) in [
            ("smtps://u:p@smtp.example.com", "smtp.example.com", 465, "tls"),
            ("smtps://u:p@smtp.example.com:994/", "smtp.example.com", 994, "tls"),
            ("smtps://127.0.0.1", "127.0.0.1", 465, "tls"),
            ("smtp://u:p@smtp.example.com?tls=required", "smtp.example.com", 587, "starttls"),
            ("smtp://u:p@localhost:25?tls=required", "localhost", 25, "starttls"),
            ("smtp://127.0.0.1", "127.0.0.1", 25, "plain"),
            ("smtp://localhost:2525/", "localhost", 2525, "plain"),
            ("smtp://u:p@[::1]:2525", "::1", 2525, "plain"),
        ] {
            let server = Server::parse(&url.into()).expect(url);
            let found = match server.security {
                Security::Loopback => "plain",
                Security::StartTls(_) => "starttls",
                Security::Tls(_) => "tls",
            };
            assert_eq!((server.host.as_str(), server.port, found), (host, port, kind), "{url}");
        }
        for url in [
            "",
            "smtp.example.com",
            "smtp:smtp.example.com",
            "smtp://",
            "smtps://",
            "smtp://smtp.example.com",
            "smtp://u:p@10.0.0.1",
            "smtp://127.0.0.1.example.com",
            "smtp://localhost.example.com",
            "smtp://smtp.example.com?tls=opportunistic",
            "smtp://smtp.example.com?tls=",
            "smtp://smtp.example.com?TLS=required",
            "smtp://127.0.0.1?tls=none",
            "smtps://smtp.example.com?tls=opportunistic",
            "smtps://smtp.example.com/relay",
            "smtps://smtp.example.com#x",
            "https://smtp.example.com",
            "smtps://u@smtp.example.com",
            "smtps://:p@smtp.example.com",
            "smtps://u:%ff@smtp.example.com",
            "smtps://smtp.example.com:99999",
        ] {
            assert!(Server::parse(&url.into()).is_err(), "{url}");
        }
    }

    #[test]
    fn user_and_password_are_decoded_and_never_part_of_an_error() {
        let server =
            Server::parse(&"smtps://no-reply%40example.com:p%2F%E5%AF%86+%25@smtp.example.com".into()).expect("good");
        assert_eq!(server.credentials, Some(Credentials::new("no-reply@example.com".into(), "p/密+%".into())));
        assert_eq!(Server::parse(&"smtp://localhost".into()).expect("good").credentials, None);

        for url in ["smtp://zhang:hunter2@smtp.example.com", "smtps://zhang:hunter2@", "smtps://zhang:hunter2@a b"] {
            let error = Server::parse(&url.into()).err().expect(url);
            let said = format!("{error} {error:?}");
            assert!(!said.contains("zhang") && !said.contains("hunter2"), "{said}");
        }
    }

    #[test]
    fn a_sender_is_one_address_with_or_without_a_name() {
        for (from, name, address) in [
            ("车安门禁 <no-reply@example.com>", Some("车安门禁"), "no-reply@example.com"),
            ("Kaimen <no-reply@example.com>", Some("Kaimen"), "no-reply@example.com"),
            ("no-reply@example.com", None, "no-reply@example.com"),
        ] {
            let sender = sender(from).expect(from);
            assert_eq!((sender.name.as_deref(), sender.email.as_ref()), (name, address));
        }
        for from in [
            "",
            "车安门禁",
            "车安门禁 <>",
            "车安门禁 <no-reply@localhost>",
            "a@x.cn, b@x.cn",
            "张 <张@example.com>",
            "车安\r\nBcc: <b@x.cn>",
            "车安\u{0}<a@x.cn>",
            "<a@x.cn\r\n>",
        ] {
            assert!(sender(from).is_err(), "{from:?}");
        }
    }
}
