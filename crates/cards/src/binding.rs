//! The rules of a binding: states and transitions, with the codes beside the rule they name.

use kernel::{
    AccountId, BindingId, CardId, ChallengeId, Code, Kind, PrintedCardNumber, Reason, SiteId, Timestamp,
    km1::Handle,
    port::{CardKind, CardState},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(crate) const NOT_BOUND: Code = Code::new(Kind::Conflict, "card-not-bound", "这张卡没有绑定，请刷新后重试");
pub(crate) const NOT_WAITING: Code =
    Code::new(Kind::Conflict, "binding-not-waiting", "这次绑定已结束，请重新填写卡号并获取验证码");

/// States of a binding. The numbers are those of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BindingState {
    /// Waiting for the SMS code.
    Challenged = 1,
    /// 已绑定
    Bound = 2,
    /// Too many wrong codes, or too late.
    Failed = 3,
    /// 已解绑
    Unbound = 4,
    /// Another account proved the phone.
    Superseded = 5,
}

impl BindingState {
    pub(crate) const fn from_number(number: i16) -> Option<Self> {
        match number {
            1 => Some(Self::Challenged),
            2 => Some(Self::Bound),
            3 => Some(Self::Failed),
            4 => Some(Self::Unbound),
            5 => Some(Self::Superseded),
            _ => None,
        }
    }

    /// The name a client sees.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Challenged => "challenged",
            Self::Bound => "bound",
            Self::Failed => "failed",
            Self::Unbound => "unbound",
            Self::Superseded => "superseded",
        }
    }
}

/// One account's hold on one card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// Its id.
    pub id: BindingId,
    /// Its site.
    pub site: SiteId,
    /// Whose.
    pub account: AccountId,
    /// The card, when there is one and the phone was the one on file. Nobody outside may know.
    pub(crate) card: Option<CardId>,
    /// Kind of card.
    pub kind: CardKind,
    /// As it was typed.
    pub number: String,
    /// State.
    pub state: BindingState,
    /// Names the credential in codes.
    pub handle: Handle,
    /// The challenge to answer.
    pub(crate) challenge: ChallengeId,
    /// Last instant to answer it.
    pub expires_at: Timestamp,
}

impl Binding {
    /// The number as its owner sees it in a list.
    pub fn masked_number(&self) -> String {
        PrintedCardNumber::parse(&self.number).map(|number| number.masked()).unwrap_or_default()
    }
}

/// What a door must know of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// The binding.
    pub binding: BindingId,
    /// Named so in codes.
    pub handle: Handle,
    /// Kind of card.
    pub kind: CardKind,
    /// The binding's state.
    pub state: BindingState,
    /// The card's state.
    pub card: CardState,
    /// The card's last instant.
    pub valid_until: Option<Timestamp>,
}

impl Holding {
    /// Whether its codes open now, else why not.
    pub fn standing(&self, now: Timestamp) -> Reason {
        match (self.state, self.card) {
            (BindingState::Bound, CardState::Active) => {}
            (BindingState::Bound, CardState::Lost) => return Reason::CardLost,
            (BindingState::Bound, CardState::Frozen) => return Reason::CardFrozen,
            _ => return Reason::Revoked,
        }
        if self.valid_until.is_some_and(|until| until < now) { Reason::CardExpired } else { Reason::Ok }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bound_card_in_good_standing_opens() {
        let now = Timestamp::from_seconds(1_795_000_000);
        let holding = |state, card, valid_until| Holding {
            binding: BindingId::new(now),
            handle: [0; 8],
            kind: CardKind::Member,
            state,
            card,
            valid_until,
        };
        let standing = |state, card, until| holding(state, card, until).standing(now);
        assert_eq!(standing(BindingState::Bound, CardState::Active, None), Reason::Ok);
        assert_eq!(standing(BindingState::Bound, CardState::Active, Some(now)), Reason::Ok);
        let past = Some(Timestamp::from_millis(now.millis() - 1));
        assert_eq!(standing(BindingState::Bound, CardState::Active, past), Reason::CardExpired);
        assert_eq!(standing(BindingState::Bound, CardState::Lost, None), Reason::CardLost);
        assert_eq!(standing(BindingState::Bound, CardState::Frozen, None), Reason::CardFrozen);
        for card in [CardState::Replaced, CardState::Returned] {
            assert_eq!(standing(BindingState::Bound, card, None), Reason::Revoked);
        }
        for state in [BindingState::Challenged, BindingState::Failed, BindingState::Unbound, BindingState::Superseded] {
            assert_eq!(standing(state, CardState::Active, None), Reason::Revoked);
        }
    }
}
