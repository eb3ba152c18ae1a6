//! Logging in: with WeChat, with a password, with a code by SMS.

use std::sync::Arc;

use kernel::{AccountId, AccountNumber, ChallengeId, Code, Kind, Phone, Result, Timestamp, macros::uuid::Uuid};
use secrecy::{ExposeSecret, SecretString};
use store::{SiteCipher, Tx};

use crate::{
    Accounts, Checker, CodeRequest, Destination, Identifier, IssuedTokens, Origin, Purpose,
    account::{AccountRecord, AccountState},
    code::CODE_EXPIRED,
    codes::{Sent, subject},
    consent::{self, Agreement},
    fields::openid_field,
    proof::Key,
    rows::{
        self,
        account::{ALREADY_THERE, By},
    },
    service::{WechatUser, settled},
    session::{Method, SILENCE, Session},
};

/// Account and password do not go together; which of the two is wrong is not said.
pub const WRONG_CREDENTIALS: Code =
    Code::new(Kind::Unauthenticated, "wrong-credentials", "账号或密码不正确，请重新输入；忘记密码可以找回");
/// The phone alone is not enough.
pub const PASSWORD_TOO: Code = Code::new(
    Kind::Forbidden,
    "password-needed-too",
    "该账号长期未登录，请同时输入密码；号码是新办的，请重新注册并选择“这是我的新号码”",
);

/// Whether nobody has used the account for so long that its phone may be somebody else's by now.
pub(crate) async fn is_silent(tx: &Tx, account: &AccountRecord, now: Timestamp) -> Result<bool> {
    let seen = rows::session::last_seen(tx, account.id).await?.unwrap_or(account.created_at);
    Ok(seen < now.before(SILENCE))
}

/// An account that has nothing yet but an owner.
pub(crate) fn bare_account(id: AccountId, now: Timestamp) -> AccountRecord {
    AccountRecord {
        id,
        number: AccountNumber::draw(),
        state: AccountState::Active,
        version: 1,
        phone: None,
        email: None,
        password_hash: None,
        created_at: now,
        erase_at: None,
    }
}

impl Accounts {
    /// Logs in with the code of `wx.login`; the first login makes the account.
    ///
    /// # Errors
    /// What WeChat says of the code; `too-many-logins`, `account-disabled`, `consent-outdated`.
    pub async fn log_in_with_wechat(
        &self,
        code: &SecretString,
        agreements: &[Agreement],
        origin: &Origin,
    ) -> Result<IssuedTokens> {
        self.limiter.login(origin.address).await?;
        let agreed = consent::current(agreements)?;
        let user = self.wechat_user(code).await?;
        let cipher = self.cipher().await?;
        let entered = settled!(self.enter_wechat(&user, &cipher, origin))?;
        if !agreed.is_empty() {
            self.agree(entered.account, &agreed, origin).await?;
        }
        Ok(entered)
    }

    /// Two look-ups around the account's row and one sign-in; at the first login the account and its identity in between.
    async fn enter_wechat(&self, user: &WechatUser, cipher: &SiteCipher, origin: &Origin) -> Result<IssuedTokens> {
        let now = self.clock.now();
        let token = Self::first_token(now);
        let fresh = bare_account(AccountId::new(now), now);
        let sealed = cipher.seal(openid_field(fresh.id), user.openid.expose_secret().as_bytes());
        let session = Self::session(&token, fresh.id, Method::Wechat, origin, Some(user.key.clone()), now);
        let job = Arc::new((user.key.clone(), fresh, sealed, session));
        let account = self
            .db
            .write(move |tx| {
                let job = job.clone();
                Box::pin(async move {
                    let (key, fresh, sealed, session) = &*job;
                    let account = match rows::identity::owner(tx, key).await? {
                        Some(owner) => {
                            let stored = rows::account::lock(tx, owner).await?.ok_or(ALREADY_THERE)?;
                            // it may have been unlinked, moved or merged while we waited
                            if rows::identity::owner(tx, key).await? != Some(owner) {
                                return Err(ALREADY_THERE.into());
                            }
                            stored.lets_in()?;
                            owner
                        }
                        None => {
                            rows::account::insert(tx, fresh).await?;
                            rows::identity::insert(tx, key, sealed, fresh.id, now).await?;
                            fresh.id
                        }
                    };
                    rows::session::insert(tx, &Session { account, ..session.clone() }).await?;
                    Ok(account)
                })
            })
            .await?;
        self.enter(account, &token, true)
    }

