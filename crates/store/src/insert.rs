//! Inserts that mean the same on every database.

use sea_orm::{
    ConnectionTrait, DbBackend,
    sea_query::{InsertStatement, IntoIden, OnConflict},
};

use crate::Tx;

/// An insert that leaves a row alone which is there already, on every database. Whether ours went in is read back:
/// MySQL does not say.
pub fn keep_existing<C: IntoIden + Clone>(key: &[C]) -> OnConflict {
    OnConflict::columns(key.iter().cloned()).do_nothing_on(key.iter().cloned()).to_owned()
}

/// The rows in chunks whose sizes are powers of two: statements come in few shapes then, and stay prepared.
pub fn few_shapes<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    const MOST: usize = 64;
    std::iter::from_fn(move || {
        let size = 1 << rows.len().min(MOST).checked_ilog2()?;
        let (chunk, rest) = rows.split_at(size);
        rows = rest;
        Some(chunk)
    })
}

/// Inserts many rows, leaving alone those that are there already. How many of ours went in, where the database can
/// tell: MySQL cannot, and what is there has to be read back.
///
/// # Errors
/// When the database refuses.
pub async fn insert_new(tx: &Tx, insert: &InsertStatement) -> Result<Option<u64>, sea_orm::DbErr> {
    let done = tx.execute(insert).await?;
    Ok((tx.get_database_backend() != DbBackend::MySql).then(|| done.rows_affected()))
}
