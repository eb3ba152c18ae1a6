//! What a person changes of their own account: password, phone, address; and the password they forgot.

use std::sync::Arc;

use edge::Caller;
use kernel::{AccountId, ChallengeId, Code, Email, Fault, Kind, Phone, Result};
use notices::messages::AccountEvent;
use secrecy::{ExposeSecret, SecretString};

use crate::{
    Accounts, Act, CodeRequest, Destination, Identifier, Origin, Proof, Purpose,
    account::{AccountRecord, EMAIL_TAKEN, PHONE_TAKEN, Sealed},
    code::CODE_EXPIRED,
    codes::Sent,
    codes::subject,
    fields::{EMAIL, PHONE, field},
    login::is_silent,
    password::NewPassword,
    proof::{Key, PROOF_NEEDED},
    rows::{
        self,
        account::{ALREADY_THERE, By},
        session::Which,
    },
    service::{actor, note, settled},
    session::SESSION_ENDED,
};

/// There is a password; only it can be exchanged for another.
pub const OLD_PASSWORD_NEEDED: Code =
    Code::new(Kind::Forbidden, "old-password-needed", "请输入原密码；忘记原密码请退出后使用“忘记密码”");

/// One change of an account, about to be written.
struct Applied {
    change: Change,
    /// The password that was proved: it must still be the one.
    seen: Option<Option<String>>,
    /// The sign-ins that are not to outlive it.
    ends: Option<Which>,
    event: AccountEvent,
    action: &'static str,
}

/// A phone of long ago may be somebody else's by now.
pub const PHONE_TOO_OLD: Code = Code::new(
    Kind::Forbidden,
    "phone-too-old",
    "该账号长期未登录，不能只凭手机找回密码；请用邮箱找回，或用微信登录后设置，也可以联系管理处",
);
/// The password is one's own phone or address.
pub const OWN_PASSWORD: Code =
    Code::new(Kind::Invalid, "password-own", "密码不能与手机号、邮箱或车安通ID相同，请换一个");

/// What is changed of an account.
#[derive(Clone)]
enum Change {
    Password(String),
    Phone(Sealed),
    Email(Option<Sealed>),
}

impl Applied {
    fn email(email: Option<Sealed>) -> Self {
        let (event, action) = (AccountEvent::EmailChanged, "email.changed");
        Self { change: Change::Email(email), seen: None, ends: None, event, action }
    }
}

impl Accounts {
    /// Changes the password: with the old one, or with any other proof where none was ever set. The other sign-ins end,
    /// this one stays.
    ///
    /// # Errors
    /// `old-password-needed`, `invalid`, as for a proof.
    pub async fn change_password(
        &self,
        caller: Caller,
        proof: &Proof,
        new: &SecretString,
        origin: &Origin,
    ) -> Result<()> {
        let account = self.own(caller).await?;
        match (&account.password_hash, proof) {
            (Some(_), Proof::Password(_)) | (None, Proof::Code { .. }) => {}
            (Some(_), _) => return Err(OLD_PASSWORD_NEEDED.into()),
            (None, _) => return Err(PROOF_NEEDED.into()),
        }
        let password = NewPassword::choose(new, "newPassword", &[account.number.as_str()])?;
        let typed = self.cipher().await?.index(new.expose_secret());
        if [&account.phone, &account.email].into_iter().flatten().any(|own| own.index == typed) {
            return Err(OWN_PASSWORD.into());
        }
        self.prove(caller, Act::Password, proof, origin).await?;
        if matches!(proof, Proof::Password(old) if old.expose_secret() == new.expose_secret()) {
            return Err(Fault::field("newPassword", "same", "新密码不能与原密码相同"));
        }
        let hash = self.hashing.hash(password.secret().clone()).await?;
        let applied = Applied {
            change: Change::Password(hash),
            seen: Some(account.password_hash),
            ends: Some(Which::Others(caller.session)),
            event: AccountEvent::PasswordChanged,
            action: "password.changed",
        };
        self.apply(caller.account, applied, None).await?;
        self.limiter.forget(caller.account).await;
        Ok(())
    }

