//! Ports: what the server needs from outside, each as narrow as the need, named for the need and never for a vendor.

use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    AccountId, CardId, Code, CommandId, DoorId, Email, Fault, Kind, Phone, Result, SessionId, SiteId, Timestamp,
    card_number::Reading,
};

/// Who a valid access token speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub account: AccountId,
    pub session: SessionId,
}

/// Tells a good access token from every other. No I/O: a sign-in that was revoked is believed until its token expires.
pub trait TokenCheck: Send + Sync {
    /// Who it speaks for, or a fault of kind `Unauthenticated`.
    fn check(&self, token: &str) -> Result<SignedIn>;
}

/// Tells whether a sign-in still stands, for what opens a door or changes a credential.
#[async_trait]
pub trait SignInCheck: Send + Sync {
    /// Passes while the session is not revoked and the account is active; else a fault of kind `Unauthenticated`.
    async fn stands(&self, who: SignedIn) -> Result<()>;

    /// As [`Self::stands`], and the account's owner has withdrawn none of the consents that the service needs; else a
    /// fault of kind `Forbidden`.
    async fn require_consents(&self, who: SignedIn) -> Result<()>;
}

/// The sites a person has to do with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ties {
    pub sites: Vec<SiteId>,
    /// Every one: whoever runs the platform.
    pub everywhere: bool,
}

/// Tells which sites a person has to do with: they are shown first, and hidden ones to nobody else.
#[async_trait]
pub trait SiteTies: Send + Sync {
    /// They, as far as this feature knows.
    async fn ties(&self, account: AccountId) -> Result<Ties>;
}

/// What came of claiming a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It was free and is now ours.
    Won,
    /// Somebody holds it, with this value.
    Held(String),
}

/// The cache is away. Whoever asks decides what that means; nothing may be lost by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheAway;

/// What may be forgotten: counters, one-time counters, and what others need not fetch again. In this process, or in Redis
/// where there are several.
#[async_trait]
pub trait Cache: Send + Sync {
    /// Counts one more under `key`; the count starts again `span` after its first.
    async fn count(&self, key: &str, span: Duration) -> Result<u64, CacheAway>;
    /// Takes back `times` of the counts under `key`, down to none.
    async fn uncount(&self, key: &str, times: u64) -> Result<(), CacheAway>;
    /// Takes `key` for `span`, if nobody holds it.
    async fn claim(&self, key: &str, value: &str, span: Duration) -> Result<Claim, CacheAway>;
    /// What is kept under `key`.
    async fn get(&self, key: &str) -> Result<Option<String>, CacheAway>;
    /// Keeps `value` under `key` for `span`, whatever was there.
    async fn put(&self, key: &str, value: &str, span: Duration) -> Result<(), CacheAway>;
    /// Forgets `key` if it still holds `value`; whether it did.
    async fn release(&self, key: &str, value: &str) -> Result<bool, CacheAway>;
    fn answers(&self) -> bool;
}

/// A WeChat user, as one app knows them.
#[derive(Clone, Debug)]
pub struct WechatSubject {
    /// The app that asked.
    pub app_id: String,
    /// The user within that app.
    pub openid: SecretString,
    /// The user across the apps of one owner, where known.
    pub unionid: Option<SecretString>,
}

/// The login code is used up, too old, or not one.
pub const LOGIN_CODE_REFUSED: Code =
    Code::new(Kind::Unauthenticated, "wechat-code-refused", "微信登录凭证已失效，请重新点击登录");
/// WeChat holds the user back.
pub const WECHAT_USER_BLOCKED: Code =
    Code::new(Kind::Forbidden, "wechat-user-blocked", "微信限制了该用户登录，请改用账号密码或短信登录");
/// WeChat asks for patience.
pub const WECHAT_BUSY: Code =
    Code::new(Kind::Throttled, "wechat-busy", "微信登录过于频繁，请稍后再试，或改用短信验证码、密码登录");
/// WeChat cannot be reached, refuses us, or makes no sense.
pub const WECHAT_AWAY: Code =
    Code::new(Kind::Unavailable, "wechat-unavailable", "微信暂时不可用，请改用短信验证码或密码登录，或稍后再试");

