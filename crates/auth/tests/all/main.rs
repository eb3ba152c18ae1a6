//! What accounts and codes promise, on every database.
#![expect(clippy::unwrap_used, reason = "tests")]

mod accounts;
mod attacks;
mod codes;
mod limits;
mod login;

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use auth::{
    AccessTokens, Accounts, Agreement, CodeIssued, CodeRequest, Codes, Deps, Destination, Grants, Hashing, Identifier,
    IssuedTokens, Limits, Origin, Outgoing, PhoneProof, Purpose, Registered, Registration, TEXTS, WantedCode,
};
use edge::{Address, Caller};
use futures_util::future::join_all;
use kernel::{
    AccountId, ChallengeId, Clock, ManualClock, Phone, Result, RootKey, SecretKey, SiteId, Timestamp,
    macros::uuid::Uuid,
    port::{LOGIN_CODE_REFUSED, PHONE_CODE_REFUSED, TokenCheck, WechatLogin, WechatPhone, WechatSubject},
};
use secrecy::{ExposeSecret, SecretString};
use store::{
    Db, LocalCache, Memory, SharedCounters, Vault,
    outbox::{self, OutboxMessage},
};

/// Towards the end of 2026.
const NOW: Timestamp = Timestamp::from_seconds(1_795_000_000);

/// How long a closed account may still be kept.
const COOLING_OFF: Duration = Duration::from_secs(15 * 86_400);

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

/// The phone code is the number itself.
#[async_trait]
impl WechatPhone for Wechat {
    async fn phone(&self, code: &SecretString, _: &SecretString) -> Result<Phone> {
        Ok(Phone::parse(code.expose_secret()).ok_or(PHONE_CODE_REFUSED)?)
    }
}

/// Everything that is needed to log in and to be sent a code.
#[derive(Clone)]
struct App {
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
    codes_in_all: 1_000_000,
    passwords_per_account: 1_000_000,
    passwords_per_address: 1_000_000,
};

impl App {
    async fn at(url: &str, limits: Limits) -> Self {
        let db = Db::connect(url).await.unwrap();
        let clock = Arc::new(ManualClock::at(NOW));
        let vault = Arc::new(Vault::new(db.clone(), &RootKey::from_bytes([1; 32])));
        let tokens = Arc::new(AccessTokens::new(&SecretKey::from_bytes([2; 32]), 1, clock.clone()));
        let wechat = Arc::new(Wechat::default());
        let counters = Arc::new(SharedCounters::new(Arc::new(LocalCache::default())));
        let codes = Codes::new(vault.clone(), counters.clone(), limits, clock.clone());
        let memory = Memory::new(db.clone(), 1 << 20);
        let accounts = Accounts::new(Deps {
            grants: Grants::new(db.clone(), &memory),
            memory,
            db: db.clone(),
            vault: vault.clone(),
            clock: clock.clone(),
            tokens: tokens.clone(),
            refresh_key: SecretKey::from_bytes([3; 32]),
            hashing: Hashing::start(1).unwrap().patient_for(Duration::from_secs(30)),
            wechat: wechat.clone(),
            wechat_phone: wechat.clone(),
            codes: codes.clone(),
            counters,
            limits,
            account_data: Vec::new(),
            cooling_off: COOLING_OFF,
        });
        Self { db, clock, vault, tokens, wechat, accounts, codes }
    }

    async fn log_in(&self, code: &str) -> Result<IssuedTokens> {
        self.accounts.log_in_with_wechat(&code.into(), &[], &origin(1)).await
    }

    async fn refresh(&self, token: &SecretString) -> Result<IssuedTokens> {
        self.accounts.refresh(token, None, address(1)).await
    }

    /// Writes a challenge down; the code in its message, and the phone it goes to.
    async fn issue(&self, asked: &CodeRequest) -> (ChallengeId, Phone, String) {
        let new = self.codes.make(asked).await.unwrap();
        let id = new.id();
        self.db
            .write(move |tx| {
                let new = new.clone();
                Box::pin(async move { new.write(tx).await })
            })
            .await
            .unwrap();
        let (now, cipher) = (NOW.after(auth::CODE_LIFE / 2), self.vault.cipher(None, NOW).await.unwrap());
        let due = self.db.write(move |tx| Box::pin(async move { outbox::claim(tx, now, 20).await })).await.unwrap();
        assert_eq!(due.len(), 1);
        let message: CodeIssued = due[0].message().unwrap();
        assert_eq!(message.challenge, id);
        match self.open(message, cipher).await {
            Outgoing::Sms(phone, code) => (id, phone, code.as_str().to_owned()),
            _ => panic!("no SMS"),
        }
    }

