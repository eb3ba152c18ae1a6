use std::{sync::Arc, time::Duration};

use edge::Address;
use kernel::{
    AccountId, Bytes, ChallengeId, Clock, Email, Phone, Result, SiteId, Timestamp, Zeroizing, macros::uuid::Uuid,
};
use serde::{Deserialize, Serialize};
use store::{Db, FieldRef, SharedCounters, SiteCipher, Tx, Vault, outbox};

use crate::{
    Identifier, Limits,
    account::{AccountRecord, Sealed},
    code::{CODE_LIFE, Purpose, TRIES, Verdict, six_digits},
    fields::{EMAIL, PHONE, field},
    limits::{Asker, Limiter},
    messages::CodeIssued,
    rows::{self, challenge},
    session::constant_eq,
};

/// One-time codes by SMS and mail, for the features that need a phone or an address proved.
#[derive(Clone)]
pub struct Codes {
    vault: Arc<Vault>,
    limiter: Limiter,
    clock: Arc<dyn Clock>,
}

/// Where a code goes.
#[derive(Clone, Debug)]
pub enum Destination {
    Phone(Phone),
    Email(Email),
    /// To what is on file of this account, which stays sealed.
    OnFile(OnFile),
    /// To what is on file of whoever goes by this name, if anybody does. Nobody is looked up before the outbox worker comes: the
    /// answer cannot tell.
    Account(Identifier),
}

/// A phone or an address on file.
#[derive(Clone, Debug)]
pub struct OnFile {
    value: Sealed,
    field: FieldRef,
}

impl OnFile {
    /// What an account has on file to send a code to, as its owner named it; a phone before an address.
    pub(crate) fn of(account: &AccountRecord, named: &Identifier) -> Option<Self> {
        let at =
            |column, value: &Option<Sealed>| Some(Self { value: value.clone()?, field: field(column, account.id) });
        match named {
            Identifier::Number(_) => at(PHONE, &account.phone).or_else(|| at(EMAIL, &account.email)),
            Identifier::Phone(_) => at(PHONE, &account.phone),
            Identifier::Email(_) => at(EMAIL, &account.email),
        }
    }

    /// As its owner may see it.
    pub(crate) fn masked(&self, cipher: &SiteCipher) -> Result<String> {
        match self.field.column {
            EMAIL => cipher.masked_email(self.field, &self.value.sealed),
            _ => cipher.masked_phone(self.field, &self.value.sealed),
        }
    }
}

/// Who asks for a code, for what.
#[derive(Clone, Debug)]
pub struct CodeRequest {
    /// The person; none who is not signed in.
    pub account: Option<AccountId>,
    pub purpose: Purpose,
    /// What exactly: a code for one subject is none for another.
    pub subject: Uuid,
    pub to: Destination,
    /// Whose budget it comes out of, where it is a site's.
    pub site: Option<SiteId>,
    pub address: Address,
}

/// A code that was asked for; whether it went out is not said.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sent {
    /// To be given back with the code.
    pub challenge: ChallengeId,
    /// The last instant it can be entered.
    pub expires_at: Timestamp,
    /// Where it goes, masked.
    pub to: String,
}

/// A challenge, made and not yet written.
#[derive(Clone)]
pub struct NewChallenge {
    row: challenge::New,
    message: CodeIssued,
}

impl NewChallenge {
    pub fn id(&self) -> ChallengeId {
        self.row.id
    }

    /// What the outbox worker will carry, if it is sent.
    pub fn message(&self) -> &CodeIssued {
        &self.message
    }

    /// The last instant the code can be entered.
    pub fn expires_at(&self) -> Timestamp {
        self.row.expires_at
    }

    /// Writes it down, and posts what the outbox worker will carry.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn write(&self, tx: &Tx) -> Result<()> {
        self.record(tx).await?;
        post_code(tx, &self.message, self.row.created_at, self.row.expires_at).await
    }

    /// Writes it down. Nothing goes out until somebody posts its message ([`post_code`]).
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn record(&self, tx: &Tx) -> Result<()> {
        challenge::insert(tx, &self.row).await
    }
}

