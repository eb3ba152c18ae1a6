//! Sign-ins: going on, seeing them, ending them.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use edge::{Address, Caller};
use kernel::{
    AccountId, NOT_FOUND, Result, SessionId, Timestamp,
    port::{SignInCheck, SignedIn},
};
use notices::messages::AccountEvent;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use store::Once;

use crate::{
    Accounts, IssuedTokens, consent,
    proof::Key,
    rows::{
        self,
        account::By,
        session::{SignInRecord, Which},
    },
    service::{actor, note, record},
    session::{Method, REFRESH, RefreshToken, SESSION_ENDED, Standing},
};

/// So long after a refresh its very repeat still gets the same answer: the first may have been lost on the way.
const REPEAT: Duration = Duration::from_secs(60);

/// A sign-in as its owner sees it.
#[derive(Clone, Debug)]
pub struct SignIn {
    pub id: SessionId,
    pub device: Option<String>,
    pub method: Option<Method>,
    pub created_at: Timestamp,
    /// When it was last renewed.
    pub seen_at: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// What is remembered of a refresh for its repeats.
#[derive(Serialize, Deserialize)]
enum Refreshed {
    Next {
        account: AccountId,
        refresh: String,
        linked: bool,
        at: i64,
    },
    /// The token was used before: the sign-in has ended.
    Stolen {
        account: AccountId,
    },
}

impl Accounts {
    /// Exchanges a refresh token for the next. A token that comes twice ends its whole family: one of the two holders
    /// stole it. The same request once more, under its `Idempotency-Key`, is no second use: within a minute, or within a day
    /// as long as the token that it was answered with has not been used.
    ///
    /// # Errors
    /// `session-ended`, `account-disabled`, `too-many-logins`.
    pub async fn refresh(&self, token: &SecretString, key: Option<Key>, address: Address) -> Result<IssuedTokens> {
        // what is no token of ours counts against its address, what is counts against its own sign-in
        let Some(token) = RefreshToken::read(token.expose_secret(), &self.refresh_key) else {
            self.limiter.login(address).await?;
            return Err(SESSION_ENDED.into());
        };
        self.limiter.refresh(token.session).await?;
        let (now, cipher) = (self.clock.now(), self.cipher().await?);
        let mut once = key.map(|Key { key, body_hash }| Once {
            owner: token.session.uuid(),
            route: "auth/refresh",
            key,
            body_hash,
        });
        let mut repeated = false;
        if let Some(known) = &once
            && let Some(Refreshed::Next { at, refresh, .. }) = self.db.earlier(known, &cipher).await?
        {
            // whoever never got the answer has nothing else: what it held is theirs until somebody used it
            repeated = Timestamp::from_millis(at).after(REPEAT) > now || self.is_unused(&refresh, now).await?;
            if !repeated {
                once = None; // no repeat any more, but a second use
            }
        }
        let next = RefreshToken::fresh(token.session, token.generation.saturating_add(1));
        let job = Arc::new((token, next.hash(), next.text(&self.refresh_key), self.kept.clone()));
        let refreshed = self
            .db
            .write_once(once, cipher, now, move |tx| {
                let job = job.clone();
                Box::pin(async move {
                    let (token, secret_hash, refresh, kept) = &*job;
                    let Some(session) = rows::session::find(tx, token.session).await? else {
                        return Ok(Err(SESSION_ENDED.into()));
                    };
                    let rotated = match session.judge(token, now) {
                        Standing::Current => {
                            rows::session::rotate(tx, &session, *secret_hash, now.after(REFRESH), now).await?
                        }
                        Standing::Reused => false,
                        Standing::Ended => return Ok(Err(SESSION_ENDED.into())),
                    };
                    let of = session.account;
                    if !rotated {
                        kept.end(tx, of, &Which::One(session.id), now).await?;
                        note(tx, of, AccountEvent::TokenReused, "session.stolen", "refresh", now).await?;
                        return Ok(Ok(Refreshed::Stolen { account: of }));
                    }
                    let account = rows::account::find(tx, By::Id(of)).await?.ok_or(SESSION_ENDED)?;
                    account.lets_in()?;
                    let linked = !rows::identity::of_account(tx, of).await?.is_empty();
                    Ok(Ok(Refreshed::Next { account: of, refresh: refresh.clone(), linked, at: now.millis() }))
                })
            })
            .await?;
        match refreshed {
            Refreshed::Next { account, refresh, linked, .. } => {
                let token = RefreshToken::read(&refresh, &self.refresh_key).ok_or(kernel::INTERNAL)?;
                if repeated {
                    self.stands(SignedIn { account, session: token.session }).await?;
                }
                self.enter(account, &token, linked)
            }
            Refreshed::Stolen { .. } => Err(SESSION_ENDED.into()),
        }
    }

