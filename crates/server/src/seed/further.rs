//! Further sites with made-up names, for measuring: the same ones every time.

use std::sync::Arc;

use kernel::{DoorId, Result, SiteId, macros::uuid::Builder, sha256};
use sites::{Door, Driver, Methods, NewDoor, Position, Site};

use super::parts::{self, AT_ONCE, DemoCard, PULSE_MS, facts, stable};
use crate::{App, settings::Demo};

/// The seats of Hunan's prefectures, with longitude and latitude.
const CITIES: [(&str, f64, f64); 14] = [
    ("长沙", 112.94, 28.23),
    ("株洲", 113.13, 27.83),
    ("湘潭", 112.94, 27.83),
    ("衡阳", 112.57, 26.89),
    ("邵阳", 111.47, 27.24),
    ("岳阳", 113.13, 29.36),
    ("常德", 111.70, 29.03),
    ("张家界", 110.48, 29.12),
    ("益阳", 112.36, 28.55),
    ("郴州", 113.01, 25.77),
    ("永州", 111.61, 26.42),
    ("怀化", 110.00, 27.57),
    ("娄底", 112.00, 27.73),
    ("吉首", 109.74, 28.31),
];
const ESTATES: [&str; 24] = [
    "锦绣", "阳光", "碧水", "翠湖", "龙湾", "凤凰", "紫薇", "银杏", "桂花", "梧桐", "云麓", "星城", "滨江", "世纪",
    "和平", "幸福", "东方", "时代", "未来", "南湖", "月湖", "白沙", "红星", "青竹",
];
const ENDINGS: [&str; 8] = ["苑", "城", "府", "里", "湾", "园", "公馆", "新村"];
/// Every fourth is a car park.
const KINDS: [&str; 8] = ["停车场", "地下停车场", "小区", "科技园", "大厦", "商业广场", "公寓", "产业园"];
const ROADS: [&str; 12] = [
    "芙蓉路",
    "韶山路",
    "人民路",
    "解放路",
    "建设路",
    "迎宾路",
    "文昌路",
    "滨河路",
    "工业路",
    "朝阳路",
    "学府路",
    "长江路",
];
/// How far from its city's centre a site may be, degrees.
const SPREAD: f64 = 0.4;
/// One in so many has no address, as in real lists.
const WITHOUT_ADDRESS: usize = 16;

/// From one door of a site to the next, degrees of latitude: a metre, so that whoever is at the site is at all of them.
const APART: f64 = 0.00001;
/// The first of their phones: no number begins with 154.
const FIRST_PHONE: usize = 15_450_000_000;
const FIRST_NUMBER: usize = 1_000_000_001;

/// Adds them with what they have.
pub(super) async fn fill(app: &App, demo: &Demo, cards: &[DemoCard]) -> Result<()> {
    let mut left = sites(demo.more_sites);
    loop {
        let some: Arc<[Site]> = left.by_ref().take(AT_ONCE).collect();
        if some.is_empty() {
            return Ok(());
        }
        let doors: Vec<_> = some.iter().flat_map(|site| doors(site, demo)).collect();
        let (sites, now) = (app.sites.clone(), app.base.clock.now());
        let add = app.base.db.write_with((sites, some.clone()), move |tx, (sites, some)| {
            Box::pin(async move { sites.add_all(tx, some, now).await })
        });
        add.await?;
        for doors in doors.chunks(AT_ONCE) {
            let add = app.base.db.write_with((app.sites.clone(), doors.to_vec()), move |tx, (sites, doors)| {
                Box::pin(async move {
                    for door in doors {
                        sites.add_door(tx, door).await?;
                    }
                    Ok(())
                })
            });
            add.await?;
        }
        if demo.more_sites_cards > 0 {
            for site in &*some {
                let of_site = cards.iter().filter(|card| card.site_id == site.id);
                let facts = of_site.map(|card| facts(card, site)).collect::<Result<Vec<_>>>()?;
                for some in facts.chunks(AT_ONCE) {
                    app.register.put(site.id, some.to_vec(), cards::Source::Register).await?;
                }
            }
        }
    }
}

