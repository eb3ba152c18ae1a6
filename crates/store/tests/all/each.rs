use std::sync::Arc;

use futures_util::future::join_all;
use kernel::macros::uuid::Uuid;
use sea_orm::{ActiveValue::Set, entity::prelude::*};
use store::{Db, each, find_each_for_update, on_every_database};

use crate::{number, numbers, some_id, write_number};

/// More than are looked up in one statement, and no round number.
const MANY: usize = 75;

const KEY: [number::Column; 1] = [number::Column::ScopeId];

on_every_database! {
    async fn what_is_held_cannot_change_between_reading_and_writing(database) {
        let db = Db::connect(&database.url).await.unwrap();
        let mut ids: Vec<_> = (0..MANY).map(|_| some_id()).collect();
        for id in &ids {
            write_number(&db, *id, 0).await.unwrap();
        }
        ids.push(some_id());
        ids.sort_unstable();
        let ids: Arc<[Uuid]> = ids.into();
        let wanted = ids.clone();
        let found = db.read(move |db| async move { each(&db, number::Entity::find(), &KEY, &wanted).await });
        assert_eq!(found.await.unwrap().len(), MANY, "one is not there");
        let add_one = || {
            let ids = ids.clone();
            db.write(move |tx| {
                let ids = ids.clone();
                Box::pin(async move {
                    let rows = find_each_for_update(tx, number::Entity::find(), &KEY, &ids).await?;
                    assert_eq!(rows.len(), MANY);
                    for row in rows {
                        let more = row.revision + 1;
                        let row = number::ActiveModel { revision: Set(more), ..row.into() };
                        number::Entity::update(row).exec(tx).await?;
                    }
                    Ok(())
                })
            })
        };
        for done in join_all((0..8).map(|_| add_one())).await {
            done.unwrap();
        }
        let all = numbers(&db).await;
        assert!(ids.iter().filter_map(|id| all.get(id)).all(|number| *number == 8), "{all:?}");
    }
}
