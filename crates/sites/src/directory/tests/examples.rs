use super::*;

type Seed = (&'static str, &'static str, Option<(f64, f64)>);

/// The demo's sites, as in the demo's seed, with positions for some.
const SITES: [Seed; 14] = [
    ("测试Z停车场", "湖南省长沙市岳麓区麓谷大道1号", Some((112.880, 28.220))),
    ("麓谷科技园", "湖南省长沙市岳麓区文轩路27号", Some((112.885, 28.225))),
    ("芙蓉广场地下停车场", "湖南省长沙市芙蓉区五一大道88号", Some((112.985, 28.195))),
    ("湘江世纪城", "湖南省长沙市开福区湘江北路1500号", None),
    ("梅溪湖文化中心", "湖南省长沙市岳麓区节庆路9号", None),
    ("星沙产业基地", "湖南省长沙市长沙县开元东路318号", None),
    ("雨花亭小区", "湖南省长沙市雨花区韶山中路439号", None),
    ("橘子洲景区停车场", "湖南省长沙市岳麓区橘洲路2号", Some((112.962, 28.190))),
    ("东塘百货大楼", "湖南省长沙市雨花区劳动西路215号", None),
    ("高铁南站P3停车场", "湖南省长沙市雨花区花侯路108号", Some((113.065, 28.148))),
    ("洋湖湿地公园", "湖南省长沙市岳麓区洋湖路66号", None),
    ("株洲动力谷", "湖南省株洲市天元区新马西路899号", Some((113.100, 27.850))),
    ("湘潭万楼新城", "", None),
    ("浏阳河婚庆公园", "湖南省长沙市开福区德雅路18号", None),
];

fn listed(n: usize, name: &str) -> Listed {
    Listed { id: id(n as u128), name: name.to_owned(), address: None, position: None, hidden: false }
}

fn demo() -> Directory {
    Directory::new(SITES.iter().enumerate().map(|(n, (name, address, position))| Listed {
        address: (!address.is_empty()).then(|| (*address).to_owned()),
        position: position.and_then(|(lng, lat)| Position::new(lng, lat)),
        ..listed(n, name)
    }))
}

fn names(hits: &[Hit]) -> Vec<&str> {
    hits.iter().map(|hit| &*hit.site.name).collect()
}

fn found(directory: &Directory, text: &str) -> Vec<String> {
    names(&directory.list(&SiteQuery { text: Some(text), ..query() })).into_iter().map(ToOwned::to_owned).collect()
}

fn finds(name: &str, text: &str) -> bool {
    !found(&Directory::new([listed(1, name)]), text).is_empty()
}

#[test]
fn without_a_request_the_list_is_in_the_order_of_pinyin() {
    let directory = demo();
    let hits = directory.list(&query());
    let expected = [
        "测试Z停车场",
        "东塘百货大楼",
        "芙蓉广场地下停车场",
        "高铁南站P3停车场",
        "橘子洲景区停车场",
        "浏阳河婚庆公园",
        "麓谷科技园",
        "梅溪湖文化中心",
        "湘江世纪城",
        "湘潭万楼新城",
        "星沙产业基地",
        "洋湖湿地公园",
        "雨花亭小区",
        "株洲动力谷",
    ];
    assert_eq!(names(&hits), expected);
    assert!(hits.iter().all(|hit| hit.group == Group::All && hit.distance_m.is_none()));
}

#[test]
fn mine_come_first_then_the_recent_then_the_near_then_all_others() {
    let (mine, recent) = ([id(11), id(1)], [id(8), id(1), id(5)]);
    let near = Position::new(112.879, 28.219);
    let directory = demo();
    let hits = directory.list(&SiteQuery { near, mine: &mine, recent: &recent, limit: 9, ..query() });
    let shown: Vec<_> = hits.iter().map(|hit| (hit.group, &*hit.site.name, hit.distance_m)).collect();
    let expected = [
        (Group::Mine, "麓谷科技园", Some(889)),
        (Group::Mine, "株洲动力谷", Some(46_411)),
        (Group::Recent, "东塘百货大楼", None),
        (Group::Recent, "星沙产业基地", None),
        (Group::Near, "测试Z停车场", Some(148)),
        (Group::Near, "橘子洲景区停车场", Some(8_749)),
        (Group::Near, "芙蓉广场地下停车场", Some(10_724)),
        (Group::Near, "高铁南站P3停车场", Some(19_866)),
        (Group::All, "浏阳河婚庆公园", None),
    ];
    assert_eq!(shown, expected);
}

