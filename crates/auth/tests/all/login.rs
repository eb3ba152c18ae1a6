use std::{collections::HashSet, time::Duration};

use edge::Caller;
use kernel::{AccountId, Bytes, SessionId, port::TokenCheck};
use sea_orm::entity::prelude::*;
use secrecy::{ExposeSecret, SecretString};
use store::testing::statements;

use crate::{App, NO_LIMITS, NOW, address, beside_each_other, name};

macro_rules! rows {
    ($($name:ident $table:literal { $key:ident: $kind:ty $(, $column:ident: $column_kind:ty)* })+) => {$(
        mod $name {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                #[sea_orm(primary_key, auto_increment = false)]
                pub $key: $kind,
                $(pub $column: $column_kind,)*
            }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}
            impl ActiveModelBehavior for ActiveModel {}
        }
    )+};
}

rows! {
    account "accounts" { id: Uuid }
    identity "wechat_identities" { openid_index: Vec<u8>, openid_sealed: Vec<u8>, account_id: Uuid }
    session "sessions" { id: Uuid, account_id: Uuid, secret_hash: Vec<u8> }
}

/// All rows of a table.
async fn all<E: EntityTrait>(app: &App) -> Vec<E::Model> {
    app.db.read(|db| async move { Ok(E::find().all(&db).await?) }).await.unwrap()
}

const MONTH: Duration = Duration::from_secs(30 * 86_400);
const MILLI: Duration = Duration::from_millis(1);

/// A refresh token with one byte changed.
fn bent(token: &SecretString, byte: usize) -> SecretString {
    let mut bytes = Bytes::decode(token.expose_secret()).unwrap().0;
    bytes[byte] ^= 1;
    Bytes::encode(&bytes).into()
}