/// Turns the code of `wx.login` into who it is.
#[async_trait]
pub trait WechatLogin: Send + Sync {
    /// One call to WeChat; the code is burnt by it.
    async fn identify(&self, code: &SecretString) -> Result<WechatSubject>;
}

/// The phone code is used up, too old, of another user, or not one.
pub const PHONE_CODE_REFUSED: Code =
    Code::new(Kind::Invalid, "wechat-phone-refused", "没有取到微信手机号，请重新点击授权，或改用短信验证码");

/// Turns the code of a `getPhoneNumber` button into the phone number behind it.
#[async_trait]
pub trait WechatPhone: Send + Sync {
    /// One call to WeChat; the code is burnt by it. WeChat checks that it was `openid` who pressed the button.
    async fn phone(&self, code: &SecretString, openid: &SecretString) -> Result<Phone>;
}

/// What came of sending an SMS or a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// The vendor took it, under this number of its own.
    Accepted(String),
    /// The vendor refused it for good; the code says why.
    Refused(String),
    /// It surely was not sent; another try makes sense.
    NotSent(String),
    /// Nobody knows whether it went out.
    Unknown(String),
}

/// Whether something that we depend on works, as far as calls have shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// Nothing is known against it.
    Ok,
    /// The settings do not name it: it is never called.
    NotConfigured,
    /// It refuses us for reasons that somebody has to see to. Each is a code: no secret, no personal data.
    Degraded(Vec<String>),
}

/// Sends one-time codes by SMS.
#[async_trait]
pub trait SmsSend: Send + Sync {
    /// Sends `code` to `phone`; `reference` travels with it.
    async fn send_code(&self, phone: &Phone, code: &SecretString, reference: &str) -> SendOutcome;

    /// Whether the vendors take what is sent. Makes no call.
    fn health(&self) -> Health {
        Health::Ok
    }
}

/// A mail to one person.
#[derive(Clone, Debug)]
pub struct Mail {
    pub to: Email,
    pub subject: String,
    /// Plain text; may hold a one-time code.
    pub text: SecretString,
    /// Ours for it; becomes its Message-ID, so that a repeat is recognised.
    pub reference: String,
}

#[async_trait]
pub trait MailSend: Send + Sync {
    /// Hands one mail to the mail server.
    async fn send(&self, mail: &Mail) -> SendOutcome;

    /// Whether the mail server takes what is sent. Makes no call.
    fn health(&self) -> Health {
        Health::Ok
    }
}

/// Kinds of card (卡类型).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CardKind {
    /// 会员卡/车卡
    Member,
    /// 储值卡
    StoredValue,
    /// 门禁卡
    Access,
}

impl CardKind {
    /// The number that rows hold; never given to another kind.
    pub const fn number(self) -> i16 {
        match self {
            Self::Member => 1,
            Self::StoredValue => 2,
            Self::Access => 3,
        }
    }

    /// The kind behind a stored number.
    pub const fn from_number(number: i16) -> Option<Self> {
        match number {
            1 => Some(Self::Member),
            2 => Some(Self::StoredValue),
            3 => Some(Self::Access),
            _ => None,
        }
    }
}

/// State of a card, as set by its issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CardState {
    /// 正常
    Active,
    /// 挂失
    Lost,
    /// 冻结
    Frozen,
    /// 已换卡
    Replaced,
    /// 退卡
    Returned,
}

/// What is asked of a card system.
#[derive(Clone)]
pub struct WantedCard {
    pub site: SiteId,
    /// The branch (分场) under which an installed card system keeps the site's cards; none where we keep them.
    pub branch: Option<String>,
    pub kind: CardKind,
    /// What its printed number says under the site's setting.
    pub number: Reading,
    /// The number as the site's cards show it.
    pub printed: String,
}

impl std::fmt::Debug for WantedCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { site, branch, kind, .. } = self;
        let mut shown = f.debug_struct("WantedCard");
        shown.field("site", site).field("branch", branch).field("kind", kind).finish_non_exhaustive()
    }
}

