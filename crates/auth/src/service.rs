use std::{sync::Arc, time::Duration};

use edge::{Address, Caller};
use kernel::{
    AccountId, AccountNumber, Clock, Result, SecretKey, SessionId, Timestamp,
    port::{WechatLogin, WechatPhone, WechatSubject},
};
use notices::messages::{AccountEvent, AccountNoted};
use secrecy::{ExposeSecret, SecretString};
use store::{AccountData, Db, Memory, SharedCounters, Shelf, SiteCipher, Tx, Vault, audit, outbox};

use crate::{
    AccessTokens, Codes, Grants, Limits,
    access::ACCESS,
    account::{AccountRecord, AccountState},
    consent::{self, ConsentPurpose, TEXTS},
    fields::{EMAIL, PHONE, field},
    hashing::Hashing,
    limits::Limiter,
    role::RoleGrant,
    rows::{
        self,
        account::By,
        identity::Key,
        session::{SignInRecord, Which},
    },
    session::{Method, REFRESH, RefreshKey, RefreshToken, SESSION_ENDED, SILENCE, Session},
};

/// A notice is worth sending for a week.
const NOTICE: Duration = Duration::from_secs(7 * 86_400);

/// Does it again where somebody was faster: what they wrote is seen then.
macro_rules! settled {
    ($act:expr) => {{
        let mut tries = 0;
        loop {
            match $act.await {
                Err(fault) if fault.code() == $crate::rows::account::ALREADY_THERE && tries < 8 => tries += 1,
                outcome => break outcome,
            }
        }
    }};
}
pub(crate) use settled;

/// What accounts are made of.
pub struct Deps {
    pub db: Db,
    pub memory: Memory,
    pub grants: Grants,
    pub vault: Arc<Vault>,
    pub clock: Arc<dyn Clock>,
    pub tokens: Arc<AccessTokens>,
    /// What refresh tokens are sealed with.
    pub refresh_key: SecretKey,
    /// Who hashes passwords.
    pub hashing: Hashing,
    /// Who is behind a login code.
    pub wechat: Arc<dyn WechatLogin>,
    /// Which phone is behind a phone code.
    pub wechat_phone: Arc<dyn WechatPhone>,
    pub codes: Codes,
    pub counters: Arc<SharedCounters>,
    /// How often is too often.
    pub limits: Limits,
    /// What the features keep of people.
    pub account_data: Vec<Arc<dyn AccountData>>,
    /// How long a closed account may still be kept.
    pub cooling_off: Duration,
}

/// Accounts and their sessions. Cheap to clone.
#[derive(Clone)]
pub struct Accounts {
    pub(crate) known: Shelf<Account>,
    pub(crate) sign_ins: Shelf<Option<SignInRecord>>,
    pub(crate) grants: Grants,
    pub(crate) db: Db,
    pub(crate) vault: Arc<Vault>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tokens: Arc<AccessTokens>,
    pub(crate) refresh_key: Arc<RefreshKey>,
    pub(crate) hashing: Hashing,
    pub(crate) wechat: Arc<dyn WechatLogin>,
    pub(crate) wechat_phone: Arc<dyn WechatPhone>,
    pub(crate) codes: Codes,
    pub(crate) limiter: Limiter,
    pub(crate) kept: AccountDataOwners,
    pub(crate) cooling_off: Duration,
}

/// What the features keep of people, all of it.
#[derive(Clone)]
pub(crate) struct AccountDataOwners(pub(crate) Arc<[Arc<dyn AccountData>]>);

/// An account as its owner sees it.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: AccountId,
    /// 车安通 ID.
    pub number: AccountNumber,
    pub state: AccountState,
    /// The phone, masked.
    pub phone: Option<String>,
    /// The e-mail address, masked.
    pub email: Option<String>,
    /// Whether a password was ever set.
    pub has_password: bool,
    /// Whether a WeChat user logs in to it.
    pub wechat_linked: bool,
    /// What its owner may do beyond their own cards.
    pub posts: Vec<RoleGrant>,
    /// What its owner has yet to read and agree to.
    pub consents_due: Vec<ConsentPurpose>,
    /// Of these, what was withdrawn.
    pub consents_withdrawn: Vec<ConsentPurpose>,
    pub created_at: Timestamp,
    /// When it will be erased.
    pub erase_at: Option<Timestamp>,
}

