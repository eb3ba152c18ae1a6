//! Registering: a phone that was proved, a password, consents, and perhaps the WeChat user at hand.

use std::{sync::Arc, time::Duration};

use kernel::{
    AccountId, ChallengeId, Code, Email, Kind, Phone, Result, Timestamp,
    port::{SignInCheck, SignedIn},
};
use notices::messages::AccountEvent;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use store::{Once, SiteCipher, Tx};

use crate::{
    Accounts, Checker, IssuedTokens, Origin, Purpose,
    account::{AccountRecord, AccountState, PHONE_MAYBE_RECYCLED, PHONE_TAKEN, Sealed},
    codes::subject,
    consent::{self, Agreement},
    fields::{PHONE, field, openid_field},
    login::{bare_account, is_silent},
    password::NewPassword,
    rows::{
        self,
        account::{ALREADY_THERE, By},
    },
    service::{WechatUser, actor, note, record, settled},
    session::{Method, RefreshToken, Session},
};

/// So long after a registration its very repeat still gets the same answer.
const REPEAT: Duration = Duration::from_secs(600);

/// The WeChat user at hand has registered before.
pub const WECHAT_TAKEN: Code =
    Code::new(Kind::Conflict, "wechat-registered", "该微信已关联车安通账号，请直接用微信登录");

/// How a phone is proved.
#[derive(Clone, Debug)]
pub enum PhoneProof {
    /// A code that came by SMS.
    Sms {
        phone: Phone,
        challenge: ChallengeId,
        code: SecretString,
        /// The code of `wx.login`, inside WeChat.
        wechat_code: Option<SecretString>,
    },
    /// WeChat's word.
    Wechat {
        /// The code of `wx.login`.
        wechat_code: SecretString,
        /// The code of the `getPhoneNumber` button.
        phone_code: SecretString,
    },
}

#[derive(Clone, Debug)]
pub struct Registration {
    pub proof: PhoneProof,
    pub password: SecretString,
    /// An address to be verified afterwards.
    pub email: Option<Email>,
    /// What was agreed to.
    pub agreements: Vec<Agreement>,
    /// "This is my new number": a phone that a long silent account has is taken from it.
    pub claims_number: bool,
}

/// Somebody who has registered.
pub struct Registered {
    /// Their first sign-in.
    pub entered: IssuedTokens,
    /// The challenge of the code that went to their address.
    pub email_challenge: Option<ChallengeId>,
}

/// What is remembered of a registration for its repeats.
#[derive(Serialize, Deserialize)]
struct Outcome {
    account: AccountId,
    refresh: String,
    linked: bool,
    at: i64,
}

impl Accounts {
    /// Registers. The WeChat user at hand, if any, logs in to the new account from then on; what they had as a mere
    /// WeChat user stays theirs.
    ///
    /// # Errors
    /// `invalid` for the password, what is wrong with the code, `phone-registered`, `phone-maybe-recycled`,
    /// `wechat-registered`, `consent-needed`, `consent-outdated`, `too-many-logins`, what WeChat says.
    pub async fn register(&self, new: Registration, once: Option<Once>, origin: &Origin) -> Result<Registered> {
        self.limiter.login(origin.address).await?;
        let agreed = consent::complete(&new.agreements)?;
        let cipher = self.cipher().await?;
        if let Some(once) = &once
            && let Some(first) = self.db.earlier::<Outcome>(once, &cipher).await?
        {
            return self.again(first).await; // a repeat burns no code of WeChat's
        }
        let (name, _) = new.email.as_ref().and_then(|email| email.expose().split_once('@')).unwrap_or_default();
        let typed = match &new.proof {
            PhoneProof::Sms { phone, .. } => phone.expose(),
            PhoneProof::Wechat { .. } => "",
        };
        // all that can be judged here is, before anybody is asked and anything is hashed: WeChat's codes are good for once
        let password = NewPassword::choose(&new.password, "password", &[typed, name])?;
        if let PhoneProof::Sms { phone, challenge, .. } = &new.proof {
            let of = (None, Purpose::Register, subject(&cipher, phone.expose()));
            self.codes.must_be_open(&self.db, *challenge, of).await?;
        }
        let password_hash = self.hashing.hash(password.secret().clone()).await?;
        let (phone, user) = match &new.proof {
            PhoneProof::Sms { phone, wechat_code, .. } => {
                let user = match wechat_code {
                    Some(code) => Some(self.wechat_user(code).await?),
                    None => None,
                };
                (phone.clone(), user)
            }
            PhoneProof::Wechat { wechat_code, phone_code } => {
                let user = self.wechat_user(wechat_code).await?;
                (self.wechat_phone.phone(phone_code, &user.openid).await?, Some(user))
            }
        };
        let entry = Entry {
            by: By::Phone(cipher.index(phone.expose())),
            phone,
            user,
            password_hash,
            code: match new.proof {
                PhoneProof::Sms { challenge, code, .. } => Some((self.codes.checker().await?, challenge, code)),
                PhoneProof::Wechat { .. } => None,
            },
            agreed: self.written(&agreed, origin).await?,
            claims_number: new.claims_number,
            origin: origin.clone(),
            cipher: cipher.clone(),
        };
        let entry = Arc::new(entry);
        let outcome = settled!(self.write_registration(&entry, once.clone(), &cipher))?;
        let email_challenge = match &new.email {
            // the account is made, whatever becomes of this mail: it can be asked for again
            Some(email) => {
                self.send_email_code(outcome.account, email, None, origin).await.ok().map(|sent| sent.challenge)
            }
            None => None,
        };
        self.registered(outcome, email_challenge)
    }

