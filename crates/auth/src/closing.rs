//! Leaving: closing an account, thinking better of it, and its end; and taking one's data along.

use std::sync::Arc;

use edge::Caller;
use kernel::{AccountId, Code, Kind, Result, Timestamp};
use notices::messages::AccountEvent;
use serde_json::{Value, json};
use store::Reveal;

use crate::{
    Accounts, Act, Origin, Proof,
    account::{AccountRecord, AccountState},
    fields::{EMAIL, PHONE, field, openid_field},
    rows::{self, account::By, session::Which},
    service::{actor, note, record},
    session::SESSION_ENDED,
};

/// It is not being closed.
pub const NOT_CLOSING: Code = Code::new(Kind::Conflict, "account-not-closing", "该账号没有在注销中");
/// Erased at once: so many.
const HANDFUL: u64 = 20;

impl Accounts {
    /// Closes the caller's account: every sign-in ends, and when the cooling-off time is over it is erased. Until then
    /// its owner may log in and keep it.
    ///
    /// # Errors
    /// As for a proof.
    pub async fn close(&self, caller: Caller, proof: &Proof, origin: &Origin) -> Result<Timestamp> {
        self.prove(caller, Act::Closing, proof, origin).await?;
        let (of, kept, now) = (caller.account, self.kept.clone(), self.clock.now());
        let erase_at = now.after(self.cooling_off);
        self.db
            .write(move |tx| {
                let kept = kept.clone();
                Box::pin(async move {
                    let account = rows::account::lock(tx, of).await?.ok_or(SESSION_ENDED)?;
                    account.lets_in()?;
                    let closing = AccountRecord { state: AccountState::Closing, erase_at: Some(erase_at), ..account };
                    rows::account::save(tx, &closing, now).await?;
                    kept.end(tx, of, &Which::All, now).await?;
                    note(tx, of, AccountEvent::Closing, "account.closed", &actor(of), now).await?;
                    Ok(())
                })
            })
            .await?;
        Ok(erase_at)
    }

    /// Keeps the caller's account after all.
    ///
    /// # Errors
    /// `account-not-closing`.
    pub async fn keep(&self, caller: Caller) -> Result<()> {
        let (of, now) = (caller.account, self.clock.now());
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let account = rows::account::lock(tx, of).await?.ok_or(SESSION_ENDED)?;
                    if account.state != AccountState::Closing {
                        return Err(NOT_CLOSING.into());
                    }
                    let kept = AccountRecord { state: AccountState::Active, erase_at: None, ..account };
                    rows::account::save(tx, &kept, now).await?;
                    note(tx, of, AccountEvent::Kept, "account.kept", &actor(of), now).await
                })
            })
            .await
    }

    /// Erases accounts whose cooling-off time is over; how many.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn erase_due(&self) -> Result<usize> {
        let now = self.clock.now();
        let due = self.db.read(|db| async move { rows::account::to_erase(&db, now, HANDFUL).await }).await?;
        let mut erased = 0;
        for of in due {
            match self.erase(of, now).await {
                Ok(()) => erased += 1,
                Err(fault) => tracing::error!(error.cause = %fault, account.id = %of, "account could not be erased"),
            }
        }
        Ok(erased)
    }

    async fn erase(&self, of: AccountId, now: Timestamp) -> Result<()> {
        let kept = self.kept.clone();
        self.db
            .write(move |tx| {
                let kept = kept.clone();
                Box::pin(async move {
                    let Some(account) = rows::account::lock(tx, of).await? else { return Ok(()) };
                    if account.state != AccountState::Closing || account.erase_at.is_none_or(|at| at > now) {
                        return Ok(()); // kept a moment ago
                    }
                    kept.erase(tx, of, now).await?;
                    rows::identity::remove(tx, of).await?;
                    rows::session::remove(tx, of).await?;
                    rows::role::remove(tx, of).await?;
                    rows::consent::blur(tx, of).await?;
                    let erased = AccountRecord {
                        state: AccountState::Erased,
                        phone: None,
                        email: None,
                        password_hash: None,
                        erase_at: None,
                        ..account
                    };
                    rows::account::save(tx, &erased, now).await?;
                    record(tx, of, "account.erased", "cleanup", now).await?;
                    Ok(())
                })
            })
            .await
    }

    /// All that is kept of the caller, in plain text, and an audit entry for each field that leaves the vault.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn export(&self, caller: Caller) -> Result<Value> {
        let (of, now) = (caller.account, self.clock.now());
        let cipher = self.cipher().await?;
        let job = Arc::new(cipher);
        let (account, identities, sessions, consents, posts) = self
            .db
            .read(|db| async move {
                let account = rows::account::find(&db, By::Id(of)).await?.ok_or(SESSION_ENDED)?;
                let identities = rows::identity::of_account(&db, of).await?;
                let sessions = rows::session::living(&db, of, now).await?;
                let consents = rows::consent::of_account(&db, of).await?;
                Ok((account, identities, sessions, consents, rows::role::of_account(&db, of).await?))
            })
            .await?;
        let sealed = Arc::new((account.clone(), identities));
        let (phone, email, wechat) = self
            .db
            .write(move |tx| {
                let (cipher, sealed) = (job.clone(), sealed.clone());
                Box::pin(async move {
                    let (account, identities) = &*sealed;
                    let why = Reveal { actor: actor(of), action: "account.exported", at: now };
                    let mut plain = [None, None];
                    for (slot, (column, value)) in
                        plain.iter_mut().zip([(PHONE, &account.phone), (EMAIL, &account.email)])
                    {
                        if let Some(value) = value {
                            let text = cipher.reveal(tx, field(column, of), &value.sealed, &why).await?;
                            *slot = Some(text.as_str().to_owned());
                        }
                    }
                    let mut wechat = Vec::new();
                    for one in identities {
                        let openid = cipher.reveal(tx, openid_field(one.account), &one.openid_sealed, &why).await?;
                        wechat.push(json!({
                            "appId": one.app_id, "openid": openid.as_str(), "linkedAt": one.linked_at,
                        }));
                    }
                    let [phone, email] = plain;
                    Ok((phone, email, wechat))
                })
            })
            .await?;
        let sessions: Vec<_> = sessions.iter().map(|one| {
            json!({ "device": one.device, "method": one.method, "createdAt": one.created_at, "seenAt": one.seen_at })
        }).collect();
        let consents: Vec<_> = consents
            .iter()
            .map(|one| {
                json!({
                    "purpose": one.purpose, "version": one.version, "givenAt": one.given_at,
                    "withdrawnAt": one.withdrawn_at, "device": one.device,
                })
            })
            .collect();
        let roles: Vec<_> = posts.iter().map(|post| json!({ "role": post.role, "siteId": post.site })).collect();
        let mut whole = json!({
            "exportedAt": now,
            "account": {
                "id": account.id, "number": account.number, "state": account.state, "phone": phone, "email": email,
                "hasPassword": account.password_hash.is_some(), "createdAt": account.created_at,
            },
            "wechat": wechat,
            "sessions": sessions,
            "consents": consents,
            "roles": roles,
        });
        for one in self.kept.0.iter() {
            whole[one.name()] = one.export(of).await?;
        }
        Ok(whole)
    }
}
