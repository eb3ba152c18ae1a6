use futures_util::Stream;
use imports::{Column as _, Leave, Pages, Spool, cell};
use kernel::{AccountId, HostId, Result, SiteId};
use store::{Db, Revealed};
use tables::CsvWriter;

use super::column::{Column, active_text};
use crate::{host::RevealedHost, hosts::Hosts, rows};

/// Hosts who are written at once.
const BATCH: usize = 500;

/// An export that is under way.
struct Export {
    db: Db,
    site: SiteId,
    leave: Revealed,
    after: Option<HostId>,
}

impl Hosts {
    /// The hosts of a site as a file of CSV, piece by piece; importing it again changes nothing. Names and phones are in
    /// it: `by` and `reason` go into the audit before the first piece.
    ///
    /// # Errors
    /// `invalid` for the reason; when the database is away, also in the middle.
    pub async fn export(
        &self,
        by: AccountId,
        site: SiteId,
        reason: &str,
    ) -> Result<impl Stream<Item = Result<Vec<u8>>> + use<>> {
        let (action, at) = ("hosts.exported", self.clock.now());
        let leave = Leave { by, action, table: "hosts", reason, at };
        let leave = leave.granted(&self.db, self.cipher(site).await?).await?;
        imports::file(Export { db: self.db.clone(), site, leave, after: None })
    }
}

impl Pages for Export {
    type Column = Column;

    async fn next(&mut self, out: &mut CsvWriter<Spool>) -> Result<bool> {
        let (site, after) = (self.site, self.after);
        let rows = self.db.read(|db| async move { rows::list(&db, site, after, BATCH).await }).await?;
        for row in &rows {
            write(&row.revealed(&self.leave)?, out)?;
            self.after = Some(row.host());
        }
        Ok(!rows.is_empty())
    }
}

fn write(host: &RevealedHost, out: &mut CsvWriter<Spool>) -> std::io::Result<()> {
    let text = |column: &Column| match column {
        Column::Name => host.name.as_str(),
        Column::Phone => host.phone.as_str(),
        Column::Department => host.department.as_deref().unwrap_or_default(),
        Column::MayApprove => cell::yes_text(host.may_approve),
        Column::State => active_text(host.active),
    };
    out.row(&Column::ALL.iter().map(text).collect::<Vec<_>>())
}
