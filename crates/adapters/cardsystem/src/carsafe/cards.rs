use async_trait::async_trait;
use kernel::{
    INTERNAL, Result, Timestamp,
    port::{CardCatalogue, CardPage, CardRecord, CardSystem, FoundCard, WantedCard},
    sha256,
};
use serde_json::value::RawValue;

use super::{Carsafe, Failure, answer::items, queries::ByCredential, record::is_same_number};

impl Carsafe {
    /// The cards of a branch that let in the car with this plate at some time between the two; none for what is no
    /// plate. That such an answer is a list of cards is OUR ASSUMPTION.
    ///
    /// # Errors
    /// [`kernel::port::CARD_SYSTEM_AWAY`].
    pub async fn by_credential(
        &self,
        branch: &str,
        plate: &str,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<CardRecord>> {
        let line = &self.lines.by_credential;
        let Some(plate) = kernel::plate(plate) else { return Ok(vec![]) };
        let ask = async {
            let data = ByCredential::plate(&plate, from, until);
            let answer = self.wire.ask(line, branch, &data, self.deadline).await?;
            let cards = self.cards(answer.list()?, branch)?;
            let is_asked = |card: &CardRecord| card.plates.contains(&plate);
            if cards.iter().all(is_asked) { Ok(cards) } else { Err(Failure::Senseless("another plate")) }
        };
        ask.await.map_err(|failure: Failure| failure.fault(line.name))
    }

    async fn matching(&self, wanted: &WantedCard, branch: &str) -> Result<Vec<CardRecord>, Failure> {
        let data = self.shape.find(wanted.kind, &wanted.printed);
        let answer = self.wire.ask(&self.lines.find_card, branch, &data, self.deadline).await?;
        let cards = self.cards(answer.list()?, branch)?;
        let is_asked = |card: &CardRecord| card.kind == wanted.kind && is_same_number(&card.printed, &wanted.printed);
        if cards.iter().all(is_asked) { Ok(cards) } else { Err(Failure::Senseless("another card")) }
    }

    fn cards(&self, list: &RawValue, branch: &str) -> Result<Vec<CardRecord>, Failure> {
        items(list)?.into_iter().map(|record| self.shape.card(record, branch)).collect()
    }

    async fn page_at(&self, branch: &str, place: Place) -> Result<CardPage, Failure> {
        let data = self.shape.list(place.page, self.page_size);
        let answer = self.wire.ask(&self.lines.list_cards, branch, &data, self.deadline).await?;
        let list = answer.list()?;
        let records = items(list)?;
        if records.is_empty() {
            return Ok(CardPage::default());
        }
        let mark = mark(list);
        if records.len() > self.page_size.into() || place.before == mark {
            return Err(Failure::Senseless("a page"));
        }
        let cards: Vec<_> = records.iter().filter_map(|record| self.shape.card(record, branch).ok()).collect();
        let left_out = records.len() - cards.len();
        if left_out > 0 {
            tracing::warn!(site.branch = branch, cards.skipped = left_out, "invalid cards skipped");
        }
        let next = Place { page: place.page.saturating_add(1), before: mark };
        Ok(CardPage { cards, left_out: left_out as u64, next: Some(next.to_string()) })
    }
}

#[async_trait]
impl CardSystem for Carsafe {
    /// The one card of that kind and number. Two of them are none: which is meant cannot be known, and somebody has to
    /// mend the card system.
    ///
    /// # Errors
    /// [`kernel::port::CARD_SYSTEM_AWAY`], also when it tells of another card, or of one that makes no sense.
    async fn find(&self, wanted: &WantedCard) -> Result<Option<FoundCard>> {
        let WantedCard { site, kind, .. } = wanted;
        let branch = wanted.branch.as_deref().ok_or_else(|| INTERNAL.caused_by("the site has no branch"))?;
        let found = self.matching(wanted, branch).await;
        let mut cards = found.map_err(|failure| failure.fault(self.lines.find_card.name))?;
        if cards.len() > 1 {
            tracing::warn!(site.id = %site, card.kind = ?kind, "card number is ambiguous, card cannot be bound");
            return Ok(None);
        }
        Ok(cards.pop().map(FoundCard::Theirs))
    }

    fn is_away(&self, _: Option<&str>) -> bool {
        self.wire.is_open()
    }
}

#[async_trait]
impl CardCatalogue for Carsafe {
    /// One page of the branch's cards, in the card system's own order; those that make no sense are left out, counted and
    /// logged. The end is an empty page, for a system may give less than a page was asked to hold. A card that is removed
    /// between two pages moves those behind it up, so that one of them may be missed: one miss does not say that a card
    /// is gone.
    ///
    /// # Errors
    /// [`kernel::port::CARD_SYSTEM_AWAY`], also when the same page comes twice or holds too much. An internal fault for a
    /// place that did not come from here.
    async fn page(&self, branch: &str, after: Option<&str>) -> Result<CardPage> {
        let place = after.map_or(Some(Place::FIRST), Place::parse);
        let place = place.ok_or_else(|| INTERNAL.caused_by("no place in a list of cards"))?;
        self.page_at(branch, place).await.map_err(|failure| failure.fault(self.lines.list_cards.name))
    }
}

/// Where a page begins, `3-0123456789abcdef`: its number and the mark of the one before, by which a system that gives the
/// same page for ever is found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    page: u32,
    before: u64,
}

impl Place {
    const FIRST: Self = Self { page: 1, before: 0 };

    fn parse(text: &str) -> Option<Self> {
        let (page, mark) = text.split_once('-')?;
        Some(Self { page: page.parse().ok()?, before: u64::from_str_radix(mark, 16).ok()? })
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{:016x}", self.page, self.before)
    }
}

fn mark(list: &RawValue) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = sha256(list.get().as_bytes());
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn a_place_is_read_back_and_nothing_else_is_one() {
        let place = Place { page: 3, before: 0x0123_4567_89ab_cdef };
        assert_eq!(place.to_string(), "3-0123456789abcdef");
        assert_eq!(Place::parse(&place.to_string()), Some(place));
        for text in ["", "3", "-", "3-", "-1", "x-1", "3-xyz"] {
            assert_eq!(Place::parse(text), None, "{text}");
        }
    }
}
