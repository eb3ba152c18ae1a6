//! A card as it stands in the register.

use kernel::{
    CardId, Phone, PrintedCardNumber, Reason, Timestamp, Zeroizing,
    card_number::{CardFormat, Reading, written},
    port::{CardKind, CardRecord, CardState},
};
use sites::HolderGroupId;

/// A card's number: what it says, and how the site's cards show it.
#[derive(Clone, PartialEq, Eq)]
pub struct CardNumber {
    reading: Reading,
    printed: String,
}

impl CardNumber {
    /// Reads a number as typed, where numbers are printed like this; none when it is no such number.
    pub fn read(format: CardFormat, text: &str) -> Option<Self> {
        let reading = format.read(text)?;
        let printed = match &reading {
            // its zeros say nothing to us, and may to a card system
            Reading::Text(_) => written(text)?,
            Reading::Chip { .. } => format.print(reading.clone())?,
        };
        Some(Self { reading, printed })
    }

    pub const fn reading(&self) -> &Reading {
        &self.reading
    }

    /// As the site's cards show it.
    pub fn printed(&self) -> &str {
        &self.printed
    }

    /// Without separators and leading zeros: no two cards of one kind at one site share it.
    pub(crate) fn normal(&self) -> String {
        PrintedCardNumber::parse(&self.printed).map(|number| number.as_str().to_owned()).unwrap_or_default()
    }
}

impl std::fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&masked(&self.printed))
    }
}

/// All but the last four characters starred.
pub(crate) fn masked(printed: &str) -> String {
    PrintedCardNumber::parse(printed).map(|number| number.masked()).unwrap_or_default()
}

/// More plates of one card are not kept.
const MOST_PLATES: usize = 10;

/// All that the register holds of a card.
#[derive(Clone, PartialEq, Eq)]
pub struct CardDetails {
    pub kind: CardKind,
    pub number: CardNumber,
    /// Whose name it bears.
    pub holder: String,
    /// The phone on file; without one nobody can bind it.
    pub phone: Option<Phone>,
    /// Plates of the cars it lets in.
    pub plates: Vec<String>,
    /// What is on it, fen.
    pub balance: Option<i64>,
    pub state: CardState,
    /// Last instant it is good for.
    pub valid_until: Option<Timestamp>,
    /// Whether a household may share it.
    pub shared: bool,
    /// The groups its holder is in.
    pub groups: Vec<HolderGroupId>,
}

impl CardDetails {
    /// A card in good standing of which nothing more is known.
    pub const fn plain(kind: CardKind, number: CardNumber, holder: String, phone: Option<Phone>) -> Self {
        Self {
            kind,
            number,
            holder,
            phone,
            plates: Vec::new(),
            balance: None,
            state: CardState::Active,
            valid_until: None,
            shared: false,
            groups: Vec::new(),
        }
    }

    /// What a foreign card system says; it knows nothing of sharing and groups. None when its number is not one of the
    /// site's.
    pub(crate) fn of(record: &CardRecord, format: CardFormat) -> Option<Self> {
        let record = record.clone();
        Some(Self {
            plates: record.plates.into_iter().take(MOST_PLATES).collect(),
            balance: record.balance,
            state: record.state,
            valid_until: record.valid_until,
            ..Self::plain(record.kind, CardNumber::read(format, &record.printed)?, record.holder, record.phone)
        })
    }
}

/// Who keeps a card. The numbers are those of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Register = 0,
    /// An installed card system; ours is a copy.
    CardSystem = 1,
}

/// Who says something of cards, and what of them they say. What they are silent on stays as it was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldMask {
    /// Who keeps the cards.
    pub(crate) source: Source,
    /// When it was asked, where what it says may reach the register late; none where it speaks now.
    pub(crate) asked_at: Option<Timestamp>,
    silent: u16,
}

