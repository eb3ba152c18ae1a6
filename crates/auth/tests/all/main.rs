//! What accounts and codes promise, on every database.
#![expect(clippy::unwrap_used, reason = "tests")]

mod codes;
mod limits;
mod login;

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use async_trait::async_trait;
use auth::{AccessTokens, Accounts, Asked, Codes, Entered, Limits, Purpose};
use edge::Address;
use futures_util::future::join_all;
use kernel::{
    AccountId, ChallengeId, ManualClock, Phone, Result, SiteId, Timestamp,
    letter::CodeIssued,
    macros::uuid::Uuid,
    port::{LOGIN_CODE_REFUSED, WechatLogin, WechatSubject},
};
use secrecy::{ExposeSecret, SecretString};
use store::{Db, LocalCache, Marks, Vault, outbox};

/// Towards the end of 2026.
const NOW: Timestamp = Timestamp::from_seconds(1_795_000_000);

/// Knows everybody: the code is `app/openid`.
#[derive(Default)]
struct Wechat {
    asked: AtomicU32,
}

#[async_trait]
impl WechatLogin for Wechat {
    async fn identify(&self, code: &SecretString) -> Result<WechatSubject> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let (app, openid) = code.expose_secret().split_once('/').ok_or(LOGIN_CODE_REFUSED)?;
        Ok(WechatSubject { app_id: app.into(), openid: openid.into(), unionid: None })
    }
}

/// Everything that is needed to log in and to be sent a code.
#[derive(Clone)]
struct House {
    db: Db,
    clock: Arc<ManualClock>,
    vault: Arc<Vault>,
    tokens: Arc<AccessTokens>,
    wechat: Arc<Wechat>,
    accounts: Accounts,
    codes: Codes,
}

/// Limits that nobody meets.
const NO_LIMITS: Limits = Limits {
    logins_per_minute: 1_000_000,
    codes_per_phone: [1_000_000; 3],
    codes_per_account: 1_000_000,
    codes_per_address: 1_000_000,
    codes_per_site: 1_000_000,
};

impl House {
    async fn at(url: &str, limits: Limits) -> Self {
        let db = Db::connect(url).await.unwrap();
        let clock = Arc::new(ManualClock::at(NOW));
        let vault = Arc::new(Vault::new(db.clone(), &[1; 32]));
        let tokens = Arc::new(AccessTokens::new(&[2; 32], clock.clone()));
        let wechat = Arc::new(Wechat::default());
        let marks = Arc::new(Marks::new(Arc::new(LocalCache::default())));
        let accounts = Accounts::new(
            db.clone(),
            vault.clone(),
            clock.clone(),
            tokens.clone(),
            wechat.clone(),
            marks.clone(),
            limits,
        );
        let codes = Codes::new(vault.clone(), marks, limits, clock.clone());
        Self { db, clock, vault, tokens, wechat, accounts, codes }
    }

    async fn log_in(&self, code: &str) -> Result<Entered> {
        self.accounts.log_in_with_wechat(&code.into(), address(1)).await
    }

    async fn refresh(&self, token: &SecretString) -> Result<Entered> {
        self.accounts.refresh(token, address(1)).await
    }

    /// Writes a challenge down; the code in its letter, and the phone it goes to.
    async fn issue(&self, asked: &Asked) -> (ChallengeId, Phone, String) {
        let new = self.codes.make(asked).await.unwrap();
        let id = new.id();
        self.db
            .write(move |tx| {
                let new = new.clone();
                Box::pin(async move { new.write(tx, true).await })
            })
            .await
            .unwrap();
        let (now, realm) = (NOW.after(auth::CODE_LIFE / 2), self.vault.realm(None, NOW).await.unwrap());
        let due = self.db.write(move |tx| Box::pin(async move { outbox::claim(tx, now).await })).await.unwrap();
        assert_eq!(due.len(), 1);
        let letter: CodeIssued = due[0].letter().unwrap();
        assert_eq!(letter.challenge, id);
        let codes = self.codes.clone();
        let (phone, code) = self
            .db
            .write(move |tx| {
                let (codes, letter, realm) = (codes.clone(), letter.clone(), realm.clone());
                Box::pin(async move { codes.reveal(tx, &letter, &realm).await })
            })
            .await
            .unwrap();
        (id, phone, code.as_str().to_owned())
    }
}

fn address(last: u8) -> Address {
    Address(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)))
}

fn phone(last: u32) -> Phone {
    Phone::parse(&format!("138{last:08}")).unwrap()
}

/// Somebody who asks for a code.
fn asked() -> Asked {
    Asked {
        account: AccountId::new(NOW),
        purpose: Purpose::BindCard,
        subject: some_id(),
        phone: phone(1),
        site: SiteId::new(NOW),
        address: address(1),
    }
}

fn some_id() -> Uuid {
    SiteId::new(NOW).uuid()
}

/// The failure's name.
fn name<T>(outcome: Result<T>) -> &'static str {
    outcome.err().expect("a failure").code().name
}

/// What all of them came to, running beside each other.
async fn beside_each_other<T: Send + 'static>(
    acts: impl Iterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let tasks: Vec<_> = acts.map(tokio::spawn).collect();
    join_all(tasks).await.into_iter().map(|outcome| outcome.unwrap()).collect()
}
