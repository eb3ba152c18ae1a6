//! The rules of a binding: states and transitions, with the codes beside the rule they name.

use std::sync::Arc;

use kernel::{
    AccountId, BindingId, CardId, ChallengeId, Code, Kind, Reason, SiteId, Timestamp,
    km1::Handle,
    port::{CardKind, CardState},
};
use notices::messages::{CardEnd, CardPause};
use serde::{Deserialize, Serialize};
use sites::{HolderGroupId, Subject};
use utoipa::ToSchema;

use crate::card::{masked, standing};

pub(crate) const NOT_BOUND: Code = Code::new(Kind::Conflict, "card-not-bound", "这张卡没有绑定，请刷新后重试");
pub(crate) const NOT_WAITING: Code =
    Code::new(Kind::Conflict, "binding-not-waiting", "这次绑定已结束，请重新填写卡号并获取验证码");
pub(crate) const CARD_NOT_USABLE: Code =
    Code::new(Kind::Conflict, "card-not-usable", "这张卡已挂失、冻结或注销，请先到物业办理恢复，再来绑定");
pub(crate) const HOUSEHOLD_FULL: Code =
    Code::new(Kind::Conflict, "card-household-full", "共用这张卡的人数已满，请让其中一位先解除绑定");

/// State of a binding. The numbers are those of the rows.
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
    /// The issuer reports the card lost or frozen, or another phone is on file.
    Suspended = 6,
    /// The issuer took the card back.
    Revoked = 7,
}

impl BindingState {
    pub(crate) const fn from_number(number: i16) -> Option<Self> {
        match number {
            1 => Some(Self::Challenged),
            2 => Some(Self::Bound),
            3 => Some(Self::Failed),
            4 => Some(Self::Unbound),
            5 => Some(Self::Superseded),
            6 => Some(Self::Suspended),
            7 => Some(Self::Revoked),
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
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
        }
    }

    /// Whether it is somebody's hold on a card, good or held back.
    pub const fn holds(self) -> bool {
        matches!(self, Self::Bound | Self::Suspended)
    }
}

/// What becomes of a hold on a card when its issuer says something new of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transition {
    Stays,
    /// It is held back.
    Pauses(CardPause),
    Resumes,
    Ends(CardEnd),
    /// It goes on with the card that came in this one's place.
    Follows(CardId),
}

impl Transition {
    /// Of a hold in this state on a card in that state, with the phone proved at binding on file or not.
    pub(crate) const fn of(
        held: BindingState,
        card: CardState,
        replaced_by: Option<CardId>,
        phone_on_file: bool,
    ) -> Self {
        let pause = match (card, replaced_by) {
            (CardState::Returned, _) | (CardState::Replaced, None) => return Self::Ends(CardEnd::Returned),
            (CardState::Replaced, Some(next)) => return Self::Follows(next),
            (CardState::Lost, _) => Some(CardPause::Lost),
            (CardState::Frozen, _) => Some(CardPause::Frozen),
            (CardState::Active, _) if !phone_on_file => Some(CardPause::PhoneChanged),
            (CardState::Active, _) => None,
        };
        match (held, pause) {
            (BindingState::Bound, Some(why)) => Self::Pauses(why),
            (BindingState::Suspended, None) => Self::Resumes,
            _ => Self::Stays,
        }
    }
}

/// One account's hold on one card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    pub id: BindingId,
    pub site: SiteId,
    pub account: AccountId,
    /// The card, when there is one and the phone was the one on file. Nobody outside may know.
    pub(crate) card: Option<CardId>,
    pub kind: CardKind,
    /// As the site's cards show it.
    pub number: String,
    pub state: BindingState,
    /// Names the credential in codes.
    pub handle: Handle,
    /// The challenge to answer.
    pub(crate) challenge: ChallengeId,
    /// Last instant to answer it.
    pub expires_at: Timestamp,
    /// The phone that it proves, as a blind index of the site.
    pub(crate) proved_phone: Option<Vec<u8>>,
}

impl Binding {
    /// The number as its owner sees it in a list.
    pub fn masked_number(&self) -> String {
        masked(&self.number)
    }
}

/// What a door must know of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    pub binding: BindingId,
    /// Named so in codes.
    pub handle: Handle,
    pub card: CardId,
    pub kind: CardKind,
    /// The groups its holder is in.
    pub groups: Arc<[HolderGroupId]>,
    pub state: BindingState,
    pub card_state: CardState,
    /// The card's last instant.
    pub valid_until: Option<Timestamp>,
}

