//! What somebody would try who means harm, and what happens to people who merely slip.

use std::time::Duration;

use auth::CodeIssued;
use auth::{Act, Destination, Identifier, Limits, Linked, Outgoing, PhoneProof, Proof, Registration, WantedCode};
use kernel::Phone;
use secrecy::SecretString;

use crate::{
    App, COOLING_OFF, NO_LIMITS, NOW, PASSWORD, accounts::SILENCE, address, agreements, asked, beside_each_other, name,
    origin, phone,
};

async fn enter(app: &App, by: Phone, password: &str) -> kernel::Result<auth::IssuedTokens> {
    app.accounts.log_in_with_password(&Identifier::Phone(by), &password.into(), &origin(1)).await
}

store::on_every_database! {
    async fn an_old_sign_in_alone_adds_no_address_to_reset_the_password_by(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let caller = app.caller(&app.register(phone(1), PASSWORD).await);
        app.clock.advance(Duration::from_secs(601));
        let email = kernel::Email::parse("thief@example.com").unwrap();
        let sent = app.accounts.request_email_code(caller, &email, None, &origin(1)).await.unwrap();
        let code: SecretString = app.read(sent.challenge).await.unwrap().into();
        let change = async |proof: Option<Proof>| {
            app.accounts.change_email(caller, &email, sent.challenge, &code, proof.as_ref(), &origin(1)).await
        };
        assert_eq!(name(change(None).await), "proof-needed");
        change(Some(Proof::Password(PASSWORD.into()))).await.unwrap();
    }

    async fn a_number_given_anew_does_not_reset_the_password_of_its_old_account(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let caller = app.caller(&app.register(phone(1), PASSWORD).await);
        let number = app.accounts.me(caller).await.unwrap().number.clone();
        app.clock.advance(SILENCE);
        for identifier in [Identifier::Phone(phone(1)), Identifier::Number(number)] {
            let (challenge, code) = app.code(WantedCode::Reset(identifier.clone())).await;
            let (code, password) = (code.unwrap().into(), "another horse".into());
            let reset = app.accounts.reset_password(&identifier, challenge, &code, &password, &origin(1)).await;
            assert_eq!(name(reset), "phone-too-old", "{identifier:?}");
        }
    }

    async fn a_disabled_account_gives_nothing_away_by_linking_or_moving(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let post = auth::RoleGrant::new(auth::Role::PlatformAdmin, None).unwrap();
        app.accounts.appoint(auth::Named::Phone(phone(9)), post, Some(&PASSWORD.into())).await.unwrap();
        let boss = app.caller(&enter(&app, phone(9), PASSWORD).await.unwrap());
        let shadow = app.caller(&app.log_in("wx1/a").await.unwrap());
        let number = app.accounts.me(shadow).await.unwrap().number.clone();
        app.accounts.set_disabled(boss, number, true).await.unwrap();
        let other = app.caller(&app.register(phone(1), PASSWORD).await);
        let linked = app.accounts.link_wechat(other, &"wx1/a".into(), None, &origin(1)).await;
        assert_eq!(name(linked), "account-disabled");

        let full = app.caller(&app.register(phone(2), PASSWORD).await);
        app.accounts.link_wechat(full, &"wx1/b".into(), None, &origin(1)).await.unwrap();
        let Linked::Elsewhere { ticket } =
            app.accounts.link_wechat(other, &"wx1/b".into(), None, &origin(1)).await.unwrap()
        else {
            panic!("moved without being asked")
        };
        let number = app.accounts.me(full).await.unwrap().number.clone();
        app.accounts.set_disabled(boss, number, true).await.unwrap();
        assert_eq!(name(app.accounts.request_move_code(other, &ticket, None, &origin(1)).await), "account-disabled");
        let theirs = auth::OthersProof::Password(PASSWORD.into());
        let own = Proof::Password(PASSWORD.into());
        let moved = app.accounts.move_wechat(other, &ticket, &own, &theirs, &origin(1)).await;
        assert_eq!(name(moved), "account-disabled");
        let boss_number = app.accounts.me(boss).await.unwrap().number.clone();
        assert_eq!(name(app.accounts.set_disabled(boss, boss_number, true).await), "own-role");
    }

    async fn a_disabled_account_that_was_closing_goes_on_closing_when_it_is_opened_again(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let post = auth::RoleGrant::new(auth::Role::PlatformAdmin, None).unwrap();
        app.accounts.appoint(auth::Named::Phone(phone(9)), post, Some(&PASSWORD.into())).await.unwrap();
        let boss = app.caller(&enter(&app, phone(9), PASSWORD).await.unwrap());
        let caller = app.caller(&app.register(phone(1), PASSWORD).await);
        let number = app.accounts.me(caller).await.unwrap().number.clone();
        app.accounts.close(caller, &Proof::Password(PASSWORD.into()), &origin(1)).await.unwrap();
        app.accounts.set_disabled(boss, number.clone(), true).await.unwrap();
        app.accounts.set_disabled(boss, number, false).await.unwrap();
        let back = app.caller(&enter(&app, phone(1), PASSWORD).await.unwrap());
        assert_eq!(app.accounts.me(back).await.unwrap().erase_at, Some(NOW.after(COOLING_OFF)));
    }

    async fn a_code_outlives_the_question_that_it_raised(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        app.register(phone(1), PASSWORD).await;
        app.clock.advance(SILENCE);
        let (challenge, code) = app.code(WantedCode::LogIn(phone(1))).await;
        let (code, password): (SecretString, SecretString) = (code.unwrap().into(), PASSWORD.into());
        let log_in = async |password| {
            app.accounts.log_in_with_sms(&phone(1), challenge, &code, password, &origin(1)).await
        };
        assert_eq!(name(log_in(None).await), "password-needed-too");
        log_in(Some(&password)).await.unwrap();
        assert_eq!(name(log_in(Some(&password)).await), "code-used");

        app.clock.advance(SILENCE);
        let proof = app.phone_proof(phone(1)).await;
        let register = async |claims_number, password: &str| {
            let (password, agreements) = (password.into(), agreements());
            let new = Registration { proof: proof.clone(), password, email: None, agreements, claims_number };
            app.accounts.register(new, None, &origin(1)).await.map(|_| ())
        };
        assert_eq!(name(register(false, "another horse").await), "phone-maybe-recycled");
        assert_eq!(name(register(true, "password").await), "invalid");
        register(true, "another horse").await.unwrap();
    }

    async fn a_slip_in_one_of_two_codes_costs_not_the_other(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let caller = app.caller(&app.register(phone(1), PASSWORD).await);
        let sent = app.accounts.request_phone_code(caller, &phone(2), None, &origin(1)).await.unwrap();
        let right: SecretString = app.read(sent.challenge).await.unwrap().into();
        let proved = app.accounts.request_proof_code(caller, Act::Phone, None, &origin(1)).await.unwrap();
        let code: SecretString = app.read(proved.challenge).await.unwrap().into();
        let proof = |code: &SecretString| Proof::Code { challenge: proved.challenge, code: code.clone() };
        let change = async |typed: &SecretString, proof: Proof| {
            app.accounts.change_phone(caller, &phone(2), sent.challenge, typed, &proof, &origin(1)).await
        };
        let wrong = SecretString::from("------");
        assert_eq!(name(change(&wrong, proof(&code)).await), "code-wrong");
        assert_eq!(name(change(&right, proof(&wrong)).await), "code-wrong");
        change(&right, proof(&code)).await.unwrap();
    }

    async fn a_code_for_one_act_proves_no_other(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let caller = app.caller(&app.register(phone(1), PASSWORD).await);
        let sent = app.accounts.request_proof_code(caller, Act::Email, None, &origin(1)).await.unwrap();
        let code = app.read(sent.challenge).await.unwrap().into();
        let proof = Proof::Code { challenge: sent.challenge, code };
        assert_eq!(name(app.accounts.close(caller, &proof, &origin(1)).await), "code-of-another-purpose");
    }

    async fn a_retried_message_goes_to_the_same_recipient(db) {
        let app = App::at(&db.url, Limits { codes_per_phone: [1, 1000, 1000], ..NO_LIMITS }).await;
        let caller = app.caller(&app.log_in("wx1/a").await.unwrap());
        let sent = app.accounts.request_phone_code(caller, &phone(1), None, &origin(1)).await.unwrap();
        let code: SecretString = app.read(sent.challenge).await.unwrap().into();
        let wechat = Proof::Wechat("wx1/a".into());
        let changed = app.accounts.change_phone(caller, &phone(1), sent.challenge, &code, &wechat, &origin(1)).await;
        changed.unwrap();
        let number = Identifier::Number(app.accounts.me(caller).await.unwrap().number.clone());
        let cipher = app.vault.cipher(None, NOW).await.unwrap();
        let message = async || -> CodeIssued {
            let asked = auth::CodeRequest { account: None, to: Destination::Account(number.clone()), site: None, ..asked() };
            let app = App { codes: app.codes.clone(), ..app.clone() };
            let new = app.codes.make(&asked).await.unwrap();
            new.message().clone()
        };
        let first = message().await;
        for _ in 0..3 {
            let outgoing = app.open(first.clone(), cipher.clone()).await;
            assert!(matches!(outgoing, Outgoing::Sms(..)));
            assert!(app.codes.may_go(&first, &outgoing).await.unwrap(), "the same message, as often as it takes");
        }
    }

    async fn registering_inside_a_closing_shadow_keeps_the_account(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let shadow = app.caller(&app.log_in("wx1/a").await.unwrap());
        app.accounts.close(shadow, &Proof::Wechat("wx1/a".into()), &origin(1)).await.unwrap();
        let proof = PhoneProof::Wechat { wechat_code: "wx1/a".into(), phone_code: "13800000001".into() };
        let grown = app.caller(&app.try_register(proof, PASSWORD).await.unwrap().entered);
        let me = app.accounts.me(grown).await.unwrap();
        assert_eq!((me.id, me.erase_at), (shadow.account, None));
    }

    async fn a_repeated_refresh_does_not_revive_an_ended_sign_in(db) {
        let app = App::at(&db.url, NO_LIMITS).await;
        let entered = app.register(phone(1), PASSWORD).await;
        let key = || Some(auth::Key { key: "k".into(), body_hash: kernel::sha256(b"the body") });
        app.accounts.refresh(&entered.refresh, key(), address(1)).await.unwrap();
        app.accounts.log_out(app.caller(&entered)).await.unwrap();
        assert_eq!(name(app.accounts.refresh(&entered.refresh, key(), address(1)).await), "session-ended");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_sprays_passwords_from_one_address_gets_no_more_tries_for_being_quick() {
    let database = store::testing::database(store::testing::Backend::Sqlite).await.unwrap();
    let app = App::at(&database.url, Limits { passwords_per_address: 5, ..NO_LIMITS }).await;
    let guesses = (0..32).map(|n| {
        let app = app.clone();
        async move { name(enter(&app, phone(100 + n), "not the password").await) }
    });
    let outcomes = beside_each_other(guesses).await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == "wrong-credentials").count(), 5, "{outcomes:?}");
}