#[test]
fn a_search_finds_names_addresses_pinyin_and_initials() {
    let directory = demo();
    let test_site = ["测试Z停车场"];
    for text in
        ["测试", "Z停", "麓谷大道", "ceshi", "CESHI", "tingche 测", "shizt", "csztcc", "ztcc", "ｃｓｚ", " 测试　z "]
    {
        assert_eq!(found(&directory, text), test_site, "{text}");
    }
    for text in ["eshi", "hizt", "cszttcc", "测场", "停车场测试", "ceshi 株洲", "火星", "csz-tcc"] {
        assert!(found(&directory, text).is_empty(), "{text}");
    }
    assert_eq!(found(&directory, "p3"), ["高铁南站P3停车场"]);
    assert_eq!(found(&directory, "nanzhanp3tingchechang"), ["高铁南站P3停车场"]);
    assert_eq!(found(&directory, "停车场 岳麓"), ["测试Z停车场", "橘子洲景区停车场"]);
    assert_eq!(found(&directory, "xiang"), ["湘江世纪城", "湘潭万楼新城", "洋湖湿地公园"]);
    assert_eq!(found(&directory, "  ").len(), 14);
}

#[test]
fn every_reading_of_a_character_is_found() {
    for text in ["changsha", "zhangsha", "zhangs", "cs", "zs", "changshazhongxin", "zszx"] {
        assert!(finds("长沙中心", text), "{text}");
    }
    assert!(finds("重庆厦门", "chongqingxiamen") && finds("重庆厦门", "zhongqingshamen") && finds("重庆厦门", "zqsm"));
    assert!(finds("西安", "xian") && finds("先", "xian") && !finds("先", "xa"));
    assert!(finds("绿地女人街", "lvdinv") && finds("绿地女人街", "ludinv"));
    // a key of the index holds eight letters: the longest reading may begin after two of them
    assert!(finds("安庄场", "anzhuangchang") && !finds("安庄场", "anzhuangchange"));
    // read in some thousand ways
    let many = "单重长".repeat(8);
    assert!(finds(&many, "shanchongzhangdantongchangchanzhongzhangdan") && finds(&many, "sczdtc"));
    assert!(!finds(&many, "shanchongzhangdantongchangchanzhongzhangx"));
}

#[test]
fn forms_of_the_same_messages_are_the_same() {
    assert!(finds("Ｐ３停车场（东区）", "p3停车场(东") && finds("P3停车场(东区)", "ｐ３停车场（东"));
    assert!(finds("P3停车场(东区)", "tingchechangdongqu") && finds("Ⅲ期", "iiiqi"));
    assert!(finds("A  B", "b a") && !finds("A  B", "a b c"));
}

#[test]
fn only_the_first_64_characters_of_a_search_count() {
    let name = "停".repeat(64);
    assert!(finds(&name, &"停".repeat(90)));
    assert!(finds(&name, &format!("{}{}", "t".repeat(64), "x")));
    assert!(!finds(&name, &format!("{}{}", "t".repeat(63), "x")));
    assert!(!finds(&name, &"ﷺ".repeat(100_000)));
}

#[test]
fn a_hidden_site_is_shown_only_to_those_who_know_it() {
    let sites = [listed(1, "样板间"), Listed { hidden: true, ..listed(2, "测试间") }];
    let directory = Directory::new(sites);
    assert_eq!(found(&directory, "间"), ["样板间"]);
    assert!(found(&directory, "测试").is_empty());
    for (mine, recent, group) in [(&[id(2)][..], &[][..], Group::Mine), (&[], &[id(2)], Group::Recent)] {
        let hits = directory.list(&SiteQuery { text: Some("csj"), mine, recent, ..query() });
        assert_eq!(hits.iter().map(|hit| (hit.group, hit.site.id)).collect::<Vec<_>>(), [(group, id(2))]);
    }
    assert_eq!(directory.find(id(2)).unwrap().name, "测试间");
    assert!(directory.find(id(3)).is_none());
}

#[test]
fn a_position_is_on_the_earth() {
    assert!(Position::new(112.9, 28.2).is_some() && Position::new(-180.0, 90.0).is_some());
    for (lng, lat) in [(180.1, 0.0), (0.0, -90.1), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
        assert!(Position::new(lng, lat).is_none());
    }
}

#[test]
fn an_empty_directory_has_nothing_to_show() {
    let directory = Directory::new([]);
    let near = Position::new(0.0, 0.0);
    assert!(directory.list(&SiteQuery { near, mine: &[id(1)], text: Some("a"), ..query() }).is_empty());
    assert!(directory.list(&SiteQuery { near, recent: &[id(1)], ..query() }).is_empty());
}

#[test]
fn the_nearest_are_found_among_many_at_one_spot() {
    let here = Position::new(113.0, 28.0);
    let sites = (0..2_000).map(|n| Listed { position: here, ..listed(n, if n % 2 == 0 { "东" } else { "西" }) });
    let directory = Directory::new(sites);
    let hits = directory.list(&SiteQuery { near: here, ..query() });
    assert_eq!(hits.iter().filter(|hit| hit.group == Group::Near).count(), 100);
    assert_eq!(hits.len(), 2_000);
    let hits = directory.list(&SiteQuery { near: here, text: Some("x"), ..query() });
    assert_eq!(hits.iter().filter(|hit| hit.group == Group::Near).count(), 100);
    assert_eq!(hits.len(), 1_000);
}
