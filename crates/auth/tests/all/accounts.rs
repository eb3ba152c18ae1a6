//! Registering, linking and leaving, where many do it at once or somebody does what they should not.

use std::time::Duration;

use auth::{
    Accounts, Act, Identifier, Limits, Linked, Named, OthersProof, PhoneProof, Proof, Registration, Role, RoleGrant,
    WantedCode,
};
use kernel::{AccountId, Kind, SiteId, port::SignInCheck, port::SignedIn};
use sea_orm::entity::prelude::*;
use secrecy::SecretString;
use store::Once;

use crate::{App, COOLING_OFF, NO_LIMITS, NOW, PASSWORD, agreements, beside_each_other, name, origin, phone};

mod account {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "accounts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub state: i16,
        pub phone_sealed: Option<Vec<u8>>,
        pub password_hash: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

async fn accounts(app: &App) -> Vec<account::Model> {
    app.db.read(|db| async move { Ok(account::Entity::find().all(&db).await?) }).await.unwrap()
}

pub(crate) const SILENCE: Duration = Duration::from_secs(91 * 86_400);

async fn log_in(app: &App, identifier: Identifier, password: &str) -> kernel::Result<auth::IssuedTokens> {
    app.accounts.log_in_with_password(&identifier, &password.into(), &origin(1)).await
}

fn own(password: &str) -> Proof {
    Proof::Password(password.into())
}

async fn stands(accounts: &Accounts, caller: edge::Caller) -> bool {
    accounts.stands(SignedIn { account: caller.account, session: caller.session }).await.is_ok()
}

store::on_every_database! {
    async fn race_of_32_registrations_of_one_phone_makes_one_account(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let mut proofs = Vec::new();
        for _ in 0..32 {
            proofs.push(app.phone_proof(phone(1)).await);
        }
        let racers = proofs.into_iter().map(|proof| {
            let app = app.clone();
            async move { app.try_register(proof, PASSWORD).await.map(|registered| registered.entered.account) }
        });
        let (won, lost): (Vec<_>, Vec<_>) = beside_each_other(racers).await.into_iter().partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, 31));
        for refused in lost {
            assert_eq!(name(refused), "phone-registered");
        }
        assert_eq!(accounts(&app).await.len(), 1, "nothing half made is left");
        println!("{:?}: 32 registrations of one phone, one account", db.backend);
    }

    async fn race_of_32_uses_of_one_sms_code_is_one_success(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        app.register(phone(1), PASSWORD).await;
        let (challenge, code) = app.code(WantedCode::LogIn(phone(1))).await;
        let code: SecretString = code.unwrap().into();
        let racers = (0..32).map(|_| {
            let (app, code) = (app.clone(), code.clone());
            async move { app.accounts.log_in_with_sms(&phone(1), challenge, &code, None, &origin(1)).await }
        });
        let (won, lost): (Vec<_>, Vec<_>) = beside_each_other(racers).await.into_iter().partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, 31));
        for refused in lost {
            assert_eq!(name(refused), "code-used");
        }
        println!("{:?}: 32 uses of one SMS code, one success", db.backend);
    }

    async fn a_registration_sent_again_is_the_same_registration(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let proof = app.phone_proof(phone(1)).await;
        let once = Once {
            owner: AccountId::new(NOW).uuid(),
            route: "auth/register",
            key: "k".into(),
            body_hash: kernel::sha256(b"the body"),
        };
        let new = || Registration {
            proof: proof.clone(),
            password: PASSWORD.into(),
            email: None,
            agreements: agreements(),
            claims_number: false,
        };
        let first = app.accounts.register(new(), Some(once.clone()), &origin(1)).await.unwrap().entered;
        let again = app.accounts.register(new(), Some(once), &origin(1)).await.unwrap().entered;
        assert_eq!((again.account, accounts(&app).await.len()), (first.account, 1));
        app.refresh(&again.refresh).await.unwrap();
        assert_eq!(name(app.accounts.register(new(), None, &origin(1)).await), "code-used");
    }

    async fn who_has_registered_logs_in_by_every_name_of_theirs_and_by_no_other(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let entered = app.register(phone(1), PASSWORD).await;
        let me = app.accounts.me(app.caller(&entered)).await.unwrap();
        assert_eq!((me.phone.as_deref(), me.has_password, me.wechat_linked), (Some("138****0001"), true, false));
        assert!(me.consents_due.is_empty() && me.posts.is_empty());
        for identifier in [Identifier::Phone(phone(1)), Identifier::Number(me.number.clone())] {
            assert_eq!(log_in(&app, identifier, PASSWORD).await.unwrap().account, me.id);
        }
        for (identifier, password) in [
            (Identifier::Phone(phone(1)), "incorrect horse"),
            (Identifier::Phone(phone(2)), PASSWORD),
            (Identifier::parse("zhang@example.com").unwrap(), PASSWORD),
        ] {
            assert_eq!(name(log_in(&app, identifier, password).await), "wrong-credentials");
        }
        let kept = accounts(&app).await.pop().unwrap();
        assert!(kept.password_hash.unwrap().starts_with("$argon2id$"));
        assert!(!kept.phone_sealed.unwrap().windows(11).any(|bytes| bytes == b"13800000001"));
    }

    async fn an_address_is_verified_before_anybody_logs_in_by_it(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let caller = app.caller(&app.register(phone(1), PASSWORD).await);
        let email = kernel::Email::parse("Zhang@Example.com").unwrap();
        let sent = app.accounts.request_email_code(caller, &email, None, &origin(1)).await.unwrap();
        assert_eq!(name(log_in(&app, Identifier::Email(email.clone()), PASSWORD).await), "wrong-credentials");
        let code: SecretString = app.read(sent.challenge).await.unwrap().into();
        let other = kernel::Email::parse("li@example.com").unwrap();
        let wrong = app.accounts.change_email(caller, &other, sent.challenge, &code, None, &origin(1)).await;
        assert_eq!(name(wrong), "code-of-another-purpose", "a code for one address is none for another");
        app.accounts.change_email(caller, &email, sent.challenge, &code, None, &origin(1)).await.unwrap();
        log_in(&app, Identifier::Email(email.clone()), PASSWORD).await.unwrap();

        let second = app.caller(&app.register(phone(2), PASSWORD).await);
        let sent = app.accounts.request_email_code(second, &email, None, &origin(1)).await.unwrap();
        let code: SecretString = app.read(sent.challenge).await.unwrap().into();
        let taken = app.accounts.change_email(second, &email, sent.challenge, &code, None, &origin(1)).await;
        assert_eq!(name(taken), "email-registered");
    }

    async fn a_password_is_set_anew_by_a_code_and_every_sign_in_ends(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let entered = app.register(phone(1), PASSWORD).await;
        let caller = app.caller(&entered);
        let number = Identifier::Number(app.accounts.me(caller).await.unwrap().number.clone());
        let (challenge, code) = app.code(WantedCode::Reset(number.clone())).await;
        let code: SecretString = code.unwrap().into();
        let set = async |identifier: &Identifier, password: &str| {
            app.accounts.reset_password(identifier, challenge, &code, &password.into(), &origin(1)).await
        };
        assert_eq!(name(set(&number, "12345678").await), "invalid");
        assert_eq!(name(set(&Identifier::Phone(phone(1)), "another horse").await), "code-of-another-purpose");
        assert!(stands(&app.accounts, caller).await);
        set(&number, "another horse").await.unwrap();
        assert!(!stands(&app.accounts, caller).await);
        assert_eq!(name(app.refresh(&entered.refresh).await), "session-ended");
        assert_eq!(name(log_in(&app, number.clone(), PASSWORD).await), "wrong-credentials");
        log_in(&app, number.clone(), "another horse").await.unwrap();
        assert_eq!(name(set(&number, "a third horse").await), "code-used");
    }

    async fn nobody_learns_who_has_an_account_by_asking_for_codes(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let entered = app.register(phone(1), PASSWORD).await;
        let number = app.accounts.me(app.caller(&entered)).await.unwrap().number.clone();
        let unknown = loop {
            let drawn = kernel::AccountNumber::draw();
            if drawn != number {
                break drawn;
            }
        };
        for (known, unknown) in [
            (WantedCode::LogIn(phone(1)), WantedCode::LogIn(phone(2))),
            (WantedCode::Reset(Identifier::Phone(phone(1))), WantedCode::Reset(Identifier::Phone(phone(2)))),
            (WantedCode::Reset(Identifier::Number(number)), WantedCode::Reset(Identifier::Number(unknown))),
        ] {
            let one = app.accounts.request_code(known, None, &origin(1)).await.unwrap();
            assert!(app.read(one.challenge).await.is_some());
            let other = app.accounts.request_code(unknown, None, &origin(1)).await.unwrap();
            assert!(app.read(other.challenge).await.is_none(), "nothing is sent");
            assert_eq!(one.expires_at, other.expires_at);
            let digitless = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "9");
            assert_eq!(digitless(&one.to), digitless(&other.to));
        }
    }

    async fn a_request_for_a_code_sent_again_costs_no_second_code(db) {
        let app = App::at(&db.url, Limits { codes_per_phone: [1, 1000, 1000], ..NO_LIMITS }).await;
        let ask = async |key: &str| {
            let key = Some(auth::Key { key: key.into(), body_hash: kernel::sha256(b"the body") });
            app.accounts.request_code(WantedCode::Register(phone(1)), key, &origin(1)).await
        };
        let first = ask("k").await.unwrap();
        assert_eq!(ask("k").await.unwrap().challenge, first.challenge);
        assert_eq!(name(ask("l").await), "too-many-codes");
    }

    async fn a_phone_gets_no_more_codes_for_being_asked_for_by_other_names(db) {
        let app = App::at(&db.url, Limits { codes_per_phone: [1, 1000, 1000], ..NO_LIMITS }).await;
        let proof = PhoneProof::Wechat { wechat_code: "wx1/a".into(), phone_code: "13800000001".into() };
        let caller = app.caller(&app.try_register(proof, PASSWORD).await.unwrap().entered);
        let number = Identifier::Number(app.accounts.me(caller).await.unwrap().number.clone());
        assert!(app.code(WantedCode::Reset(number)).await.1.is_some());
        let (_, second) = app.code(WantedCode::LogIn(phone(1))).await;
        assert!(second.is_none(), "it had its code of this minute; whoever asks is not told so");
    }

    async fn changing_the_password_ends_the_other_sign_ins_and_not_this_one(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let here = app.caller(&app.register(phone(1), PASSWORD).await);
        let there = app.caller(&log_in(&app, Identifier::Phone(phone(1)), PASSWORD).await.unwrap());
        let change = async |proof: Proof, to: &str| {
            app.accounts.change_password(here, &proof, &to.into(), &origin(1)).await
        };
        assert_eq!(name(change(own("wrong horse"), "another horse").await), "proof-refused");
        let sent = app.accounts.request_proof_code(here, Act::Password, None, &origin(1)).await.unwrap();
        let code = Proof::Code { challenge: sent.challenge, code: app.read(sent.challenge).await.unwrap().into() };
        assert_eq!(name(change(code, "another horse").await), "old-password-needed");
        assert_eq!(name(change(own(PASSWORD), PASSWORD).await), "invalid", "the same again is no change");
        change(own(PASSWORD), "another horse").await.unwrap();
        assert!(stands(&app.accounts, here).await && !stands(&app.accounts, there).await);
    }

    async fn who_never_had_a_password_sets_one_with_a_code(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let caller = app.caller(&app.log_in("wx1/a").await.unwrap());
        let nothing = app.accounts.request_proof_code(caller, Act::Password, None, &origin(1)).await;
        assert_eq!(name(nothing), "nothing-on-file");
        let wechat = Proof::Wechat("wx1/a".into());
        let sent = app.accounts.request_phone_code(caller, &phone(1), None, &origin(1)).await.unwrap();
        let code: SecretString = app.read(sent.challenge).await.unwrap().into();
        let changed = app.accounts.change_phone(caller, &phone(1), sent.challenge, &code, &wechat, &origin(1)).await;
        changed.unwrap();
        let sent = app.accounts.request_proof_code(caller, Act::Password, None, &origin(1)).await.unwrap();
        let code = Proof::Code { challenge: sent.challenge, code: app.read(sent.challenge).await.unwrap().into() };
        app.accounts.change_password(caller, &code, &PASSWORD.into(), &origin(1)).await.unwrap();
        assert_eq!(log_in(&app, Identifier::Phone(phone(1)), PASSWORD).await.unwrap().account, caller.account);
    }

    async fn a_shadow_account_merges_once_and_its_wechat_user_comes_along(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let shadow = app.caller(&app.log_in("wx1/a").await.unwrap());
        let full = app.caller(&app.register(phone(1), PASSWORD).await);
        let links = (0..8).map(|_| {
            let app = app.clone();
            async move { app.accounts.link_wechat(full, &"wx1/a".into(), None, &origin(1)).await.unwrap() }
        });
        assert!(beside_each_other(links).await.iter().all(|linked| matches!(linked, Linked::Done)));
        assert_eq!(app.log_in("wx1/a").await.unwrap().account, full.account);
        assert!(!stands(&app.accounts, shadow).await, "the shadow's sign-ins are over");
        assert_eq!(name(app.accounts.me(shadow).await), "session-ended");
        let states: Vec<_> = accounts(&app).await.into_iter().map(|row| (row.id, row.state)).collect();
        assert!(states.contains(&(shadow.account.uuid(), 5)) && states.contains(&(full.account.uuid(), 1)), "{states:?}");
        let another = app.accounts.link_wechat(full, &"wx1/b".into(), None, &origin(1)).await;
        assert_eq!(name(another), "wechat-already-linked");
    }

    async fn an_old_sign_in_links_nothing_without_a_proof(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let caller = app.caller(&app.register(phone(1), PASSWORD).await);
        app.clock.advance(Duration::from_secs(600));
        let link = async |proof: Option<Proof>| {
            app.accounts.link_wechat(caller, &"wx1/a".into(), proof.as_ref(), &origin(1)).await
        };
        assert_eq!(name(link(None).await), "proof-needed");
        assert_eq!(name(link(Some(own("wrong horse"))).await), "proof-refused");
        assert!(matches!(link(Some(own(PASSWORD))).await.unwrap(), Linked::Done));
    }

    async fn a_wechat_user_moves_when_both_sides_are_proved(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let from = app.caller(&app.register(phone(1), PASSWORD).await);
        app.accounts.link_wechat(from, &"wx1/a".into(), None, &origin(1)).await.unwrap();
        let by_wechat = app.caller(&app.log_in("wx1/a").await.unwrap());
        let to = app.caller(&app.register(phone(2), "another horse").await);
        let Linked::Elsewhere { ticket } =
            app.accounts.link_wechat(to, &"wx1/a".into(), None, &origin(1)).await.unwrap()
        else {
            panic!("moved without being asked");
        };
        let shift = async |by, ticket: &str, proof: Proof, other: OthersProof| {
            app.accounts.move_wechat(by, ticket, &proof, &other, &origin(1)).await
        };
        let theirs = |password: &str| OthersProof::Password(password.into());
        assert_eq!(name(shift(to, &ticket, own("wrong horse"), theirs(PASSWORD)).await), "proof-refused");
        assert_eq!(name(shift(to, &ticket, own("another horse"), theirs("wrong horse")).await), "proof-refused");
        // nobody else's ticket, and none that was tampered with
        assert_eq!(name(shift(from, &ticket, own(PASSWORD), theirs(PASSWORD)).await), "wechat-move-expired");
        assert_eq!(name(shift(to, &ticket[1..], own("another horse"), theirs(PASSWORD)).await), "wechat-move-expired");
        assert!(stands(&app.accounts, by_wechat).await);

        let sent = app.accounts.request_move_code(to, &ticket, None, &origin(1)).await.unwrap();
        assert_eq!(sent.to, "138****0001");
        let code = app.read(sent.challenge).await.unwrap().into();
        let other = OthersProof::Code { challenge: sent.challenge, code };
        shift(to, &ticket, own("another horse"), other).await.unwrap();
        assert_eq!(app.log_in("wx1/a").await.unwrap().account, to.account);
        assert!(!stands(&app.accounts, by_wechat).await, "the sign-in through WeChat is over");
        assert!(stands(&app.accounts, from).await, "the one by password is not");
        assert_eq!(name(shift(to, &ticket, own("another horse"), theirs(PASSWORD)).await), "wechat-already-linked");
    }

    async fn wechat_is_unlinked_only_if_another_way_to_log_in_remains(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let shadow = app.caller(&app.log_in("wx1/a").await.unwrap());
        let wechat = Proof::Wechat("wx1/a".into());
        assert_eq!(name(app.accounts.unlink_wechat(shadow, &wechat, &origin(1)).await), "last-way-in");
        assert_eq!(app.log_in("wx1/a").await.unwrap().account, shadow.account, "it still lets them in");

        let full = app.caller(&app.register(phone(1), PASSWORD).await);
        assert_eq!(name(app.accounts.unlink_wechat(full, &own(PASSWORD), &origin(1)).await), "wechat-not-linked");
        app.accounts.link_wechat(full, &"wx1/b".into(), None, &origin(1)).await.unwrap();
        let by_wechat = app.caller(&app.log_in("wx1/b").await.unwrap());
        app.accounts.unlink_wechat(full, &own(PASSWORD), &origin(1)).await.unwrap();
        assert!(!stands(&app.accounts, by_wechat).await && stands(&app.accounts, full).await);
        assert_ne!(app.log_in("wx1/b").await.unwrap().account, full.account, "a new shadow");
    }

    async fn registering_inside_wechat_completes_the_shadow_account_and_loses_nothing(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let shadow = app.log_in("wx1/a").await.unwrap();
        let by_wechat = || PhoneProof::Wechat { wechat_code: "wx1/a".into(), phone_code: "13800000001".into() };
        let registered = app.try_register(by_wechat(), PASSWORD).await.unwrap().entered;
        assert_eq!(registered.account, shadow.account);
        assert!(registered.wechat_linked);
        assert_eq!(log_in(&app, Identifier::Phone(phone(1)), PASSWORD).await.unwrap().account, shadow.account);
        assert_eq!(name(app.try_register(by_wechat(), PASSWORD).await), "phone-registered");
        let other = PhoneProof::Wechat { wechat_code: "wx1/a".into(), phone_code: "13800000002".into() };
        assert_eq!(name(app.try_register(other, PASSWORD).await), "wechat-registered");
        let no_phone = PhoneProof::Wechat { wechat_code: "wx1/c".into(), phone_code: "used".into() };
        assert_eq!(name(app.try_register(no_phone, PASSWORD).await), "wechat-phone-refused");
        assert_eq!(accounts(&app).await.len(), 1, "nothing half made is left");
    }

    async fn a_number_given_anew_is_challenged_and_not_merged(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let old = app.caller(&app.register(phone(1), PASSWORD).await);
        app.clock.advance(SILENCE);
        let (challenge, code) = app.code(WantedCode::LogIn(phone(1))).await;
        let code: SecretString = code.unwrap().into();
        let by_sms = app.accounts.log_in_with_sms(&phone(1), challenge, &code, None, &origin(1)).await;
        assert_eq!(name(by_sms), "password-needed-too");
        let proof = app.phone_proof(phone(1)).await;
        assert_eq!(name(app.try_register(proof, "another horse").await), "phone-maybe-recycled");
        let new = Registration {
            proof: app.phone_proof(phone(1)).await,
            password: "another horse".into(),
            email: None,
            agreements: agreements(),
            claims_number: true,
        };
        let fresh = app.accounts.register(new, None, &origin(1)).await.unwrap().entered;
        assert_ne!(fresh.account, old.account);
        assert_eq!(log_in(&app, Identifier::Phone(phone(1)), "another horse").await.unwrap().account, fresh.account);
        assert_eq!(name(log_in(&app, Identifier::Phone(phone(1)), PASSWORD).await), "wrong-credentials");
    }

    async fn the_owner_of_a_silent_account_comes_back_with_code_and_password(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let old = app.register(phone(1), PASSWORD).await;
        app.clock.advance(SILENCE);
        let (challenge, code) = app.code(WantedCode::LogIn(phone(1))).await;
        let (code, password): (SecretString, SecretString) = (code.unwrap().into(), PASSWORD.into());
        let back = app.accounts.log_in_with_sms(&phone(1), challenge, &code, Some(&password), &origin(1)).await;
        assert_eq!(back.unwrap().account, old.account);
        // and is known again
        let (challenge, code) = app.code(WantedCode::LogIn(phone(1))).await;
        let code = code.unwrap().into();
        app.accounts.log_in_with_sms(&phone(1), challenge, &code, None, &origin(1)).await.unwrap();
    }

    async fn the_closure_of_an_account_can_be_cancelled_until_it_is_erased(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let caller = app.caller(&app.register(phone(1), PASSWORD).await);
        assert_eq!(name(app.accounts.close(caller, &own("wrong horse"), &origin(1)).await), "proof-refused");
        let erase_at = app.accounts.close(caller, &own(PASSWORD), &origin(1)).await.unwrap();
        assert_eq!(erase_at, NOW.after(COOLING_OFF));
        assert!(!stands(&app.accounts, caller).await);
        let back = app.caller(&log_in(&app, Identifier::Phone(phone(1)), PASSWORD).await.unwrap());
        assert_eq!(app.accounts.me(back).await.unwrap().erase_at, Some(erase_at));
        app.accounts.keep(back).await.unwrap();
        assert_eq!(name(app.accounts.keep(back).await), "account-not-closing");
        app.clock.advance(COOLING_OFF);
        assert_eq!(app.accounts.erase_due().await.unwrap(), 0);

        app.accounts.close(back, &own(PASSWORD), &origin(1)).await.unwrap();
        app.clock.advance(COOLING_OFF - Duration::from_millis(1));
        assert_eq!(app.accounts.erase_due().await.unwrap(), 0);
        app.clock.advance(Duration::from_millis(1));
        assert_eq!(app.accounts.erase_due().await.unwrap(), 1);
        let row = accounts(&app).await.pop().unwrap();
        assert_eq!((row.state, row.phone_sealed, row.password_hash), (4, None, None));
        assert_eq!(name(log_in(&app, Identifier::Phone(phone(1)), PASSWORD).await), "wrong-credentials");
        app.register(phone(1), PASSWORD).await;
    }

    async fn roles_are_granted_by_administrators_and_take_effect_at_once(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let site = SiteId::new(NOW);
        let post = |role, site| RoleGrant::new(role, site).unwrap();
        let (boss, _) = {
            let named = Named::Phone(phone(1));
            app.accounts.appoint(named, post(Role::PlatformAdmin, None), Some(&PASSWORD.into())).await.unwrap()
        };
        let boss_in = app.caller(&log_in(&app, Identifier::Phone(phone(1)), PASSWORD).await.unwrap());
        assert_eq!(boss_in.account, boss);
        let admin_in = app.caller(&app.register(phone(2), PASSWORD).await);
        let admin = app.accounts.me(admin_in).await.unwrap().number.clone();
        let guard_in = app.caller(&app.register(phone(3), PASSWORD).await);
        let guard = app.accounts.me(guard_in).await.unwrap().number.clone();
        let refused = app.accounts.grant(guard_in, admin.clone(), post(Role::Guard, Some(site))).await;
        assert_eq!(name(refused), "forbidden");
        app.accounts.grant(boss_in, admin.clone(), post(Role::SiteAdmin, Some(site))).await.unwrap();
        app.accounts.grant(admin_in, guard.clone(), post(Role::Guard, Some(site))).await.unwrap();
        let elsewhere = post(Role::Guard, Some(SiteId::new(NOW)));
        assert_eq!(name(app.accounts.grant(admin_in, guard.clone(), elsewhere).await), "forbidden");
        app.accounts.require(guard_in, Role::Guard, Some(site)).await.unwrap();
        assert_eq!(name(app.accounts.require(guard_in, Role::SiteAdmin, Some(site)).await), "forbidden");
        let holders = app.accounts.holders(admin_in, Some(site), None, 10).await.unwrap();
        assert_eq!(holders.len(), 2);
        assert_eq!(name(app.accounts.holders(guard_in, Some(site), None, 10).await), "forbidden");
        app.accounts.take_away(admin_in, guard_in.account, post(Role::Guard, Some(site))).await.unwrap();
        assert_eq!(name(app.accounts.require(guard_in, Role::Guard, Some(site)).await), "forbidden");
        let own_post = app.accounts.take_away(boss_in, boss, post(Role::PlatformAdmin, None)).await;
        assert_eq!(name(own_post), "own-role");

        assert_eq!(name(app.accounts.set_disabled(admin_in, guard.clone(), true).await), "forbidden");
        app.accounts.set_disabled(boss_in, guard.clone(), true).await.unwrap();
        assert!(!stands(&app.accounts, guard_in).await);
        assert_eq!(name(log_in(&app, Identifier::Number(guard.clone()), PASSWORD).await), "account-disabled");
        assert_eq!(name(log_in(&app, Identifier::Number(guard.clone()), "wrong horse").await), "wrong-credentials");
        app.accounts.set_disabled(boss_in, guard.clone(), false).await.unwrap();
        log_in(&app, Identifier::Number(guard), PASSWORD).await.unwrap();
    }

    async fn consent_is_needed_recorded_and_withdrawn(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let proof = app.phone_proof(phone(1)).await;
        let new = |agreements| Registration {
            proof: proof.clone(),
            password: PASSWORD.into(),
            email: None,
            agreements,
            claims_number: false,
        };
        let missing = app.accounts.register(new(Vec::new()), None, &origin(1)).await;
        assert_eq!(missing.err().unwrap().code().kind, Kind::Invalid);
        let mut old = agreements();
        old[0].version = "2020-01-01".into();
        assert_eq!(name(app.accounts.register(new(old), None, &origin(1)).await), "consent-outdated");
        let entered = app.accounts.register(new(agreements()), None, &origin(1)).await.unwrap().entered;
        let caller = app.caller(&entered);
        let given = app.accounts.consents(caller).await.unwrap();
        assert_eq!(given.len(), 2);
        assert!(given.iter().all(|one| one.given_at == NOW && one.device.as_deref() == Some("测试手机")));
        app.accounts.withdraw(caller, given[0].purpose).await.unwrap();
        assert_eq!(app.accounts.me(caller).await.unwrap().consents_due, [given[0].purpose]);
        assert_eq!(name(app.accounts.withdraw(caller, given[0].purpose).await), "consent-not-given");
        app.accounts.consent(caller, &agreements(), &origin(1)).await.unwrap();
        assert_eq!(app.accounts.consents(caller).await.unwrap().len(), 3, "what still stands is not given twice");
    }
}
