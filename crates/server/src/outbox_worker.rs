//! The outbox worker: carries messages out of the outbox, and keeps the server tidy.

use std::time::Duration;

use auth::Outgoing;
use futures_util::future::join_all;
use kernel::{
    Email, Result,
    outbox_message::{CardWanted, CodeIssued, OutboxMessage},
    port::{Mail, SendOutcome},
};
use store::{
    inbox,
    outbox::{self, ClaimedMessage, Outcome, State},
};

use crate::App;

const BACKSTOP: Duration = Duration::from_secs(1);
const TIDY: Duration = Duration::from_secs(20);
const WATCH: Duration = Duration::from_secs(30);
const SENDING: Duration = Duration::from_secs(5);
const DAY: Duration = Duration::from_secs(86_400);

impl App {
    /// Carries messages until the process ends: at once when one was enqueued here, within a second when elsewhere.
    pub async fn outbox_worker(self) {
        loop {
            match self.run_due().await {
                Ok(0) => {
                    let _ = tokio::time::timeout(BACKSTOP, self.db.message_enqueued()).await;
                }
                Ok(_) => {}
                Err(fault) => {
                    tracing::warn!(%fault, "outbox could not be read");
                    tokio::time::sleep(BACKSTOP).await;
                }
            }
        }
    }

    /// Watches the doors of the installed card system, until the process ends.
    pub async fn door_status_poller(self) {
        loop {
            if let Err(fault) = self.doors.poll_statuses().await {
                tracing::warn!(%fault, "door statuses could not be polled");
            }
            tokio::time::sleep(WATCH).await;
        }
    }

    /// Compares the cards of the installed card system where that is due, until the process ends.
    pub async fn card_reconciler(self) {
        loop {
            if let Err(fault) = self.cards.reconcile_due(self.reconcile_every).await {
                tracing::warn!(%fault, "reconciliation could not be started");
            }
            tokio::time::sleep(WATCH).await;
        }
    }

    /// Forgets what is over, until the process ends.
    pub async fn cleanup(self) {
        loop {
            tokio::time::sleep(TIDY).await;
            crate::health::fold();
            if let Err(fault) = self.tidy().await {
                tracing::warn!(%fault, "cleanup failed, will be retried");
            }
        }
    }

    /// Forgets what is over.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn tidy(&self) -> Result<()> {
        self.doors.tidy().await?;
        self.imports.tidy().await?;
        while self.accounts.erase_due().await? > 0 {}
        let (accounts, now) = (self.accounts.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let accounts = accounts.clone();
                Box::pin(async move {
                    accounts.purge(tx).await?;
                    store::purge_once(tx, now.before(DAY)).await?;
                    inbox::purge(tx, now.before(inbox::KEPT)).await?;
                    outbox::purge(tx, now.before(DAY), now).await
                })
            })
            .await
    }

    /// Carries one handful of due messages. How many there were.
    ///
    /// # Errors
    /// When the outbox cannot be read or written.
    pub async fn run_due(&self) -> Result<usize> {
        let now = self.clock.now();
        let messages = self.db.write(move |tx| Box::pin(async move { outbox::claim(tx, now).await })).await?;
        let settled = join_all(messages.iter().map(|message| self.carry(message))).await;
        settled.into_iter().collect::<Result<Vec<()>>>()?;
        Ok(messages.len())
    }

    async fn carry(&self, claimed: &ClaimedMessage) -> Result<()> {
        let outcome = match claimed.topic.as_str() {
            CodeIssued::TOPIC if claimed.was_lost => Outcome::Unknown("lost".into()),
            CodeIssued::TOPIC => self.send_code(claimed).await,
            CardWanted::TOPIC => self.look_up_card(claimed).await,
            _ => match self.notices.carry(claimed).await {
                Ok(true) => Outcome::Done,
                Ok(false) => Outcome::Dead("unknown-topic".into()),
                Err(fault) => {
                    tracing::warn!(%fault, topic = claimed.topic, message = %claimed.id, "outbox message failed");
                    Outcome::Later(fault.code().name.into())
                }
            },
        };
        let (message, now) = (claimed.clone(), self.clock.now());
        let state = self
            .db
            .write(move |tx| {
                let (message, outcome) = (message.clone(), outcome.clone());
                Box::pin(async move { outbox::settle(tx, &message, &outcome, now).await })
            })
            .await?;
        if matches!(state, State::Dead | State::Unknown) {
            tracing::error!(topic = claimed.topic, message = %claimed.id, ?state, "outbox message given up");
            metrics::counter!("kaimen_outbox_given_up_total", "topic" => claimed.topic.clone()).increment(1);
        }
        Ok(())
    }

    async fn send_code(&self, claimed: &ClaimedMessage) -> Outcome {
        let (outgoing, reference) = match self.open_code(claimed).await {
            Ok(opened) => opened,
            Err(fault) => return Outcome::Later(fault.code().name.into()),
        };
        let sending = async {
            match outgoing {
                Outgoing::Sms(phone, code) => {
                    self.sms.send_code(&phone, &code.as_str().to_owned().into(), &reference).await
                }
                Outgoing::Mail(to, code) => self.mail.send(&mail_with(to, &code, reference)).await,
                Outgoing::Nowhere => SendOutcome::Accepted(String::new()),
            }
        };
        match tokio::time::timeout(SENDING, sending).await {
            Ok(SendOutcome::Accepted(_)) => Outcome::Done,
            Ok(SendOutcome::Refused(code)) => Outcome::Dead(code),
            Ok(SendOutcome::NotSent(code)) => Outcome::Later(code),
            Ok(SendOutcome::Unknown(code)) => Outcome::Unknown(code),
            Err(_) => Outcome::Unknown("timeout".into()),
        }
    }

    async fn look_up_card(&self, claimed: &ClaimedMessage) -> Outcome {
        let looked_up = async { self.cards.look_up(claimed.message()?).await };
        match looked_up.await {
            Ok(()) => Outcome::Done,
            Err(fault) => Outcome::Later(fault.code().name.into()),
        }
    }

    async fn open_code(&self, claimed: &ClaimedMessage) -> Result<(Outgoing, String)> {
        let message: CodeIssued = claimed.message()?;
        let cipher = self.vault.cipher(None, self.clock.now()).await?;
        let (codes, reference, opened) = (self.codes.clone(), message.challenge.to_string(), message.clone());
        let outgoing = self
            .db
            .write(move |tx| {
                let (codes, message, cipher) = (codes.clone(), opened.clone(), cipher.clone());
                Box::pin(async move { codes.reveal(tx, &message, &cipher).await })
            })
            .await?;
        let outgoing = if self.codes.may_go(&message, &outgoing).await? { outgoing } else { Outgoing::Nowhere };
        Ok((outgoing, reference))
    }
}

fn mail_with(to: Email, code: &str, reference: String) -> Mail {
    let text = format!(
        "您的验证码是 {code}，5 分钟内有效。\n\n请不要把验证码告诉任何人。如非本人操作，请忽略这封邮件。\n\n车安门禁\n"
    );
    Mail { to, subject: "车安门禁验证码".to_owned(), text: text.into(), reference }
}
