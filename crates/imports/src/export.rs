//! A list as a file, in the columns that importing reads.

use std::{
    future::Future,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::{Stream, stream};
use kernel::{AccountId, Fault, Result, Timestamp};
use store::{Db, Reveal, Revealed, SiteCipher};
use tables::CsvWriter;

use crate::columns::Column;

const REASON: std::ops::RangeInclusive<usize> = 2..=100;

/// A request to take a list out of the vault in full.
pub struct Leave<'a> {
    pub by: AccountId,
    /// As the audit log names it, `cards.exported`.
    pub action: &'static str,
    /// The table it is taken from.
    pub table: &'static str,
    /// Why, 2 to 100 characters.
    pub reason: &'a str,
    pub at: Timestamp,
}

impl Leave<'_> {
    /// Grants it, and leaves one audit entry with the reason.
    ///
    /// # Errors
    /// `invalid` for the reason; when the database is away.
    pub async fn granted(self, db: &Db, cipher: Arc<SiteCipher>) -> Result<Revealed> {
        let Self { by, action, table, reason, at } = self;
        let reason = reason.trim();
        if !REASON.contains(&reason.chars().count()) || reason.chars().any(char::is_control) {
            return Err(Fault::field("reason", "invalid", "请填写导出原因，2 至 100 个字"));
        }
        let (why, object) = (Reveal { actor: format!("account:{by}"), action, at }, format!("{table}/{reason}"));
        db.write(move |tx| {
            let (cipher, why, object) = (cipher.clone(), why.clone(), object.clone());
            Box::pin(async move { cipher.reveal_many(tx, object, &why).await })
        })
        .await
    }
}

/// What was written and not yet sent.
#[derive(Clone, Default)]
pub struct Spool(Arc<Mutex<Vec<u8>>>);

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

/// A list, some rows at a time.
pub trait Pages: Send + 'static {
    /// The columns, of which each row has all.
    type Column: Column;

    /// Writes the next rows. Whether there were any.
    fn next(&mut self, out: &mut CsvWriter<Spool>) -> impl Future<Output = Result<bool>> + Send;
}

/// The list as a file of CSV, piece by piece.
///
/// # Errors
/// None today. Its pieces fail as the list does.
pub fn file<P: Pages>(pages: P) -> Result<impl Stream<Item = Result<Vec<u8>>> + use<P>> {
    let header: Vec<_> = P::Column::ALL.iter().map(|column| column.name()).collect();
    let spool = Spool::default();
    let writer = CsvWriter::new(spool.clone(), &header)?;
    Ok(stream::try_unfold(Some((pages, spool, writer)), |file| async move {
        let Some((mut pages, spool, mut writer)) = file else { return Ok(None) };
        match pages.next(&mut writer).await? {
            true => Ok(Some((spool.take(), Some((pages, spool, writer))))),
            false => Ok(Some((writer.finish()?.take(), None))),
        }
    }))
}
