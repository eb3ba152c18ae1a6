//! Who may do what beyond their own cards; and closing an account from outside.

use std::{collections::HashMap, sync::Arc};

use edge::Caller;
use kernel::{AccountId, AccountNumber, Code, FORBIDDEN, Fault, Kind, NOT_FOUND, Phone, Result, SiteId};
use notices::messages::AccountEvent;
use secrecy::SecretString;

use crate::{
    Accounts, NewPassword, Origin,
    account::{AccountRecord, AccountState, Sealed},
    fields::{PHONE, field},
    login::bare_account,
    role::{Holder, Role, RoleGrant, may_act, may_grant},
    rows::{self, account::By, session::Which},
    service::{actor, note, record, settled},
    session::{Method, SESSION_ENDED},
};

/// An administrator does not shut themselves out by accident.
pub const OWN_POST: Code =
    Code::new(Kind::Conflict, "own-role", "不能停用自己的账号或撤销自己的平台管理员权限，请由另一位平台管理员操作");

/// How an operator names the account of an administrator.
#[derive(Clone, Debug)]
pub enum Named {
    /// An account that is there.
    Number(AccountNumber),
    /// The account of this phone, made if there is none.
    Phone(Phone),
}

impl Accounts {
    /// Passes who may do what `role` may, at this site or on the platform. To be asked before anything an
    /// administrator or a guard does.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn require(&self, caller: Caller, role: Role, site: Option<SiteId>) -> Result<()> {
        let posts = self.grants.of(caller.account).await?;
        if may_act(&posts, role, site) { Ok(()) } else { Err(FORBIDDEN.into()) }
    }

    /// Who holds a post at a site, or on the platform.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn holders(
        &self,
        caller: Caller,
        site: Option<SiteId>,
        after: Option<(AccountId, Role)>,
        limit: usize,
    ) -> Result<Vec<Holder>> {
        let role = if site.is_some() { Role::SiteAdmin } else { Role::PlatformAdmin };
        self.require(caller, role, site).await?;
        self.db
            .read(|db| async move {
                let held = rows::role::of_site(&db, site, after, limit).await?;
                let numbers = rows::account::numbers(&db, held.iter().map(|(account, ..)| *account)).await?;
                let numbers: HashMap<_, _> = numbers.into_iter().collect();
                let holder = |(account, post, granted_at)| {
                    let number = numbers.get(&account)?.clone();
                    Some(Holder { account, number, post, granted_at })
                };
                Ok(held.into_iter().filter_map(holder).collect())
            })
            .await
    }

    /// Gives somebody a post; giving it again changes nothing.
    ///
    /// # Errors
    /// `forbidden`; `not-found` when there is no such 车安通 ID.
    pub async fn grant(&self, caller: Caller, number: AccountNumber, post: RoleGrant) -> Result<()> {
        let now = self.clock.now();
        self.db
            .write(move |tx| {
                let number = number.clone();
                Box::pin(async move {
                    // first whether they may, then whether there is such a person
                    if !may_grant(&rows::role::of_account(tx, caller.account).await?, post) {
                        return Err(FORBIDDEN.into());
                    }
                    let account = rows::account::find(tx, By::Number(number)).await?.ok_or(NOT_FOUND)?;
                    if account.state != AccountState::Active {
                        return Err(Fault::from(NOT_FOUND));
                    }
                    rows::role::insert(tx, account.id, post, Some(caller.account), now).await?;
                    record(tx, account.id, "role.granted", &actor(caller.account), now).await
                })
            })
            .await
    }

    /// Takes a post from somebody.
    ///
    /// # Errors
    /// `forbidden`, `own-role`; `not-found` when it is not held.
    pub async fn take_away(&self, caller: Caller, of: AccountId, post: RoleGrant) -> Result<()> {
        let now = self.clock.now();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    if !may_grant(&rows::role::of_account(tx, caller.account).await?, post) {
                        return Err(FORBIDDEN.into());
                    }
                    if of == caller.account && post.role == Role::PlatformAdmin {
                        return Err(OWN_POST.into());
                    }
                    if !rows::role::delete(tx, of, post).await? {
                        return Err(NOT_FOUND.into());
                    }
                    record(tx, of, "role.taken", &actor(caller.account), now).await
                })
            })
            .await
    }

    /// Closes an account from outside, or opens it again. Closing ends every sign-in at once.
    ///
    /// # Errors
    /// `forbidden`; `not-found` when there is no such 车安通 ID, or nothing to close or open.
    pub async fn set_disabled(&self, caller: Caller, number: AccountNumber, disabled: bool) -> Result<()> {
        self.require(caller, Role::PlatformAdmin, None).await?;
        let (kept, now) = (self.kept.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (number, kept) = (number.clone(), kept.clone());
                Box::pin(async move {
                    let found = rows::account::find(tx, By::Number(number)).await?.ok_or(NOT_FOUND)?;
                    if found.id == caller.account {
                        return Err(OWN_POST.into());
                    }
                    let account = rows::account::lock(tx, found.id).await?.ok_or(NOT_FOUND)?;
                    let (id, from) = (account.id, account.state);
                    let (to, action) = match (from, disabled) {
                        (AccountState::Active | AccountState::Closing, true) => {
                            (AccountState::Disabled, "account.disabled")
                        }
                        (AccountState::Disabled, false) if account.erase_at.is_some() => {
                            (AccountState::Closing, "account.enabled")
                        }
                        (AccountState::Disabled, false) => (AccountState::Active, "account.enabled"),
                        _ => return Err(NOT_FOUND.into()),
                    };
                    rows::account::save(tx, &AccountRecord { state: to, ..account }, now).await?;
                    kept.end(tx, id, &Which::All, now).await?;
                    record(tx, id, action, &actor(caller.account), now).await
                })
            })
            .await
    }

    /// An operator's own act: gives a post to an account, which is made for the phone if there is none.
    ///
    /// # Errors
    /// `not-found` when there is no such 车安通 ID, `invalid` for the password.
    pub async fn appoint(
        &self,
        named: Named,
        post: RoleGrant,
        password: Option<&SecretString>,
    ) -> Result<(AccountId, AccountNumber)> {
        let password_hash = match password {
            Some(password) => {
                let password = NewPassword::choose(password, "password", &[])?;
                Some(self.hashing.hash(password.secret().clone()).await?)
            }
            None => None,
        };
        let job = Arc::new((named, password_hash));
        settled!(self.write_appointment(&job, post))
    }

    async fn write_appointment(
        &self,
        job: &Arc<(Named, Option<String>)>,
        post: RoleGrant,
    ) -> Result<(AccountId, AccountNumber)> {
        let (job, cipher, now) = (job.clone(), self.cipher().await?, self.clock.now());
        let (fresh, kept) = (bare_account(AccountId::new(now), now), self.kept.clone());
        self.db
            .write(move |tx| {
                let (job, cipher, fresh, kept) = (job.clone(), cipher.clone(), fresh.clone(), kept.clone());
                Box::pin(async move {
                    let (named, password_hash) = &*job;
                    let by = match named {
                        Named::Number(number) => By::Number(number.clone()),
                        Named::Phone(phone) => By::Phone(cipher.index(phone.expose())),
                    };
                    let account = match (rows::account::find(tx, by).await?, named) {
                        (Some(known), _) => {
                            known.lets_in()?;
                            if password_hash.is_some() {
                                let changed = AccountRecord { password_hash: password_hash.clone(), ..known.clone() };
                                rows::account::save(tx, &changed, now).await?;
                                kept.end(tx, known.id, &Which::All, now).await?;
                                let event = AccountEvent::PasswordReset;
                                note(tx, known.id, event, "password.reset", "operator", now).await?;
                            }
                            known
                        }
                        (None, Named::Number(_)) => return Err(NOT_FOUND.into()),
                        (None, Named::Phone(phone)) => {
                            let sealed = cipher.seal(field(PHONE, fresh.id), phone.expose().as_bytes());
                            let phone = Some(Sealed { index: cipher.index(phone.expose()), sealed });
                            let made = AccountRecord { phone, password_hash: password_hash.clone(), ..fresh };
                            rows::account::insert(tx, &made).await?;
                            made
                        }
                    };
                    rows::role::insert(tx, account.id, post, None, now).await?;
                    record(tx, account.id, "role.granted", "operator", now).await?;
                    Ok((account.id, account.number))
                })
            })
            .await
    }

    /// An operator's own act: signs in to an account without its owner, for testing and support; it is on record.
    ///
    /// # Errors
    /// `not-found` when there is no such 车安通 ID, `account-disabled`.
    pub async fn enter_as(&self, number: AccountNumber, origin: &Origin) -> Result<crate::IssuedTokens> {
        let account = self.find(By::Number(number)).await?.ok_or(NOT_FOUND)?;
        account.lets_in()?;
        let (of, now) = (account.id, self.clock.now());
        let token = Self::first_token(now);
        let session = Arc::new(Self::session(&token, of, Method::Operator, origin, None, now));
        let linked = self
            .db
            .write(move |tx| {
                let session = session.clone();
                Box::pin(async move {
                    rows::account::find(tx, By::Id(of)).await?.ok_or(SESSION_ENDED)?.lets_in()?;
                    rows::session::insert(tx, &session).await?;
                    record(tx, of, "session.opened", "operator", now).await?;
                    Ok(!rows::identity::of_account(tx, of).await?.is_empty())
                })
            })
            .await?;
        self.enter(of, &token, linked)
    }
}