    /// Whether this password is the account's. Takes as long where there is no account; every try counts.
    ///
    /// # Errors
    /// `too-many-passwords`, `login-busy`.
    pub(crate) async fn check_password(
        &self,
        of: Option<&AccountRecord>,
        named: &str,
        password: &SecretString,
        origin: &Origin,
    ) -> Result<bool> {
        let counted = match of {
            Some(account) => account.id.to_string(),
            None => subject(&*self.cipher().await?, named).to_string(),
        };
        let guess = self.limiter.guess(&counted, origin.address).await?;
        let hash = of.and_then(|account| account.password_hash.clone());
        match self.hashing.verify(password.clone(), hash).await {
            Ok(true) => {
                self.limiter.right(guess).await;
                Ok(true)
            }
            Ok(false) => Ok(false),
            Err(busy) => {
                self.limiter.untried(guess).await;
                Err(busy)
            }
        }
    }

    /// Logs in with 车安通 ID, phone or e-mail, and password.
    ///
    /// # Errors
    /// `wrong-credentials`, `too-many-passwords`, `too-many-logins`, `login-busy`, `account-disabled`.
    pub async fn log_in_with_password(
        &self,
        identifier: &Identifier,
        password: &SecretString,
        origin: &Origin,
    ) -> Result<IssuedTokens> {
        self.limiter.login(origin.address).await?;
        let found = self.find(identifier.sought(&*self.cipher().await?)).await?;
        let right = self.check_password(found.as_ref(), identifier.normal(), password, origin).await?;
        let account = found.filter(|_| right).ok_or(WRONG_CREDENTIALS)?;
        let now = self.clock.now();
        let token = Self::first_token(now);
        let session = Self::session(&token, account.id, Method::Password, origin, None, now);
        let (id, job) = (account.id, Arc::new((account, session)));
        let linked = self
            .db
            .write(move |tx| {
                let job = job.clone();
                Box::pin(async move {
                    let (checked, session) = &*job;
                    let stored = rows::account::lock(tx, checked.id).await?.ok_or(WRONG_CREDENTIALS)?;
                    stored.lets_in()?;
                    if stored.password_hash != checked.password_hash {
                        return Err(WRONG_CREDENTIALS.into()); // it was changed a moment ago
                    }
                    rows::session::insert(tx, session).await?;
                    Ok(!rows::identity::of_account(tx, checked.id).await?.is_empty())
                })
            })
            .await?;
        self.enter(id, &token, linked)
    }

    /// Logs in with a code that came by SMS. An account that was silent for 90 days wants its password too.
    ///
    /// # Errors
    /// What is wrong with the code; `password-needed-too`, `account-disabled`, `too-many-logins`.
    pub async fn log_in_with_sms(
        &self,
        phone: &Phone,
        challenge: ChallengeId,
        code: &SecretString,
        password: Option<&SecretString>,
        origin: &Origin,
    ) -> Result<IssuedTokens> {
        self.limiter.login(origin.address).await?;
        let cipher = self.cipher().await?;
        let by = By::Phone(cipher.index(phone.expose()));
        let password_fits = match password {
            Some(password) => {
                let found = self.find(by.clone()).await?;
                self.check_password(found.as_ref(), phone.expose(), password, origin).await?
            }
            None => false,
        };
        let now = self.clock.now();
        let token = Self::first_token(now);
        let session = Self::session(&token, AccountId::new(now), Method::Sms, origin, None, now);
        let entry = SmsEntry {
            checker: self.codes.checker().await?,
            challenge,
            subject: subject(&cipher, phone.expose()),
            code: code.clone(),
            by,
            password_fits,
            session,
            now,
        };
        let entry = Arc::new(entry);
        let (account, linked) = settled!(self.enter_by_sms(&entry))??;
        self.enter(account, &token, linked)
    }

