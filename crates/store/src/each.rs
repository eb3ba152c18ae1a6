use kernel::Result;
use sea_orm::{
    Condition, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Asterisk, Expr, Query, SelectStatement, UnionType},
};

use crate::few_shapes;

/// All rows that `select` finds for one of the keys after the other, a few dozen in one statement. In place of one select
/// with a list of keys: a planner that knows little of a table rather reads the whole site.
///
/// # Errors
/// When the database is away.
pub async fn each<E, K, F>(db: &impl ConnectionTrait, keys: &[K], select: F) -> Result<Vec<E::Model>>
where
    E: EntityTrait,
    F: Fn(&K) -> Select<E>,
{
    let mut found = Vec::new();
    for chunk in few_shapes(keys) {
        read(db, one_after_the_other(chunk.iter().map(|key| select(key).into_query())), &mut found).await?;
    }
    Ok(found)
}

/// All rows that meet the condition of one of the keys, as [`each`], and they are held until the transaction ends. Those
/// who hold several give their keys in the same order.
///
/// # Errors
/// When the database is away, or somebody else does not let go of one.
pub async fn each_held<E, K, F>(db: &impl ConnectionTrait, keys: &[K], condition: F) -> Result<Vec<E::Model>>
where
    E: EntityTrait,
    F: Fn(&K) -> Condition,
{
    let held = |condition| E::find().filter(condition).lock_exclusive().into_query();
    let mut found = Vec::new();
    for chunk in few_shapes(keys) {
        let select = match db.get_database_backend() {
            // of a union it would hold the first part alone; and its planner does look rows up for a list of conditions
            DbBackend::MySql => Some(held(chunk.iter().fold(Condition::any(), |any, key| any.add(condition(key))))),
            // a part of a union cannot be held, but a select within one can
            _ => one_after_the_other(chunk.iter().map(|key| {
                Query::select().expr(Expr::col(Asterisk)).from_subquery(held(condition(key)), "held").to_owned()
            })),
        };
        read(db, select, &mut found).await?;
    }
    Ok(found)
}

fn one_after_the_other(selects: impl Iterator<Item = SelectStatement>) -> Option<SelectStatement> {
    selects.reduce(|mut all, one| {
        all.union(UnionType::All, one);
        all
    })
}

async fn read<M: FromQueryResult>(
    db: &impl ConnectionTrait,
    select: Option<SelectStatement>,
    into: &mut Vec<M>,
) -> Result<()> {
    if let Some(select) = select {
        for row in db.query_all(&select).await? {
            into.push(M::from_query_result(&row, "")?);
        }
    }
    Ok(())
}
