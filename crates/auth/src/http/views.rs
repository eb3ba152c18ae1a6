use kernel::{AccountId, AccountNumber, Bytes, ChallengeId, ConsentId, SessionId, SiteId, Timestamp};
use secrecy::ExposeSecret;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Account, AccountState, Consent, ConsentPurpose, Holder, IssuedTokens, Linked, Method, Registered, Role, RoleGrant,
    Sent, SignIn, Text,
};

/// The tokens of a sign-in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Tokens)]
pub struct TokensView {
    /// Access token for `Authorization: Bearer …`.
    access_token: String,
    /// Refresh token, valid for one use.
    refresh_token: String,
    /// Lifetime of the access token, seconds.
    expires_in: u64,
    /// Account that was logged in to.
    account_id: AccountId,
    /// Whether a WeChat user is linked to the account.
    wechat_linked: bool,
}

impl From<IssuedTokens> for TokensView {
    fn from(entered: IssuedTokens) -> Self {
        Self {
            access_token: entered.access,
            refresh_token: entered.refresh.expose_secret().to_owned(),
            expires_in: entered.expires_in,
            account_id: entered.account,
            wechat_linked: entered.wechat_linked,
        }
    }
}

/// The result of a registration.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Registered)]
pub struct RegisteredView {
    /// Tokens of the first sign-in.
    #[serde(flatten)]
    tokens: TokensView,
    /// `challengeId` of the code that was sent to the e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    email_challenge_id: Option<ChallengeId>,
}

impl From<Registered> for RegisteredView {
    fn from(Registered { entered, email_challenge }: Registered) -> Self {
        Self { tokens: entered.into(), email_challenge_id: email_challenge }
    }
}

/// A requested code. The answer does not tell whether the code was sent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SentCode)]
pub struct SentView {
    /// Id to send with the code.
    challenge_id: ChallengeId,
    /// When the code expires.
    expires_at: Timestamp,
    /// Where the code is sent, masked.
    #[schema(example = "138****1001")]
    sent_to: String,
}

impl From<Sent> for SentView {
    fn from(Sent { challenge, expires_at, to }: Sent) -> Self {
        Self { challenge_id: challenge, expires_at, sent_to: to }
    }
}

/// A role and where it is valid.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RoleGrant)]
pub struct PostView {
    /// Role.
    role: Role,
    /// Site of the role; null for the platform.
    site_id: Option<SiteId>,
}

impl From<RoleGrant> for PostView {
    fn from(RoleGrant { role, site }: RoleGrant) -> Self {
        Self { role, site_id: site }
    }
}

/// The caller's account.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Account)]
pub struct AccountView {
    /// Account id.
    id: AccountId,
    /// 车安通 ID.
    number: AccountNumber,
    /// State of the account.
    state: AccountState,
    /// Phone, masked.
    #[schema(example = "138****1001")]
    phone: Option<String>,
    /// E-mail address, masked.
    #[schema(example = "z***@example.com")]
    email: Option<String>,
    /// Whether a password is set.
    has_password: bool,
    /// Whether a WeChat user is linked.
    wechat_linked: bool,
    /// Roles of the account.
    roles: Vec<PostView>,
    /// Texts whose current version the user has not agreed to.
    consents_due: Vec<ConsentPurpose>,
    /// Withdrawn consents, a part of `consentsDue`: until the user agrees again, credentials, unlock requests and
    /// bindings answer `consent-required`.
    consents_withdrawn: Vec<ConsentPurpose>,
    /// When the account was created.
    created_at: Timestamp,
    /// When the account will be erased; only while it is closing.
    #[serde(skip_serializing_if = "Option::is_none")]
    erase_at: Option<Timestamp>,
}