impl Account {
    /// Bytes on the heap, about.
    fn heap(&self) -> usize {
        let texts: usize = [&self.phone, &self.email].into_iter().flatten().map(String::capacity).sum();
        let purposes = self.consents_due.capacity() + self.consents_withdrawn.capacity();
        texts + purposes + self.posts.capacity() * size_of::<RoleGrant>()
    }
}

/// A sign-in that was let in.
#[derive(Clone)]
pub struct IssuedTokens {
    pub account: AccountId,
    /// For the next ten minutes.
    pub access: String,
    /// For the next one.
    pub refresh: SecretString,
    /// Seconds the access token lives.
    pub expires_in: u64,
    /// Whether a WeChat user logs in to this account.
    pub wechat_linked: bool,
}

/// Where a sign-in comes from.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The address, as limits count it.
    pub address: Address,
    /// What the phone calls itself.
    pub device: Option<String>,
}

/// A WeChat user who has just proved to be one.
#[derive(Clone)]
pub(crate) struct WechatUser {
    pub(crate) key: Key,
    pub(crate) openid: SecretString,
}

impl AccountDataOwners {
    pub(crate) async fn merge(&self, tx: &Tx, from: AccountId, to: AccountId, now: Timestamp) -> Result<()> {
        for one in self.0.iter() {
            one.merge(tx, from, to, now).await?;
        }
        Ok(())
    }

    pub(crate) async fn renew(&self, tx: &Tx, account: AccountId, now: Timestamp) -> Result<()> {
        for one in self.0.iter() {
            one.renew(tx, account, now).await?;
        }
        Ok(())
    }

    pub(crate) async fn erase(&self, tx: &Tx, account: AccountId, now: Timestamp) -> Result<()> {
        for one in self.0.iter() {
            one.erase(tx, account, now).await?;
        }
        Ok(())
    }

    /// Ends sign-ins, and with them what their phones could open.
    pub(crate) async fn end(&self, tx: &Tx, of: AccountId, which: &Which, now: Timestamp) -> Result<()> {
        match rows::session::revoke(tx, of, which, now).await? {
            0 => Ok(()),
            _ => self.renew(tx, of, now).await,
        }
    }
}

/// Tells the owner, and the audit log, what happened to an account.
pub(crate) async fn note(
    tx: &Tx,
    of: AccountId,
    event: AccountEvent,
    action: &'static str,
    actor: &str,
    now: Timestamp,
) -> Result<()> {
    let message = AccountNoted { account: of, event };
    let fact = format!("account:{of}:{action}:{}", now.millis());
    outbox::enqueue(tx, None, &fact, &message, now, NOTICE).await?;
    record(tx, of, action, actor, now).await
}

/// Writes into the audit log what happened to an account.
pub(crate) async fn record(tx: &Tx, of: AccountId, action: &'static str, actor: &str, now: Timestamp) -> Result<()> {
    let entry = audit::Entry { site: None, at: now, actor: actor.to_owned(), action, object: format!("accounts/{of}") };
    audit::record(tx, &entry).await
}

pub(crate) fn actor(account: AccountId) -> String {
    format!("account:{account}")
}

impl Accounts {
    /// Accounts in this server.
    pub fn new(parts: Deps) -> Self {
        Self {
            known: parts.memory.shelf("accounts", Account::heap),
            sign_ins: parts.memory.shelf("sign_ins", |_| 0),
            grants: parts.grants,
            db: parts.db,
            vault: parts.vault,
            clock: parts.clock,
            tokens: parts.tokens,
            refresh_key: Arc::new(RefreshKey::new(parts.refresh_key)),
            hashing: parts.hashing,
            wechat: parts.wechat,
            wechat_phone: parts.wechat_phone,
            codes: parts.codes,
            limiter: Limiter { limits: parts.limits, counters: parts.counters },
            kept: AccountDataOwners(parts.account_data.into()),
            cooling_off: parts.cooling_off,
        }
    }

    pub(crate) async fn cipher(&self) -> Result<Arc<SiteCipher>> {
        self.vault.cipher(None, self.clock.now()).await
    }