/// Posts the message of a challenge that can be answered until then, once, however often it is asked to.
///
/// # Errors
/// When the database refuses.
pub async fn post_code(tx: &Tx, message: &CodeIssued, now: Timestamp, until: Timestamp) -> Result<()> {
    let good_for = Duration::from_millis(u64::try_from(until.since(now)).unwrap_or_default());
    outbox::enqueue(tx, None, &format!("code:{}", message.challenge), message, now, good_for).await
}

/// A code on its way out.
pub enum Outgoing {
    Sms(Phone, Zeroizing<String>),
    Mail(Email, Zeroizing<String>),
    Nowhere,
}

fn digest(cipher: &SiteCipher, challenge: ChallengeId, purpose: Purpose, code: &str) -> [u8; 32] {
    cipher.digest(&[b"code".as_slice(), challenge.uuid().as_bytes(), &[purpose as u8], code.as_bytes()].concat())
}

/// Where a code's message keeps the destination and the code.
fn fields(challenge: ChallengeId) -> (FieldRef, FieldRef) {
    let field = |column| FieldRef { table: "outbox", column, row: challenge.uuid() };
    (field("to"), field("code"))
}

/// The subject of a code that is bound to a text, such as a phone.
pub(crate) fn subject(cipher: &SiteCipher, text: &str) -> Uuid {
    Uuid::from_bytes(cipher.index(&format!("subject:{text}")))
}

impl Codes {
    /// Codes under these limits.
    pub fn new(vault: Arc<Vault>, counters: Arc<SharedCounters>, limits: Limits, clock: Arc<dyn Clock>) -> Self {
        Self { vault, limiter: Limiter { limits, counters }, clock }
    }

    /// Makes a challenge, within the limits.
    ///
    /// # Errors
    /// `too-many-codes`, `codes-exhausted`.
    pub async fn make(&self, asked: &CodeRequest) -> Result<NewChallenge> {
        let now = self.clock.now();
        let cipher = self.vault.cipher(None, now).await?;
        let destination = match &asked.to {
            Destination::Phone(phone) => cipher.index(phone.expose()),
            Destination::Email(email) => cipher.index(email.expose()),
            Destination::OnFile(on_file) => on_file.value.index,
            Destination::Account(identifier) => cipher.index(identifier.normal()),
        };
        let CodeRequest { account, purpose, subject, site, address, .. } = *asked;
        self.limiter.code(&Asker { destination: &destination, account, address, site }).await?;
        let (id, code) = (ChallengeId::new(now), six_digits());
        let (to_place, code_place) = fields(id);
        let to = match &asked.to {
            Destination::Phone(phone) => cipher.seal(to_place, phone.expose().as_bytes()),
            Destination::Email(email) => cipher.seal(to_place, email.expose().as_bytes()),
            Destination::OnFile(OnFile { value, field }) => cipher.reseal(*field, &value.sealed, to_place)?,
            Destination::Account(identifier) => cipher.seal(to_place, identifier.normal().as_bytes()),
        };
        let row = challenge::New {
            id,
            account,
            purpose,
            subject,
            code_hash: digest(&cipher, id, purpose, &code),
            created_at: now,
            expires_at: now.after(CODE_LIFE),
        };
        let code = Bytes(cipher.seal(code_place, code.as_bytes()));
        let by_account = matches!(asked.to, Destination::Account(_));
        Ok(NewChallenge {
            row,
            message: CodeIssued { challenge: id, to: Bytes(to), by_account, held_back: false, code },
        })
    }

    /// Prepares the entering of a code; what it returns is used inside a write.
    ///
    /// # Errors
    /// When the vault is away.
    pub async fn checker(&self) -> Result<Checker> {
        let now = self.clock.now();
        Ok(Checker { cipher: self.vault.cipher(None, now).await?, now })
    }

