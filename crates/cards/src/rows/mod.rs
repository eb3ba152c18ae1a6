//! Rows never leave this folder.

pub(crate) mod binding;
pub(crate) mod card;
pub(crate) mod reconciliation;

use kernel::{Code, Kind, Result};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, QueryTrait, Select, sea_query::UnionType};
use store::few_shapes;

pub(crate) const INCONSISTENT: Code = Code::new(Kind::Internal, "card-inconsistent", "卡资料有误，请联系管理员");

/// All rows that `select` finds for one of the keys after the other, a few dozen in one statement. In place of one select
/// with a list of keys: a planner that knows little of a table rather reads the whole site.
pub(crate) async fn each<E, K, F>(db: &impl ConnectionTrait, keys: &[K], select: F) -> Result<Vec<E::Model>>
where
    E: EntityTrait,
    F: Fn(&K) -> Select<E>,
{
    let mut found = Vec::new();
    for chunk in few_shapes(keys) {
        let selects = chunk.iter().map(|key| select(key).into_query());
        let all = selects.reduce(|mut all, one| {
            all.union(UnionType::All, one);
            all
        });
        if let Some(all) = all {
            for row in db.query_all(&all).await? {
                found.push(E::Model::from_query_result(&row, "")?);
            }
        }
    }
    Ok(found)
}
