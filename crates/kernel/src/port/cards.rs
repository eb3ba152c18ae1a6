use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{CardId, Code, Kind, Phone, Result, SiteId, Timestamp, card_number::Reading};

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
