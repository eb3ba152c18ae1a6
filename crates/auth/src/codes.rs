use std::{sync::Arc, time::Duration};

use edge::Address;
use kernel::{
    AccountId, Bytes, ChallengeId, Clock, Phone, Result, SiteId, Timestamp, letter::CodeIssued, macros::uuid::Uuid,
};
use store::{Marks, Place, Realm, Tx, Vault, outbox};

use crate::{
    Limits,
    code::{CODE_LIFE, Purpose, TRIES, Verdict, six_digits},
    limits::{Asker, Limiter},
    rows,
    session::constant_eq,
};

/// One-time codes by SMS, for the features that need a phone proved.
#[derive(Clone)]
pub struct Codes {
    vault: Arc<Vault>,
    limiter: Limiter,
    clock: Arc<dyn Clock>,
}

/// Who asks for a code, for what.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The person.
    pub account: AccountId,
    /// What for.
    pub purpose: Purpose,
    /// What exactly: a code for one subject is none for another.
    pub subject: Uuid,
    /// The phone that was named.
    pub phone: Phone,
    /// Whose budget it comes out of.
    pub site: SiteId,
    /// From where.
    pub address: Address,
}

/// A challenge, made and not yet written.
#[derive(Clone)]
pub struct NewChallenge {
    row: rows::Challenge,
    letter: CodeIssued,
}

impl NewChallenge {
    /// Its id.
    pub fn id(&self) -> ChallengeId {
        self.row.id
    }

    /// The last instant the code can be entered.
    pub fn expires_at(&self) -> Timestamp {
        self.row.expires_at
    }

    /// Writes it down; the code goes out only when `send` says so. Both look the same from outside.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn write(&self, tx: &Tx, send: bool) -> Result<()> {
        rows::insert_challenge(tx, &self.row).await?;
        if send {
            let fact = format!("code:{}", self.row.id);
            outbox::post(tx, None, &fact, &self.letter, self.row.created_at, CODE_LIFE).await?;
        }
        Ok(())
    }
}

fn digest(realm: &Realm, challenge: ChallengeId, purpose: Purpose, code: &str) -> [u8; 32] {
    realm.digest(&[b"code".as_slice(), challenge.uuid().as_bytes(), &[purpose as u8], code.as_bytes()].concat())
}

/// Where a code's letter keeps the phone and the code.
pub(crate) fn places(challenge: ChallengeId) -> (Place, Place) {
    let place = |column| Place { table: "outbox", column, row: challenge.uuid() };
    (place("phone"), place("code"))
}

impl Codes {
    /// Codes under these limits.
    pub fn new(vault: Arc<Vault>, marks: Arc<Marks>, limits: Limits, clock: Arc<dyn Clock>) -> Self {
        Self { vault, limiter: Limiter { limits, marks }, clock }
    }

    /// Makes a challenge, within the limits.
    ///
    /// # Errors
    /// `too-many-codes`.
    pub async fn make(&self, asked: &Asked) -> Result<NewChallenge> {
        let now = self.clock.now();
        let realm = self.vault.realm(None, now).await?;
        let phone_index = &realm.index(asked.phone.expose());
        let Asked { account, purpose, subject, site, address, .. } = *asked;
        self.limiter.code(&Asker { phone_index, account, address, site }).await?;
        let (id, code) = (ChallengeId::new(now), six_digits());
        let (phone_place, code_place) = places(id);
        let row = rows::Challenge {
            id,
            account,
            purpose,
            subject,
            code_hash: digest(&realm, id, purpose, &code),
            created_at: now,
            expires_at: now.after(CODE_LIFE),
        };
        let letter = CodeIssued {
            challenge: id,
            phone: Bytes(realm.seal(phone_place, asked.phone.expose().as_bytes())),
            code: Bytes(realm.seal(code_place, code.as_bytes())),
        };
        Ok(NewChallenge { row, letter })
    }

    /// Prepares the entering of a code; what it returns is used inside a write.
    ///
    /// # Errors
    /// When the vault is away.
    pub async fn checker(&self) -> Result<Checker> {
        let now = self.clock.now();
        Ok(Checker { realm: self.vault.realm(None, now).await?, now })
    }

    /// Takes phone and code out of a letter, leaving an audit entry.
    ///
    /// # Errors
    /// When they do not open.
    pub async fn reveal(
        &self,
        tx: &Tx,
        letter: &CodeIssued,
        realm: &Realm,
    ) -> Result<(Phone, kernel::Zeroizing<String>)> {
        let (phone_place, code_place) = places(letter.challenge);
        let why = store::Reveal { actor: "courier".into(), action: "code.sent", at: self.clock.now() };
        let phone = realm.reveal(tx, phone_place, &letter.phone.0, &why).await?;
        let code = realm.open_secret(code_place, &letter.code.0)?;
        let phone = Phone::parse(&phone).ok_or(kernel::INTERNAL)?;
        Ok((phone, kernel::Zeroizing::new(String::from_utf8_lossy(&code).into_owned())))
    }

    /// Forgets what has been over for ten minutes.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn purge(&self, tx: &Tx) -> Result<()> {
        rows::purge_challenges(tx, self.clock.now().before(Duration::from_secs(600))).await
    }
}

/// Checks codes inside a write.
#[derive(Clone)]
pub struct Checker {
    realm: Arc<Realm>,
    now: Timestamp,
}

impl Checker {
    /// Spends a try on this code. The transaction must be committed whatever the verdict, or tries would be free.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn enter(
        &self,
        tx: &Tx,
        challenge: ChallengeId,
        of: (AccountId, Purpose, Uuid),
        code: &str,
    ) -> Result<Verdict> {
        let Some((hash, tries)) = rows::spend_try(tx, challenge, of, self.now).await? else {
            return Ok(Verdict::Over);
        };
        if !constant_eq(&hash, &digest(&self.realm, challenge, of.1, code)) {
            return Ok(Verdict::Wrong { left: TRIES - tries });
        }
        Ok(if rows::use_up(tx, challenge).await? { Verdict::Right } else { Verdict::Over })
    }
}