    async fn write_registration(
        &self,
        entry: &Arc<Entry>,
        once: Option<Once>,
        cipher: &Arc<SiteCipher>,
    ) -> Result<Outcome> {
        let (entry, now) = (entry.clone(), self.clock.now());
        let fresh = bare_account(AccountId::new(now), now);
        let token = Self::first_token(now);
        let refresh = token.text(&self.refresh_key);
        let (kept, job) = (self.kept.clone(), Arc::new((entry, fresh, token, refresh)));
        self.db
            .write_once(once, cipher.clone(), now, move |tx| {
                let (kept, job) = (kept.clone(), job.clone());
                Box::pin(async move {
                    let (entry, fresh, token, refresh) = &*job;
                    let made = match entry.run(tx, fresh, now).await? {
                        Ok(made) => made,
                        Err(refusal) => return Ok(Err(refusal)),
                    };
                    let (account, linked, robbed) = made;
                    if let Some(from) = robbed {
                        kept.renew(tx, from, now).await?;
                    }
                    let identity = entry.user.as_ref().map(|user| user.key.clone());
                    let session = Self::session(token, account, Method::Registration, &entry.origin, identity, now);
                    rows::session::insert(tx, &Session { account, ..session }).await?;
                    rows::consent::insert(tx, account, &entry.agreed).await?;
                    record(tx, account, "account.registered", &actor(account), now).await?;
                    let at = now.millis();
                    Ok(Ok(Outcome { account, refresh: refresh.clone(), linked, at }))
                })
            })
            .await
    }

    /// The answer to a repeat: the same, while the first sign-in stands and nobody can have gone on with it long ago.
    async fn again(&self, outcome: Outcome) -> Result<Registered> {
        let token = RefreshToken::read(&outcome.refresh, &self.refresh_key).ok_or(kernel::INTERNAL)?;
        if Timestamp::from_millis(outcome.at).after(REPEAT) <= self.clock.now() {
            return Err(PHONE_TAKEN.into());
        }
        self.stands(SignedIn { account: outcome.account, session: token.session }).await?;
        self.registered(outcome, None)
    }

    fn registered(&self, outcome: Outcome, email_challenge: Option<ChallengeId>) -> Result<Registered> {
        let token = RefreshToken::read(&outcome.refresh, &self.refresh_key).ok_or(kernel::INTERNAL)?;
        let entered = self.enter(outcome.account, &token, outcome.linked)?;
        Ok(Registered { entered, email_challenge })
    }
}

struct Entry {
    phone: Phone,
    by: By,
    user: Option<WechatUser>,
    password_hash: String,
    code: Option<(Checker, ChallengeId, SecretString)>,
    agreed: Vec<rows::consent::New>,
    claims_number: bool,
    origin: Origin,
    cipher: Arc<SiteCipher>,
}

/// The account, whether a WeChat user logs in to it, and the account that lost its phone to it.
type Made = (AccountId, bool, Option<AccountId>);

impl Entry {
    async fn run(&self, tx: &Tx, fresh: &AccountRecord, now: Timestamp) -> Result<Result<Made>> {
        if let Some((checker, challenge, code)) = &self.code {
            let of = (None, Purpose::Register, subject(&self.cipher, self.phone.expose()));
            if let Err(refusal) = checker.fits(tx, *challenge, of, code.expose_secret()).await?.passed() {
                return Ok(Err(refusal));
            }
        }
        let before = rows::account::find(tx, self.by.clone()).await?;
        let silent = match &before {
            Some(before) => is_silent(tx, before, now).await?,
            None => false,
        };
        if before.is_some() && silent && !self.claims_number {
            return Ok(Err(PHONE_MAYBE_RECYCLED.into())); // the code stays good for the next try
        }
        if let Some((checker, challenge, _)) = &self.code
            && let Err(refusal) = checker.use_up(tx, *challenge).await?.passed()
        {
            return Ok(Err(refusal));
        }
        let mut robbed = None;
        if let Some(before) = before {
            if !silent {
                return Ok(Err(PHONE_TAKEN.into()));
            }
            let id = before.id;
            rows::account::save(tx, &AccountRecord { phone: None, ..before }, now).await?;
            note(tx, id, AccountEvent::PhoneLost, "phone.lost", "registration", now).await?;
            robbed = Some(id);
        }
        let shadow = match &self.user {
            Some(user) => match rows::identity::owner(tx, &user.key).await? {
                Some(owner) => Some(rows::account::lock(tx, owner).await?.ok_or(ALREADY_THERE)?),
                None => None,
            },
            None => None,
        };
        if let Some(known) = &shadow {
            if known.state == AccountState::Merged {
                return Err(ALREADY_THERE.into()); // a moment ago
            }
            if let Err(refusal) = known.lets_in() {
                return Ok(Err(refusal));
            }
            if !known.is_shadow() {
                return Ok(Err(WECHAT_TAKEN.into()));
            }
        }
        let grown = |account: AccountRecord| {
            let sealed = self.cipher.seal(field(PHONE, account.id), self.phone.expose().as_bytes());
            let phone = Some(Sealed { index: self.cipher.index(self.phone.expose()), sealed });
            let password_hash = Some(self.password_hash.clone());
            AccountRecord { phone, password_hash, state: AccountState::Active, erase_at: None, ..account }
        };
        let account = match shadow {
            Some(known) => {
                let account = grown(known);
                rows::account::save(tx, &account, now).await?;
                account.id
            }
            None => {
                rows::account::insert(tx, &grown(fresh.clone())).await?;
                if let Some(WechatUser { key, openid }) = &self.user {
                    let sealed = self.cipher.seal(openid_field(fresh.id), openid.expose_secret().as_bytes());
                    rows::identity::insert(tx, key, &sealed, fresh.id, now).await?;
                }
                fresh.id
            }
        };
        Ok(Ok((account, self.user.is_some(), robbed)))
    }
}