    async fn enter_by_sms(&self, entry: &Arc<SmsEntry>) -> Result<Result<(AccountId, bool)>> {
        let entry = entry.clone();
        self.db
            .write(move |tx| {
                let entry = entry.clone();
                Box::pin(async move { entry.run(tx).await })
            })
            .await
    }

    /// Sends a code to register, log in or reset a password with. The answer is the same whether or not there is an
    /// account, and so is the time it takes: nobody is looked up here.
    ///
    /// # Errors
    /// `too-many-codes`, `codes-exhausted`.
    pub async fn request_code(&self, wanted: WantedCode, key: Option<Key>, origin: &Origin) -> Result<Sent> {
        let (purpose, identifier, to) = match wanted {
            WantedCode::Register(phone) => {
                (Purpose::Register, Identifier::Phone(phone.clone()), Destination::Phone(phone))
            }
            WantedCode::LogIn(phone) => {
                let identifier = Identifier::Phone(phone);
                (Purpose::LogIn, identifier.clone(), Destination::Account(identifier))
            }
            WantedCode::Reset(identifier) => {
                (Purpose::ResetPassword, identifier.clone(), Destination::Account(identifier))
            }
        };
        let shown = match &identifier {
            Identifier::Number(_) => "登记的手机或邮箱".to_owned(),
            Identifier::Phone(phone) => phone.masked(),
            Identifier::Email(email) => email.masked(),
        };
        let asked = CodeRequest {
            account: None,
            purpose,
            subject: subject(&*self.cipher().await?, identifier.normal()),
            to,
            site: None,
            address: origin.address,
        };
        self.send(&asked, shown, key).await
    }
}

/// What somebody who is not signed in wants a code for.
#[derive(Clone, Debug)]
pub enum WantedCode {
    /// Registering with this phone.
    Register(Phone),
    /// Logging in with this phone.
    LogIn(Phone),
    /// Setting the password of this account anew.
    Reset(Identifier),
}

struct SmsEntry {
    checker: Checker,
    challenge: ChallengeId,
    subject: Uuid,
    code: SecretString,
    by: By,
    password_fits: bool,
    session: Session,
    now: Timestamp,
}

impl SmsEntry {
    async fn run(&self, tx: &Tx) -> Result<Result<(AccountId, bool)>> {
        let of = (None, Purpose::LogIn, self.subject);
        if let Err(refusal) = self.checker.fits(tx, self.challenge, of, self.code.expose_secret()).await?.passed() {
            return Ok(Err(refusal));
        }
        // a code that nobody was sent cannot be known
        let Some(found) = rows::account::find(tx, self.by.clone()).await? else {
            return Ok(Err(CODE_EXPIRED.into()));
        };
        let account = rows::account::lock(tx, found.id).await?.ok_or(ALREADY_THERE)?;
        if account.phone != found.phone {
            return Err(ALREADY_THERE.into()); // it has another phone since a moment ago
        }
        if let Err(refusal) = account.lets_in() {
            return Ok(Err(refusal));
        }
        if !self.password_fits && is_silent(tx, &account, self.now).await? {
            return Ok(Err(PASSWORD_TOO.into())); // the code stays good for the next try
        }
        if let Err(refusal) = self.checker.use_up(tx, self.challenge).await?.passed() {
            return Ok(Err(refusal));
        }
        rows::session::insert(tx, &Session { account: account.id, ..self.session.clone() }).await?;
        Ok(Ok((account.id, !rows::identity::of_account(tx, account.id).await?.is_empty())))
    }
}
