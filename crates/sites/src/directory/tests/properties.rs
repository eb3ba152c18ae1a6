use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{super::position::metres, *};

/// Characters with one reading and with several, of which some read like two others; letters, digits, and what has no
/// reading.
const CHARACTERS: &[&str] = &[
    "长", "重", "厦", "西", "安", "先", "停", "车", "场", "女", "绿", "庄", "A", "b", "P3", "3", "Ｚ", "（", " ", "·",
    "𠮷", "㐀", "é",
];
const WORDS: &[&str] = &[
    "x",
    "xi",
    "xian",
    "an",
    "c",
    "zh",
    "z",
    "chang",
    "zhang",
    "changting",
    "tingchechang",
    "ting",
    "tcc",
    "cc",
    "zz",
    "nv",
    "lv",
    "lu",
    "p",
    "p3",
    "3",
    "33",
    "sha",
    "xia",
    "cheche",
    "zhuangzhuangzhuang",
    "zhuangzhuangch",
    "aazhuangan",
    "anzhuangan",
    "长",
    "停车",
    "停车场",
    "车场停车场",
    "Ｔ",
    "é",
    "𠮷",
    "(",
    "xi'an",
    "ian",
    "ing",
];

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        vec(select(CHARACTERS), 0..5),
        vec(select(&["停", "车", "场"][..]), 1..14),
        vec(select(&["庄", "长", "安", "a"][..]), 1..14),
    ]
    .prop_map(|parts| parts.concat())
}

fn any_position() -> impl Strategy<Value = Option<Position>> {
    let here =
        (0_i32..6, 0_i32..6).prop_map(|(x, y)| Position::new(113.0 + f64::from(x) / 8.0, 28.0 + f64::from(y) / 8.0));
    let anywhere = (-180.0..=180.0, -90.0..=90.0).prop_map(|(lng, lat)| Position::new(lng, lat));
    prop_oneof![6 => here, 1 => anywhere, 1 => Just(None)]
}

fn any_site() -> impl Strategy<Value = Listed> {
    let ids = prop_oneof![0..60_u128, Just(u128::MAX)];
    (ids, any_name(), option::of(any_name()), any_position(), prop::bool::weighted(0.2))
        .prop_map(|(n, name, address, position, hidden)| Listed { id: id(n), name, address, position, hidden })
}

fn any_sites() -> impl Strategy<Value = Vec<Listed>> {
    vec(any_site(), 0..40).prop_map(|mut sites| {
        let mut seen = HashSet::new();
        sites.retain(|site| seen.insert(site.id));
        sites
    })
}

fn any_text() -> impl Strategy<Value = Option<String>> {
    let words = vec(prop_oneof![4 => select(WORDS).prop_map(ToOwned::to_owned), 1 => any_name()], 0..3);
    option::weighted(0.8, words.prop_map(|words| words.join("　")))
}

fn any_ids() -> impl Strategy<Value = Vec<SiteId>> {
    vec((0..60_u128).prop_map(id), 0..8)
}

fn any_limits() -> impl Strategy<Value = Limits> {
    let usual = Just(()).prop_map(|()| Limits::usual());
    let small = (1..6_usize, 1..9_usize, 0..5_usize, 0..6_usize).prop_map(|(near, looked_at, frequent, spellings)| {
        Limits { near, looked_at, frequent, spellings, ..Limits::usual() }
    });
    prop_oneof![1 => usual, 4 => small]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn every_page_is_what_filtering_and_sorting_all_sites_gives(
        sites in any_sites(), limits in any_limits(), text in any_text(), near in option::of(any_position()),
        mine in any_ids(), recent in any_ids(), limit in 1..9_usize,
    ) {
        let directory = Directory::with(sites.clone(), limits);
        let near = near.flatten();
        let query = SiteQuery { text: text.as_deref(), near, mine: &mine, recent: &recent, after: None, limit };
        let hits = pages(&directory, &query);
        let shown: Vec<_> = hits.iter().map(|hit| (hit.site.id, hit.group)).collect();
        prop_assert_eq!(shown, naive::list(&sites, &query, &limits));
        for hit in &hits {
            prop_assert!(sites.contains(&hit.site));
            prop_assert_eq!(hit.distance_m.is_some(), near.is_some() && hit.site.position.is_some());
        }
        prop_assert!(hits.windows(2).all(|two| two[0].group <= two[1].group));
    }

    #[test]
    fn sites_that_stay_are_shown_once_while_others_come_change_and_go(
        sites in any_sites(), others in vec(vec(any_site(), 0..12), 1..6), limits in any_limits(), text in any_text(),
        near in any_position(), mine in any_ids(), recent in any_ids(), limit in 1..6_usize,
    ) {
        let query = SiteQuery { text: text.as_deref(), near, mine: &mine, recent: &recent, after: None, limit };
        let (stay, go): (Vec<_>, Vec<_>) = sites.into_iter().partition(|site| site.id < id(40));
        let mut versions: Vec<Vec<Listed>> = vec![[stay.clone(), go].concat()];
        versions.extend(others.into_iter().map(|others| {
            [stay.clone(), others.into_iter().filter(|site| site.id >= id(40)).collect()].concat()
        }));
        let built: Vec<_> = versions.iter().map(|sites| Directory::with(sites.clone(), limits)).collect();
        let (mut after, mut shown) = (None::<Place>, Vec::new());
        for n in 0.. {
            prop_assert!(n < 300, "goes round in circles");
            let page = built[n % built.len()].list(&SiteQuery { after: after.as_ref(), ..query });
            let Some(last) = page.last() else { break };
            after = Some(returned(&last.place));
            shown.extend(page.iter().map(|hit| hit.site.id).filter(|id| stay.iter().any(|site| site.id == *id)));
        }
        let mut expected: Vec<_> = naive::list(&stay, &query, &limits).into_iter().map(|(id, _)| id).collect();
        shown.sort_unstable();
        expected.sort_unstable();
        prop_assert_eq!(shown, expected);
    }

    #[test]
    fn distances_are_those_of_the_haversine_formula(
        a in (-180.0..=180.0_f64, -90.0..=90.0_f64), b in (-180.0..=180.0_f64, -90.0..=90.0_f64),
        shrink in select(&[1.0, 1e-2, 1e-4][..]),
    ) {
        let b = (a.0 + (b.0 - a.0) * shrink, a.1 + (b.1 - a.1) * shrink);
        let [lng_a, lat_a, lng_b, lat_b] = [a.0, a.1, b.0, b.1].map(f64::to_radians);
        let haversine = ((lat_b - lat_a) / 2.0).sin().powi(2)
            + lat_a.cos() * lat_b.cos() * ((lng_b - lng_a) / 2.0).sin().powi(2);
        let expected = 2.0 * position::RADIUS_M * haversine.sqrt().min(1.0).asin();
        let point = |(lng, lat): (f64, f64)| Position::new(lng, lat).unwrap().on_ball();
        let measured = metres(position::span(point(a), point(b)));
        prop_assert!((measured - expected).abs() < 0.2 + expected * 1e-7, "{} {}", measured, expected);
    }
}
