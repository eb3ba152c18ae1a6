//! What a person changes of their own account: password, phone, address; and the password they forgot.

use std::sync::Arc;

use edge::Caller;
use kernel::{AccountId, ChallengeId, Code, Email, Kind, Phone, Result, letter::AccountEvent};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    Accounts, Asked, Destination, Identifier, Origin, Proof, Purpose,
    account::{EMAIL_TAKEN, PHONE_TAKEN, Sealed, Stored},
    code::CODE_EXPIRED,
    codes::subject,
    login::Sent,
    password::NewPassword,
    proof::Key,
    rows::{
        self,
        account::{ALREADY_THERE, By},
        session::Which,
    },
    service::{Changed, EMAIL, PHONE, actor, note, place, settled},
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
        if account.password_hash.is_some() && !matches!(proof, Proof::Password(_)) {
            return Err(OLD_PASSWORD_NEEDED.into());
        }
        let password = NewPassword::choose(new, "newPassword", &[account.number.as_str()])?;
        self.prove(caller, proof, origin).await?;
        let hash = self.hashing.hash(password.secret().clone()).await?;
        let applied = Applied {
            change: Change::Password(hash),
            seen: Some(account.password_hash),
            ends: Some(Which::Others(caller.session)),
            event: AccountEvent::PasswordChanged,
            action: "password.changed",
        };
        self.apply(caller.account, applied, None).await
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
        let hash = self.hashing.hash(password.secret().clone()).await?;
        let (realm, checker, now) = (self.realm().await?, self.codes.checker().await?, self.clock.now());
        let of = (None, Purpose::ResetPassword, subject(&realm, identifier.normal()));
        let job = Arc::new((identifier.sought(&realm), checker, code.clone(), hash, self.kept.clone()));
        let (account, changed) = self
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
                    let id = account.id;
                    rows::account::save(tx, &Stored { password_hash: Some(hash.clone()), ..account }, now).await?;
                    let changed = kept.end(tx, id, &Which::All, now).await?;
                    note(tx, id, AccountEvent::PasswordReset, "password.reset", "code", now).await?;
                    Ok(Ok((id, changed)))
                })
            })
            .await??;
        self.changed(account, &changed).await;
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
        let asked = Asked {
            account: Some(caller.account),
            purpose: Purpose::ChangePhone,
            subject: subject(&*self.realm().await?, phone.expose()),
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
        self.prove(caller, proof, origin).await?;
        let realm = self.realm().await?;
        let of = (Some(caller.account), Purpose::ChangePhone, subject(&realm, phone.expose()));
        self.enter_code(of, challenge, code).await?;
        let index = realm.index(phone.expose());
        self.must_be_free(caller, By::Phone(index), PHONE_TAKEN).await?;
        let sealed = realm.seal(place(PHONE, caller.account), phone.expose().as_bytes());
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
        let asked = Asked {
            account: Some(of),
            purpose: Purpose::VerifyEmail,
            subject: subject(&*self.realm().await?, email.expose()),
            to: Destination::Email(email.clone()),
            site: None,
            address: origin.address,
        };
        self.send(&asked, email.masked(), key).await
    }

    /// Makes an address the caller's: proved by the code that came to it.
    ///
    /// # Errors
    /// `proof-needed` when there is another address already, `email-registered`, what is wrong with the code.
    pub async fn change_email(
        &self,
        caller: Caller,
        email: &Email,
        challenge: ChallengeId,
        code: &SecretString,
        proof: Option<&Proof>,
        origin: &Origin,
    ) -> Result<()> {
        if self.own(caller).await?.email.is_some() {
            self.prove(caller, proof.ok_or(crate::proof::PROOF_NEEDED)?, origin).await?;
        }
        let realm = self.realm().await?;
        let of = (Some(caller.account), Purpose::VerifyEmail, subject(&realm, email.expose()));
        self.enter_code(of, challenge, code).await?;
        let index = realm.index(email.expose());
        self.must_be_free(caller, By::Email(index), EMAIL_TAKEN).await?;
        let sealed = realm.seal(place(EMAIL, caller.account), email.expose().as_bytes());
        self.apply(caller.account, Applied::email(Some(Sealed { index, sealed })), Some(EMAIL_TAKEN)).await
    }

    /// Forgets the caller's address.
    ///
    /// # Errors
    /// As for a proof.
    pub async fn remove_email(&self, caller: Caller, proof: &Proof, origin: &Origin) -> Result<()> {
        self.prove(caller, proof, origin).await?;
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
        let changed = match (settled!(self.write_change(of, &applied)), taken) {
            // still in the way after several looks
            (Err(fault), Some(taken)) if fault.code() == ALREADY_THERE => return Err(taken.into()),
            (outcome, _) => outcome?,
        };
        self.changed(of, &changed).await;
        Ok(())
    }

    async fn write_change(&self, of: AccountId, applied: &Arc<Applied>) -> Result<Changed> {
        let (applied, kept, now) = (applied.clone(), self.kept.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (applied, kept) = (applied.clone(), kept.clone());
                Box::pin(async move {
                    let mut account = rows::account::hold(tx, of).await?.ok_or(SESSION_ENDED)?;
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
                    let changed = match &applied.ends {
                        Some(which) => kept.end(tx, of, which, now).await?,
                        None => Changed::default(),
                    };
                    note(tx, of, applied.event, applied.action, &actor(of), now).await?;
                    Ok(changed)
                })
            })
            .await
    }
}
