//! The cards of a site as a file, in the columns that importing reads.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::{Stream, stream};
use jiff::tz::TimeZone;
use kernel::{AccountId, CardId, Fault, Result, SiteId};
use sites::HolderGroup;
use store::{Db, Reveal, Revealed};
use tables::CsvWriter;

use super::{Imports, cell, column::Column};
use crate::{card::RevealedCard, rows::card};

/// Cards that are written at once.
const BATCH: usize = 500;
/// Why, characters.
const REASON: std::ops::RangeInclusive<usize> = 2..=100;

/// What was written and not yet sent.
#[derive(Clone, Default)]
struct Spool(Arc<Mutex<Vec<u8>>>);

impl Spool {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An export that is under way.
struct Export {
    db: Db,
    site: SiteId,
    zone: TimeZone,
    groups: Vec<HolderGroup>,
    leave: Revealed,
    spool: Spool,
    writer: CsvWriter<Spool>,
    after: Option<CardId>,
}

impl Imports {
    /// Every card of a site with all that is known of it, as a CSV file piece by piece. Who took it and why is in the
    /// audit log before the first piece.
    ///
    /// # Errors
    /// `invalid` for the reason; when the database is away, also in the middle.
    pub async fn export(
        &self,
        by: AccountId,
        site: SiteId,
        reason: &str,
    ) -> Result<impl Stream<Item = Result<Vec<u8>>> + use<>> {
        let reason = reason.trim();
        if !REASON.contains(&reason.chars().count()) || reason.chars().any(char::is_control) {
            return Err(Fault::field("reason", "invalid", "请填写导出原因，2 至 100 个字"));
        }
        let zone = self.sites.find(site).await?.time_zone();
        let groups = self.sites.access(site).await?.0.holder_groups;
        let (realm, at) = (self.register.realm(site).await?, self.clock.now());
        let why = Reveal { actor: format!("account:{by}"), action: "cards.exported", at };
        let object = format!("issued_cards/{reason}");
        let leave = self
            .db
            .write(move |tx| {
                let (realm, why, object) = (realm.clone(), why.clone(), object.clone());
                Box::pin(async move { realm.reveal_many(tx, object, &why).await })
            })
            .await?;
        let spool = Spool::default();
        let writer = CsvWriter::new(spool.clone(), &Column::ALL.map(Column::name))?;
        let export = Export { db: self.db.clone(), site, zone, groups, leave, spool, writer, after: None };
        Ok(stream::try_unfold(Some(export), |export| async move {
            match export {
                Some(export) => export.more().await.map(Some),
                None => Ok(None),
            }
        }))
    }
}

impl Export {
    /// The next piece, and what goes on after it.
    async fn more(mut self) -> Result<(Vec<u8>, Option<Self>)> {
        let (site, after) = (self.site, self.after);
        let rows = self.db.read(|db| async move { card::list(&db, site, after, BATCH).await }).await?;
        let Some(last) = rows.last() else { return Ok((self.writer.finish()?.take(), None)) };
        self.after = Some(last.card());
        for row in &rows {
            let card = row.revealed(&self.leave)?;
            self.write(&card)?;
        }
        Ok((self.spool.take(), Some(self)))
    }

    fn write(&mut self, card: &RevealedCard) -> io::Result<()> {
        let until = card.seen.valid_until.map(|until| cell::until_text(until, &self.zone)).unwrap_or_default();
        let balance = card.seen.balance.map(cell::balance_text).unwrap_or_default();
        let (plates, groups) = (cell::plates_text(&card.plates), cell::groups_text(&card.seen.groups, &self.groups));
        let text = |column| match column {
            Column::Kind => cell::kind_text(card.kind),
            Column::Number => &card.printed,
            Column::Holder => &card.holder,
            Column::Phone => card.phone.as_ref().map_or("", |phone| phone.as_str()),
            Column::ValidUntil => &until,
            Column::State => cell::state_text(card.seen.state),
            Column::Plates => &plates,
            Column::Balance => &balance,
            Column::Shared => cell::shared_text(card.seen.shared),
            Column::Groups => &groups,
        };
        self.writer.row(&Column::ALL.map(text))
    }
}