/// A card as a foreign card system knows it. Only its kind and state are shown.
#[derive(Clone, PartialEq, Eq)]
pub struct CardRecord {
    pub kind: CardKind,
    /// The number as the card shows it.
    pub printed: String,
    /// Whose name it bears.
    pub holder: String,
    /// The phone on file, where there is one that makes sense.
    pub phone: Option<Phone>,
    /// Plates of the cars it lets in (车牌).
    pub plates: Vec<String>,
    /// What is on it, fen; only stored-value cards have it.
    pub balance: Option<i64>,
    pub state: CardState,
    /// Last instant it is good for.
    pub valid_until: Option<Timestamp>,
}

impl std::fmt::Debug for CardRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CardRecord").field("kind", &self.kind).field("state", &self.state).finish_non_exhaustive()
    }
}

/// Where a card was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoundCard {
    /// In our own register.
    Ours(CardId),
    /// In a foreign card system.
    Theirs(CardRecord),
}

/// The card system cannot be reached.
pub const CARD_SYSTEM_AWAY: Code =
    Code::new(Kind::Unavailable, "card-system-unavailable", "卡系统暂时连不上，请稍后再试");

/// The issuer's card system (一卡通).
#[async_trait]
pub trait CardSystem: Send + Sync {
    /// The one card of that kind and number, or none; never a guess between several.
    async fn find(&self, wanted: &WantedCard) -> Result<Option<FoundCard>>;
    /// Whether the one that keeps this branch is known to be away at this moment, without asking it.
    fn is_away(&self, branch: Option<&str>) -> bool;
}

/// Where the embedded card system keeps its cards.
#[async_trait]
pub trait CardRegister: Send + Sync {
    /// All cards of that kind and number, at most two.
    async fn look_up(&self, wanted: &WantedCard) -> Result<Vec<CardId>>;
}

/// A part of all cards of a branch.
#[derive(Clone, Debug, Default)]
pub struct CardPage {
    pub cards: Vec<CardRecord>,
    /// How many more there were that make no sense.
    pub left_out: u64,
    /// Where the next part begins; none at the end.
    pub next: Option<String>,
}

/// All cards of a foreign card system, part by part.
#[async_trait]
pub trait CardCatalogue: Send + Sync {
    /// The part after that place, in an order that does not change.
    async fn page(&self, branch: &str, after: Option<&str>) -> Result<CardPage>;
}

/// How an installed system names a door.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct DoorAddress {
    /// Branch (分场).
    pub branch: String,
    /// Controller (控制器编号).
    pub controller: String,
    /// The door's number at its controller (门编号).
    pub door: String,
}

/// Status of a door, as reported by an installed system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DoorStatus {
    /// The controller is connected.
    pub connected: bool,
    /// The door is open.
    pub opened: bool,
    /// The door was forced or tampered with (防拆、非法开门).
    pub broken: bool,
    /// The door was open too long (超时未关门).
    pub held_open: bool,
}

/// Tells how doors stand.
#[async_trait]
pub trait DoorStatuses: Send + Sync {
    /// How these doors of one branch stand, in the order asked; none for a door it does not tell of.
    async fn statuses(&self, doors: &[DoorAddress]) -> Result<Vec<Option<DoorStatus>>>;
}

/// An order to open, good until its deadline and never after.
#[derive(Clone, Debug)]
pub struct Unlock {
    pub command: CommandId,
    pub door: DoorId,
    /// For how long, milliseconds.
    pub pulse_ms: u32,
    /// After this it must not be carried out.
    pub not_after: Timestamp,
    /// How the installed system that drives it names the door; none where we drive it.
    pub address: Option<DoorAddress>,
}

/// What the controller said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandResult {
    /// The lock was driven.
    Opened,
    Refused,
    /// It did not answer in time: the lock may have been driven.
    Silent,
    /// It is not there.
    Offline,
}

#[async_trait]
pub trait Unlocks: Send + Sync {
    /// Carries out one order now or not at all.
    async fn unlock(&self, order: &Unlock) -> CommandResult;
}

impl From<CacheAway> for Fault {
    fn from(_: CacheAway) -> Self {
        Code::new(Kind::Unavailable, "cache-unavailable", "服务繁忙，请稍后再试").retry_after(Duration::from_secs(2))
    }
}
