//! The cards that accounts hold, in memory.

use std::sync::Arc;

use async_trait::async_trait;
use kernel::{
    AccountId, BindingId, Result,
    port::{SiteTies, Ties},
};
use store::{Db, Memory, Shelf};

use crate::{
    binding::{Binding, Credential},
    card::CardSummary,
    rows::{self, card},
};

/// A card that somebody holds.
#[derive(Clone, Debug)]
pub struct BoundCard {
    /// Their hold on it.
    pub binding: Binding,
    /// The card, once it is theirs.
    pub card: Option<CardSummary>,
}

/// A binding in force or held back, and what doors know of it.
pub(crate) struct HeldBinding {
    pub(crate) bound: BoundCard,
    pub(crate) credential: Option<Credential>,
}

impl HeldBinding {
    fn of(binding: Binding, row: Option<&card::Model>) -> Result<Self> {
        let credential = row.map(|row| rows::binding::credential(&binding, row)).transpose()?;
        Ok(Self { bound: BoundCard { card: row.map(card::Model::seen).transpose()?, binding }, credential })
    }
}

/// All that an account holds, the oldest first.
pub(crate) struct Held {
    pub(crate) cards: Vec<HeldBinding>,
    /// Whether a consent that the service needs was withdrawn. Read after the handles: a withdrawal that gives new ones is
    /// either seen here, or makes these invalid.
    pub(crate) lacks_consent: bool,
}

impl Held {
    fn heap(&self) -> usize {
        let of = |one: &HeldBinding| {
            let groups = one.bound.card.as_ref().map_or(0, |card| card.groups.capacity() * 16);
            one.bound.binding.number.capacity() + 2 * groups
        };
        self.cards.capacity() * size_of::<HeldBinding>() + self.cards.iter().map(of).sum::<usize>()
    }

    pub(crate) fn find(&self, id: BindingId) -> Option<&Binding> {
        self.cards.iter().map(|one| &one.bound.binding).find(|binding| binding.id == id)
    }
}

/// The cards that accounts hold. Cheap to clone.
#[derive(Clone)]
pub struct HeldCards {
    db: Db,
    shelf: Shelf<Held>,
}

impl HeldCards {
    pub fn new(db: Db, memory: &Memory) -> Self {
        Self { db, shelf: memory.shelf("cards", Held::heap) }
    }

    pub(crate) async fn of(&self, account: AccountId) -> Result<Arc<Held>> {
        let read = async |db| {
            let rows = rows::binding::list_own(&db, account).await?;
            let cards = rows.into_iter().map(|(binding, row)| HeldBinding::of(binding, row.as_ref()));
            let cards = cards.collect::<Result<_>>()?;
            let lacks_consent = !auth::without_consents(&db, &[account]).await?.is_empty();
            Ok(Held { cards, lacks_consent })
        };
        self.shelf.get(account.uuid(), account, async || self.db.read(read).await).await
    }
}

/// The sites at which a person has bound a card.
#[async_trait]
impl SiteTies for HeldCards {
    async fn ties(&self, account: AccountId) -> Result<Ties> {
        let mut sites: Vec<_> = self.of(account).await?.cards.iter().map(|one| one.bound.binding.site).collect();
        sites.sort_unstable();
        sites.dedup();
        Ok(Ties { sites, everywhere: false })
    }
}
