use std::sync::atomic::Ordering;

use auth::{Asked, Limits};
use kernel::{AccountId, Kind, SiteId};
use store::testing::{Backend, TestDatabase, database};

use crate::{House, NO_LIMITS, NOW, address, asked, beside_each_other, name, phone};

/// Limits are kept in the cache; the database is only where keys and accounts lie.
async fn house(limits: Limits) -> (TestDatabase, House) {
    let database = database(Backend::Sqlite).await.expect("SQLite is always there");
    let house = House::at(&database.url, limits).await;
    (database, house)
}

async fn ask(house: &House, asked: &Asked) -> bool {
    match house.codes.make(asked).await {
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
    let (_database, house) = house(Limits::default()).await;
    let first = asked();
    assert!(ask(&house, &first).await);
    assert!(!ask(&house, &first).await);
    let stranger = Asked { address: address(2), ..asked() };
    assert_eq!(stranger.phone, first.phone);
    assert!(!ask(&house, &stranger).await);
    assert!(ask(&house, &Asked { phone: phone(2), ..first }).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_ask_for_one_phone_at_once_one_is_heard() {
    let (_database, house) = house(Limits { codes_per_phone: [1, 1000, 1000], ..NO_LIMITS }).await;
    let asks = (0..64).map(|_| {
        let house = house.clone();
        async move { ask(&house, &asked()).await }
    });
    assert_eq!(beside_each_other(asks).await.into_iter().filter(|heard| *heard).count(), 1);
}

#[tokio::test]
async fn a_phone_gets_so_many_codes_an_hour_and_a_day() {
    for codes_per_phone in [[1000, 3, 1000], [1000, 1000, 3]] {
        let (_database, house) = house(Limits { codes_per_phone, ..NO_LIMITS }).await;
        for n in 0..5 {
            assert_eq!(ask(&house, &asked()).await, n < 3, "{codes_per_phone:?}, code {n}");
        }
        assert!(ask(&house, &Asked { phone: phone(2), ..asked() }).await);
    }
}

#[tokio::test]
async fn an_account_gets_so_many_codes_whatever_the_phone() {
    let (_database, house) = house(Limits { codes_per_account: 3, ..NO_LIMITS }).await;
    let account = AccountId::new(NOW);
    for n in 0..5 {
        let asked = Asked { account, phone: phone(n), address: address(n as u8), ..asked() };
        assert_eq!(ask(&house, &asked).await, n < 3, "code {n}");
    }
    assert!(ask(&house, &asked()).await);
}

#[tokio::test]
async fn an_address_gets_so_many_codes_whoever_asks() {
    let (_database, house) = house(Limits { codes_per_address: 3, ..NO_LIMITS }).await;
    for n in 0..5 {
        let asked = Asked { phone: phone(n), address: address(9), ..asked() };
        assert_eq!(ask(&house, &asked).await, n < 3, "code {n}");
    }
    assert!(ask(&house, &Asked { address: address(10), ..asked() }).await);
}

#[tokio::test]
async fn a_site_pays_for_so_many_codes_whoever_asks() {
    let (_database, house) = house(Limits { codes_per_site: 3, ..NO_LIMITS }).await;
    let site = SiteId::new(NOW);
    for n in 0..5 {
        let asked = Asked { site, phone: phone(n), address: address(n as u8), ..asked() };
        assert_eq!(ask(&house, &asked).await, n < 3, "code {n}");
    }
    assert!(ask(&house, &asked()).await);
}

#[tokio::test]
async fn the_limits_are_those_that_were_promised() {
    let Limits { logins_per_minute, codes_per_phone, codes_per_account, codes_per_address, codes_per_site } =
        Limits::default();
    assert_eq!(codes_per_phone, [1, 5, 10]);
    assert_eq!((codes_per_account, codes_per_address, codes_per_site), (10, 20, 200));
    assert_eq!(logins_per_minute, 60);
}

#[tokio::test]
async fn an_address_logs_in_so_often_a_minute_and_wechat_is_spared_the_rest() {
    let (_database, house) = house(Limits { logins_per_minute: 3, ..NO_LIMITS }).await;
    let entered = house.log_in("wx1/a").await.unwrap();
    for _ in 0..2 {
        house.log_in("wx1/a").await.unwrap();
    }
    assert_eq!(name(house.log_in("wx1/a").await), "too-many-logins");
    assert_eq!(name(house.refresh(&entered.refresh).await), "too-many-logins");
    assert_eq!(house.wechat.asked.load(Ordering::Relaxed), 3);
    // the token that was refused for its hurry is still good
    house.accounts.refresh(&entered.refresh, address(2)).await.unwrap();
}
