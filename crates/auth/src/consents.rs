//! What a person agreed to, over time.

use std::{collections::HashSet, sync::Arc};

use edge::Caller;
use kernel::{AccountId, Code, ConsentId, Kind, Result};
use sea_orm::ConnectionTrait;
use store::{FieldRef, Tx};

use crate::{
    Accounts, Origin,
    consent::{self, Agreement, Consent, ConsentPurpose, Text},
    rows,
    service::{actor, record},
    session::SESSION_ENDED,
};

/// There is no such consent to take back.
pub const NOT_CONSENTED: Code = Code::new(Kind::Conflict, "consent-not-given", "您没有给出过这项同意，或已经撤回");

async fn require(db: &impl ConnectionTrait, of: AccountId) -> Result<()> {
    let withdrawn = rows::consent::withdrawn(db, &[of]).await?;
    consent::require(&withdrawn.into_iter().map(|(_, purpose)| purpose).collect::<Vec<_>>())
}

/// Passes an account that has withdrawn none of the consents which the service needs. A withdrawal was committed before,
/// or waits until this transaction ends, and then sees what it wrote.
///
/// # Errors
/// `consent-required`; `session-ended` and `account-disabled` where nobody may log in to the account.
pub async fn require_consents(tx: &Tx, of: AccountId) -> Result<()> {
    rows::account::lock(tx, of).await?.ok_or(SESSION_ENDED)?.lets_in()?;
    require(tx, of).await
}

/// Those of the accounts that have withdrawn a consent which the service needs.
///
/// # Errors
/// When the database is away.
pub async fn without_consents(db: &impl ConnectionTrait, accounts: &[AccountId]) -> Result<HashSet<AccountId>> {
    let withdrawn = rows::consent::withdrawn(db, accounts).await?;
    Ok(withdrawn.into_iter().filter(|(_, purpose)| purpose.is_required()).map(|(of, _)| of).collect())
}

impl Accounts {
    /// Consents to these texts, about to be written down.
    pub(crate) async fn written(&self, agreed: &[ConsentPurpose], origin: &Origin) -> Result<Vec<rows::consent::New>> {
        let (cipher, now) = (self.cipher().await?, self.clock.now());
        let address = origin.address.0.to_string();
        let new = agreed.iter().map(|purpose| {
            let (id, text) = (ConsentId::new(now), Text::of(*purpose));
            let field = FieldRef { table: "consents", column: "address", row: id.uuid() };
            let consent = Consent {
                id,
                purpose: *purpose,
                version: text.version.to_owned(),
                text_hash: text.hash(),
                device: origin.device.clone(),
                given_at: now,
                withdrawn_at: None,
            };
            rows::consent::New { consent, address_sealed: cipher.seal(field, address.as_bytes()) }
        });
        Ok(new.collect())
    }

    /// Writes consents down; what was agreed to before in the same words is left alone.
    pub(crate) async fn agree(&self, of: AccountId, agreed: &[ConsentPurpose], origin: &Origin) -> Result<()> {
        let new = Arc::new(self.written(agreed, origin).await?);
        self.db
            .write(move |tx| {
                let new = new.clone();
                Box::pin(async move {
                    rows::account::lock(tx, of).await?.ok_or(SESSION_ENDED)?.lets_in()?;
                    let before = rows::consent::of_account(tx, of).await?;
                    let stands = |new: &Consent| {
                        before.iter().any(|one| {
                            one.purpose == new.purpose && one.version == new.version && one.withdrawn_at.is_none()
                        })
                    };
                    let missing: Vec<_> = new.iter().filter(|new| !stands(&new.consent)).cloned().collect();
                    rows::consent::insert(tx, of, &missing).await
                })
            })
            .await
    }

    /// The caller agrees to texts.
    ///
    /// # Errors
    /// `consent-outdated`.
    pub async fn consent(&self, caller: Caller, agreements: &[Agreement], origin: &Origin) -> Result<()> {
        let agreed = consent::current(agreements)?;
        self.agree(caller.account, &agreed, origin).await
    }

    /// What the caller agreed to, oldest first.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn consents(&self, caller: Caller) -> Result<Vec<Consent>> {
        self.db.read(|db| async move { rows::consent::of_account(&db, caller.account).await }).await
    }

    /// The caller takes a consent back. Where the service needs it, all codes that phones of the account hold, or could
    /// still make from keys they hold, are refused from now on.
    ///
    /// # Errors
    /// `consent-not-given`.
    pub async fn withdraw(&self, caller: Caller, purpose: ConsentPurpose) -> Result<()> {
        let (of, kept, now) = (caller.account, self.kept.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let kept = kept.clone();
                Box::pin(async move {
                    rows::account::lock(tx, of).await?.ok_or(SESSION_ENDED)?.lets_in()?;
                    if rows::consent::withdraw(tx, of, purpose, now).await? == 0 {
                        return Err(NOT_CONSENTED.into());
                    }
                    record(tx, of, "consent.withdrawn", &actor(of), now).await?;
                    if purpose.is_required() { kept.renew(tx, of, now).await } else { Ok(()) }
                })
            })
            .await
    }
}
