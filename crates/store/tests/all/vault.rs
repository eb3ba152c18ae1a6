use std::{path::Path, sync::Arc};

use futures_util::future::join_all;
use kernel::{AccountId, CardId, RootKey, SiteId, Zeroizing};
use sea_orm::{ActiveValue::Set, entity::prelude::*};
use store::{Db, FieldRef, Once, Reveal, SiteCipher, Vault};

use crate::{NOW, REFUSED, some_id};

mod key {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "data_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: i32,
        pub wrapped: Vec<u8>,
        pub created_at: i64,
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
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub at: i64,
        pub actor: String,
        pub action: String,
        pub object: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod card {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "issued_cards")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub kind: i16,
        pub number: String,
        pub holder_sealed: Vec<u8>,
        pub phone_sealed: Vec<u8>,
        pub phone_index: Vec<u8>,
        pub state: i16,
        pub updated_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

const ROOT: RootKey = RootKey::from_bytes([42; 32]);

fn field() -> FieldRef {
    FieldRef { table: "issued_cards", column: "phone", row: some_id() }
}

fn refused<T>(outcome: kernel::Result<T>) -> bool {
    outcome.is_err_and(|fault| fault.code().name == "vault-refused")
}

async fn keys(db: &Db) -> Vec<key::Model> {
    db.read(|db| async move { Ok(key::Entity::find().all(&db).await?) }).await.unwrap()
}

async fn entries(db: &Db) -> Vec<audit::Model> {
    db.read(|db| async move { Ok(audit::Entity::find().all(&db).await?) }).await.unwrap()
}

fn why() -> Reveal {
    Reveal { actor: "account:王".into(), action: "card.shown", at: NOW }
}

async fn reveal(
    db: &Db,
    cipher: &Arc<SiteCipher>,
    field: FieldRef,
    sealed: &[u8],
    and_then: kernel::Result<(), kernel::Code>,
) -> kernel::Result<Zeroizing<String>> {
    let (cipher, sealed) = (cipher.clone(), sealed.to_vec());
    db.write(move |tx| {
        let (cipher, sealed) = (cipher.clone(), sealed.clone());
        Box::pin(async move {
            let plain = cipher.reveal(tx, field, &sealed, &why()).await?;
            and_then?;
            Ok(plain)
        })
    })
    .await
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

store::on_every_database! {
    async fn what_is_sealed_opens_at_its_own_place_and_nowhere_else(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let vault = Vault::new(db.clone(), &ROOT);
        let site = SiteId::new(NOW);
        let cipher = vault.cipher(Some(site), NOW).await.unwrap();
        let elsewhere = vault.cipher(Some(SiteId::new(NOW)), NOW).await.unwrap();
        let (field, plain) = (field(), "13800001234".as_bytes());
        let sealed = cipher.seal(field, plain);
        assert_eq!(**cipher.open_secret(field, &sealed).unwrap(), *plain);
        assert_ne!(cipher.seal(field, plain), sealed, "no two look alike");
        for other in [
            FieldRef { row: some_id(), ..field },
            FieldRef { column: "holder", ..field },
            FieldRef { table: "visitors", ..field },
            FieldRef { table: "issued_card", column: "sphone", ..field },
        ] {
            assert!(refused(cipher.open_secret(other, &sealed)), "{other:?}");
        }
        assert!(refused(elsewhere.open_secret(field, &sealed)));
        for n in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[n] ^= 1;
            assert!(refused(cipher.open_secret(field, &bent)), "byte {n}");
        }
        for short in [&sealed[..sealed.len() - 1], &sealed[..12], &sealed[..11], &[]] {
            assert!(refused(cipher.open_secret(field, short)));
        }
        // after a restart too
        let again = Vault::new(db, &ROOT).cipher(Some(site), NOW).await.unwrap();
        assert_eq!(**again.open_secret(field, &sealed).unwrap(), *plain);
    }

    async fn many_fields_come_out_by_one_entry_and_only_those_of_the_site(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let vault = Vault::new(db.clone(), &ROOT);
        let cipher = vault.cipher(Some(SiteId::new(NOW)), NOW).await.unwrap();
        let elsewhere = vault.cipher(Some(SiteId::new(NOW)), NOW).await.unwrap();
        let asked = cipher.clone();
        let leave = db.write(move |tx| {
            let cipher = asked.clone();
            Box::pin(async move { cipher.reveal_many(tx, "issued_cards/年度核对".into(), &why()).await })
        });
        let leave = leave.await.unwrap();
        for n in 0..3 {
            let (field, name) = (FieldRef { column: "holder", ..field() }, format!("持卡人{n}"));
            let sealed = cipher.seal(field, name.as_bytes());
            assert_eq!(*leave.text(field, &sealed).unwrap(), name);
            assert!(refused(leave.text(field, &elsewhere.seal(field, name.as_bytes()))));
        }
        let entries = entries(&db).await;
        assert_eq!((entries.len(), entries[0].object.as_str()), (1, "issued_cards/年度核对"));
    }

    async fn equal_values_are_found_within_a_site_and_not_across(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let (site, other) = (SiteId::new(NOW), SiteId::new(NOW));
        let vault = Vault::new(db.clone(), &ROOT);
        let index = vault.cipher(Some(site), NOW).await.unwrap().index("13800001234");
        let restarted = Vault::new(db, &ROOT);
        let cipher = restarted.cipher(Some(site), NOW).await.unwrap();
        assert_eq!(cipher.index("13800001234"), index);
        assert_ne!(cipher.index("13800001235"), index);
        assert_ne!(restarted.cipher(Some(other), NOW).await.unwrap().index("13800001234"), index);
        assert_ne!(restarted.cipher(None, NOW).await.unwrap().index("13800001234"), index);
    }

    async fn under_another_root_key_nothing_opens_and_nothing_is_made_anew(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let site = SiteId::new(NOW);
        Vault::new(db.clone(), &ROOT).cipher(Some(site), NOW).await.unwrap();
        let before = keys(&db).await;
        let stranger = Vault::new(db.clone(), &RootKey::from_bytes([43; 32]));
        assert!(refused(stranger.cipher(Some(site), NOW).await));
        assert!(refused(stranger.cipher(Some(site), NOW).await), "nor when asked again");
        let after = keys(&db).await;
        assert_eq!((before.len(), after.len()), (1, 1));
        assert_eq!(before[0].wrapped, after[0].wrapped);
        Vault::new(db, &ROOT).cipher(Some(site), NOW).await.unwrap();
    }

    async fn the_key_of_one_site_is_none_for_another(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let (ours, theirs) = (SiteId::new(NOW), SiteId::new(NOW));
        Vault::new(db.clone(), &ROOT).cipher(Some(ours), NOW).await.unwrap();
        let wrapped = keys(&db).await.pop().unwrap().wrapped;
        db.write(move |tx| {
            let wrapped = wrapped.clone();
            Box::pin(async move {
                let row = key::ActiveModel {
                    site_id: Set(theirs.uuid()),
                    version: Set(1),
                    wrapped: Set(wrapped),
                    created_at: Set(NOW.millis()),
                };
                key::Entity::insert(row).exec_without_returning(tx).await?;
                Ok(())
            })
        })
        .await
        .unwrap();
        assert!(refused(Vault::new(db, &ROOT).cipher(Some(theirs), NOW).await));
    }

    async fn first_uses_at_once_make_one_key(db) {
        let first = Db::connect(&db.url).await.unwrap();
        let site = SiteId::new(NOW);
        let uses = (0..16).map(|n| {
            // half of them share a process with another
            let (db, url) = (first.clone(), db.url.clone());
            tokio::spawn(async move {
                let db = if n % 8 == 0 { Db::connect(&url).await.unwrap() } else { db };
                Vault::new(db, &ROOT).cipher(Some(site), NOW).await.unwrap()
            })
        });
        let ciphers = join_all(uses.collect::<Vec<_>>()).await;
        let ciphers: Vec<_> = ciphers.into_iter().map(|cipher| cipher.unwrap()).collect();
        assert_eq!(keys(&first).await.len(), 1);
        let field = field();
        let sealed = ciphers[0].seal(field, b"x");
        for cipher in &ciphers {
            assert_eq!(**cipher.open_secret(field, &sealed).unwrap(), *b"x");
            assert_eq!(cipher.index("x"), ciphers[0].index("x"));
        }
    }

    async fn whoever_takes_personal_data_out_is_written_down(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let vault = Vault::new(db.clone(), &ROOT);
        let site = SiteId::new(NOW);
        let cipher = vault.cipher(Some(site), NOW).await.unwrap();
        let field = field();
        let sealed = cipher.seal(field, "欧阳娜娜".as_bytes());
        assert_eq!(reveal(&db, &cipher, field, &sealed, Ok(())).await.unwrap().as_str(), "欧阳娜娜");
        let entry = entries(&db).await.pop().unwrap();
        assert_eq!((entry.site_id, entry.at, entry.actor.as_str()), (site.uuid(), NOW.millis(), "account:王"));
        assert_eq!(entry.action, "card.shown");
        assert_eq!(entry.object, format!("issued_cards/{}/phone", field.row));
        // in the same transaction: no act, no entry
        let undone = reveal(&db, &cipher, field, &sealed, Err(REFUSED)).await;
        assert_eq!(undone.unwrap_err().code(), REFUSED);
        // what did not open was not taken out
        assert!(refused(reveal(&db, &cipher, FieldRef { row: some_id(), ..field }, &sealed, Ok(())).await));
        assert_eq!(entries(&db).await.len(), 1);
        let nobody = vault.cipher(None, NOW).await.unwrap();
        let sealed = nobody.seal(field, b"x");
        reveal(&db, &nobody, field, &sealed, Ok(())).await.unwrap();
        assert!(entries(&db).await.iter().any(|entry| entry.site_id.is_nil()));
    }

    async fn what_is_shown_masked_shows_no_more_than_it_may(db) {
        let db = Db::connect(&db.url).await.unwrap();
        let cipher = Vault::new(db, &ROOT).cipher(None, NOW).await.unwrap();
        let field = field();
        let sealed = |text: &str| cipher.seal(field, text.as_bytes());
        assert_eq!(cipher.masked_phone(field, &sealed("13800001234")).unwrap(), "138****1234");
        assert_eq!(cipher.masked_name(field, &sealed("欧阳娜娜")).unwrap(), "欧***");
        assert_eq!(cipher.masked_name(field, &sealed("")).unwrap(), "");
        assert!(refused(cipher.masked_phone(field, &sealed("12345"))));
    }

    async fn nothing_personal_lies_in_the_database_in_plain_text(db) {
        let (url, db) = (&db.url, Db::connect(&db.url).await.unwrap());
        let (phone, name, marker) = ("13912345678", "上官婉儿", "the-marker-that-is-not-sealed");
        let site = SiteId::new(NOW);
        let cipher = Vault::new(db.clone(), &ROOT).cipher(Some(site), NOW).await.unwrap();
        let card = CardId::new(NOW).uuid();
        let at = |column| FieldRef { table: "issued_cards", column, row: card };
        let (holder_sealed, phone_sealed) =
            (cipher.seal(at("holder"), name.as_bytes()), cipher.seal(at("phone"), phone.as_bytes()));
        let row = card::Model {
            site_id: site.uuid(),
            id: card,
            kind: 1,
            number: marker.into(),
            holder_sealed: holder_sealed.clone(),
            phone_sealed,
            phone_index: cipher.index(phone).to_vec(),
            state: 1,
            updated_at: NOW.millis(),
        };
        let once =
            Once { owner: AccountId::new(NOW).uuid(), route: "cards.bind", key: "k".into(), body_hash: kernel::sha256(b"") };
        let answer = format!("{name} {phone}");
        db.write_once(Some(once), cipher.clone(), NOW, move |tx| {
            let (row, answer) = (row.clone(), answer.clone());
            Box::pin(async move {
                card::Entity::insert(card::ActiveModel::from(row)).exec_without_returning(tx).await?;
                Ok(Ok(answer))
            })
        })
        .await
        .unwrap();
        reveal(&db, &cipher, at("holder"), &holder_sealed, Ok(())).await.unwrap();

        let everything = everything_in(url, &db).await;
        assert!(contains(&everything, marker), "what is in plain text would be found");
        for secret in [phone, name] {
            assert!(!contains(&everything, secret), "{secret}");
        }
    }
}

/// Every byte there is: the files of SQLite with all they forgot, the rows of the others.
async fn everything_in(url: &str, db: &Db) -> Vec<u8> {
    if let Some(file) = url.strip_prefix("sqlite://") {
        let folder = Path::new(file).parent().unwrap();
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        return files.flat_map(|file| std::fs::read(file).unwrap()).collect();
    }
    let read = db.read(|db| async move {
        let mut all = Vec::new();
        for row in card::Entity::find().all(&db).await? {
            all.extend([row.number.into_bytes(), row.holder_sealed, row.phone_sealed, row.phone_index].concat());
        }
        for row in audit::Entity::find().all(&db).await? {
            all.extend([row.actor, row.action, row.object].concat().into_bytes());
        }
        for row in key::Entity::find().all(&db).await? {
            all.extend(row.wrapped);
        }
        for row in crate::once::row::Entity::find().all(&db).await? {
            all.extend(row.answer.unwrap_or_default());
            all.extend([row.route, row.idem_key].concat().into_bytes());
        }
        Ok(all)
    });
    read.await.unwrap()
}
