//! What a person agreed to, over time.

use std::sync::Arc;

use edge::Caller;
use kernel::{AccountId, Code, ConsentId, Kind, Result};
use store::Place;

use crate::{
    Accounts, Origin,
    consent::{self, Agreement, Consent, ConsentPurpose, Text},
    rows,
    service::{actor, record},
};

/// There is no such consent to take back.
pub const NOT_CONSENTED: Code = Code::new(Kind::Conflict, "consent-not-given", "您没有给出过这项同意，或已经撤回");

impl Accounts {
    /// Consents to these texts, about to be written down.
    pub(crate) async fn written(&self, agreed: &[ConsentPurpose], origin: &Origin) -> Result<Vec<rows::consent::New>> {
        let (realm, now) = (self.realm().await?, self.clock.now());
        let address = origin.address.0.to_string();
        let new = agreed.iter().map(|purpose| {
            let (id, text) = (ConsentId::new(now), Text::of(*purpose));
            let place = Place { table: "consents", column: "address", row: id.uuid() };
            let consent = Consent {
                id,
                purpose: *purpose,
                version: text.version.to_owned(),
                text_hash: text.hash(),
                device: origin.device.clone(),
                given_at: now,
                withdrawn_at: None,
            };
            rows::consent::New { consent, address_sealed: realm.seal(place, address.as_bytes()) }
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
            .await?;
        self.known.invalidate(&of).await;
        Ok(())
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

    /// The caller takes a consent back.
    ///
    /// # Errors
    /// `consent-not-given`.
    pub async fn withdraw(&self, caller: Caller, purpose: ConsentPurpose) -> Result<()> {
        let (of, now) = (caller.account, self.clock.now());
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    if rows::consent::withdraw(tx, of, purpose, now).await? == 0 {
                        return Err(NOT_CONSENTED.into());
                    }
                    record(tx, of, "consent.withdrawn", &actor(of), now).await
                })
            })
            .await?;
        self.known.invalidate(&of).await;
        Ok(())
    }
}
