//! Proving once more that it is oneself, before what a stolen phone must not be able to do.

use std::{sync::Arc, time::Duration};

use edge::Caller;
use kernel::{AccountId, ChallengeId, Code, Kind, Result};
use secrecy::{ExposeSecret, SecretString};
use store::{Once, SiteCipher};

use crate::{
    Accounts, CodeRequest, Destination, Identifier, Origin, Purpose,
    codes::{Entry, OnFile, Sent, subject},
    rows,
    session::SESSION_ENDED,
};

/// A sign-in this young is a proof by itself where a new way to log in is added.
const YOUNG: Duration = Duration::from_secs(600);

/// It was not proved.
pub const PROOF_REFUSED: Code = Code::new(Kind::Forbidden, "proof-refused", "身份验证没有通过，请重新输入密码或验证码");
/// It has to be proved.
pub const PROOF_NEEDED: Code =
    Code::new(Kind::Forbidden, "proof-needed", "为了账号安全，请先输入密码、验证码，或用微信再验证一次");
/// There is nowhere to send a code to.
pub const NOTHING_ON_FILE: Code =
    Code::new(Kind::Conflict, "nothing-on-file", "您还没有登记手机号或邮箱，请先绑定手机号");

/// The key under which a client repeats a request whose answer it did not get, and the hash of that request.
#[derive(Clone, Debug)]
pub struct Key {
    /// `Idempotency-Key`.
    pub key: String,
    /// SHA-256 of the body.
    pub body_hash: [u8; 32],
}

/// What is proved for: a code that was sent for one act proves no other. The numbers go into its subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Setting or changing the password.
    Password = 1,
    Phone = 2,
    /// Having another address, or none.
    Email = 3,
    /// Linking, moving or unlinking a WeChat user.
    Wechat = 4,
    Closing = 5,
}

impl Act {
    fn entry(self, caller: Caller, cipher: &SiteCipher) -> Entry {
        let exactly = subject(cipher, &format!("act:{}:{}", self as u8, caller.account));
        (Some(caller.account), Purpose::Confirm, exactly)
    }
}

#[derive(Clone, Debug)]
pub enum Proof {
    Password(SecretString),
    /// The code that came to the phone or address on file.
    Code {
        challenge: ChallengeId,
        code: SecretString,
    },
    /// A fresh code of `wx.login`.
    Wechat(SecretString),
}

impl Accounts {
    /// Sends a code to the caller's own phone, or address where there is no phone, to prove themselves with.
    ///
    /// # Errors
    /// `nothing-on-file`, `too-many-codes`.
    pub async fn request_proof_code(
        &self,
        caller: Caller,
        act: Act,
        key: Option<Key>,
        origin: &Origin,
    ) -> Result<Sent> {
        let account = self.own(caller).await?;
        let to = OnFile::of(&account, &Identifier::Number(account.number.clone())).ok_or(NOTHING_ON_FILE)?;
        let cipher = self.cipher().await?;
        let shown = to.masked(&cipher)?;
        let asked = CodeRequest {
            account: Some(caller.account),
            purpose: Purpose::Confirm,
            subject: act.entry(caller, &cipher).2,
            to: Destination::OnFile(to),
            site: None,
            address: origin.address,
        };
        self.send(&asked, shown, key).await
    }

    /// Writes a challenge down and sends its code; a repeat under the same key sends no second one.
    pub(crate) async fn send(&self, asked: &CodeRequest, to: String, key: Option<Key>) -> Result<Sent> {
        let (cipher, now) = (self.cipher().await?, self.clock.now());
        let owner = asked.account.map_or(asked.subject, AccountId::uuid);
        let once = key.map(|Key { key, body_hash }| Once { owner, route: "codes", key, body_hash });
        if let Some(once) = &once
            && let Some(first) = self.db.earlier(once, &cipher).await?
        {
            return Ok(first);
        }
        let challenge = self.codes.make(asked).await?;
        let sent = Sent { challenge: challenge.id(), expires_at: challenge.expires_at(), to };
        let job = Arc::new((challenge, sent));
        self.db
            .write_once(once, cipher, now, move |tx| {
                let job = job.clone();
                Box::pin(async move {
                    job.0.write(tx).await?;
                    Ok(Ok(job.1.clone()))
                })
            })
            .await
    }

    /// Passes when a code of the caller's fits; it stays good.
    pub(crate) async fn try_code(&self, of: Entry, challenge: ChallengeId, code: &SecretString) -> Result<()> {
        self.judge_code(of, challenge, code, false).await
    }

    /// Enters a code of the caller's on its own; what follows is another write.
    pub(crate) async fn enter_code(&self, of: Entry, challenge: ChallengeId, code: &SecretString) -> Result<()> {
        self.judge_code(of, challenge, code, true).await
    }

    async fn judge_code(&self, of: Entry, challenge: ChallengeId, code: &SecretString, uses_up: bool) -> Result<()> {
        let (checker, code) = (self.codes.checker().await?, code.clone());
        let verdict = self
            .db
            .write(move |tx| {
                let (checker, code) = (checker.clone(), code.clone());
                Box::pin(async move {
                    match uses_up {
                        true => checker.enter(tx, challenge, of, code.expose_secret()).await,
                        false => checker.fits(tx, challenge, of, code.expose_secret()).await,
                    }
                })
            })
            .await?;
        verdict.passed()
    }

    /// Passes when the proof is the caller's.
    ///
    /// # Errors
    /// `proof-refused`, what is wrong with the code, `too-many-passwords`, what WeChat says.
    pub(crate) async fn prove(&self, caller: Caller, act: Act, proof: &Proof, origin: &Origin) -> Result<()> {
        match proof {
            Proof::Password(password) => {
                let account = self.own(caller).await?;
                let fits = self.check_password(Some(&account), "", password, origin).await?;
                if fits { Ok(()) } else { Err(PROOF_REFUSED.because("密码不正确，请重新输入")) }
            }
            Proof::Code { challenge, code } => {
                let of = act.entry(caller, &*self.cipher().await?);
                self.enter_code(of, *challenge, code).await
            }
            Proof::Wechat(code) => {
                let user = self.wechat_user(code).await?;
                let owner = self.db.read(|db| async move { rows::identity::owner(&db, &user.key).await }).await?;
                if owner == Some(caller.account) { Ok(()) } else { Err(PROOF_REFUSED.into()) }
            }
        }
    }

    /// Passes when there is a good proof, or the sign-in is younger than ten minutes.
    ///
    /// # Errors
    /// `proof-needed`; as [`Accounts::prove`].
    pub(crate) async fn young_or_proved(
        &self,
        caller: Caller,
        act: Act,
        proof: Option<&Proof>,
        origin: &Origin,
    ) -> Result<()> {
        if let Some(proof) = proof {
            return self.prove(caller, act, proof, origin).await;
        }
        let find = |db| async move { rows::session::find(&db, caller.session).await };
        let session = self.db.read(find).await?.ok_or(SESSION_ENDED)?;
        if session.created_at.after(YOUNG) > self.clock.now() { Ok(()) } else { Err(PROOF_NEEDED.into()) }
    }
}
