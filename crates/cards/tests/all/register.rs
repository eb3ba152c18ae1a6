use cards::{CardDetails, CardField, PutCard, Source};
use kernel::{
    card_number::{CardFormat, NumberFormat},
    port::{CardKind, CardRegister, CardState},
};
use store::on_every_database;

use crate::app::{App, card, wanted};

const DEC10: CardFormat = CardFormat::straight(NumberFormat::Dec10);
const WG26: CardFormat = CardFormat::straight(NumberFormat::Wg26);

on_every_database! {
    async fn a_number_that_two_cards_may_bear_finds_both(db) {
        let app = App::over(db).await;
        let site = app.site(DEC10).await;
        let one = 0x0012_3456_u32;
        let numbers = [one, one | 0x0100_0000, one + 1].map(|raw| format!("{raw:010}"));
        let facts = numbers.iter().map(|number| card(DEC10, number)).collect();
        let put = app.register.put(site, facts, Source::Register).await.unwrap();
        assert_eq!(put.cards, [PutCard::New, PutCard::New, PutCard::New]);
        let found = async |format, number: &str| app.register.look_up(&wanted(site, format, number)).await.unwrap().len();
        assert_eq!(found(DEC10, &numbers[0]).await, 1, "all four bytes are known");
        assert_eq!(found(WG26, "018,13398").await, 2, "three are: the register's reader must refuse to guess");
        assert_eq!(found(WG26, "018,13399").await, 1);
        assert_eq!(found(WG26, "018,13400").await, 0);
        let elsewhere = app.site(DEC10).await;
        let other = wanted(elsewhere, DEC10, &numbers[0]);
        assert!(app.register.look_up(&other).await.unwrap().is_empty(), "inside one site only");
        let of_another_kind = kernel::port::WantedCard { kind: CardKind::Member, ..wanted(site, DEC10, &numbers[0]) };
        assert!(app.register.look_up(&of_another_kind).await.unwrap().is_empty());
    }

    async fn a_byte_order_and_a_format_that_change_are_read_again(db) {
        let app = App::over(db).await;
        let reversed = CardFormat::reversed(NumberFormat::Dec10);
        let site = app.site(reversed).await;
        // devices.md §5: Mifare UID 2A83155E, printed last byte first
        app.register.put(site, vec![card(reversed, "1578468138")], Source::Register).await.unwrap();
        let straight = wanted(site, CardFormat::straight(NumberFormat::Hex8), "2A83155E");
        assert_eq!(app.register.look_up(&straight).await.unwrap().len(), 1);
        assert_eq!(app.register.look_up(&wanted(site, DEC10, "0713233758")).await.unwrap().len(), 1);
        assert!(app.register.find(site, "1578468138").await.unwrap().is_some());
    }

    async fn putting_the_same_again_changes_nothing_and_what_differs_is_named(db) {
        let app = App::over(db).await;
        let site = app.site(DEC10).await;
        let plain = card(DEC10, "0040856634");
        let put = async |facts: CardDetails| app.register.put(site, vec![facts], Source::Register).await.unwrap().cards;
        assert_eq!(put(plain.clone()).await, [PutCard::New]);
        assert_eq!(put(plain.clone()).await, [PutCard::Same]);
        let changed = CardDetails { state: CardState::Lost, balance: Some(100), plates: vec!["湘A12345".into()], ..plain.clone() };
        let fields = vec![CardField::Plates, CardField::Balance, CardField::State];
        let compared = app.register.compare(site, std::slice::from_ref(&changed), Source::Register).await.unwrap();
        assert_eq!(compared, [PutCard::Changed(fields.clone())], "known before it is done");
        assert_eq!(put(changed.clone()).await, [PutCard::Changed(fields)]);
        assert_eq!(put(changed).await, [PutCard::Same]);
        let copy = CardDetails { shared: true, ..plain };
        assert_eq!(put(copy.clone()).await.len(), 1);
        let told = app.register.compare(site, &[CardDetails { shared: false, ..copy }], Source::CardSystem).await.unwrap();
        assert_eq!(told, [PutCard::Same], "a card system knows nothing of sharing");
        assert_eq!(app.register.list(site, None, 10).await.unwrap().len(), 1);
    }

    async fn leading_zeros_of_a_text_do_not_change_what_is_printed(db) {
        let app = App::over(db).await;
        let opaque = CardFormat::straight(NumberFormat::Opaque);
        let site = app.site(opaque).await;
        let put = async |number: &str, holder: &str, source| {
            let facts = CardDetails { holder: holder.into(), ..card(opaque, number) };
            let put = app.register.put(site, vec![facts], source).await.unwrap().cards;
            let printed = app.register.list(site, None, 2).await.unwrap().into_iter().map(|card| card.printed).collect::<Vec<_>>();
            (put, printed.join(" "))
        };
        let printed = || "00012".to_owned();
        assert_eq!(put("00012", "甲", Source::Register).await, (vec![PutCard::New], printed()));
        for number in ["12", "0012", "000012", "0-0-0 12"] {
            assert_eq!(put(number, "甲", Source::Register).await, (vec![PutCard::Same], printed()), "{number}");
        }
        let changed = vec![PutCard::Changed(vec![CardField::Holder])];
        assert_eq!(put("12", "乙", Source::Register).await, (changed, printed()), "nor where something else changes");
        let print = vec![PutCard::Changed(vec![CardField::Number])];
        assert_eq!(put("012", "乙", Source::CardSystem).await, (print, "012".to_owned()), "a card system is asked by its print");
    }

    async fn an_answer_of_the_card_system_that_a_later_one_has_overtaken_changes_nothing(db) {
        let app = App::over(db).await;
        let site = app.site(DEC10).await;
        let of = |number: &str, state| CardDetails { state, ..card(DEC10, number) };
        let asked = |seconds: i64| kernel::Timestamp::from_seconds(1_795_000_000 + seconds);
        let put = async |facts: Vec<CardDetails>, at| app.register.put_copies(site, facts, asked(at)).await.unwrap().cards;
        let seen = async || {
            let id = app.register.find(site, "0040856634").await.unwrap().unwrap();
            let seen = app.register.see(site, id).await.unwrap().1;
            (seen.state, seen.as_of)
        };
        let number = "0040856634";
        assert_eq!(put(vec![of(number, CardState::Active)], 10).await, [PutCard::New]);
        assert_eq!(seen().await, (CardState::Active, asked(10)));
        // asked at 30 it was lost; a list from 20 that took long to read still says otherwise
        let lost = PutCard::Changed(vec![CardField::State]);
        assert_eq!(put(vec![of(number, CardState::Lost)], 30).await, [lost]);
        let list = vec![of("0040856635", CardState::Active), of(number, CardState::Active)];
        assert_eq!(put(list, 20).await, [PutCard::New, PutCard::Same]);
        assert_eq!(seen().await, (CardState::Lost, asked(30)));
        // the same again, late: it is not as of then
        assert_eq!(put(vec![of(number, CardState::Lost)], 25).await, [PutCard::Same]);
        assert_eq!(seen().await, (CardState::Lost, asked(30)));
        // asked later, written before what was asked earlier and after what is newest: it counts
        let found = PutCard::Changed(vec![CardField::State]);
        assert_eq!(put(vec![of(number, CardState::Active)], 40).await, [found]);
        assert_eq!(seen().await, (CardState::Active, asked(40)));
    }
}
