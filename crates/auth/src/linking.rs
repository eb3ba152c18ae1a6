//! 互通: a WeChat user and a 车安通 account become one, are taken apart again, or a WeChat user moves to another account.

use std::{sync::Arc, time::Duration};

use edge::Caller;
use kernel::{AccountId, Bytes, ChallengeId, Code, Kind, Result, Timestamp};
use notices::messages::AccountEvent;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use store::{FieldRef, SiteCipher, Tx, inbox};

use crate::{
    Accounts, Act, CodeRequest, Destination, Identifier, Origin, Proof, Purpose,
    account::{AccountRecord, AccountState, LAST_WAY_IN},
    codes::OnFile,
    codes::Sent,
    consent,
    fields::openid_field,
    proof::{self, NOTHING_ON_FILE, PROOF_REFUSED},
    rows::{
        self,
        account::{ALREADY_THERE, By},
        identity::Key,
        session::Which,
    },
    service::{AccountDataOwners, WechatUser, actor, note, record, settled},
    session::SESSION_ENDED,
};

/// This account has a WeChat user already.
pub const WECHAT_LINKED: Code =
    Code::new(Kind::Conflict, "wechat-already-linked", "该账号已关联另一个微信，请先解除关联再试");
/// There is no WeChat user to take away.
pub const WECHAT_NOT_LINKED: Code = Code::new(Kind::Conflict, "wechat-not-linked", "该账号没有关联微信");
/// The permission to move a WeChat user is too old, or not one.
pub const MOVE_EXPIRED: Code = Code::new(Kind::Conflict, "wechat-move-expired", "操作已超时，请重新关联微信");

const TICKET: Duration = Duration::from_secs(600);

/// What came of linking.
#[derive(Clone, Debug)]
pub enum Linked {
    /// The WeChat user logs in to the caller's account now. What they had before as a mere WeChat user came along.
    Done,
    /// The WeChat user has a full account of their own. Moving takes a proof on both sides.
    Elsewhere {
        /// Permits to move this WeChat user to the caller's account, for ten minutes, once that is proved.
        ticket: String,
    },
}

/// Permits to move one WeChat user from one account to another.
#[derive(Serialize, Deserialize)]
struct Ticket {
    app_id: String,
    openid_index: Bytes,
    openid: String,
    from: AccountId,
    to: AccountId,
    until: i64,
}

const TICKET_PLACE: (&str, &str) = ("wechat_identities", "move_ticket");

impl Ticket {
    fn field(of: AccountId) -> FieldRef {
        FieldRef { table: TICKET_PLACE.0, column: TICKET_PLACE.1, row: of.uuid() }
    }

    fn write(&self, cipher: &SiteCipher) -> Result<String> {
        Ok(Bytes::encode(&cipher.seal(Self::field(self.to), &serde_json::to_vec(self)?)))
    }

    fn read(text: &str, of: AccountId, cipher: &SiteCipher, now: Timestamp) -> Result<Self> {
        let sealed = Bytes::decode(text).ok_or(MOVE_EXPIRED)?;
        let plain = cipher.open_secret(Self::field(of), &sealed.0).map_err(|_| MOVE_EXPIRED)?;
        let ticket: Self = serde_json::from_slice(&plain).map_err(|_| MOVE_EXPIRED)?;
        if ticket.until <= now.millis() { Err(MOVE_EXPIRED.into()) } else { Ok(ticket) }
    }

    fn key(&self) -> Result<Key> {
        let openid_index = self.openid_index.array().ok_or(MOVE_EXPIRED)?;
        Ok(Key { app_id: self.app_id.clone(), openid_index })
    }
}

enum Found {
    Linked,
    Elsewhere(AccountId),
}