    /// Takes destination and code out of a message, leaving an audit entry. A message to an account is looked up now: to one
    /// that is not there, or may not log in, nothing goes; nor when it is held back.
    ///
    /// # Errors
    /// When they do not open.
    pub async fn reveal(&self, tx: &Tx, message: &CodeIssued, cipher: &SiteCipher) -> Result<Outgoing> {
        let (to_place, code_place) = fields(message.challenge);
        let named = cipher.open_secret(to_place, &message.to.0)?;
        let Some(named) = std::str::from_utf8(&named).ok().and_then(Identifier::parse) else {
            return Err(kernel::INTERNAL.into());
        };
        if message.held_back {
            return Ok(Outgoing::Nowhere);
        }
        let (field, sealed) = if message.by_account {
            let found =
                rows::account::find(tx, named.sought(cipher)).await?.filter(|account| account.state.lets_in().is_ok());
            let Some(on_file) = found.and_then(|account| OnFile::of(&account, &named)) else {
                return Ok(Outgoing::Nowhere);
            };
            (on_file.field, on_file.value.sealed)
        } else {
            (to_place, message.to.0.clone())
        };
        let why = store::Reveal { actor: "outbox_worker".into(), action: "code.sent", at: self.clock.now() };
        let to = cipher.reveal(tx, field, &sealed, &why).await?;
        let code = cipher.open_secret(code_place, &message.code.0)?;
        let code = Zeroizing::new(String::from_utf8_lossy(&code).into_owned());
        match Identifier::parse(&to) {
            Some(Identifier::Phone(phone)) => Ok(Outgoing::Sms(phone, code)),
            Some(Identifier::Email(email)) => Ok(Outgoing::Mail(email, code)),
            _ => Err(kernel::INTERNAL.into()),
        }
    }

    /// Whether what was revealed may go out: a phone or address that is reached by way of an account's 车安通 ID gets no
    /// more codes than any other. To be asked outside of transactions; a retry of the same message gets the same answer.
    ///
    /// # Errors
    /// When the vault is away.
    pub async fn may_go(&self, message: &CodeIssued, outgoing: &Outgoing) -> Result<bool> {
        if !message.by_account {
            return Ok(true);
        }
        let cipher = self.vault.cipher(None, self.clock.now()).await?;
        let index = match outgoing {
            Outgoing::Sms(phone, _) => cipher.index(phone.expose()),
            Outgoing::Mail(email, _) => cipher.index(email.expose()),
            Outgoing::Nowhere => return Ok(false),
        };
        Ok(self.limiter.on_file(message.challenge, &index).await)
    }

    /// Forgets what has been over for ten minutes.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn purge(&self, tx: &Tx) -> Result<()> {
        challenge::purge(tx, self.clock.now().before(Duration::from_secs(600))).await
    }
}

/// Checks codes inside a write.
#[derive(Clone)]
pub struct Checker {
    cipher: Arc<SiteCipher>,
    now: Timestamp,
}

/// What a code is entered for: by whom, for what, and what exactly.
pub type Entry = (Option<AccountId>, Purpose, Uuid);

impl Checker {
    /// Spends a try on this code, and uses it up if it is right. The transaction must be committed whatever the verdict, or
    /// tries would be free.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn enter(&self, tx: &Tx, id: ChallengeId, of: Entry, code: &str) -> Result<Verdict> {
        match self.fits(tx, id, of, code).await? {
            Verdict::Right => self.use_up(tx, id).await,
            other => Ok(other),
        }
    }

    /// Spends a try on this code; one that is right stays good until [`Checker::use_up`].
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn fits(&self, tx: &Tx, id: ChallengeId, of: Entry, code: &str) -> Result<Verdict> {
        let Some((hash, tries)) = challenge::spend_try(tx, id, of, self.now).await? else {
            return challenge::why_not(tx, id, of, self.now).await;
        };
        let right = constant_eq(&hash, &digest(&self.cipher, id, of.1, code));
        Ok(if right { Verdict::Right } else { Verdict::Wrong { left: TRIES - tries } })
    }

    /// Uses a code up that fits.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn use_up(&self, tx: &Tx, id: ChallengeId) -> Result<Verdict> {
        Ok(if challenge::use_up(tx, id).await? { Verdict::Right } else { Verdict::Used })
    }
}

impl Codes {
    /// Passes while a try is to be had at this challenge, before anything is done that costs.
    ///
    /// # Errors
    /// Why there is none.
    pub(crate) async fn must_be_open(&self, db: &Db, id: ChallengeId, of: Entry) -> Result<()> {
        let now = self.clock.now();
        match db.read(|db| async move { challenge::why_not(&db, id, of, now).await }).await? {
            Verdict::Right => Ok(()),
            other => other.passed(),
        }
    }
}
