use kernel::Result;
use sea_orm::{
    Condition, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, QueryTrait, Select,
    entity::ColumnTrait,
    sea_query::{
        Alias, Asterisk, Expr, ExprTrait, IntoValueTuple, JoinType, Query, SelectStatement, UnionType, ValueTuple,
    },
};

use crate::few_shapes;

/// Those of some rows that have in these columns what one of the keys says, looked up key by key, a few dozen in one
/// statement. In place of one select with a list of keys: a planner that knows little of a table rather reads the whole
/// site.
///
/// # Errors
/// When the database is away.
pub async fn each<E, K>(
    db: &impl ConnectionTrait,
    of: Select<E>,
    columns: &[E::Column],
    keys: &[K],
) -> Result<Vec<E::Model>>
where
    E: EntityTrait,
    K: IntoValueTuple + Clone,
{
    look_up(db, of, columns, keys, false).await
}

/// As [`each`], and the rows are held until the transaction ends, in the order of the keys.
///
/// # Errors
/// When the database is away, or somebody else does not let go of one.
pub async fn find_each_for_update<E, K>(
    db: &impl ConnectionTrait,
    of: Select<E>,
    columns: &[E::Column],
    keys: &[K],
) -> Result<Vec<E::Model>>
where
    E: EntityTrait,
    K: IntoValueTuple + Clone,
{
    look_up(db, of.lock_exclusive(), columns, keys, true).await
}

async fn look_up<E, K>(
    db: &impl ConnectionTrait,
    of: Select<E>,
    columns: &[E::Column],
    keys: &[K],
    held: bool,
) -> Result<Vec<E::Model>>
where
    E: EntityTrait,
    K: IntoValueTuple + Clone,
{
    let mut found = Vec::new();
    for chunk in few_shapes(keys) {
        let keys: Vec<_> = chunk.iter().map(|key| key.clone().into_value_tuple()).collect();
        let select = match db.get_database_backend() {
            DbBackend::Postgres => Some(beside_values(of.clone(), columns, keys)),
            // of a union it would hold the first part alone; and its planner does look up a list of conditions
            DbBackend::MySql if held => {
                let any = keys.into_iter().fold(Condition::any(), |any, key| any.add(equal::<E>(columns, key)));
                Some(of.clone().filter(any).into_query())
            }
            _ => {
                let one = |key| of.clone().filter(equal::<E>(columns, key)).into_query();
                keys.into_iter().map(one).reduce(|mut all, one| {
                    all.union(UnionType::All, one);
                    all
                })
            }
        };
        if let Some(select) = select {
            for row in db.query_all(&select).await? {
                found.push(E::Model::from_query_result(&row, "")?);
            }
        }
    }
    Ok(found)
}

fn equal<E: EntityTrait>(columns: &[E::Column], key: ValueTuple) -> Condition {
    columns.iter().zip(key).fold(Condition::all(), |all, (column, value)| all.add(column.eq(value)))
}

/// For each key in turn what is found by it. The offset keeps the planner from turning that into a join of its liking.
fn beside_values<E: EntityTrait>(of: Select<E>, columns: &[E::Column], keys: Vec<ValueTuple>) -> SelectStatement {
    let (wanted, found) = ("wanted", "found");
    let value = |n: usize| Expr::col((wanted, Alias::new(format!("column{}", n + 1))));
    let is = |(n, column): (usize, &E::Column)| ExprTrait::eq(column.into_expr(), value(n));
    let by_key = columns.iter().enumerate().map(is).fold(Condition::all(), Condition::add);
    let mut select = Query::select();
    select.expr(Expr::col((found, Asterisk))).from_values(keys, wanted);
    select.join_lateral(JoinType::InnerJoin, of.filter(by_key).offset(0).into_query(), found, Expr::value(true));
    select
}
