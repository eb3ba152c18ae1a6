use std::{
    error::Error as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use kernel::{
    Clock,
    port::{Health, Mail, MailSend, SendOutcome},
};
use lettre::{
    address::Envelope,
    message::Mailbox,
    transport::smtp::{
        Error as SmtpError, authentication::DEFAULT_MECHANISMS, client::AsyncSmtpConnection, commands,
        extension::ClientId, response::Response,
    },
};
use secrecy::ExposeSecret;
use tokio::time::{Instant, timeout_at};

use crate::{
    Error, MailSettings,
    compose::compose,
    settings::{Security, Server, sender},
};

const CONNECT: Duration = Duration::from_secs(2);
const SEND_DEADLINE: Duration = Duration::from_millis(4500);
/// Longest queue id that is taken for one.
const LONGEST_ID: usize = 128;
/// What a server says to MAIL when it wants a login or TLS first.
const LOGIN_REQUIRED: &str = "smtp-530";

/// Sends mail by one mail server, over one connection each: connect within 2 s, the whole mail within 4.5 s, no repeat.
///
/// What the server says with a code becomes `smtp-CODE`: `Refused` for 5xx, `NotSent` for 4xx. Else it is `NotSent`
/// with `mail-unreachable`, `mail-no-tls` or `mail-timeout` as long as the server had not asked for the text, and from
/// then on, when nobody knows, `Unknown` with `mail-answer-lost` or `mail-timeout`. `Refused` with
/// `mail-login-impossible` means that the server offers no way to log in, with `mail-malformed` that the address is
/// none that SMTP can carry.
pub struct Smtp {
    server: Server,
    from: Mailbox,
    clock: Arc<dyn Clock>,
    deadline: Duration,
    /// The setting that the server refused, and its code, since it last took a mail.
    refusal: Mutex<Option<String>>,
}

/// How far a mail got that surely was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Connect,
    StartTls,
    Login,
    Sender,
    Recipient,
    Data,
}

struct Failure {
    stage: Stage,
    error: SmtpError,
}

impl Smtp {
    /// A sender with these settings; nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Settings`] when a setting makes no sense or would send the password in the clear, [`Error::Tls`] when
    /// there is nothing to check certificates with.
    pub fn new(settings: MailSettings, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let (server, from) = (Server::parse(&settings.url)?, sender(&settings.from)?);
        Ok(Self { server, from, clock, deadline: SEND_DEADLINE, refusal: Mutex::default() })
    }

    /// The same sender with another deadline for a whole mail in place of 4.5 s.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Everything up to the moment when the server waits for the text.
    async fn prepare(&self, envelope: &Envelope) -> Result<AsyncSmtpConnection, Failure> {
        let Server { host, port, security, credentials } = &self.server;
        let name = ClientId::Domain(self.from.email.domain().to_owned());
        let tls = if let Security::Tls(tls) = security { Some(tls.clone()) } else { None };
        let mut connection =
            AsyncSmtpConnection::connect_tokio1((host.as_str(), *port), Some(CONNECT), &name, tls, None)
                .await
                .map_err(Stage::Connect.failed())?;
        if let Security::StartTls(tls) = security {
            connection.starttls(tls.clone(), &name).await.map_err(Stage::StartTls.failed())?;
        }
        if let Some(credentials) = credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await.map_err(Stage::Login.failed())?;
        }
        let from = commands::Mail::new(envelope.from().cloned(), Vec::new());
        connection.command(from).await.map_err(Stage::Sender.failed())?;
        for to in envelope.to() {
            let to = commands::Rcpt::new(to.clone(), Vec::new());
            connection.command(to).await.map_err(Stage::Recipient.failed())?;
        }
        connection.command(commands::Data).await.map_err(Stage::Data.failed())?;
        Ok(connection)
    }

    fn not_sent(&self, failure: &Failure, reference: &str) -> SendOutcome {
        let Failure { stage, error } = failure;
        if *stage == Stage::StartTls {
            tracing::warn!(
                message.reference = reference,
                error.cause = cause(error),
                "mail server offers no TLS, mail not sent"
            );
            return SendOutcome::NotSent("mail-no-tls".to_owned());
        }
        let outcome = answer(error).unwrap_or_else(|| {
            if *stage == Stage::Login && error.is_client() {
                return SendOutcome::Refused("mail-login-impossible".to_owned());
            }
            tracing::warn!(message.reference = reference, mail.stage = ?stage, error.cause = cause(error), "mail server cannot be reached");
            SendOutcome::NotSent("mail-unreachable".to_owned())
        });
        if let (SendOutcome::Refused(code), Stage::Login | Stage::Sender) = (&outcome, stage) {
            self.complain(*stage, code);
        }
        outcome
    }

    /// It is replaced as a whole, so a poisoned lock is as good as any.
    fn refusal(&self) -> MutexGuard<'_, Option<String>> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that the settings are wrong: once as an error, until a mail goes out again.
    fn complain(&self, stage: Stage, code: &str) {
        let setting = if stage == Stage::Login || code == LOGIN_REQUIRED { "mail.url" } else { "mail.from" };
        if self.refusal().replace(format!("{setting} {code}")).is_some() {
            tracing::debug!(mail.setting = setting, error.code = code, "the mail server refuses us");
        } else {
            tracing::error!(
                mail.setting = setting,
                error.code = code,
                "mail server refuses our settings, no mail is sent"
            );
        }
    }
}