store::on_every_database! {
    async fn many_first_logins_of_one_person_at_once_make_one_account(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let logins = (0..32).map(|_| {
            let app = app.clone();
            async move { app.log_in("wx1/openid-of-a-person").await.unwrap() }
        });
        let entered = beside_each_other(logins).await;
        let account = entered[0].account;
        assert!(entered.iter().all(|entered| entered.account == account));
        let accounts: Vec<_> = all::<account::Entity>(&app).await.into_iter().map(|row| row.id).collect();
        assert_eq!(accounts, [account.uuid()]);
        let identities = all::<identity::Entity>(&app).await;
        assert_eq!(identities.len(), 1);
        assert_eq!(identities[0].account_id, account.uuid());
        // each login is a session of its own
        assert_eq!(all::<session::Entity>(&app).await.len(), 32);
        let sessions: HashSet<SessionId> =
            entered.iter().map(|entered| app.tokens.check(&entered.access).unwrap().session).collect();
        assert_eq!(sessions.len(), 32);
        for entered in &entered {
            assert_eq!(app.tokens.check(&entered.access).unwrap().account, account);
        }
    }

    async fn a_person_is_known_again_and_taken_for_nobody_else(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let first = app.log_in("wx1/a").await.unwrap().account;
        assert_eq!(app.log_in("wx1/a").await.unwrap().account, first);
        // another person, the same openid of another app, and openids that only look alike
        let mut known: HashSet<_> = [first].into();
        for code in ["wx1/b", "wx2/a", "wx1/A", "wx1/a ", "wx1//a", "wx1/"] {
            assert!(known.insert(app.log_in(code).await.unwrap().account), "{code}");
        }
        // after a restart, too
        assert_eq!(App::at(&db.url, NO_LIMITS).await.log_in("wx1/a").await.unwrap().account, first);
        assert_eq!(all::<account::Entity>(&app).await.len(), known.len());
    }

    async fn a_login_with_wechat_costs_at_most_four_statements_and_a_token_check_none(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        app.vault.cipher(None, NOW).await.unwrap();
        let counted = async |code: &str| {
            let before = statements();
            let entered = app.log_in(code).await.unwrap();
            (statements() - before, entered)
        };
        let ((first, _), (again, entered)) = (counted("wx1/a").await, counted("wx1/a").await);
        println!("{:?}: {first} statements at the first login, {again} afterwards", db.backend);
        assert!((1..=4).contains(&first) && (1..=4).contains(&again), "{first} {again}");
        let before = statements();
        app.tokens.check(&entered.access).unwrap();
        assert_eq!(statements(), before);
    }

    async fn a_login_that_wechat_refuses_leaves_nothing(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        assert_eq!(name(app.log_in("no such code").await), "wechat-code-refused");
        assert!(all::<account::Entity>(&app).await.is_empty());
        assert!(all::<session::Entity>(&app).await.is_empty());
    }

    async fn neither_openid_nor_refresh_token_is_kept_as_it_is(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let entered = app.log_in("wx1/oAbCdEfGhIjKlMnOp").await.unwrap();
        let identity = all::<identity::Entity>(&app).await.pop().unwrap();
        let kept = [identity.openid_index, identity.openid_sealed].concat();
        assert!(!kept.windows(17).any(|bytes| bytes == b"oAbCdEfGhIjKlMnOp"));
        let token = Bytes::decode(entered.refresh.expose_secret()).unwrap().0;
        let session = all::<session::Entity>(&app).await.pop().unwrap();
        assert!(!token.windows(32).any(|bytes| bytes == session.secret_hash));
    }

    async fn a_refresh_gives_the_next_pair_and_a_token_used_twice_ends_its_family(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let first = app.log_in("wx1/a").await.unwrap();
        let bystander = app.log_in("wx1/a").await.unwrap();
        let second = app.refresh(&first.refresh).await.unwrap();
        let third = app.refresh(&second.refresh).await.unwrap();
        let signed_in = app.tokens.check(&third.access).unwrap();
        assert_eq!(signed_in, app.tokens.check(&first.access).unwrap());
        assert_eq!((third.account, signed_in.account), (first.account, first.account));
        assert_ne!(third.refresh.expose_secret(), second.refresh.expose_secret());
        // somebody has a copy of an old one
        assert_eq!(name(app.refresh(&first.refresh).await), "session-ended");
        assert_eq!(name(app.refresh(&third.refresh).await), "session-ended");
        // the other sign-in of the same person has nothing to do with it
        app.refresh(&bystander.refresh).await.unwrap();
    }

    async fn one_refresh_token_used_by_many_at_once_lets_one_in_and_then_nobody(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        for _ in 0..4 {
            let entered = app.log_in("wx1/a").await.unwrap();
            let uses = (0..32).map(|_| {
                let (app, token) = (app.clone(), entered.refresh.clone());
                async move { app.refresh(&token).await }
            });
            let (won, lost): (Vec<_>, Vec<_>) = beside_each_other(uses).await.into_iter().partition(Result::is_ok);
            assert_eq!((won.len(), lost.len()), (1, 31));
            for refused in lost {
                assert_eq!(name(refused), "session-ended");
            }
            for won in won {
                assert_eq!(name(app.refresh(&won.unwrap().refresh).await), "session-ended");
            }
        }
    }

    async fn the_identical_refresh_may_be_repeated_for_a_minute(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let entered = app.log_in("wx1/a").await.unwrap();
        let again = async |key: &str| {
            let key = Some(auth::Key { key: key.to_owned(), body_hash: kernel::sha256(b"the body") });
            app.accounts.refresh(&entered.refresh, key, address(1)).await
        };
        let first = again("k").await.unwrap();
        app.clock.advance(Duration::from_secs(59));
        let second = again("k").await.unwrap();
        assert_eq!(first.refresh.expose_secret(), second.refresh.expose_secret());
        let next = app.refresh(&second.refresh).await.unwrap();
        app.clock.advance(Duration::from_secs(1));
        assert_eq!(name(again("k").await), "session-ended", "a minute later it is a second use");
        assert_eq!(name(app.refresh(&next.refresh).await), "session-ended", "and ends the family");
    }

    async fn a_lost_refresh_may_be_repeated_while_the_new_token_is_unused(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let entered = app.log_in("wx1/a").await.unwrap();
        let again = async || {
            let key = Some(auth::Key { key: "k".to_owned(), body_hash: kernel::sha256(b"the body") });
            app.accounts.refresh(&entered.refresh, key, address(1)).await
        };
        let lost = again().await.unwrap();
        app.clock.advance(Duration::from_secs(12 * 3600));
        let got = again().await.unwrap();
        assert_eq!(lost.refresh.expose_secret(), got.refresh.expose_secret());
        let next = app.refresh(&got.refresh).await.unwrap();
        assert_eq!(name(again().await), "session-ended", "from its first use on it is a second use");
        assert_eq!(name(app.refresh(&next.refresh).await), "session-ended");
    }

    async fn another_request_with_the_same_token_is_a_second_use_whatever_its_key(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let entered = app.log_in("wx1/a").await.unwrap();
        let with = async |key: &str| {
            let key = Some(auth::Key { key: key.to_owned(), body_hash: kernel::sha256(b"the body") });
            app.accounts.refresh(&entered.refresh, key, address(1)).await
        };
        let won = with("one").await.unwrap();
        assert_eq!(name(with("two").await), "session-ended");
        assert_eq!(name(app.refresh(&won.refresh).await), "session-ended");
    }

    async fn a_sign_in_lives_thirty_days_from_its_last_use(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let first = app.log_in("wx1/a").await.unwrap();
        app.clock.advance(MONTH - MILLI);
        let second = app.refresh(&first.refresh).await.unwrap();
        app.clock.advance(MONTH - MILLI);
        let third = app.refresh(&second.refresh).await.unwrap();
        app.clock.advance(MONTH);
        assert_eq!(name(app.refresh(&third.refresh).await), "session-ended");
    }

    async fn a_token_nobody_was_given_lets_nobody_in_and_ends_nothing(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let entered = app.log_in("wx1/a").await.unwrap();
        // 16 bytes of session, 4 of generation, 32 of secret, 16 of seal
        let strangers = [0, 15, 19, 20, 51, 52, 67].map(|byte| bent(&entered.refresh, byte));
        // who knows a session's id can neither go on with it nor end it
        let [earlier, later] = [0, i32::MAX].map(|generation| {
            let mut bytes = Bytes::decode(entered.refresh.expose_secret()).unwrap().0;
            bytes[16..20].copy_from_slice(&generation.to_be_bytes());
            Bytes::encode(&bytes).into()
        });
        let garbage = ["", "x", "登录", &"A".repeat(90), &"A".repeat(91), &"A".repeat(92)].map(SecretString::from);
        for token in strangers.iter().chain([&earlier, &later]).chain(&garbage) {
            assert_eq!(name(app.refresh(token).await), "session-ended");
        }
        app.refresh(&entered.refresh).await.unwrap();
    }

    async fn one_sees_one_s_own_account_and_a_stranger_sees_none(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let entered = app.log_in("wx1/a").await.unwrap();
        let session = app.tokens.check(&entered.access).unwrap().session;
        let me = app.accounts.me(Caller { account: entered.account, session }).await.unwrap();
        assert_eq!((me.id, me.created_at), (entered.account, NOW));
        let nobody = Caller { account: AccountId::new(NOW), session };
        assert_eq!(name(app.accounts.me(nobody).await), "session-ended");
    }
}