impl FieldMask {
    /// All that somebody can say.
    pub(crate) const fn all_of(source: Source) -> Self {
        let all = Self { source, asked_at: None, silent: 0 };
        match source {
            Source::Register => all,
            // an installed card system knows of neither
            Source::CardSystem => all.but(CardField::Shared).but(CardField::Groups),
        }
    }

    /// All that an installed card system said when it was asked then.
    pub(crate) const fn of_card_system(asked_at: Timestamp) -> Self {
        Self { asked_at: Some(asked_at), ..Self::all_of(Source::CardSystem) }
    }

    /// The same, silent on that.
    pub(crate) const fn but(self, field: CardField) -> Self {
        Self { silent: self.silent | 1 << field as u16, ..self }
    }

    /// The same of this card: a card system that no longer shows a phone has not changed it.
    pub(crate) const fn about(self, facts: &CardDetails) -> Self {
        match (self.source, &facts.phone) {
            (Source::CardSystem, None) => self.but(CardField::Phone),
            _ => self,
        }
    }

    /// Whether it is said.
    pub(crate) const fn says(self, field: CardField) -> bool {
        self.silent & 1 << field as u16 == 0
    }
}

/// What of a card differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardField {
    /// 卡号
    Number,
    /// 持卡人
    Holder,
    /// 手机号
    Phone,
    /// 车牌
    Plates,
    /// 余额
    Balance,
    /// 状态
    State,
    /// 有效期至
    ValidUntil,
    /// 共用
    Shared,
    /// 权限组
    Groups,
}

impl CardField {
    pub(crate) const ALL: [Self; 9] = [
        Self::Number,
        Self::Holder,
        Self::Phone,
        Self::Plates,
        Self::Balance,
        Self::State,
        Self::ValidUntil,
        Self::Shared,
        Self::Groups,
    ];

    /// Whether doors or bindings must hear of it.
    pub(crate) const fn concerns_doors(self) -> bool {
        matches!(self, Self::Phone | Self::State | Self::ValidUntil | Self::Groups)
    }
}

/// A card as its holder sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardSummary {
    pub state: CardState,
    /// Last instant it is good for.
    pub valid_until: Option<Timestamp>,
    /// Whether a household may share it.
    pub shared: bool,
    /// What is on it, fen.
    pub balance: Option<i64>,
    /// When its card system last said all this.
    pub as_of: Timestamp,
    /// The groups its holder is in.
    pub groups: Vec<HolderGroupId>,
}

impl CardSummary {
    /// Whether the card by itself is good at this instant, else why not.
    pub fn standing(&self, at: Timestamp) -> Reason {
        standing(self.state, self.valid_until, at)
    }
}

/// Whether a card in this state, good for so long, is good at this instant, else why not.
pub(crate) fn standing(state: CardState, valid_until: Option<Timestamp>, at: Timestamp) -> Reason {
    match state {
        CardState::Active if valid_until.is_some_and(|until| until < at) => Reason::CardExpired,
        CardState::Active => Reason::Ok,
        CardState::Lost => Reason::CardLost,
        CardState::Frozen => Reason::CardFrozen,
        CardState::Replaced | CardState::Returned => Reason::Revoked,
    }
}

/// A card as those see it who run the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredCard {
    pub id: CardId,
    pub kind: CardKind,
    /// As the site's cards show it.
    pub printed: String,
    /// Holder, masked.
    pub holder: String,
    /// Phone on file, masked.
    pub phone: Option<String>,
    /// What its holder sees too.
    pub seen: CardSummary,
}

/// A card with all that was taken out of the vault. It never shows itself.
pub(crate) struct RevealedCard {
    pub(crate) kind: CardKind,
    /// As the site's cards show it.
    pub(crate) printed: String,
    pub(crate) holder: Zeroizing<String>,
    pub(crate) phone: Option<Zeroizing<String>>,
    pub(crate) plates: Vec<String>,
    /// What its holder sees too.
    pub(crate) seen: CardSummary,
}