    /// Sets a forgotten password anew with a code that went to the phone or address on file. Every sign-in ends.
    ///
    /// # Errors
    /// `invalid`, what is wrong with the code, `too-many-logins`, `login-busy`.
    pub async fn reset_password(
        &self,
        identifier: &Identifier,
        challenge: ChallengeId,
        code: &SecretString,
        new: &SecretString,
        origin: &Origin,
    ) -> Result<()> {
        self.limiter.login(origin.address).await?;
        let password = NewPassword::choose(new, "password", &[identifier.normal()])?;
        let (cipher, checker, now) = (self.cipher().await?, self.codes.checker().await?, self.clock.now());
        let of = (None, Purpose::ResetPassword, subject(&cipher, identifier.normal()));
        self.codes.must_be_open(&self.db, challenge, of).await?;
        let hash = self.hashing.hash(password.secret().clone()).await?;
        let by_email = matches!(identifier, Identifier::Email(_));
        let job = Arc::new((identifier.sought(&cipher), checker, code.clone(), hash, self.kept.clone()));
        let account = self
            .db
            .write(move |tx| {
                let job = job.clone();
                Box::pin(async move {
                    let (by, checker, code, hash, kept) = &*job;
                    if let Err(refusal) = checker.enter(tx, challenge, of, code.expose_secret()).await?.passed() {
                        return Ok(Err(refusal));
                    }
                    // a code that nobody was sent cannot be known
                    let Some(account) = rows::account::find(tx, by.clone()).await? else {
                        return Ok(Err(CODE_EXPIRED.into()));
                    };
                    if let Err(refusal) = account.lets_in() {
                        return Ok(Err(refusal));
                    }
                    if !by_email && account.phone.is_some() && is_silent(tx, &account, now).await? {
                        return Ok(Err(PHONE_TOO_OLD.into()));
                    }
                    let id = account.id;
                    rows::account::save(tx, &AccountRecord { password_hash: Some(hash.clone()), ..account }, now)
                        .await?;
                    kept.end(tx, id, &Which::All, now).await?;
                    note(tx, id, AccountEvent::PasswordReset, "password.reset", "code", now).await?;
                    Ok(Ok(id))
                })
            })
            .await??;
        self.limiter.forget(account).await;
        Ok(())
    }

    /// Sends a code to a phone that is to become the caller's.
    ///
    /// # Errors
    /// `too-many-codes`.
    pub async fn request_phone_code(
        &self,
        caller: Caller,
        phone: &Phone,
        key: Option<Key>,
        origin: &Origin,
    ) -> Result<Sent> {
        let asked = CodeRequest {
            account: Some(caller.account),
            purpose: Purpose::ChangePhone,
            subject: subject(&*self.cipher().await?, phone.expose()),
            to: Destination::Phone(phone.clone()),
            site: None,
            address: origin.address,
        };
        self.send(&asked, phone.masked(), key).await
    }

    /// Makes a phone the caller's: proved by the code that came to it, and the caller by a proof.
    ///
    /// # Errors
    /// `phone-registered`, what is wrong with the code or the proof.
    pub async fn change_phone(
        &self,
        caller: Caller,
        phone: &Phone,
        challenge: ChallengeId,
        code: &SecretString,
        proof: &Proof,
        origin: &Origin,
    ) -> Result<()> {
        let cipher = self.cipher().await?;
        let of = (Some(caller.account), Purpose::ChangePhone, subject(&cipher, phone.expose()));
        // the new phone first, and used up last: a slip in one of the two codes costs not the other
        self.try_code(of, challenge, code).await?;
        self.prove(caller, Act::Phone, proof, origin).await?;
        self.enter_code(of, challenge, code).await?;
        let index = cipher.index(phone.expose());
        self.must_be_free(caller, By::Phone(index), PHONE_TAKEN).await?;
        let sealed = cipher.seal(field(PHONE, caller.account), phone.expose().as_bytes());
        let applied = Applied {
            change: Change::Phone(Sealed { index, sealed }),
            seen: None,
            ends: None,
            event: AccountEvent::PhoneChanged,
            action: "phone.changed",
        };
        self.apply(caller.account, applied, Some(PHONE_TAKEN)).await
    }

    /// Sends a code to an address that is to become the caller's.
    ///
    /// # Errors
    /// `too-many-codes`.
    pub async fn request_email_code(
        &self,
        caller: Caller,
        email: &Email,
        key: Option<Key>,
        origin: &Origin,
    ) -> Result<Sent> {
        self.send_email_code(caller.account, email, key, origin).await
    }

