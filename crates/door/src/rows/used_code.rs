use std::collections::{BTreeSet, HashMap, HashSet};

use kernel::{EventId, Result, Timestamp, km1::Tag, macros::uuid::Uuid};
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*};
use store::{Tx, few_shapes, insert_new, keep_existing};

use super::sum;
use crate::event::AccessEvent;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "used_codes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub tag: Vec<u8>,
        pub scan_id: Uuid,
        pub attempt: Uuid,
        pub used_at: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::{ActiveModel, Column, Entity};

/// Uses codes up, each once. Which entries came too late for theirs.
pub(crate) async fn use_up(tx: &Tx, entries: &[&AccessEvent]) -> Result<HashSet<EventId>> {
    let mut claims: Vec<(&AccessEvent, Tag)> = entries.iter().filter_map(|entry| Some((*entry, entry.tag?))).collect();
    claims.sort_by_key(|(entry, tag)| (entry.site, *tag)); // two batches lock in the same order
    let mut won = Some(0);
    for chunk in few_shapes(&claims) {
        let rows = chunk.iter().map(|(entry, tag)| ActiveModel {
            site_id: Set(entry.site.uuid()),
            tag: Set(tag.to_vec()),
            scan_id: Set(entry.name.map_or(Uuid::nil(), |name| name.id)),
            attempt: Set(entry.id.uuid()),
            used_at: Set(entry.received_at.millis()),
        });
        let insert = Entity::insert_many(rows).on_conflict(keep_existing(&[Column::SiteId, Column::Tag])).into_query();
        won = sum(won, insert_new(tx, &insert).await?);
    }
    if won == Some(claims.len() as u64) {
        return Ok(HashSet::new());
    }
    let sites: BTreeSet<Uuid> = claims.iter().map(|(entry, _)| entry.site.uuid()).collect();
    let rows = Entity::find()
        .filter(Column::SiteId.is_in(sites))
        .filter(Column::Tag.is_in(claims.iter().map(|(_, tag)| tag.to_vec())))
        .all(tx)
        .await?;
    let winners: HashMap<_, _> = rows.into_iter().map(|row| ((row.site_id, row.tag), row.attempt)).collect();
    let lost = claims.into_iter().filter(|(entry, tag)| {
        // a code whose row is not there was not used up: it opens nothing
        winners.get(&(entry.site.uuid(), tag.to_vec())) != Some(&entry.id.uuid())
    });
    Ok(lost.map(|(entry, _)| entry.id).collect())
}

/// Forgets codes used before `before`, a handful at a time: they have long been too old to open. How many went.
pub(crate) async fn purge(tx: &Tx, before: Timestamp, handful: u64) -> Result<u64> {
    let rows = Entity::find()
        .filter(Column::UsedAt.lt(before.millis()))
        .order_by_asc(Column::UsedAt)
        .limit(handful)
        .all(tx)
        .await?;
    let Some(last) = rows.last() else { return Ok(0) };
    let done = Entity::delete_many().filter(Column::UsedAt.lte(last.used_at)).exec(tx).await?;
    Ok(done.rows_affected)
}
