use std::sync::atomic::Ordering;

use auth::{CodeRequest, Destination, Identifier, Limits};
use kernel::{AccountId, Kind, SiteId};
use store::testing::{Backend, TestDatabase, database};

use crate::{App, NO_LIMITS, NOW, PASSWORD, address, asked, beside_each_other, name, origin, phone};

/// Limits are kept in the cache; the database is only where keys and accounts lie.
async fn app(limits: Limits) -> (TestDatabase, App) {
    let database = database(Backend::Sqlite).await.expect("SQLite is always there");
    let app = App::at(&database.url, limits).await;
    (database, app)
}

async fn ask(app: &App, asked: &CodeRequest) -> bool {
    match app.codes.make(asked).await {
        Ok(_) => true,
        Err(fault) => {
            assert_eq!((fault.code().name, fault.code().kind), ("too-many-codes", Kind::Throttled));
            assert!(fault.retry_after().is_some(), "it says when to come back");
            false
        }
    }
}

#[tokio::test]
async fn a_phone_gets_one_code_a_minute_whoever_asks() {
    let (_database, app) = app(Limits::default()).await;
    let first = asked();
    assert!(ask(&app, &first).await);
    assert!(!ask(&app, &first).await);
    let stranger = CodeRequest { address: address(2), ..asked() };
    assert!(!ask(&app, &stranger).await);
    assert!(ask(&app, &CodeRequest { to: Destination::Phone(phone(2)), ..first }).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_ask_for_one_phone_at_once_one_is_heard() {
    let (_database, app) = app(Limits { codes_per_phone: [1, 1000, 1000], ..NO_LIMITS }).await;
    let asks = (0..64).map(|_| {
        let app = app.clone();
        async move { ask(&app, &asked()).await }
    });
    assert_eq!(beside_each_other(asks).await.into_iter().filter(|heard| *heard).count(), 1);
}

#[tokio::test]
async fn a_phone_gets_so_many_codes_an_hour_and_a_day() {
    for codes_per_phone in [[1000, 3, 1000], [1000, 1000, 3]] {
        let (_database, app) = app(Limits { codes_per_phone, ..NO_LIMITS }).await;
        for n in 0..5 {
            assert_eq!(ask(&app, &asked()).await, n < 3, "{codes_per_phone:?}, code {n}");
        }
        assert!(ask(&app, &CodeRequest { to: Destination::Phone(phone(2)), ..asked() }).await);
    }
}

#[tokio::test]
async fn an_account_gets_so_many_codes_whatever_the_phone() {
    let (_database, app) = app(Limits { codes_per_account: 3, ..NO_LIMITS }).await;
    let account = AccountId::new(NOW);
    for n in 0..5 {
        let asked = CodeRequest {
            account: Some(account),
            to: Destination::Phone(phone(n)),
            address: address(n as u8),
            ..asked()
        };
        assert_eq!(ask(&app, &asked).await, n < 3, "code {n}");
    }
    assert!(ask(&app, &asked()).await);
}

#[tokio::test]
async fn an_address_gets_so_many_codes_whoever_asks() {
    let (_database, app) = app(Limits { codes_per_address: 3, ..NO_LIMITS }).await;
    for n in 0..5 {
        let asked = CodeRequest { to: Destination::Phone(phone(n)), address: address(9), ..asked() };
        assert_eq!(ask(&app, &asked).await, n < 3, "code {n}");
    }
    assert!(ask(&app, &CodeRequest { address: address(10), ..asked() }).await);
}

#[tokio::test]
async fn a_site_pays_for_so_many_codes_whoever_asks() {
    let (_database, app) = app(Limits { codes_per_site: 3, ..NO_LIMITS }).await;
    let site = SiteId::new(NOW);
    for n in 0..5 {
        let asked =
            CodeRequest { site: Some(site), to: Destination::Phone(phone(n)), address: address(n as u8), ..asked() };
        assert_eq!(ask(&app, &asked).await, n < 3, "code {n}");
    }
    assert!(ask(&app, &asked()).await);
}

#[tokio::test]
async fn the_limits_are_those_that_were_promised() {
    let limits = Limits::default();
    assert_eq!(limits.codes_per_phone, [1, 5, 10]);
    assert_eq!((limits.codes_per_account, limits.codes_per_address, limits.codes_per_site), (10, 20, 200));
    assert_eq!((limits.logins_per_minute, limits.codes_in_all), (60, 5_000));
    assert_eq!((limits.passwords_per_account, limits.passwords_per_address), (5, 5));
}

#[tokio::test]
async fn the_whole_server_sends_so_many_codes_an_hour_and_says_that_it_is_not_the_users_fault() {
    let (_database, app) = app(Limits { codes_in_all: 3, ..NO_LIMITS }).await;
    for n in 0..5 {
        let asked = CodeRequest { to: Destination::Phone(phone(n)), address: address(n as u8), ..asked() };
        match app.codes.make(&asked).await {
            Ok(_) => assert!(n < 3, "code {n}"),
            Err(fault) => {
                assert!(n >= 3, "code {n}");
                assert_eq!((fault.code().name, fault.code().kind), ("codes-exhausted", Kind::Unavailable));
            }
        }
    }
}

/// Somebody with a password, and the failure of a login with another.
async fn tried(app: &App, identifier: &str, password: &str, from: u8) -> &'static str {
    let identifier = Identifier::parse(identifier).unwrap();
    match app.accounts.log_in_with_password(&identifier, &password.into(), &origin(from)).await {
        Ok(_) => "in",
        Err(fault) => fault.code().name,
    }
}

#[tokio::test]
async fn five_wrong_passwords_lock_an_account_for_everybody_whether_it_exists_or_not() {
    let limits = Limits { passwords_per_account: 5, ..NO_LIMITS };
    let (_database, app) = app(limits).await;
    app.register(phone(1), PASSWORD).await;
    let number = app.number_of(phone(1)).await;
    for known in ["13800000001", "13800000099"] {
        for n in 0..5 {
            assert_eq!(tried(&app, known, "not the password", n).await, "wrong-credentials", "{known} {n}");
        }
        assert_eq!(tried(&app, known, PASSWORD, 9).await, "too-many-passwords", "{known}: not even the right one");
    }
    // by whatever name, it is one account
    assert_eq!(tried(&app, &number, PASSWORD, 9).await, "too-many-passwords");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_wrong_passwords_at_once_are_no_more_tries_than_one_after_another() {
    let (_database, app) = app(Limits { passwords_per_account: 5, ..NO_LIMITS }).await;
    app.register(phone(1), PASSWORD).await;
    let guesses = (0..32).map(|n| {
        let app = app.clone();
        async move { tried(&app, "13800000001", "not the password", n).await }
    });
    let outcomes = beside_each_other(guesses).await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == "wrong-credentials").count(), 5, "{outcomes:?}");
}