impl Credential {
    /// Whether its codes open now, else why not.
    pub fn standing(&self, now: Timestamp) -> Reason {
        match (self.state, self.card_state) {
            (BindingState::Suspended, CardState::Active) => Reason::BindingSuspended,
            (held, card) if held.holds() => standing(card, self.valid_until, now),
            _ => Reason::Revoked,
        }
    }

    /// What rules know it by.
    pub fn subject(&self) -> Subject<'_> {
        Subject { kind: self.kind, card: self.card, groups: &self.groups }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_a_bound_card_in_good_standing_opens() {
        let now = Timestamp::from_seconds(1_795_000_000);
        let standing = |state, card_state, valid_until| {
            let (binding, card, kind) = (BindingId::new(now), CardId::new(now), CardKind::Member);
            Credential { binding, handle: [0; 8], card, kind, groups: [].into(), state, card_state, valid_until }
                .standing(now)
        };
        assert_eq!(standing(BindingState::Bound, CardState::Active, None), Reason::Ok);
        assert_eq!(standing(BindingState::Bound, CardState::Active, Some(now)), Reason::Ok);
        let past = Some(Timestamp::from_millis(now.millis() - 1));
        assert_eq!(standing(BindingState::Bound, CardState::Active, past), Reason::CardExpired);
        for held in [BindingState::Bound, BindingState::Suspended] {
            assert_eq!(standing(held, CardState::Lost, None), Reason::CardLost);
            assert_eq!(standing(held, CardState::Frozen, None), Reason::CardFrozen);
            for card in [CardState::Replaced, CardState::Returned] {
                assert_eq!(standing(held, card, None), Reason::Revoked);
            }
        }
        assert_eq!(standing(BindingState::Suspended, CardState::Active, None), Reason::BindingSuspended);
        for number in 1..=7 {
            let state = BindingState::from_number(number).unwrap();
            if !state.holds() {
                assert_eq!(standing(state, CardState::Active, None), Reason::Revoked);
            }
        }
    }

    #[test]
    fn what_the_issuer_says_turns_a_hold_and_turns_it_back() {
        use BindingState::{Bound, Suspended};
        let next = CardId::new(Timestamp::from_seconds(1));
        let of = Transition::of;
        assert_eq!(of(Bound, CardState::Active, None, true), Transition::Stays);
        assert_eq!(of(Bound, CardState::Lost, None, true), Transition::Pauses(CardPause::Lost));
        assert_eq!(of(Bound, CardState::Frozen, None, true), Transition::Pauses(CardPause::Frozen));
        assert_eq!(of(Bound, CardState::Active, None, false), Transition::Pauses(CardPause::PhoneChanged));
        assert_eq!(of(Suspended, CardState::Lost, None, true), Transition::Stays, "told once");
        assert_eq!(
            of(Suspended, CardState::Active, None, false),
            Transition::Stays,
            "found again, but another's phone"
        );
        assert_eq!(of(Suspended, CardState::Active, None, true), Transition::Resumes);
        for held in [Bound, Suspended] {
            assert_eq!(of(held, CardState::Returned, Some(next), true), Transition::Ends(CardEnd::Returned));
            assert_eq!(of(held, CardState::Replaced, None, true), Transition::Ends(CardEnd::Returned));
            assert_eq!(of(held, CardState::Replaced, Some(next), false), Transition::Follows(next));
        }
    }

    /// What an issuer may say.
    fn said() -> impl Strategy<Value = (CardState, bool)> {
        (proptest::sample::select(vec![CardState::Active, CardState::Lost, CardState::Frozen]), any::<bool>())
    }

    proptest! {
        #[test]
        fn whatever_was_said_before_a_hold_stands_as_was_said_last(
            before in proptest::collection::vec(said(), 0..12),
            (card, phone_on_file) in said(),
        ) {
            let turned = |state, (card, phone_on_file)| match Transition::of(state, card, None, phone_on_file) {
                Transition::Pauses(_) => BindingState::Suspended,
                Transition::Resumes => BindingState::Bound,
                _ => state,
            };
            let state = before.into_iter().chain([(card, phone_on_file)]).fold(BindingState::Bound, turned);
            let good = card == CardState::Active && phone_on_file;
            prop_assert_eq!(state, if good { BindingState::Bound } else { BindingState::Suspended });
        }
    }
}