    /// Whether a refresh token waits for its first use.
    async fn is_unused(&self, token: &str, now: Timestamp) -> Result<bool> {
        let Some(token) = RefreshToken::read(token, &self.refresh_key) else { return Ok(false) };
        let id = token.session;
        let session = self.db.read(|db| async move { rows::session::find(&db, id).await }).await?;
        Ok(session.is_some_and(|session| session.judge(&token, now) == Standing::Current))
    }

    /// The caller's living sign-ins, the last used first.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn sign_ins(&self, caller: Caller) -> Result<Vec<SignIn>> {
        let now = self.clock.now();
        let living = self.db.read(|db| async move { rows::session::living(&db, caller.account, now).await }).await?;
        let shown = living.into_iter().map(|session| SignIn {
            current: session.id == caller.session,
            id: session.id,
            device: session.device,
            method: session.method,
            created_at: session.created_at,
            seen_at: session.seen_at,
        });
        Ok(shown.collect())
    }

    /// Ends one of the caller's sign-ins, and with it every code that phone could still show.
    ///
    /// # Errors
    /// `not-found` for what is not the caller's, or over.
    pub async fn end_sign_in(&self, caller: Caller, id: SessionId) -> Result<()> {
        let (kept, now) = (self.kept.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let kept = kept.clone();
                Box::pin(async move {
                    let session = rows::session::find(tx, id).await?.filter(|one| one.account == caller.account);
                    let session = session.filter(|one| !one.revoked && one.expires_at > now).ok_or(NOT_FOUND)?;
                    kept.end(tx, caller.account, &Which::One(session.id), now).await?;
                    record(tx, caller.account, "session.ended", &actor(caller.account), now).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Ends the caller's own sign-in; doing it again changes nothing.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn log_out(&self, caller: Caller) -> Result<()> {
        let (kept, now) = (self.kept.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let kept = kept.clone();
                Box::pin(async move { kept.end(tx, caller.account, &Which::One(caller.session), now).await })
            })
            .await
    }
}

impl Accounts {
    /// A sign-in that is active, from memory where it is known.
    async fn active(&self, SignedIn { account, session }: SignedIn) -> Result<SignInRecord> {
        let now = self.clock.now();
        let read = async || self.db.read(|db| async move { rows::session::checked(&db, session).await }).await;
        let is_active = |one: &SignInRecord| one.account == account && one.is_active(now);
        let known = self.sign_ins.get(session.uuid(), account, read).await?;
        if let Some(known) = known.as_ref().as_ref().filter(|one| is_active(one)) {
            return Ok(known.clone());
        }
        // renewing a sign-in is no change: it may have been prolonged since
        Ok(read().await?.filter(is_active).ok_or(SESSION_ENDED)?)
    }
}

#[async_trait]
impl SignInCheck for Accounts {
    async fn stands(&self, signed_in: SignedIn) -> Result<()> {
        self.active(signed_in).await?.account_state.lets_in()
    }

    async fn require_consents(&self, signed_in: SignedIn) -> Result<()> {
        let sign_in = self.active(signed_in).await?;
        sign_in.account_state.lets_in()?;
        consent::require(&sign_in.withdrawn)
    }
}
