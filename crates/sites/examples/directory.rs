//! What a page of the directory of sites costs: p50 and p99 in microseconds by kind of query, with 1,000, 10,000 and
//! 100,000 sites, and how p99 grows from the least to the most. `cargo run --release -p sites --example directory`.

use std::{
    fs,
    hint::black_box,
    time::{Duration, Instant},
};

use kernel::{SiteId, Timestamp};
use sites::{Directory, Hit, Listed, Place, Position, SiteQuery};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
const QUERIES: usize = 4_000;
const PAGE: usize = 21;
const CITIES: [(&str, f64, f64); 8] = [
    ("湖南省长沙市", 112.98, 28.19),
    ("湖南省株洲市", 113.13, 27.83),
    ("湖南省湘潭市", 112.94, 27.83),
    ("湖北省武汉市", 114.30, 30.59),
    ("广东省深圳市", 114.06, 22.55),
    ("重庆市", 106.55, 29.56),
    ("福建省厦门市", 118.09, 24.48),
    ("四川省成都市", 104.07, 30.57),
];
const DISTRICTS: [&str; 8] = ["岳麓区", "芙蓉区", "开福区", "雨花区", "天心区", "望城区", "天元区", "高新区"];
const SYLLABLES: &str = "麓谷芙蓉湘江梅溪湖星沙雨花橘子洲东塘洋浏阳河婚庆万楼世纪文轩节路德雅韶山劳动侯马佳源恒大碧桂龙凤祥瑞\
    金银玉石松柏竹兰菊荷柳杨桃李杏榆枫桐青绿红紫黄蓝白墨天地日月云霞雪霜春夏秋冬北南西中长重厦行乐会都朝单安宁康泰和平顺福禄寿喜";
const KINDS: [&str; 10] =
    ["停车场", "停车场", "地下停车场", "停车场", "停车场", "小区", "科技园", "大厦", "广场", "产业基地"];

/// A small generator (xorshift64*): the same sites in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % sides
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.roll(all.len())]
    }
}

fn sites(many: usize) -> Vec<Listed> {
    let (mut dice, syllables) = (Dice(7), SYLLABLES.chars().collect::<Vec<_>>());
    let han = |dice: &mut Dice, length: usize| (0..length).map(|_| dice.of(&syllables)).collect::<String>();
    (0..many)
        .map(|n| {
            let (city, lng, lat) = if n % 2 == 0 { CITIES[0] } else { dice.of(&CITIES) };
            let length = 2 + dice.roll(3);
            let mut name = han(&mut dice, length);
            if dice.roll(6) == 0 {
                name.push_str(["A", "B", "P1", "P2", "P3", "Z"][dice.roll(6)]);
            }
            name.push_str(dice.of(&KINDS));
            let district = dice.of(&DISTRICTS);
            let address = format!("{city}{district}{}路{}号", han(&mut dice, 2), 1 + dice.roll(1_500));
            let mut spread = || (dice.roll(4_000) as f64 - 2_000.0) / 10_000.0;
            Listed {
                id: SiteId::new(Timestamp::from_millis(1_760_000_000_000 + n as i64)),
                position: Position::new(lng + spread(), lat + spread()),
                name,
                address: (n % 14 != 0).then_some(address),
                hidden: n % 500 == 0,
            }
        })
        .collect()
}

/// So many queries of one kind; `None` as a text lists everything.
struct Kind {
    name: &'static str,
    texts: Vec<Option<String>>,
    near: bool,
    /// How far down the list the page begins, of 100.
    depth: usize,
}

fn kinds(sites: &[Listed]) -> Vec<Kind> {
    let mut dice = Dice(11);
    let mut names = |part: fn(&[char]) -> String| -> Vec<Option<String>> {
        (0..400).map(|_| Some(part(&sites[dice.roll(sites.len())].name.chars().collect::<Vec<_>>()))).collect()
    };
    let whole = names(|name| name.iter().collect());
    let rare = names(|name| name[..2].iter().collect());
    let rare_and_common = names(|name| format!("{} 停车场", name[..2].iter().collect::<String>()));
    let single = names(|name| name[..1].iter().collect());
    let fixed = |texts: &[&str]| texts.iter().map(|&text| Some(text.to_owned())).collect::<Vec<_>>();
    let letters = (b'a'..=b'z').map(|letter| Some(char::from(letter).to_string())).collect();
    let kind = |name, texts, near, depth| Kind { name, texts, near, depth };
    vec![
        kind("everything", vec![None], false, 0),
        kind("everything, deep", vec![None], false, 90),
        kind("everything, nearest", vec![None], true, 0),
        kind("停车场 (half of all)", fixed(&["停车场"]), false, 0),
        kind("停车场, deep", fixed(&["停车场"]), false, 80),
        kind("停车场, nearest", fixed(&["停车场"]), true, 0),
        kind("a rare word", rare.clone(), false, 0),
        kind("a rare word, nearest", rare, true, 0),
        kind("a whole name", whole, false, 0),
        kind("rare and common word", rare_and_common, false, 0),
        kind("two common words", fixed(&["长沙 停车场", "岳麓 停车场", "科技 芙蓉", "地下 雨花区"]), false, 0),
        kind("two common, never both", fixed(&["小区 停车场", "科技园 大厦", "广场 产业基地"]), false, 0),
        kind("a Han character", single, false, 0),
        kind("one letter", letters, false, 0),
        kind("one letter, nearest", fixed(&["a", "c", "l", "t", "x", "z"]), true, 0),
        kind("initials", fixed(&["tcc", "dxtcc", "kjy", "cyjd", "lgtcc", "mxhtcc", "p3"]), false, 0),
        kind("pinyin", fixed(&["tingche", "lugu", "furong", "meixi", "dixia", "xiangjiang", "kejiyuan"]), false, 0),
        kind("long pinyin", fixed(&["dixiatingchechang", "meixihutingchechang", "chanyejidi"]), false, 0),
        kind(
            "long pinyin, nowhere",
            fixed(&["tingchechangbeiqu", "dixiatingchechangxx", "tingchechangtingchechang"]),
            false,
            0,
        ),
        kind("found nowhere", fixed(&["火星基地", "qqqq", "停车楼", "zzx", "龘"]), false, 0),
    ]
}