#[tokio::test]
async fn a_right_password_starts_the_accounts_count_again() {
    let (_database, app) = app(Limits { passwords_per_account: 3, ..NO_LIMITS }).await;
    app.register(phone(1), PASSWORD).await;
    for _ in 0..3 {
        for n in 0..2 {
            assert_eq!(tried(&app, "13800000001", "not the password", n).await, "wrong-credentials");
        }
        assert_eq!(tried(&app, "13800000001", PASSWORD, 9).await, "in");
    }
}

#[tokio::test]
async fn five_wrong_passwords_from_one_address_are_enough_whatever_the_accounts() {
    let (_database, app) = app(Limits { passwords_per_address: 5, ..NO_LIMITS }).await;
    app.register(phone(1), PASSWORD).await;
    for n in 10..15 {
        assert_eq!(tried(&app, &format!("138000000{n}"), "not the password", 7).await, "wrong-credentials");
    }
    assert_eq!(tried(&app, "13800000001", PASSWORD, 7).await, "too-many-passwords");
    assert_eq!(tried(&app, "13800000001", PASSWORD, 8).await, "in", "from elsewhere it is none of their business");
}

#[tokio::test]
async fn an_address_logs_in_so_often_a_minute_and_wechat_is_spared_the_rest() {
    let (_database, app) = app(Limits { logins_per_minute: 3, ..NO_LIMITS }).await;
    let entered = app.log_in("wx1/a").await.unwrap();
    for _ in 0..2 {
        app.log_in("wx1/a").await.unwrap();
    }
    assert_eq!(name(app.log_in("wx1/a").await), "too-many-logins");
    assert_eq!(app.wechat.asked.load(Ordering::Relaxed), 3);
    app.refresh(&entered.refresh).await.expect("who is in goes on");
}