/// Their cards, which nobody has bound.
pub(super) fn cards(demo: &Demo) -> impl Iterator<Item = DemoCard> {
    let each = demo.more_sites_cards;
    (0..demo.more_sites).flat_map(move |place| {
        let site_id = site_id(place + 1);
        (0..each).map(move |n| DemoCard {
            site_id,
            kind: parts::KINDS[n % parts::KINDS.len()],
            number: (FIRST_NUMBER + n).to_string(),
            phone: (FIRST_PHONE + place * each + n).to_string(),
            holder: format!("业主{}", n + 1),
            plate: None,
            balance: None,
            shared: false,
        })
    })
}

fn doors(site: &Site, demo: &Demo) -> impl Iterator<Item = NewDoor> {
    let readers = (1..=demo.more_sites_doors).map(|n| (format!("{n}号门"), Driver::Reader));
    let virtual_doors = (1..=demo.more_sites_virtual_doors).map(|n| (format!("手机{n}号门"), Driver::Sim));
    readers.chain(virtual_doors).enumerate().map(|(place, (name, driver))| NewDoor {
        site: site.id,
        door: Door {
            id: DoorId::from_uuid(stable(&format!("{}/{name}", site.id))),
            zone: 0,
            driver,
            pulse_ms: PULSE_MS,
            methods: Methods::all(),
            address: None,
            position: site.position.and_then(|at| Position::new(at.lng(), at.lat() + APART * place as f64)),
            beacon: None,
            name,
        },
    })
}

/// So many of them.
pub(super) fn sites(count: usize) -> impl Iterator<Item = Site> {
    (1..=count).map(site)
}

fn digest(number: usize) -> [u8; 32] {
    sha256(format!("kaimen/demo/further/{number}").as_bytes())
}

/// One after the other, like the ids of real sites: they are quick to add.
fn site_id(number: usize) -> SiteId {
    let (digest, count) = (digest(number), (number as u32).to_be_bytes());
    let bytes = std::array::from_fn(|n| if n < 4 { count[n] } else { digest[20 + n - 4] });
    SiteId::from_uuid(Builder::from_custom_bytes(bytes).into_uuid())
}

fn site(number: usize) -> Site {
    let digest = digest(number);
    let pick = |at: usize, of: usize| usize::from(u16::from_be_bytes([digest[2 * at], digest[2 * at + 1]])) % of;
    let part = |at| (pick(at, 1 << 15) as f64 / f64::from(1 << 14) - 1.0) * SPREAD;
    let (city, lng, lat) = CITIES[pick(0, CITIES.len())];
    let (estate, ending) = (ESTATES[pick(1, ESTATES.len())], ENDINGS[pick(2, ENDINGS.len())]);
    let name = format!("{city}{estate}{ending}{}期{}", 1 + pick(3, 12), KINDS[pick(4, KINDS.len())]);
    let address = format!("湖南省{city}市{}{}号", ROADS[pick(5, ROADS.len())], 1 + pick(6, 2000));
    Site {
        address: (pick(7, WITHOUT_ADDRESS) > 0).then_some(address),
        position: Position::new(lng + part(8), lat + part(9)),
        ..Site::named(site_id(number), name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn further_sites_are_the_same_every_time_and_no_two_of_them_one() {
        let all: Vec<_> = sites(2_000).collect();
        assert!(all.iter().eq(&sites(2_000).collect::<Vec<_>>()));
        assert!(all.is_sorted_by_key(|site| site.id));
        assert_eq!(all.iter().map(|site| site.id).collect::<HashSet<_>>().len(), all.len());
        let car_parks = all.iter().filter(|site| site.name.ends_with("停车场")).count();
        assert!((400..600).contains(&car_parks), "{car_parks} car parks");
        assert!(all.iter().all(|site| site.position.is_some()) && all.iter().any(|site| site.address.is_none()));
    }
}
