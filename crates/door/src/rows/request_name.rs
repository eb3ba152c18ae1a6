use std::collections::HashMap;

use kernel::{EventId, Result, Timestamp, macros::uuid::Uuid};
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*};
use store::{Tx, each, few_shapes, insert_new, keep_existing};

use super::{place::EventPlace, sum};
use crate::{event::AccessEvent, request_name::RequestName};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "request_names")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: Uuid,
        pub question: Vec<u8>,
        pub event_id: Uuid,
        pub boot_id: Uuid,
        pub seq: i64,
        pub at: i64,
        pub used_at: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::ActiveModel;
pub(super) use row::{Column, Entity};

/// What stands under a name that was used before.
pub(crate) struct BoundName {
    question: Vec<u8>,
    /// The event that answered it, and its place in the device's count.
    pub(crate) event: EventId,
    boot: Uuid,
    seq: i64,
    at: i64,
}

impl BoundName {
    /// Whether it was used for the same question.
    pub(crate) fn repeats(&self, name: &RequestName) -> bool {
        name.question.is(&self.question)
    }

    /// Where that event is, when the same one asks again.
    pub(crate) fn place(&self, repeat: &AccessEvent) -> EventPlace {
        EventPlace { boot: self.boot, seq: self.seq, at: self.at, ..EventPlace::of(repeat) }
    }
}

/// Binds names to what they are used for. Of those that were bound before, what stands there, by the entry that uses
/// them again.
pub(crate) async fn bind(tx: &Tx, entries: &[AccessEvent]) -> Result<HashMap<EventId, BoundName>> {
    let mut named: Vec<_> = entries.iter().filter_map(|entry| Some((entry, entry.name?))).collect();
    // two batches lock in the same order; of two entries under one name the first one binds it
    named.sort_by_key(|(_, name)| (name.scope, name.id));
    let mut bound = Some(0);
    for chunk in few_shapes(&named) {
        let rows = chunk.iter().map(|(entry, name)| {
            let EventPlace { boot, seq, at, .. } = EventPlace::of(entry);
            ActiveModel {
                site_id: Set(name.scope),
                name: Set(name.id),
                question: Set(name.question.0.to_vec()),
                event_id: Set(entry.id.uuid()),
                boot_id: Set(boot),
                seq: Set(seq),
                at: Set(at),
                used_at: Set(entry.received_at.millis()),
            }
        });
        let key = [Column::SiteId, Column::Name];
        let insert = Entity::insert_many(rows).on_conflict(keep_existing(&key)).into_query();
        bound = sum(bound, insert_new(tx, &insert).await?);
    }
    if bound == Some(named.len() as u64) {
        return Ok(HashMap::new());
    }
    let mut keys: Vec<_> = named.iter().map(|(_, name)| (name.scope, name.id)).collect();
    keys.dedup();
    let columns = [Column::SiteId, Column::Name];
    let rows = each(tx, Entity::find(), &columns, &keys).await?;
    let rows: HashMap<_, _> = rows.into_iter().map(|row| ((row.site_id, row.name), row)).collect();
    let standing = named.into_iter().filter_map(|(entry, name)| {
        let row = rows.get(&(name.scope, name.id)).filter(|row| row.event_id != entry.id.uuid())?;
        let (question, event) = (row.question.clone(), EventId::from_uuid(row.event_id));
        Some((entry.id, BoundName { question, event, boot: row.boot_id, seq: row.seq, at: row.at }))
    });
    Ok(standing.collect())
}

/// Frees the names of entries that were refused: nothing was answered under them.
pub(crate) async fn release(tx: &Tx, entries: &[&AccessEvent]) -> Result<()> {
    for name in entries.iter().filter_map(|entry| entry.name) {
        Entity::delete_by_id((name.scope, name.id)).exec(tx).await?;
    }
    Ok(())
}

/// Forgets names first used before `before`, a handful at a time. How many went.
pub(crate) async fn purge(tx: &Tx, before: Timestamp, handful: u64) -> Result<u64> {
    let rows = Entity::find()
        .filter(Column::UsedAt.lt(before.millis()))
        .order_by_asc(Column::UsedAt)
        .limit(handful)
        .all(tx)
        .await?;
    let Some(last) = rows.last() else { return Ok(0) };
    let over = Column::UsedAt.lte(last.used_at);
    Ok(Entity::delete_many().filter(over).exec(tx).await?.rows_affected)
}
