use kernel::{AccountId, NoticeId, Timestamp, macros::uuid::Uuid};
use sea_orm::{ActiveValue::Set, entity::prelude::*};
use store::Db;

use crate::{NOW, numbers, some_id, write_number};

mod notice {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub topic: String,
        pub site_id: Uuid,
        pub title: String,
        pub body: String,
        pub created_at: i64,
        pub read_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

async fn keep(db: &Db, notice: &notice::Model) -> notice::Model {
    let (key, row) = ((notice.account_id, notice.id), notice.clone());
    db.write(move |tx| {
        let notice::Model { account_id, id, topic, site_id, title, body, created_at, read_at } = row.clone();
        Box::pin(async move {
            notice::Entity::insert(notice::ActiveModel {
                account_id: Set(account_id),
                id: Set(id),
                topic: Set(topic),
                site_id: Set(site_id),
                title: Set(title),
                body: Set(body),
                created_at: Set(created_at),
                read_at: Set(read_at),
            })
            .exec_without_returning(tx)
            .await?;
            Ok(())
        })
    })
    .await
    .unwrap();
    db.read(|db| async move { Ok(notice::Entity::find_by_id(key).one(&db).await?) }).await.unwrap().unwrap()
}

fn a_notice() -> notice::Model {
    notice::Model {
        account_id: AccountId::new(NOW).uuid(),
        id: NoticeId::new(NOW).uuid(),
        topic: "card.bound".into(),
        site_id: Uuid::nil(),
        title: "门禁卡已绑定".into(),
        body: String::new(),
        created_at: NOW.millis(),
        read_at: None,
    }
}

store::on_every_database! {
    async fn text_comes_out_as_it_went_in(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let longest = "场".repeat(200);
        for body in [
            "",
            "您在滨江一号院的门禁卡已绑定，如非本人操作请在24小时内撤销。",
            "𠮷野家 😀👨‍👩‍👧 ﷺ e\u{301} ñ",
            " spaces kept \t\r\n ",
            r#"' " \ % _ ; -- /* \0 \' ${x} {{x}} ?1 $1 :a"#,
            "Straße STRASSE straße ﬁ ⅷ",
            &longest,
        ] {
            let notice = notice::Model { body: body.into(), ..a_notice() };
            assert_eq!(keep(&db, &notice).await, notice);
        }
    }

    async fn times_and_numbers_come_out_as_they_went_in(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let year_2040 = Timestamp::from_millis(2_212_164_183_007); // 2040-02-06T…, past 2^31 seconds, odd milliseconds
        for created_at in [year_2040.millis(), 1, 0, -1, i64::from(i32::MAX) + 1, i64::MAX, i64::MIN] {
            for read_at in [None, Some(created_at)] {
                let notice = notice::Model { created_at, read_at, ..a_notice() };
                assert_eq!(keep(&db, &notice).await, notice);
            }
        }
        for value in [i64::MAX, i64::MIN] {
            let id = some_id();
            write_number(&db, id, value).await.unwrap();
            assert_eq!(numbers(&db).await[&id], value);
        }
    }

    async fn keys_that_differ_only_in_case_accent_or_width_are_different_keys(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let message = crate::outbox::Told { text: "一".into() };
        db.write(move |tx| {
            let message = message.clone();
            Box::pin(async move {
                for fact in ["Key", "key", "kéy", "ke\u{301}y", "ＫＥＹ"] {
                    store::outbox::enqueue(tx, None, fact, &message, NOW, crate::outbox::A_DAY).await?;
                }
                Ok(())
            })
        })
        .await
        .unwrap();
        assert_eq!(crate::outbox::count(&db, store::outbox::State::Pending).await, 5);
    }
}