impl Accounts {
    /// Links the WeChat user behind a login code to the caller's account. A shadow account they had, made by a WeChat
    /// login alone, merges into the caller's, once.
    ///
    /// # Errors
    /// `proof-needed`, `wechat-already-linked`, what WeChat says of the code.
    pub async fn link_wechat(
        &self,
        caller: Caller,
        code: &SecretString,
        proof: Option<&Proof>,
        origin: &Origin,
    ) -> Result<Linked> {
        self.young_or_proved(caller, Act::Wechat, proof, origin).await?;
        let (user, cipher) = (self.wechat_user(code).await?, self.cipher().await?);
        match settled!(self.write_link(caller.account, &user, &cipher))? {
            Found::Linked => Ok(Linked::Done),
            Found::Elsewhere(from) => {
                let ticket = Ticket {
                    app_id: user.key.app_id,
                    openid_index: Bytes(user.key.openid_index.to_vec()),
                    openid: user.openid.expose_secret().to_owned(),
                    from,
                    to: caller.account,
                    until: self.clock.now().after(TICKET).millis(),
                };
                Ok(Linked::Elsewhere { ticket: ticket.write(&cipher)? })
            }
        }
    }

    async fn write_link(&self, of: AccountId, user: &WechatUser, cipher: &SiteCipher) -> Result<Found> {
        let sealed = cipher.seal(openid_field(of), user.openid.expose_secret().as_bytes());
        let (job, now) = (Arc::new((user.key.clone(), sealed, self.kept.clone())), self.clock.now());
        self.db
            .write(move |tx| {
                let job = job.clone();
                Box::pin(async move {
                    let (key, sealed, kept) = &*job;
                    let account = rows::account::lock(tx, of).await?.ok_or(SESSION_ENDED)?;
                    account.lets_in()?;
                    let owner = rows::identity::owner(tx, key).await?;
                    if owner == Some(of) {
                        return Ok(Found::Linked);
                    }
                    if !rows::identity::of_account(tx, of).await?.is_empty() {
                        return Err(WECHAT_LINKED.into());
                    }
                    match owner {
                        None => rows::identity::link(tx, key, sealed, of, now).await?,
                        Some(owner) => {
                            let other = rows::account::lock(tx, owner).await?.ok_or(ALREADY_THERE)?;
                            other.lets_in()?;
                            if !other.is_shadow() {
                                return Ok(Found::Elsewhere(owner));
                            }
                            rows::identity::shift(tx, key, owner, (of, sealed), now).await?;
                            merge(tx, other, of, kept, now).await?;
                        }
                    }
                    note(tx, of, AccountEvent::WechatLinked, "wechat.linked", &actor(of), now).await?;
                    Ok(Found::Linked)
                })
            })
            .await
    }

    /// Sends a code to the account that the WeChat user would leave, to prove its side with.
    ///
    /// # Errors
    /// `wechat-move-expired`, `nothing-on-file`, `too-many-codes`.
    pub async fn request_move_code(
        &self,
        caller: Caller,
        ticket: &str,
        key: Option<proof::Key>,
        origin: &Origin,
    ) -> Result<Sent> {
        let (cipher, now) = (self.cipher().await?, self.clock.now());
        let ticket = Ticket::read(ticket, caller.account, &cipher, now)?;
        let from = self.find(By::Id(ticket.from)).await?.ok_or(MOVE_EXPIRED)?;
        from.lets_in()?;
        let to = OnFile::of(&from, &Identifier::Number(from.number.clone())).ok_or(NOTHING_ON_FILE)?;
        let shown = to.masked(&cipher)?;
        let asked = CodeRequest {
            account: Some(caller.account),
            purpose: Purpose::MoveWechat,
            subject: ticket.from.uuid(),
            to: Destination::OnFile(to),
            site: None,
            address: origin.address,
        };
        self.send(&asked, shown, key).await
    }