#[async_trait]
impl MailSend for Smtp {
    async fn send(&self, mail: &Mail) -> SendOutcome {
        let Some(composed) = compose(mail, &self.from, self.clock.now()) else {
            return SendOutcome::Refused("mail-malformed".to_owned());
        };
        let end = Instant::now() + self.deadline;
        let mut connection = match timeout_at(end, self.prepare(&composed.envelope)).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(failure)) => return self.not_sent(&failure, &mail.reference),
            Err(_) => return SendOutcome::NotSent("mail-timeout".to_owned()),
        };
        match timeout_at(end, connection.message(composed.bytes.expose_secret())).await {
            Ok(Ok(response)) => {
                if self.refusal().take().is_some() {
                    tracing::info!("mail server accepts mail again");
                }
                // it has the mail, whatever it says to our goodbye
                let _ = timeout_at(end, connection.quit()).await;
                SendOutcome::Accepted(queue_id(&response).unwrap_or_else(|| mail.reference.clone()))
            }
            Ok(Err(error)) => answer(&error).unwrap_or_else(|| SendOutcome::Unknown("mail-answer-lost".to_owned())),
            Err(_) => SendOutcome::Unknown("mail-timeout".to_owned()),
        }
    }

    fn health(&self) -> Health {
        self.refusal().clone().map_or(Health::Ok, |refusal| Health::Degraded(vec![refusal]))
    }
}

impl Stage {
    fn failed(self) -> impl FnOnce(SmtpError) -> Failure {
        move |error| Failure { stage: self, error }
    }
}

/// What the server's refusal means, if it was one.
fn answer(error: &SmtpError) -> Option<SendOutcome> {
    let code = format!("smtp-{}", error.status()?);
    Some(if error.is_permanent() { SendOutcome::Refused(code) } else { SendOutcome::NotSent(code) })
}

/// What failed below SMTP. What the server said is left out: it may hold an address.
fn cause(error: &SmtpError) -> String {
    if error.is_response() || error.status().is_some() {
        return "no SMTP answer".to_owned();
    }
    let mut cause = error.source();
    while let Some(deeper) = cause.and_then(|cause| cause.source()) {
        cause = Some(deeper);
    }
    cause.map_or_else(String::new, ToString::to_string)
}

/// The id under which the server queued the mail, where it says one in a way we know.
fn queue_id(response: &Response) -> Option<String> {
    let said = response.message().collect::<Vec<_>>().join(" ");
    let after = |mark: &str| said.split_once(mark).and_then(|(_, rest)| rest.split_ascii_whitespace().next());
    let id = after("id=").or_else(|| after("queued as "))?.trim_matches(['.', ',', ';']);
    let is_id = (1..=LONGEST_ID).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'@' | b'<' | b'>'));
    is_id.then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::queue_id;

    #[test]
    fn a_queue_id_is_found_and_never_an_address() {
        for (said, id) in [
            ("250 2.0.0 Ok: queued as 4XyZ1a2b3c", Some("4XyZ1a2b3c")),
            ("250 OK id=1rABCd-0000Xy-2K", Some("1rABCd-0000Xy-2K")),
            ("250 Data Ok: queued as freedom ### envid=123456789", Some("123456789")),
            ("250 Mail OK queued as smtp1,abc_def.123 1800000000", Some("smtp1,abc_def.123")),
            ("250 OK: queued as.", None),
            ("250 OK: queued as zhang@example.cn", None),
            ("250 OK: queued as <zhang>", None),
            ("250 OK", None),
        ] {
            let response = format!("{said}\r\n").parse().expect(said);
            assert_eq!(queue_id(&response).as_deref(), id, "{said}");
        }
    }
}