    /// Asks for a code as somebody who is not signed in, and reads it where it went.
    async fn code(&self, wanted: WantedCode) -> (ChallengeId, Option<String>) {
        let sent = self.accounts.request_code(wanted, None, &origin(1)).await.unwrap();
        (sent.challenge, self.read(sent.challenge).await)
    }

    /// What went out of a challenge; none where nothing did.
    async fn read(&self, challenge: ChallengeId) -> Option<String> {
        let now = self.clock.now();
        let due = self.db.write(move |tx| Box::pin(async move { outbox::claim(tx, now, 20).await })).await.unwrap();
        let messages =
            due.iter().filter(|one| one.topic == CodeIssued::TOPIC).map(|one| one.message::<CodeIssued>().unwrap());
        let message = messages.into_iter().find(|message| message.challenge == challenge).expect("a message");
        let cipher = self.vault.cipher(None, NOW).await.unwrap();
        let outgoing = self.open(message.clone(), cipher).await;
        if !self.codes.may_go(&message, &outgoing).await.unwrap() {
            return None;
        }
        match outgoing {
            Outgoing::Sms(_, code) | Outgoing::Mail(_, code) => Some(code.as_str().to_owned()),
            Outgoing::Nowhere => None,
        }
    }

    async fn try_register(&self, proof: PhoneProof, password: &str) -> Result<Registered> {
        let new = Registration {
            proof,
            password: password.into(),
            email: None,
            agreements: agreements(),
            claims_number: false,
        };
        self.accounts.register(new, None, &origin(1)).await
    }

    /// The proof that a phone is one's own.
    async fn phone_proof(&self, phone: Phone) -> PhoneProof {
        let (challenge, code) = self.code(WantedCode::Register(phone.clone())).await;
        PhoneProof::Sms { phone, challenge, code: code.unwrap().into(), wechat_code: None }
    }

    /// Somebody who has registered.
    async fn register(&self, phone: Phone, password: &str) -> IssuedTokens {
        let proof = self.phone_proof(phone).await;
        self.try_register(proof, password).await.unwrap().entered
    }

    fn caller(&self, entered: &IssuedTokens) -> Caller {
        let signed_in = self.tokens.check(&entered.access).unwrap();
        Caller { account: signed_in.account, session: signed_in.session }
    }

    /// The 车安通 ID of the account of a phone.
    async fn number_of(&self, phone: Phone) -> String {
        let identifier = Identifier::Phone(phone);
        let entered = self.accounts.log_in_with_password(&identifier, &PASSWORD.into(), &origin(200)).await.unwrap();
        self.accounts.me(self.caller(&entered)).await.unwrap().number.as_str().to_owned()
    }

    /// Takes destination and code out of a message, as the outbox worker does.
    async fn open(&self, message: CodeIssued, cipher: Arc<store::SiteCipher>) -> Outgoing {
        let codes = self.codes.clone();
        self.db
            .write(move |tx| {
                let (codes, message, cipher) = (codes.clone(), message.clone(), cipher.clone());
                Box::pin(async move { codes.reveal(tx, &message, &cipher).await })
            })
            .await
            .unwrap()
    }
}

/// To the texts in force.
fn agreements() -> Vec<Agreement> {
    TEXTS.iter().map(|text| Agreement { purpose: text.purpose, version: text.version.to_owned() }).collect()
}

const PASSWORD: &str = "correct horse";

fn origin(last: u8) -> Origin {
    Origin { address: address(last), device: Some("测试手机".to_owned()) }
}

fn address(last: u8) -> Address {
    Address(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)))
}

fn phone(last: u32) -> Phone {
    Phone::parse(&format!("138{last:08}")).unwrap()
}

/// Somebody who asks for a code.
fn asked() -> CodeRequest {
    CodeRequest {
        account: Some(AccountId::new(NOW)),
        purpose: Purpose::BindCard,
        subject: some_id(),
        to: Destination::Phone(phone(1)),
        site: Some(SiteId::new(NOW)),
        address: address(1),
    }
}

fn some_id() -> Uuid {
    SiteId::new(NOW).uuid()
}

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