impl From<&Account> for AccountView {
    fn from(account: &Account) -> Self {
        Self {
            id: account.id,
            number: account.number.clone(),
            state: account.state,
            phone: account.phone.clone(),
            email: account.email.clone(),
            has_password: account.has_password,
            wechat_linked: account.wechat_linked,
            roles: account.posts.iter().copied().map(PostView::from).collect(),
            consents_due: account.consents_due.clone(),
            consents_withdrawn: account.consents_withdrawn.clone(),
            created_at: account.created_at,
            erase_at: account.erase_at,
        }
    }
}

/// A sign-in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SignIn)]
pub struct SignInView {
    /// Sign-in id.
    id: SessionId,
    /// Device name, if known.
    device: Option<String>,
    /// How the user logged in.
    method: Option<Method>,
    /// When the user logged in.
    created_at: Timestamp,
    /// When the tokens were last refreshed.
    seen_at: Timestamp,
    /// Whether it is the caller's sign-in.
    current: bool,
}

impl From<SignIn> for SignInView {
    fn from(SignIn { id, device, method, created_at, seen_at, current }: SignIn) -> Self {
        Self { id, device, method, created_at, seen_at, current }
    }
}

/// A complete list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct All<T> {
    /// Items.
    items: Vec<T>,
}

impl<T> All<T> {
    pub(super) fn of<S: Into<T>>(items: impl IntoIterator<Item = S>) -> Self {
        Self { items: items.into_iter().map(Into::into).collect() }
    }
}

/// A text to agree to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ConsentText)]
pub struct TextView {
    /// Which text.
    purpose: ConsentPurpose,
    /// Version: the day it took effect.
    version: &'static str,
    /// Title.
    title: &'static str,
    /// Text, in Markdown.
    body: &'static str,
    /// SHA-256 of the body.
    hash: Bytes,
}

impl From<&Text> for TextView {
    fn from(text: &Text) -> Self {
        let hash = Bytes(text.hash().to_vec());
        Self { purpose: text.purpose, version: text.version, title: text.title(), body: text.body, hash }
    }
}

/// A recorded consent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Consent)]
pub struct ConsentView {
    /// Consent id.
    id: ConsentId,
    /// Which text.
    purpose: ConsentPurpose,
    /// Version of the text.
    version: String,
    /// SHA-256 of the text.
    text_hash: Bytes,
    /// Device name, if known.
    device: Option<String>,
    /// When the consent was given.
    given_at: Timestamp,
    /// When the consent was withdrawn, if it was.
    withdrawn_at: Option<Timestamp>,
}

impl From<Consent> for ConsentView {
    fn from(consent: Consent) -> Self {
        Self {
            id: consent.id,
            purpose: consent.purpose,
            version: consent.version,
            text_hash: Bytes(consent.text_hash.to_vec()),
            device: consent.device,
            given_at: consent.given_at,
            withdrawn_at: consent.withdrawn_at,
        }
    }
}

/// The result of linking WeChat.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Linked)]
pub struct LinkedView {
    /// Whether the WeChat user is linked to this account now.
    linked: bool,
    /// Only if not linked: the WeChat user has a full account; the ticket allows moving the user, with proofs of both
    /// accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<String>,
}

impl From<Linked> for LinkedView {
    fn from(linked: Linked) -> Self {
        match linked {
            Linked::Done => Self { linked: true, ticket: None },
            Linked::Elsewhere { ticket } => Self { linked: false, ticket: Some(ticket) },
        }
    }
}

/// A closed account.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Closing)]
pub struct ClosingView {
    /// When the account will be erased; until then the user may log in and cancel the closure.
    pub(super) erase_at: Timestamp,
}

/// An account with a role.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RoleHolder)]
pub struct HolderView {
    /// Account id.
    account_id: AccountId,
    /// 车安通 ID.
    number: AccountNumber,
    /// Role.
    role: Role,
    /// Site of the role; null for the platform.
    site_id: Option<SiteId>,
    /// When the role was granted.
    granted_at: Timestamp,
}

impl From<Holder> for HolderView {
    fn from(Holder { account, number, post, granted_at }: Holder) -> Self {
        Self { account_id: account, number, role: post.role, site_id: post.site, granted_at }
    }
}