    /// Asks WeChat who is behind a login code.
    pub(crate) async fn wechat_user(&self, code: &SecretString) -> Result<WechatUser> {
        let WechatSubject { app_id, openid, .. } = self.wechat.identify(code).await?;
        let cipher = self.cipher().await?;
        let openid_index = cipher.index(&format!("{app_id}/{}", openid.expose_secret()));
        Ok(WechatUser { key: Key { app_id, openid_index }, openid })
    }

    /// A session that begins now.
    pub(crate) fn session(
        token: &RefreshToken,
        account: AccountId,
        method: Method,
        origin: &Origin,
        identity: Option<Key>,
        now: Timestamp,
    ) -> Session {
        Session {
            id: token.session,
            account,
            generation: token.generation,
            secret_hash: token.hash().to_vec(),
            method: Some(method),
            device: origin.device.clone(),
            identity,
            created_at: now,
            seen_at: now,
            expires_at: now.after(REFRESH),
            revoked: false,
        }
    }

    pub(crate) fn first_token(now: Timestamp) -> RefreshToken {
        RefreshToken::fresh(SessionId::new(now), 1)
    }

    pub(crate) fn enter(&self, account: AccountId, token: &RefreshToken, wechat_linked: bool) -> Result<IssuedTokens> {
        let access = self.tokens.issue(account, token.session)?;
        let refresh = token.text(&self.refresh_key).into();
        Ok(IssuedTokens { account, access, refresh, expires_in: ACCESS.as_secs(), wechat_linked })
    }

    pub(crate) async fn find(&self, by: By) -> Result<Option<AccountRecord>> {
        self.db.read(|db| async move { rows::account::find(&db, by).await }).await
    }

    /// The caller's account, as it is stored.
    pub(crate) async fn own(&self, caller: Caller) -> Result<AccountRecord> {
        let account = self.find(By::Id(caller.account)).await?.ok_or(SESSION_ENDED)?;
        account.lets_in()?;
        Ok(account)
    }

    /// The caller's own account.
    ///
    /// # Errors
    /// `session-ended` when it is gone, `account-disabled` when it was closed by the server.
    pub async fn me(&self, caller: Caller) -> Result<Arc<Account>> {
        let of = caller.account;
        self.known.get(of.uuid(), of, async || self.read(of).await).await
    }

    async fn read(&self, of: AccountId) -> Result<Account> {
        let (stored, linked, posts, consents) = self
            .db
            .read(|db| async move {
                let stored = rows::account::find(&db, By::Id(of)).await?.ok_or(SESSION_ENDED)?;
                let linked = !rows::identity::of_account(&db, of).await?.is_empty();
                let posts = rows::role::of_account(&db, of).await?;
                Ok((stored, linked, posts, rows::consent::of_account(&db, of).await?))
            })
            .await?;
        if matches!(stored.state, AccountState::Erased | AccountState::Merged) {
            return Err(SESSION_ENDED.into());
        }
        stored.lets_in()?;
        let cipher = self.cipher().await?;
        let agreed = |text: &crate::consent::Text| {
            consents
                .iter()
                .any(|one| one.purpose == text.purpose && one.version == text.version && one.withdrawn_at.is_none())
        };
        let masked_phone = |phone: &crate::account::Sealed| cipher.masked_phone(field(PHONE, of), &phone.sealed);
        let masked_email = |email: &crate::account::Sealed| cipher.masked_email(field(EMAIL, of), &email.sealed);
        Ok(Account {
            id: of,
            number: stored.number.clone(),
            state: stored.state,
            phone: stored.phone.as_ref().map(masked_phone).transpose()?,
            email: stored.email.as_ref().map(masked_email).transpose()?,
            has_password: stored.password_hash.is_some(),
            wechat_linked: linked,
            posts,
            consents_due: TEXTS.iter().filter(|text| !agreed(text)).map(|text| text.purpose).collect(),
            consents_withdrawn: consent::withdrawn(&consents),
            created_at: stored.created_at,
            erase_at: stored.erase_at,
        })
    }

    /// Erases accounts whose time has come and deletes challenges and sessions that are over.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn clean_up(&self) -> Result<()> {
        while self.erase_due().await? > 0 {}
        let (codes, now) = (self.codes.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let codes = codes.clone();
                Box::pin(async move {
                    codes.purge(tx).await?;
                    rows::session::purge(tx, now.before(SILENCE)).await
                })
            })
            .await
    }
}