#[tokio::test]
async fn a_reset_password_lifts_the_lock_of_the_old_one() {
    let database = store::testing::database(store::testing::Backend::Sqlite).await.unwrap();
    let app = App::at(&database.url, Limits { passwords_per_account: 5, ..NO_LIMITS }).await;
    app.register(phone(1), PASSWORD).await;
    for _ in 0..5 {
        assert_eq!(name(enter(&app, phone(1), "not the password").await), "wrong-credentials");
    }
    assert_eq!(name(enter(&app, phone(1), PASSWORD).await), "too-many-passwords");
    let by = Identifier::Phone(phone(1));
    let (challenge, code) = app.code(WantedCode::Reset(by.clone())).await;
    let (code, password) = (code.unwrap().into(), "another horse".into());
    app.accounts.reset_password(&by, challenge, &code, &password, &origin(1)).await.unwrap();
    enter(&app, phone(1), "another horse").await.unwrap();
}

#[tokio::test]
async fn who_has_used_up_their_own_codes_takes_none_from_others() {
    let database = store::testing::database(store::testing::Backend::Sqlite).await.unwrap();
    let limits = Limits { codes_per_address: 1, codes_per_phone: [1, 1000, 1000], ..NO_LIMITS };
    let app = App::at(&database.url, limits).await;
    let ask = async |to: u32, from: u8| {
        let asked = auth::CodeRequest { to: Destination::Phone(phone(to)), address: address(from), ..asked() };
        app.codes.make(&asked).await.map(|_| ())
    };
    ask(1, 7).await.unwrap();
    for _ in 0..3 {
        assert_eq!(name(ask(2, 7).await), "too-many-codes");
    }
    ask(2, 8).await.expect("the victim's phone has had no code yet");
}

#[tokio::test]
async fn rubbish_from_an_address_stops_no_sign_in_there_from_going_on() {
    let database = store::testing::database(store::testing::Backend::Sqlite).await.unwrap();
    let app = App::at(&database.url, Limits { logins_per_minute: 3, ..NO_LIMITS }).await;
    let entered = app.log_in("wx1/a").await.unwrap();
    for n in 0..5 {
        let refused = name(app.refresh(&"rubbish".into()).await);
        assert_eq!(refused, if n < 2 { "session-ended" } else { "too-many-logins" });
    }
    app.refresh(&entered.refresh).await.unwrap();
}