    pub(crate) async fn send_email_code(
        &self,
        of: AccountId,
        email: &Email,
        key: Option<Key>,
        origin: &Origin,
    ) -> Result<Sent> {
        let asked = CodeRequest {
            account: Some(of),
            purpose: Purpose::VerifyEmail,
            subject: subject(&*self.cipher().await?, email.expose()),
            to: Destination::Email(email.clone()),
            site: None,
            address: origin.address,
        };
        self.send(&asked, email.masked(), key).await
    }

    /// Makes an address the caller's: proved by the code that came to it.
    ///
    /// # Errors
    /// `proof-needed` when there is another address already or the sign-in is not of the last ten minutes,
    /// `email-registered`, what is wrong with the code.
    pub async fn change_email(
        &self,
        caller: Caller,
        email: &Email,
        challenge: ChallengeId,
        code: &SecretString,
        proof: Option<&Proof>,
        origin: &Origin,
    ) -> Result<()> {
        let cipher = self.cipher().await?;
        let of = (Some(caller.account), Purpose::VerifyEmail, subject(&cipher, email.expose()));
        self.try_code(of, challenge, code).await?;
        match (self.own(caller).await?.email, proof) {
            (Some(_), None) => return Err(PROOF_NEEDED.into()),
            (Some(_), Some(proof)) => self.prove(caller, Act::Email, proof, origin).await?,
            // an address can set the password anew: an old sign-in alone may not add one
            (None, proof) => self.young_or_proved(caller, Act::Email, proof, origin).await?,
        }
        self.enter_code(of, challenge, code).await?;
        let index = cipher.index(email.expose());
        self.must_be_free(caller, By::Email(index), EMAIL_TAKEN).await?;
        let sealed = cipher.seal(field(EMAIL, caller.account), email.expose().as_bytes());
        self.apply(caller.account, Applied::email(Some(Sealed { index, sealed })), Some(EMAIL_TAKEN)).await
    }

    /// Forgets the caller's address.
    ///
    /// # Errors
    /// As for a proof.
    pub async fn remove_email(&self, caller: Caller, proof: &Proof, origin: &Origin) -> Result<()> {
        self.prove(caller, Act::Email, proof, origin).await?;
        self.apply(caller.account, Applied::email(None), None).await
    }

    async fn must_be_free(&self, caller: Caller, by: By, taken: Code) -> Result<()> {
        match self.find(by).await? {
            Some(other) if other.id != caller.account => Err(taken.into()),
            _ => Ok(()),
        }
    }

    /// Changes one thing, and tells its owner. `taken` is what it means when another account has it.
    async fn apply(&self, of: AccountId, applied: Applied, taken: Option<Code>) -> Result<()> {
        let applied = Arc::new(applied);
        match (settled!(self.write_change(of, &applied)), taken) {
            // still in the way after several looks
            (Err(fault), Some(taken)) if fault.code() == ALREADY_THERE => return Err(taken.into()),
            (outcome, _) => outcome?,
        }
        Ok(())
    }

    async fn write_change(&self, of: AccountId, applied: &Arc<Applied>) -> Result<()> {
        let (applied, kept, now) = (applied.clone(), self.kept.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (applied, kept) = (applied.clone(), kept.clone());
                Box::pin(async move {
                    let mut account = rows::account::lock(tx, of).await?.ok_or(SESSION_ENDED)?;
                    account.lets_in()?;
                    if applied.seen.as_ref().is_some_and(|seen| *seen != account.password_hash) {
                        return Err(OLD_PASSWORD_NEEDED.into());
                    }
                    match applied.change.clone() {
                        Change::Password(hash) => account.password_hash = Some(hash),
                        Change::Phone(phone) => account.phone = Some(phone),
                        Change::Email(email) => account.email = email,
                    }
                    rows::account::save(tx, &account, now).await?;
                    if let Some(which) = &applied.ends {
                        kept.end(tx, of, which, now).await?;
                    }
                    note(tx, of, applied.event, applied.action, &actor(of), now).await?;
                    Ok(())
                })
            })
            .await
    }
}
