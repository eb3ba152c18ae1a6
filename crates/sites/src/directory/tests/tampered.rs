use proptest::{option, prelude::*};

use super::{
    super::place::{Edge, Key, Spot},
    *,
};

fn site(n: u128) -> Listed {
    let position = Position::new(112.9 + n as f64 / 100.0, 28.2);
    Listed { id: id(n), name: format!("测试{n}停车场"), address: None, position, hidden: n.is_multiple_of(5) }
}

#[test]
fn what_is_no_place_is_refused() {
    let some = "00000000-0000-0000-0000-000000000001";
    for text in [
        "null",
        "[]",
        "{}",
        "7",
        r#""m""#,
        r#"{"x":["a","ID"]}"#,
        r#"{"m":["a"]}"#,
        r#"{"m":["a","ID","b"]}"#,
        r#"{"m":[1,"ID"]}"#,
        r#"{"m":["a","no-id"]}"#,
        r#"{"m":["a","ID"],"r":"ID"}"#,
        r#"{"r":["ID"]}"#,
        r#"{"n":[NaN,["a","ID"],[1,"ID"]]}"#,
        r#"{"n":[-1,["a","ID"],[1,"ID"]]}"#,
        r#"{"n":[1.5,["a","ID"],[1,"ID"]]}"#,
        r#"{"n":[1e300,["a","ID"],[1,"ID"]]}"#,
        r#"{"n":[1,["a","ID"],null]}"#,
        r#"{"n":[1,["a","ID"],[99999999999999999999,"ID"]]}"#,
        r#"{"a":["a","ID"]}"#,
    ] {
        assert!(serde_json::from_str::<Place>(&text.replace("ID", some)).is_err(), "{text}");
    }
}

#[test]
fn a_place_is_small_and_stays_what_it_is() {
    let directory = Directory::new([site(1)]);
    let near = Position::new(112.9, 28.2);
    let place = directory.list(&SiteQuery { near, limit: 1, ..query() })[0].place.clone();
    let text = serde_json::to_string(&place).unwrap();
    assert!(
        text.starts_with(r#"{"n":[1"#) && text.contains(r#",["ceshi1tingchechang","#) && text.len() < 150,
        "{text}"
    );
    assert_eq!(serde_json::from_str::<Place>(&text).unwrap(), place);
}

fn any_key() -> impl Strategy<Value = Key> {
    (prop_oneof![Just(String::new()), "ceshi[0-9]{0,2}.{0,3}", ".{0,200}"], any_id()).prop_map(|(key, id)| Key(key, id))
}

fn any_id() -> impl Strategy<Value = SiteId> {
    prop_oneof![(0..30_u128).prop_map(id), any::<u128>().prop_map(id)]
}

fn any_span() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), 0..4_000_000_000_u64, any::<u64>(), Just(u64::MAX)]
}

fn any_edge() -> impl Strategy<Value = Edge> {
    (any_span(), any_id()).prop_map(|(span, id)| Edge(span, id))
}

fn any_spot() -> impl Strategy<Value = Spot> {
    prop_oneof![
        any_key().prop_map(Spot::Mine),
        any_id().prop_map(Spot::Recent),
        (any_span(), any_key(), any_edge()).prop_map(|(span, key, edge)| Spot::Near(span, key, edge)),
        (any_key(), option::of(any_edge())).prop_map(|(key, edge)| Spot::All(key, edge)),
    ]
}

proptest! {
    #[test]
    fn from_any_place_the_pages_end_and_show_nothing_twice(
        spot in any_spot(), has_position in any::<bool>(), text in option::of("[测停1a-z ]{1,3}"), limit in 0..5_usize,
    ) {
        let directory = Directory::with((0..25).map(site), Limits { near: 6, looked_at: 9, ..Limits::usual() });
        let place = returned(&Place(spot));
        let near = Position::new(112.95, 28.21).filter(|_| has_position);
        let (mine, recent) = ([id(3), id(99), id(5), id(3)], [id(7), id(98), id(10), id(7), id(3)]);
        let query = SiteQuery { text: text.as_deref(), near, mine: &mine, recent: &recent, after: Some(&place), limit };
        let hits = pages(&directory, &query);
        let shown: HashSet<_> = hits.iter().map(|hit| hit.site.id).collect();
        prop_assert_eq!(shown.len(), hits.len());
        prop_assert!(hits.iter().all(|hit| !hit.site.hidden || hit.group <= Group::Recent));
    }
}
