use std::time::Duration;

use auth::{CODE_LIFE, CodeRequest, Destination, Purpose, Verdict};
use kernel::{AccountId, ChallengeId, macros::uuid::Uuid};
use sea_orm::entity::prelude::*;
use store::outbox::{self, State};

use crate::{App, NO_LIMITS, NOW, asked, beside_each_other, phone, some_id};

mod challenge {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "sms_challenges")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub code_hash: Vec<u8>,
        pub tries: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod message {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub payload: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod audit {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_entries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub actor: String,
        pub action: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

async fn all<E: EntityTrait>(app: &App) -> Vec<E::Model> {
    app.db.read(|db| async move { Ok(E::find().all(&db).await?) }).await.unwrap()
}

type Of = (Option<AccountId>, Purpose, Uuid);

fn of(asked: &CodeRequest) -> Of {
    (asked.account, asked.purpose, asked.subject)
}

async fn enter(app: &App, challenge: ChallengeId, of: Of, code: &str) -> Verdict {
    let (checker, code) = (app.codes.checker().await.unwrap(), code.to_owned());
    app.db
        .write(move |tx| {
            let (checker, code) = (checker.clone(), code.clone());
            Box::pin(async move { checker.enter(tx, challenge, of, &code).await })
        })
        .await
        .unwrap()
}

/// Six digits that are not these.
fn another(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

const MILLI: Duration = Duration::from_millis(1);

store::on_every_database! {
    async fn a_code_is_right_once(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let asked = asked();
        let (id, to, code) = app.issue(&asked).await;
        assert_eq!(to, phone(1));
        assert!(code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit()), "{code}");
        assert_eq!(enter(&app, id, of(&asked), &code).await, Verdict::Right);
        assert_eq!(enter(&app, id, of(&asked), &code).await, Verdict::Used);
        assert_eq!(enter(&app, id, of(&asked), &another(&code)).await, Verdict::Used);
    }

    async fn the_right_code_entered_by_many_at_once_is_right_for_one(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let asked = asked();
        let (id, _, code) = app.issue(&asked).await;
        let entries = (0..32).map(|_| {
            let (app, of, code) = (app.clone(), of(&asked), code.clone());
            async move { enter(&app, id, of, &code).await }
        });
        let verdicts = beside_each_other(entries).await;
        assert_eq!(verdicts.iter().filter(|verdict| **verdict == Verdict::Right).count(), 1);
        assert_eq!(verdicts.iter().filter(|verdict| **verdict == Verdict::Used).count(), 31);
    }

    async fn after_five_wrong_codes_the_right_one_comes_too_late(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let asked = asked();
        let (id, _, code) = app.issue(&asked).await;
        for (left, wrong) in [4, 3, 2, 1, 0].into_iter().zip([&*another(&code), "", "12345", "验证码", &format!("{code} ")]) {
            assert_eq!(enter(&app, id, of(&asked), wrong).await, Verdict::Wrong { left });
        }
        assert_eq!(enter(&app, id, of(&asked), &code).await, Verdict::Exhausted);
        assert_eq!(all::<challenge::Entity>(&app).await[0].tries, 5);
    }

    async fn before_the_fifth_wrong_code_the_right_one_still_counts(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let asked = asked();
        let (id, _, code) = app.issue(&asked).await;
        for left in [4, 3, 2, 1] {
            assert_eq!(enter(&app, id, of(&asked), &another(&code)).await, Verdict::Wrong { left });
        }
        assert_eq!(enter(&app, id, of(&asked), &code).await, Verdict::Right);
    }

    async fn many_wrong_codes_at_once_are_five_tries_and_no_more(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let asked = asked();
        let (id, _, code) = app.issue(&asked).await;
        let wrong = another(&code);
        let entries = (0..32).map(|_| {
            let (app, of, wrong) = (app.clone(), of(&asked), wrong.clone());
            async move { enter(&app, id, of, &wrong).await }
        });
        let mut left: Vec<_> = beside_each_other(entries)
            .await
            .into_iter()
            .filter_map(|verdict| match verdict {
                Verdict::Wrong { left } => Some(left),
                Verdict::Exhausted => None,
                other => panic!("{other:?}"),
            })
            .collect();
        left.sort_unstable();
        assert_eq!(left, [0, 1, 2, 3, 4]);
        assert_eq!(enter(&app, id, of(&asked), &code).await, Verdict::Exhausted);
    }

    async fn a_code_is_good_for_its_own_person_and_subject_and_strangers_spend_no_tries(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let asked = asked();
        let (id, _, code) = app.issue(&asked).await;
        let own = of(&asked);
        for _ in 0..3 {
            for stranger in [(Some(AccountId::new(NOW)), own.1, own.2), (None, own.1, own.2), (own.0, own.1, some_id())] {
                assert_eq!(enter(&app, id, stranger, &code).await, Verdict::Elsewhere);
                assert_eq!(enter(&app, id, stranger, &another(&code)).await, Verdict::Elsewhere);
            }
            assert_eq!(enter(&app, ChallengeId::new(NOW), own, &code).await, Verdict::Expired);
        }
        assert_eq!(all::<challenge::Entity>(&app).await[0].tries, 0);
        assert_eq!(enter(&app, id, own, &code).await, Verdict::Right);
    }

    async fn a_code_made_for_another_purpose_is_none(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let asked = asked();
        let (id, _, code) = app.issue(&asked).await;
        let (account, _, subject) = of(&asked);
        for purpose in [Purpose::Register, Purpose::LogIn, Purpose::ResetPassword, Purpose::Confirm, Purpose::MoveWechat] {
            assert_eq!(enter(&app, id, (account, purpose, subject), &code).await, Verdict::Elsewhere);
        }
        assert_eq!(enter(&app, id, of(&asked), &code).await, Verdict::Right);
    }

    async fn a_code_lives_five_minutes(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        assert_eq!(CODE_LIFE, Duration::from_secs(300));
        let asked = asked();
        let (late, _, late_code) = app.issue(&asked).await;
        let (just, _, just_code) = app.issue(&asked).await;
        app.clock.set(NOW.after(CODE_LIFE - MILLI));
        assert_eq!(enter(&app, just, of(&asked), &just_code).await, Verdict::Right);
        app.clock.set(NOW.after(CODE_LIFE));
        assert_eq!(enter(&app, late, of(&asked), &late_code).await, Verdict::Expired);
    }

    async fn of_two_codes_each_is_entered_where_it_belongs(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let asked = asked();
        let (first, _, first_code) = app.issue(&asked).await;
        let (mut second, _, mut second_code) = app.issue(&asked).await;
        while second_code == first_code {
            (second, _, second_code) = app.issue(&asked).await;
        }
        assert_eq!(enter(&app, first, of(&asked), &second_code).await, Verdict::Wrong { left: 4 });
        assert_eq!(enter(&app, second, of(&asked), &first_code).await, Verdict::Wrong { left: 4 });
        assert_eq!(enter(&app, first, of(&asked), &first_code).await, Verdict::Right);
        assert_eq!(enter(&app, second, of(&asked), &second_code).await, Verdict::Right);
    }

    async fn a_challenge_that_is_only_recorded_takes_tries_and_sends_nothing_until_it_is_posted(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let asked = asked();
        let new = app.codes.make(&asked).await.unwrap();
        let (id, message) = (new.id(), new.message().clone());
        assert_eq!(new.expires_at(), NOW.after(CODE_LIFE));
        app
            .db
            .write(move |tx| {
                let new = new.clone();
                Box::pin(async move { new.record(tx).await })
            })
            .await
            .unwrap();
        assert!(all::<message::Entity>(&app).await.is_empty());
        // one of the million is right; this one is none
        assert_eq!(enter(&app, id, of(&asked), "------").await, Verdict::Wrong { left: 4 });
        for _ in 0..2 {
            let message = message.clone();
            let posted = app.db.write(move |tx| {
                let message = message.clone();
                Box::pin(async move { auth::post_code(tx, &message, NOW, NOW.after(CODE_LIFE)).await })
            });
            posted.await.unwrap();
        }
        assert_eq!(all::<message::Entity>(&app).await.len(), 1, "once, however often");
        for left in [3, 2, 1, 0] {
            assert_eq!(enter(&app, id, of(&asked), "------").await, Verdict::Wrong { left });
        }
        assert_eq!(enter(&app, id, of(&asked), "000000").await, Verdict::Exhausted);
    }

    async fn neither_phone_nor_code_is_kept_as_it_is_and_taking_them_out_is_written_down(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let asked = asked();
        let (_, _, code) = app.issue(&asked).await;
        let payload = all::<message::Entity>(&app).await.pop().unwrap().payload;
        let challenge = all::<challenge::Entity>(&app).await.pop().unwrap();
        assert!(!payload.contains(phone(1).expose()) && !payload.contains(&code));
        assert_ne!(challenge.code_hash, kernel::sha256(code.as_bytes()), "a million codes are soon tried");
        let entries = all::<audit::Entity>(&app).await;
        let entries: Vec<_> = entries.iter().map(|entry| (&*entry.actor, &*entry.action)).collect();
        assert_eq!(entries, [("outbox_worker", "code.sent")]);
    }

    async fn what_is_over_for_ten_minutes_is_forgotten(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        app.issue(&asked()).await;
        app.issue(&CodeRequest { to: Destination::Phone(phone(2)), ..asked() }).await;
        let purge = async |after: Duration| {
            app.clock.set(NOW.after(after));
            let codes = app.codes.clone();
            let purged = app.db.write(move |tx| {
                let codes = codes.clone();
                Box::pin(async move { codes.purge(tx).await })
            });
            purged.await.unwrap();
            all::<challenge::Entity>(&app).await.len()
        };
        let ten_minutes = Duration::from_secs(600);
        assert_eq!(purge(CODE_LIFE + ten_minutes).await, 2);
        assert_eq!(purge(CODE_LIFE + ten_minutes + MILLI).await, 0);
    }

    async fn a_code_whose_time_is_over_is_not_sent_any_more(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let new = app.codes.make(&asked()).await.unwrap();
        app
            .db
            .write(move |tx| {
                let new = new.clone();
                Box::pin(async move { new.write(tx).await })
            })
            .await
            .unwrap();
        let now = NOW.after(CODE_LIFE);
        let due = app.db.write(move |tx| Box::pin(async move { outbox::claim(tx, now, 20).await })).await.unwrap();
        assert!(due.is_empty());
        let dead = app.db.read(|db| async move { outbox::count(&db, State::Dead).await }).await.unwrap();
        assert_eq!(dead, 1);
    }
}

#[tokio::test]
async fn codes_are_not_all_the_same() {
    let Some(database) = store::testing::database(store::testing::Backend::Sqlite).await else { return };
    let app = App::at(&database.url, NO_LIMITS).await;
    let mut codes = std::collections::HashSet::new();
    for _ in 0..20 {
        codes.insert(app.issue(&asked()).await.2);
    }
    assert!(codes.len() > 10, "{codes:?}");
}