/// The place behind so much of the list.
fn place(directory: &Directory, query: &SiteQuery<'_>, behind: usize) -> Option<Place> {
    let list = directory.list(&SiteQuery { limit: behind, ..*query });
    list.last().map(|hit: &Hit| hit.place.clone())
}

fn measure(directory: &Directory, sites: &[Listed], kind: &Kind) -> (Duration, Duration) {
    let mut dice = Dice(13);
    let total = |text: &Option<String>| {
        let query =
            SiteQuery { text: text.as_deref(), near: None, mine: &[], recent: &[], after: None, limit: usize::MAX };
        directory.list(&query).len()
    };
    let (mine, recent) = ([sites[3].id, sites[5].id], [sites[8].id, sites[3].id]);
    let places: Vec<_> = kind
        .texts
        .iter()
        .map(|text| {
            let query =
                SiteQuery { text: text.as_deref(), near: None, mine: &mine, recent: &recent, after: None, limit: 0 };
            (kind.depth > 0).then(|| place(directory, &query, total(text) * kind.depth / 100)).flatten()
        })
        .collect();
    let mut took: Vec<_> = (0..QUERIES + QUERIES / 10)
        .map(|_| {
            let n = dice.roll(kind.texts.len());
            let here = kind.near.then(|| sites[dice.roll(sites.len())].position).flatten();
            let query = SiteQuery {
                text: kind.texts[n].as_deref(),
                near: here,
                mine: &mine,
                recent: &recent,
                after: places[n].as_ref(),
                limit: PAGE,
            };
            let start = Instant::now();
            black_box(directory.list(black_box(&query)));
            start.elapsed()
        })
        .skip(QUERIES / 10)
        .collect();
    took.sort_unstable();
    (took[took.len() / 2], took[took.len() * 99 / 100])
}

/// Memory of this process, MB: now, and the most so far.
fn memory() -> Option<(usize, usize)> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let field = |name| {
        Some(
            status
                .lines()
                .find_map(|line| line.strip_prefix(name))?
                .split_whitespace()
                .next()?
                .parse::<usize>()
                .ok()?
                / 1024,
        )
    };
    Some((field("VmRSS:")?, field("VmHWM:")?))
}

fn main() {
    let mut rows: Vec<(&str, Vec<(Duration, Duration)>)> = Vec::new();
    for many in SIZES {
        let sites = sites(many);
        let before = memory();
        let copy = sites.clone();
        let start = Instant::now();
        let directory = Directory::new(copy);
        println!(
            "{many} sites: built in {:?}; memory now and at most, MB: {before:?} -> {:?}",
            start.elapsed(),
            memory()
        );
        for (n, kind) in kinds(&sites).iter().enumerate() {
            let figures = measure(&directory, &sites, kind);
            match rows.get_mut(n) {
                Some((_, row)) => row.push(figures),
                None => rows.push((kind.name, vec![figures])),
            }
        }
    }
    println!(
        "| a page of {} | {} | p99 grows |",
        PAGE - 1,
        SIZES.map(|many| format!("{many}: p50 / p99 µs")).join(" | ")
    );
    println!("|---|---|---|---|---|");
    for (name, row) in rows {
        let micros = |took: Duration| took.as_nanos() as f64 / 1000.0;
        let cells: Vec<_> = row.iter().map(|(p50, p99)| format!("{:.1} / {:.1}", micros(*p50), micros(*p99))).collect();
        let growth = micros(row[row.len() - 1].1) / micros(row[0].1);
        println!("| {name} | {} | {growth:.2} |", cells.join(" | "));
    }
}
