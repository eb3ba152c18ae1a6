//! Cards of the installed system.

use cardsystem::{CarsafeSettings, simulator::CarsafeFault};
use kernel::{
    INTERNAL, Phone,
    port::{CardCatalogue, CardKind, CardState, CardSystem, FoundCard, WantedCard},
};

use crate::{
    log,
    loopback::Loopback,
    site::{BRANCH, NOW, NUMBER, PLATE, Site, card, client, client_of, find, settings, wanted, why},
};

#[tokio::test]
async fn a_card_is_found_with_all_that_is_known_of_it() {
    let site = Site::start().await;
    let client = site.client();
    assert_eq!(find(&client).await.expect("an answer"), Some(FoundCard::Theirs(card(NUMBER))));
    let other_kind = WantedCard { kind: CardKind::Access, ..wanted(NUMBER) };
    for none in [other_kind, wanted("0012345679")] {
        assert_eq!(client.find(&none).await.expect("an answer"), None);
    }
}

#[tokio::test]
async fn what_the_issuer_reports_is_seen_at_once() {
    let site = Site::start().await;
    let client = site.client();
    let found = async || match find(&client).await.expect("an answer") {
        Some(FoundCard::Theirs(card)) => Some(card),
        _ => None,
    };
    assert!(site.sim.report(BRANCH, NUMBER, CardState::Lost));
    assert_eq!(found().await.expect("a card").state, CardState::Lost);
    assert!(site.sim.report(BRANCH, NUMBER, CardState::Frozen));
    assert_eq!(found().await.expect("a card").state, CardState::Frozen);
    let other = Phone::parse("13900004321");
    assert!(site.sim.change_phone(BRANCH, NUMBER, other.as_ref()));
    assert_eq!(found().await.expect("a card").phone, other);
    assert!(site.sim.remove_card(BRANCH, NUMBER));
    assert!(found().await.is_none());
    assert!(!site.sim.report(BRANCH, NUMBER, CardState::Active), "it is gone");
}

#[tokio::test]
async fn two_cards_are_none_and_a_warning() {
    let site = Site::start().await;
    site.sim.add_card(BRANCH, card(NUMBER));
    log::begin();
    assert_eq!(find(&site.client()).await.expect("an answer"), None);
    let logged = log::text();
    assert!(logged.contains("WARN") && logged.contains("card number is ambiguous"), "{logged}");
}

