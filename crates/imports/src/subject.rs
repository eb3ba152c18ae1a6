use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use kernel::{Result, SiteId};
use store::Tx;

use crate::{
    cells::Cells,
    columns::{Column, Columns},
    report::{Field, RowOutcome, Tally},
};

/// Writes down what a batch has done, in the transaction that did it. Its error undoes the batch.
pub type Note = Arc<dyn for<'t> Fn(&'t Tx, Tally) -> BoxFuture<'t, Result<()>> + Send + Sync>;

/// What is imported: the cards of a site, its hosts.
#[async_trait]
pub trait Subject: Send + Sync + 'static {
    /// Its number in the rows; never given to another.
    const NUMBER: i16;
    /// The end of its routes, `imports`; also what idempotency keys are remembered under.
    const ROUTE: &'static str;
    /// What one of them is called: 卡.
    const NOUN: &'static str;
    /// What its basis is called, as the subject of a sentence: 场区的时区.
    const BASIS: &'static str;

    /// The columns of its table.
    type Column: Column;
    /// All that the meaning of a row depends on, beside the row.
    type Basis: Send + Sync + 'static;
    /// What of the facts a file speaks of.
    type FieldMask: Copy + Send + Sync + 'static;
    /// What a row says.
    type Fact: Send + Sync + 'static;
    /// What of a fact may differ.
    type Field: Field;

    /// The basis of a site as it stands, and what names it: two that differ have not the same name.
    ///
    /// # Errors
    /// A conflict when nothing can be imported there; when the database is away.
    async fn basis(&self, site: SiteId) -> Result<(Self::Basis, [u8; 32])>;

    /// What a file with these columns speaks of. On what it is silent, that stays as it was.
    fn mask(columns: &Columns<Self::Column>) -> Self::FieldMask;

    /// What a row says; none where something is wrong, which `cells` has noted.
    fn read(basis: &Self::Basis, cells: &mut Cells<'_, Self::Column>) -> Option<Self::Fact>;

    /// What names it, as it may be shown.
    fn masked(fact: &Self::Fact) -> String;

    /// What putting these would do, in their order.
    ///
    /// # Errors
    /// When the database is away.
    async fn compare(
        &self,
        site: SiteId,
        facts: Arc<[Self::Fact]>,
        mask: Self::FieldMask,
    ) -> Result<Vec<RowOutcome<Self::Field>>>;

    /// Puts them where they belong, in one transaction with `note`. Putting the same again changes nothing.
    ///
    /// # Errors
    /// When the database refuses, and what `note` says.
    async fn put(&self, site: SiteId, facts: Arc<[Self::Fact]>, mask: Self::FieldMask, note: Note) -> Result<()>;

    /// How many a site has.
    ///
    /// # Errors
    /// When the database is away.
    async fn count(&self, site: SiteId) -> Result<u64>;
}
