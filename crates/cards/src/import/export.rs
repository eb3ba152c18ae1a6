use futures_util::Stream;
use imports::{Column as _, Leave, Pages, Spool};
use jiff::tz::TimeZone;
use kernel::{AccountId, CardId, Result, SiteId};
use sites::HolderGroup;
use store::{Db, Revealed};
use tables::CsvWriter;

use super::{cell, column::Column};
use crate::{card::RevealedCard, register::Register, rows::card};

/// Cards that are written at once.
const BATCH: usize = 500;

/// An export that is under way.
struct Export {
    db: Db,
    site: SiteId,
    zone: TimeZone,
    groups: Vec<HolderGroup>,
    leave: Revealed,
    after: Option<CardId>,
}

impl Register {
    /// The cards of a site as a file of CSV, piece by piece; importing it again changes nothing. Names, phones and plates
    /// are in it: `by` and `reason` go into the audit before the first piece.
    ///
    /// # Errors
    /// `invalid` for the reason; when the database is away, also in the middle.
    pub async fn export(
        &self,
        by: AccountId,
        site: SiteId,
        reason: &str,
    ) -> Result<impl Stream<Item = Result<Vec<u8>>> + use<>> {
        let zone = self.sites.find(site).await?.time_zone();
        let groups = self.sites.access(site).await?.0.holder_groups;
        let (action, at) = ("cards.exported", self.clock.now());
        let leave = Leave { by, action, table: "issued_cards", reason, at };
        let leave = leave.granted(&self.db, self.cipher(site).await?).await?;
        imports::file(Export { db: self.db.clone(), site, zone, groups, leave, after: None })
    }
}

impl Pages for Export {
    type Column = Column;

    async fn next(&mut self, out: &mut CsvWriter<Spool>) -> Result<bool> {
        let (site, after) = (self.site, self.after);
        let rows = self.db.read(|db| async move { card::list(&db, site, after, BATCH).await }).await?;
        for row in &rows {
            self.write(&row.revealed(&self.leave)?, out)?;
            self.after = Some(row.card());
        }
        Ok(!rows.is_empty())
    }
}

impl Export {
    fn write(&self, card: &RevealedCard, out: &mut CsvWriter<Spool>) -> std::io::Result<()> {
        let until = card.seen.valid_until.map(|until| cell::until_text(until, &self.zone)).unwrap_or_default();
        let balance = card.seen.balance.map(cell::balance_text).unwrap_or_default();
        let (plates, groups) = (cell::plates_text(&card.plates), cell::groups_text(&card.seen.groups, &self.groups));
        let text = |column: &Column| match column {
            Column::Kind => cell::kind_text(card.kind),
            Column::Number => &card.printed,
            Column::Holder => &card.holder,
            Column::Phone => card.phone.as_ref().map_or("", |phone| phone.as_str()),
            Column::ValidUntil => &until,
            Column::State => cell::state_text(card.seen.state),
            Column::Plates => &plates,
            Column::Balance => &balance,
            Column::Shared => imports::cell::yes_text(card.seen.shared),
            Column::Groups => &groups,
        };
        out.row(&Column::ALL.iter().map(text).collect::<Vec<_>>())
    }
}
