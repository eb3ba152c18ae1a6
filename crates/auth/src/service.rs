use std::{sync::Arc, time::Duration};

use edge::{Address, Caller};
use kernel::{AccountId, Clock, Result, SessionId, Timestamp, port::WechatLogin};
use moka::future::Cache;
use secrecy::{ExposeSecret, SecretString};
use store::{Db, Marks, Place, Vault};

use crate::{
    AccessTokens, Limits,
    access::ACCESS,
    limits::Limiter,
    rows,
    session::{REFRESH, RefreshToken, SESSION_ENDED, Session, Standing},
};

/// What is read of an account may be so old.
const FRESH: Duration = Duration::from_secs(1);
const KNOWN: u64 = 10_000;

/// Accounts and their sessions.
#[derive(Clone)]
pub struct Accounts {
    known: Cache<AccountId, Account>,
    db: Db,
    vault: Arc<Vault>,
    clock: Arc<dyn Clock>,
    tokens: Arc<AccessTokens>,
    wechat: Arc<dyn WechatLogin>,
    limiter: Limiter,
}

/// An account as its owner sees it.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Since when.
    pub created_at: Timestamp,
}

/// A sign-in that was let in.
#[derive(Clone)]
pub struct Entered {
    /// Who.
    pub account: AccountId,
    /// For the next ten minutes.
    pub access: String,
    /// For the next one.
    pub refresh: SecretString,
    /// Seconds the access token lives.
    pub expires_in: u64,
}

impl Accounts {
    /// Accounts in this house.
    pub fn new(
        db: Db,
        vault: Arc<Vault>,
        clock: Arc<dyn Clock>,
        tokens: Arc<AccessTokens>,
        wechat: Arc<dyn WechatLogin>,
        marks: Arc<Marks>,
        limits: Limits,
    ) -> Self {
        let known = Cache::builder().max_capacity(KNOWN).time_to_live(FRESH).build();
        Self { known, db, vault, clock, tokens, wechat, limiter: Limiter { limits, marks } }
    }

    /// Logs in with the code of `wx.login`; the first login makes the account.
    ///
    /// # Errors
    /// What WeChat says of the code; `too-many-logins`.
    pub async fn log_in_with_wechat(&self, code: &SecretString, address: Address) -> Result<Entered> {
        self.limiter.login(address).await?;
        let subject = self.wechat.identify(code).await?;
        let now = self.clock.now();
        let realm = self.vault.realm(None, now).await?;
        let account = AccountId::new(now);
        let place = Place { table: "wechat_identities", column: "openid", row: account.uuid() };
        let openid = subject.openid.expose_secret();
        let identity = rows::NewIdentity {
            openid_index: realm.index(&format!("{}/{openid}", subject.app_id)),
            openid_sealed: realm.seal(place, openid.as_bytes()),
            app_id: subject.app_id,
            account,
            at: now,
        };
        let token = RefreshToken::fresh(SessionId::new(now), 1);
        let (session, secret_hash) = (token.session, token.hash());
        let account = self
            .db
            .write(move |tx| {
                let identity = identity.clone();
                Box::pin(async move {
                    let account = rows::account_of(tx, &identity).await?;
                    let session = Session {
                        id: session,
                        account,
                        generation: 1,
                        secret_hash: secret_hash.to_vec(),
                        expires_at: now.after(REFRESH),
                        revoked: false,
                    };
                    rows::insert_session(tx, &session, now).await?;
                    Ok(account)
                })
            })
            .await?;
        self.enter(account, &token)
    }

    fn enter(&self, account: AccountId, token: &RefreshToken) -> Result<Entered> {
        let access = self.tokens.issue(account, token.session)?;
        Ok(Entered { account, access, refresh: token.text().into(), expires_in: ACCESS.as_secs() })
    }

    /// Exchanges a refresh token for the next. A token that comes twice ends its whole family: one of the two holders
    /// stole it.
    ///
    /// # Errors
    /// `session-ended`.
    pub async fn refresh(&self, token: &SecretString, address: Address) -> Result<Entered> {
        self.limiter.login(address).await?;
        let token = Arc::new(RefreshToken::read(token.expose_secret()).ok_or(SESSION_ENDED)?);
        let now = self.clock.now();
        let next = RefreshToken::fresh(token.session, token.generation.saturating_add(1));
        let secret_hash = next.hash();
        let account = self
            .db
            .write(move |tx| {
                let token = token.clone();
                Box::pin(async move {
                    let Some(session) = rows::session(tx, token.session).await? else { return Ok(None) };
                    let rotated = match session.judge(&token, now) {
                        Standing::Current => rows::rotate(tx, &session, secret_hash, now.after(REFRESH), now).await?,
                        Standing::Reused => false,
                        Standing::Ended => return Ok(None),
                    };
                    if !rotated {
                        rows::revoke(tx, session.id, now).await?;
                    }
                    Ok(rotated.then_some(session.account))
                })
            })
            .await?
            .ok_or(SESSION_ENDED)?;
        self.enter(account, &next)
    }

    /// The caller's own account.
    ///
    /// # Errors
    /// `session-ended` when it is no longer active.
    pub async fn me(&self, caller: Caller) -> Result<Account> {
        if let Some(account) = self.known.get(&caller.account).await {
            return Ok(account);
        }
        let find = |db| async move { rows::account_since(&db, caller.account).await };
        let created_at = self.db.read(find).await?.ok_or(SESSION_ENDED)?;
        let account = Account { id: caller.account, created_at };
        self.known.insert(caller.account, account.clone()).await;
        Ok(account)
    }
}