#[tokio::test]
async fn a_card_that_was_not_asked_for_is_a_wrong_answer() {
    let site = Site::start().await;
    site.sim.inject(CarsafeFault::AnotherCard, 1);
    assert_eq!(why(find(&site.client()).await), "another card in the card system's answer makes no sense");
    for (answer, part) in [
        (r#"{"flag":1,"data":[{"cardtype":3,"cardno":"0012345678","state":1}]}"#, "another card"),
        (
            r#"{"flag":1,"data":[{"cardtype":2,"cardno":"0012345678","state":1,"branchno":"2"}]}"#,
            "the branch of a card",
        ),
        (r#"{"flag":1,"data":[{"cardtype":2,"cardno":"0012345678","state":9}]}"#, "the state of a card"),
        (r#"{"flag":1,"data":{"flag":1}}"#, "data"),
        (r#"{"flag":1}"#, "data"),
    ] {
        let server = Loopback::say(answer).await;
        let why = why(find(&client(&server.url, site.clock.clone())).await);
        assert_eq!(why, format!("{part} in the card system's answer makes no sense"), "{answer}");
    }
    // leading zeros are the same number
    let server = Loopback::say(r#"{"flag":1,"data":[{"cardtype":2,"cardno":12345678,"state":1}]}"#).await;
    assert!(find(&client(&server.url, site.clock.clone())).await.expect("an answer").is_some());
}

#[tokio::test]
async fn a_site_without_a_branch_is_our_own_mistake() {
    let site = Site::start().await;
    let wanted = WantedCard { branch: None, ..wanted(NUMBER) };
    assert_eq!(site.client().find(&wanted).await.expect_err("a fault").code(), INTERNAL);
    assert_eq!(site.server.connections(), 0);
}

#[tokio::test]
async fn cards_are_found_by_a_plate() {
    let site = Site::start().await;
    let client = site.client();
    assert_eq!(client.by_credential(BRANCH, "湘A·JN218", NOW, NOW).await.expect("cards"), [card(NUMBER)]);
    assert_eq!(client.by_credential(BRANCH, "湘AJN219", NOW, NOW).await.expect("cards"), []);
    let asked = site.server.connections();
    assert_eq!(client.by_credential(BRANCH, "无", NOW, NOW).await.expect("cards"), []);
    assert_eq!(site.server.connections(), asked, "that is no plate, so nobody is asked");

    let server =
        Loopback::say(r#"{"flag":1,"data":[{"cardtype":1,"cardno":"1","state":1,"plates":"湘AJN219"}]}"#).await;
    let other = crate::site::client(&server.url, site.clock.clone());
    let why = why(other.by_credential(BRANCH, PLATE, NOW, NOW).await);
    assert_eq!(why, "another plate in the card system's answer makes no sense");
}

#[tokio::test]
async fn two_hundred_and_fifty_cards_are_listed_page_by_page() {
    let site = Site::start().await;
    let all: Vec<_> = (1..250).map(|n| card(&format!("{n:08}"))).collect();
    for card in &all {
        site.sim.add_card(BRANCH, card.clone());
    }
    site.sim.add_card("2", card("99999999"));
    let client = site.client();
    let (mut listed, mut place, mut pages) = (vec![], None::<String>, vec![]);
    loop {
        let page = client.page(BRANCH, place.as_deref()).await.expect("a page");
        pages.push(page.cards.len());
        listed.extend(page.cards);
        place = page.next;
        if place.is_none() {
            break;
        }
    }
    assert_eq!(pages, [100, 100, 50, 0]);
    assert_eq!(listed[0], card(NUMBER));
    assert_eq!(listed[1..], all);
}

#[tokio::test]
async fn a_page_leaves_out_what_makes_no_sense_and_says_how_many() {
    log::begin();
    let site = Site::start().await;
    let server = Loopback::say(
        r#"{"flag":1,"data":[{"cardtype":2,"cardno":"1","state":1},{"cardtype":2,"cardno":"5550001","state":9},7]}"#,
    )
    .await;
    let page = client(&server.url, site.clock.clone()).page(BRANCH, None).await.expect("a page");
    assert_eq!(page.cards.iter().map(|card| &*card.printed).collect::<Vec<_>>(), ["1"]);
    let logged = log::text();
    assert!(logged.contains("cards.skipped=2") && !logged.contains("5550001"), "{logged}");
}

#[tokio::test]
async fn a_system_that_gives_the_same_page_for_ever_or_too_much_is_found_out() {
    let site = Site::start().await;
    let json = r#"{"data":[{"cardtype":2,"cardno":"1","state":1},{"cardtype":2,"cardno":"2","state":1}]}"#;
    let server = Loopback::say(json).await;
    let client = client(&server.url, site.clock.clone());
    let next = client.page(BRANCH, None).await.expect("a page").next.expect("another");
    let senseless = "a page in the card system's answer makes no sense";
    assert_eq!(why(client.page(BRANCH, Some(&next)).await), senseless);
    let small = client_of(CarsafeSettings { page_size: 1, ..settings(&server.url) }, site.clock.clone());
    assert_eq!(why(small.page(BRANCH, None).await), senseless);
    assert_eq!(client.page(BRANCH, Some("elsewhere")).await.expect_err("no place").code(), INTERNAL);
}

#[tokio::test]
async fn a_branch_that_is_not_there_and_a_secret_that_is_not_theirs_are_wrong_answers() {
    let site = Site::start().await;
    let refused = "the card system refused with flag 0";
    assert_eq!(why(site.client().page("9", None).await), refused);
    let stranger = CarsafeSettings { secret: "another".into(), ..settings(&site.server.url) };
    assert_eq!(why(find(&client_of(stranger, site.clock.clone())).await), refused);
}
