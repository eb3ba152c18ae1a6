//! Sending one-time codes, after the transaction that made them.

use std::{sync::Arc, time::Duration};

use kernel::{
    Clock, Email, Result,
    port::{Mail, MailSend, SendOutcome, SmsSend},
};
use store::{
    Db, Vault,
    outbox::{ClaimedMessage, OutboxHandler, Outcome},
};

use crate::{Codes, Outgoing, messages::CodeIssued};

/// Sends codes by SMS or mail.
pub struct SendCode {
    pub db: Db,
    pub vault: Arc<Vault>,
    pub clock: Arc<dyn Clock>,
    pub codes: Codes,
    pub sms: Arc<dyn SmsSend>,
    pub mail: Arc<dyn MailSend>,
}

impl OutboxHandler for SendCode {
    type Message = CodeIssued;
    const REPEATABLE: bool = false;
    const TIME_LIMIT: Duration = Duration::from_secs(5);

    async fn run(&self, _: &ClaimedMessage, message: CodeIssued) -> Result<Outcome> {
        let reference = message.challenge.to_string();
        let sent = match self.open(message).await? {
            Outgoing::Sms(phone, code) => {
                self.sms.send_code(&phone, &code.as_str().to_owned().into(), &reference).await
            }
            Outgoing::Mail(to, code) => self.mail.send(&mail_with(to, &code, reference)).await,
            Outgoing::Nowhere => return Ok(Outcome::Done),
        };
        Ok(match sent {
            SendOutcome::Accepted(_) => Outcome::Done,
            SendOutcome::Refused(code) => Outcome::Dead(code),
            SendOutcome::NotSent(code) => Outcome::Later(code),
            SendOutcome::Unknown(code) => Outcome::Unknown(code),
        })
    }
}

impl SendCode {
    async fn open(&self, message: CodeIssued) -> Result<Outgoing> {
        let cipher = self.vault.cipher(None, self.clock.now()).await?;
        let context = (self.codes.clone(), message.clone(), cipher);
        let reveal =
            self.db.write_with(context, |tx, (codes, message, cipher)| Box::pin(codes.reveal(tx, message, cipher)));
        let outgoing = reveal.await?;
        Ok(if self.codes.may_go(&message, &outgoing).await? { outgoing } else { Outgoing::Nowhere })
    }
}

fn mail_with(to: Email, code: &str, reference: String) -> Mail {
    let text = format!(
        "您的验证码是 {code}，5 分钟内有效。\n\n请不要把验证码告诉任何人。如非本人操作，请忽略这封邮件。\n\n车安门禁\n"
    );
    Mail { to, subject: "车安门禁验证码".to_owned(), text: text.into(), reference }
}
