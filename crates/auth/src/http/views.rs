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
    /// Goes into `Authorization: Bearer …`.
    access_token: String,
    /// Good for one refresh.
    refresh_token: String,
    /// Seconds the access token lives.
    expires_in: u64,
    /// Who logged in.
    account_id: AccountId,
    /// Whether a WeChat user logs in to this account; if not, inside WeChat, linking may be offered.
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

/// Somebody who has registered.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Registered)]
pub struct RegisteredView {
    /// Their first sign-in.
    #[serde(flatten)]
    tokens: TokensView,
    /// To be given back with the code that went to the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    email_challenge_id: Option<ChallengeId>,
}

impl From<Registered> for RegisteredView {
    fn from(Registered { entered, email_challenge }: Registered) -> Self {
        Self { tokens: entered.into(), email_challenge_id: email_challenge }
    }
}

/// A code that was asked for. Whether it went out is not said.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SentCode)]
pub struct SentView {
    /// To be given back with the code.
    challenge_id: ChallengeId,
    /// The last instant it can be entered.
    expires_at: Timestamp,
    /// Where it goes.
    #[schema(example = "138****1001")]
    sent_to: String,
}

impl From<Sent> for SentView {
    fn from(Sent { challenge, expires_at, to }: Sent) -> Self {
        Self { challenge_id: challenge, expires_at, sent_to: to }
    }
}

/// A role and where it holds.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RoleGrant)]
pub struct PostView {
    /// Which.
    role: Role,
    /// At which site; none for the platform.
    site_id: Option<SiteId>,
}

impl From<RoleGrant> for PostView {
    fn from(RoleGrant { role, site }: RoleGrant) -> Self {
        Self { role, site_id: site }
    }
}

/// One's own account.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Account)]
pub struct AccountView {
    /// Its id.
    id: AccountId,
    /// 车安通 ID.
    number: AccountNumber,
    /// Where it stands.
    state: AccountState,
    /// The phone, masked.
    #[schema(example = "138****1001")]
    phone: Option<String>,
    /// The e-mail address, masked.
    #[schema(example = "z***@example.com")]
    email: Option<String>,
    /// Whether a password was ever set.
    has_password: bool,
    /// Whether a WeChat user logs in to it.
    wechat_linked: bool,
    /// What its owner may do beyond their own cards.
    roles: Vec<PostView>,
    /// What its owner has yet to read and agree to.
    consents_due: Vec<ConsentPurpose>,
    /// Of these, what was withdrawn: until it is agreed to again, credentials, unlocks and bindings answer
    /// `consent-required`.
    consents_withdrawn: Vec<ConsentPurpose>,
    /// Since when it exists.
    created_at: Timestamp,
    /// When it will be erased; only while it is closing.
    #[serde(skip_serializing_if = "Option::is_none")]
    erase_at: Option<Timestamp>,
}

impl From<Account> for AccountView {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            number: account.number,
            state: account.state,
            phone: account.phone,
            email: account.email,
            has_password: account.has_password,
            wechat_linked: account.wechat_linked,
            roles: account.posts.into_iter().map(PostView::from).collect(),
            consents_due: account.consents_due,
            consents_withdrawn: account.consents_withdrawn,
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
    /// Its id.
    id: SessionId,
    /// On which device.
    device: Option<String>,
    /// How.
    method: Option<Method>,
    /// Since when.
    created_at: Timestamp,
    /// When it was last renewed.
    seen_at: Timestamp,
    /// Whether it is the one that asks.
    current: bool,
}

impl From<SignIn> for SignInView {
    fn from(SignIn { id, device, method, created_at, seen_at, current }: SignIn) -> Self {
        Self { id, device, method, created_at, seen_at, current }
    }
}

/// All of something that is never many.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct All<T> {
    /// The items.
    items: Vec<T>,
}

impl<T> All<T> {
    pub(super) fn of<S: Into<T>>(items: impl IntoIterator<Item = S>) -> Self {
        Self { items: items.into_iter().map(Into::into).collect() }
    }
}

/// A text people consent to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ConsentText)]
pub struct TextView {
    /// What it is for.
    purpose: ConsentPurpose,
    /// Its version: the day it came into force.
    version: &'static str,
    /// Its headline.
    title: &'static str,
    /// Markdown.
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

/// A consent on record.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Consent)]
pub struct ConsentView {
    /// Its id.
    id: ConsentId,
    /// To what.
    purpose: ConsentPurpose,
    /// Which version.
    version: String,
    /// SHA-256 of the text.
    text_hash: Bytes,
    /// On which device.
    device: Option<String>,
    /// When.
    given_at: Timestamp,
    /// When it was taken back.
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

/// What came of linking.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Linked)]
pub struct LinkedView {
    /// Whether the WeChat user logs in to this account now.
    linked: bool,
    /// If not, they have a full account of their own; this permits to move them here, once both sides are proved.
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
    /// When it will be erased; until then its owner may log in and keep it.
    pub(super) erase_at: Timestamp,
}

/// Who holds a post.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RoleHolder)]
pub struct HolderView {
    /// The person.
    account_id: AccountId,
    /// Their 车安通 ID.
    number: AccountNumber,
    /// Which role.
    role: Role,
    /// At which site; none for the platform.
    site_id: Option<SiteId>,
    /// Since when.
    granted_at: Timestamp,
}

impl From<Holder> for HolderView {
    fn from(Holder { account, number, post, granted_at }: Holder) -> Self {
        Self { account_id: account, number, role: post.role, site_id: post.site, granted_at }
    }
}