    /// Moves the WeChat user of a ticket to the caller's account: both sides have proved themselves. The account it leaves
    /// is told, and its sign-ins through WeChat end.
    ///
    /// # Errors
    /// `wechat-move-expired`, `wechat-already-linked`, `last-way-in` of the other side, as for a proof.
    pub async fn move_wechat(
        &self,
        caller: Caller,
        ticket: &str,
        proof: &Proof,
        others_proof: &OthersProof,
        origin: &Origin,
    ) -> Result<()> {
        let (cipher, now) = (self.cipher().await?, self.clock.now());
        let ticket = Ticket::read(ticket, caller.account, &cipher, now)?;
        self.prove(caller, Act::Wechat, proof, origin).await?;
        match others_proof {
            OthersProof::Password(password) => {
                let from = self.find(By::Id(ticket.from)).await?.ok_or(MOVE_EXPIRED)?;
                if !self.check_password(Some(&from), "", password, origin).await? {
                    return Err(PROOF_REFUSED.into());
                }
            }
            OthersProof::Code { challenge, code } => {
                let of = (Some(caller.account), Purpose::MoveWechat, ticket.from.uuid());
                self.enter_code(of, *challenge, code).await?;
            }
        }
        let (from, to) = (ticket.from, caller.account);
        let sealed = cipher.seal(openid_field(to), ticket.openid.as_bytes());
        let job = Arc::new((ticket.key()?, sealed, self.kept.clone()));
        self.db
            .write(move |tx| {
                let job = job.clone();
                Box::pin(async move {
                    let (key, sealed, kept) = &*job;
                    // always the smaller id first: two moves in opposite directions do not wait for each other
                    let (first, second) = if from < to { (from, to) } else { (to, from) };
                    let one = rows::account::lock(tx, first).await?.ok_or(MOVE_EXPIRED)?;
                    let two = rows::account::lock(tx, second).await?.ok_or(MOVE_EXPIRED)?;
                    let (leaves, enters) = if from < to { (one, two) } else { (two, one) };
                    enters.lets_in()?;
                    leaves.lets_in()?;
                    if !leaves.has_another_way_in() {
                        return Err(LAST_WAY_IN.into());
                    }
                    if !rows::identity::of_account(tx, to).await?.is_empty() {
                        return Err(WECHAT_LINKED.into());
                    }
                    rows::identity::shift(tx, key, from, (to, sealed), now).await.map_err(|_| MOVE_EXPIRED)?;
                    kept.end(tx, from, &Which::OfWechat(None), now).await?;
                    note(tx, from, AccountEvent::WechatMoved, "wechat.moved", &actor(to), now).await?;
                    note(tx, to, AccountEvent::WechatLinked, "wechat.linked", &actor(to), now).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Takes WeChat and the account apart, if there is another way in. Sign-ins through WeChat end, but for this one.
    ///
    /// # Errors
    /// `wechat-not-linked`, `last-way-in`, as for a proof.
    pub async fn unlink_wechat(&self, caller: Caller, proof: &Proof, origin: &Origin) -> Result<()> {
        self.prove(caller, Act::Wechat, proof, origin).await?;
        let (of, kept, now) = (caller.account, self.kept.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let kept = kept.clone();
                Box::pin(async move {
                    let account = rows::account::lock(tx, of).await?.ok_or(SESSION_ENDED)?;
                    if !account.has_another_way_in() {
                        return Err(LAST_WAY_IN.into());
                    }
                    if rows::identity::remove(tx, of).await? == 0 {
                        return Err(WECHAT_NOT_LINKED.into());
                    }
                    kept.end(tx, of, &Which::OfWechat(Some(caller.session)), now).await?;
                    note(tx, of, AccountEvent::WechatUnlinked, "wechat.unlinked", &actor(of), now).await?;
                    Ok(())
                })
            })
            .await
    }
}

/// WeChat's message that a user took back, inside WeChat, what they had allowed the mini-program.
#[derive(Clone, Debug)]
pub struct WechatRevocation {
    pub app_id: String,
    /// The user within it.
    pub openid: SecretString,
    /// When, by WeChat's clock, cut off to whole seconds.
    pub at: Timestamp,
    /// What tells a repeat of the message from another one.
    pub message_key: String,
}

/// A user may sign in again right after a revocation, and the message may come late: only sign-ins that began before
/// this instant end. Of a sign-in within the second of the revocation nobody knows which was first. It ends: who meant
/// to leave must be out, and who did not signs in again by one tap.
const fn ended_by(revoked_at: Timestamp) -> Timestamp {
    Timestamp::from_seconds(revoked_at.seconds() + 1)
}

impl Accounts {
    /// Ends the sign-ins that a WeChat user had made when they took back what they had allowed the mini-program. A repeat
    /// of the message does nothing.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn wechat_user_left(&self, revocation: &WechatRevocation) -> Result<inbox::Delivery> {
        let WechatRevocation { app_id, openid, at, message_key } = revocation;
        let openid_index = self.cipher().await?.index(&format!("{app_id}/{}", openid.expose_secret()));
        let key = Key { app_id: app_id.clone(), openid_index };
        let job = Arc::new((key, self.kept.clone(), format!("wechat:{app_id}"), message_key.clone()));
        let (before, now) = (ended_by(*at), self.clock.now());
        let write = || {
            let job = job.clone();
            self.db.write(move |tx| {
                let job = job.clone();
                Box::pin(async move {
                    let (key, kept, source, message_key) = &*job;
                    if inbox::receive(tx, source, message_key, now).await? == inbox::Delivery::Repeat {
                        return Ok(inbox::Delivery::Repeat);
                    }
                    let Some(of) = rows::identity::owner(tx, key).await? else {
                        return Ok(inbox::Delivery::First);
                    };
                    // a sign-in that is being made right now is either seen here or made after this
                    rows::account::lock(tx, of).await?.ok_or(ALREADY_THERE)?;
                    if rows::identity::owner(tx, key).await? != Some(of) {
                        return Err(ALREADY_THERE.into());
                    }
                    kept.end(tx, of, &Which::Through(key.clone(), before), now).await?;
                    record(tx, of, "wechat.left", "wechat", now).await?;
                    Ok(inbox::Delivery::First)
                })
            })
        };
        settled!(write())
    }
}

/// The proof of the account that a WeChat user leaves.
#[derive(Clone, Debug)]
pub enum OthersProof {
    Password(SecretString),
    /// The code that came to its phone or address.
    Code {
        challenge: ChallengeId,
        code: SecretString,
    },
}

/// A shadow account's things become another account's, once: the shadow ends.
async fn merge(
    tx: &Tx,
    shadow: AccountRecord,
    into: AccountId,
    kept: &AccountDataOwners,
    now: Timestamp,
) -> Result<()> {
    let from = shadow.id;
    rows::account::save(tx, &AccountRecord { state: AccountState::Merged, ..shadow }, now).await?;
    rows::consent::shift(tx, from, into).await?;
    // whatever either account withdrew last stays withdrawn, unless one of them agreed again afterwards
    for (purpose, at) in consent::withdrawals(&rows::consent::of_account(tx, into).await?) {
        rows::consent::withdraw_until(tx, into, purpose, at).await?;
    }
    rows::session::remove(tx, from).await?;
    rows::challenge::shift(tx, from, into).await?;
    rows::role::shift(tx, from, into).await?;
    kept.merge(tx, from, into, now).await?;
    note(tx, into, AccountEvent::ShadowMerged, "account.merged", &actor(from), now).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use kernel::Timestamp;

    use super::ended_by;

    #[test]
    fn a_sign_in_within_the_second_of_the_revocation_ends_and_one_after_it_does_not() {
        let revoked = Timestamp::from_seconds(1_800_000_000);
        for (began_at, ends) in [(-1, true), (0, true), (999, true), (1_000, false)] {
            assert_eq!(Timestamp::from_millis(revoked.millis() + began_at) < ended_by(revoked), ends, "{began_at}");
        }
    }
}
