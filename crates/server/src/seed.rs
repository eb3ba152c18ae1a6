//! Demo data for an empty database: sites, doors, and cards with holders whose phones belong to nobody.

mod bound;
mod further;
mod parts;

use cardsystem::simulator::CarsafeSim;
use kernel::{
    DoorId, Phone, Result, SiteId,
    port::{CardKind, CardRecord, CardState, DoorAddress, DoorStatus},
};
use sites::{Beacon, Door, Driver, Methods, NewDoor, Position, Site};

pub(crate) use self::parts::DemoCard;
use self::parts::{KINDS, PULSE_MS, facts, stable};
use crate::{
    App,
    settings::{Demo, DemoDriver},
};

/// Name and address; one has no address, as in real lists.
const SITES: [(&str, Option<&str>); 15] = [
    ("测试Z停车场", Some("湖南省长沙市岳麓区麓谷大道1号")),
    ("麓谷科技园", Some("湖南省长沙市岳麓区文轩路27号")),
    ("芙蓉广场地下停车场", Some("湖南省长沙市芙蓉区五一大道88号")),
    ("湘江世纪城", Some("湖南省长沙市开福区湘江北路1500号")),
    ("梅溪湖文化中心", Some("湖南省长沙市岳麓区节庆路9号")),
    ("星沙产业基地", Some("湖南省长沙市长沙县开元东路318号")),
    ("雨花亭小区", Some("湖南省长沙市雨花区韶山中路439号")),
    ("橘子洲景区停车场", Some("湖南省长沙市岳麓区橘洲路2号")),
    ("东塘百货大楼", Some("湖南省长沙市雨花区劳动西路215号")),
    ("高铁南站P3停车场", Some("湖南省长沙市雨花区花侯路108号")),
    ("洋湖湿地公园", Some("湖南省长沙市岳麓区洋湖路66号")),
    ("株洲动力谷", Some("湖南省株洲市天元区新马西路899号")),
    ("湘潭万楼新城", None),
    ("浏阳河婚庆公园", Some("湖南省长沙市开福区德雅路18号")),
    ("内部联调场区", Some("湖南省长沙市岳麓区麓天路28号")),
];
/// The one site that runs an installed card system, its branch there, and the door that it drives.
const INSTALLED: &str = "株洲动力谷";
pub(crate) const BRANCH: &str = "1";
const CONTROLLER: &str = "1001";
const INSTALLED_DOOR: u8 = 1;
/// The one site that only those see who have to do with it.
const HIDDEN: &str = "内部联调场区";
/// The one site with something to know before going in.
const NOTED: (&str, &str) = ("测试Z停车场", "请减速慢行，按车位线停放；消防通道禁止停车");
const SURNAMES: [&str; 10] = ["陈", "李", "王", "刘", "周", "黄", "罗", "彭", "曾", "谭"];
const GIVEN: [&str; 8] = ["小明", "思远", "雅婷", "建国", "丽华", "子涵", "志强", "雨桐"];
const DOORS: [(&str, u8); 2] = [("大门", 0), ("车库门", 1)];
/// From one door of a site to the next, degrees of latitude: some 220 metres.
const APART: f64 = 0.002;
fn site_id(name: &str) -> SiteId {
    SiteId::from_uuid(stable(name))
}

/// All demo cards that can be bound. The phones of those of the demo sites are 1380000xxxx, numbers nobody has.
pub(crate) fn cards(demo: &Demo) -> Vec<DemoCard> {
    let each = demo.cards_per_site.min(600);
    let of_site = |(place, (name, _)): (usize, &(&str, Option<&str>))| {
        let site_id = site_id(name);
        (0..each).map(move |n| DemoCard {
            site_id,
            kind: KINDS[n % KINDS.len()],
            number: format!("{:02}{:08}", place + 10, 1001 + n),
            phone: format!("1380000{:04}", 1001 + place * each + n),
            holder: format!("{}{}", SURNAMES[n % SURNAMES.len()], GIVEN[(n / 3) % GIVEN.len()]),
            plate: (KINDS[n % KINDS.len()] == CardKind::Member).then(|| format!("湘A{:05}", place * 1000 + n)),
            balance: (KINDS[n % KINDS.len()] == CardKind::StoredValue).then_some(12_850 + 100 * n as i64),
            shared: n % 10 == 8,
        })
    };
    SITES.iter().enumerate().flat_map(of_site).chain(further::cards(demo)).collect()
}

/// Fills an empty database; leaves any other alone.
pub(crate) async fn fill(app: &App, demo: &Demo) -> Result<()> {
    if app.sites.any().await? {
        return Ok(());
    }
    let cards = cards(demo);
    for (place, (name, address)) in SITES.into_iter().enumerate() {
        let site = site(place, name, address);
        let driver = |number| match demo.driver {
            DemoDriver::Reader => Driver::Reader,
            DemoDriver::Sim if site.branch.is_some() && number == INSTALLED_DOOR => Driver::Installed,
            DemoDriver::Sim => Driver::Sim,
        };
        let doors: Vec<_> =
            (1..).zip(DOORS).map(|(number, of)| door(&site, place as u16, number, of, driver(number))).collect();
        let (sites, now, new) = (app.sites.clone(), app.base.clock.now(), site.clone());
        app.base
            .db
            .write(move |tx| {
                let (sites, new, doors) = (sites.clone(), new.clone(), doors.clone());
                Box::pin(async move {
                    sites.add(tx, &new, now).await?;
                    for door in &doors {
                        sites.add_door(tx, door).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        if site.branch.is_none() {
            let of_site = cards.iter().filter(|card| card.site_id == site.id);
            let facts = of_site.map(|card| facts(card, &site)).collect::<Result<Vec<_>>>()?;
            app.register.put(site.id, facts, cards::Source::Register).await?;
        }
    }
    further::fill(app, demo, &cards).await?;
    bound::fill(app, &site(0, SITES[0].0, SITES[0].1), demo.bound_cards).await
}

fn site(place: usize, name: &str, address: Option<&str>) -> Site {
    // a few hundred metres from one another, across the city
    let step = place as f64;
    Site {
        address: address.map(Into::into),
        position: Position::new(112.93 + step * 0.004, 28.20 + step * 0.003),
        entry_notice: (name == NOTED.0).then(|| NOTED.1.to_owned()),
        hidden: name == HIDDEN,
        beacon_uuid: Some(stable("beacons")),
        branch: (name == INSTALLED).then(|| BRANCH.to_owned()),
        ..Site::named(site_id(name), name)
    }
}

fn door(site: &Site, major: u16, number: u8, (name, zone): (&str, u8), driver: Driver) -> NewDoor {
    let address = |branch| DoorAddress { branch, controller: CONTROLLER.to_owned(), door: number.to_string() };
    NewDoor {
        site: site.id,
        door: Door {
            id: DoorId::from_uuid(stable(&format!("{}/{name}", site.name))),
            name: name.into(),
            zone,
            driver,
            pulse_ms: PULSE_MS,
            methods: Methods::all(),
            address: site.branch.clone().map(address),
            position: site.position.and_then(|at| Position::new(at.lng(), at.lat() + APART * f64::from(number - 1))),
            beacon: Some(Beacon { major, minor: number.into() }),
        },
    }
}

/// Fills the stand-in for an installed card system.
pub(crate) fn installed(system: &CarsafeSim, demo: &Demo) {
    let standing = DoorStatus { connected: true, opened: false, broken: false, held_open: false };
    system.set_door(BRANCH, CONTROLLER, &INSTALLED_DOOR.to_string(), standing);
    for card in cards(demo).into_iter().filter(|card| card.site_id == site_id(INSTALLED)) {
        let record = CardRecord {
            kind: card.kind,
            printed: card.number,
            holder: card.holder,
            phone: Phone::parse(&card.phone),
            plates: card.plate.into_iter().collect(),
            balance: card.balance,
            state: CardState::Active,
            valid_until: None,
        };
        system.add_card(BRANCH, record);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Nothing.
    fn demo() -> Demo {
        Demo {
            seed: crate::settings::Switch::Auto,
            cards_per_site: 0,
            driver: DemoDriver::Sim,
            more_sites: 0,
            more_sites_doors: 0,
            more_sites_virtual_doors: 0,
            more_sites_cards: 0,
            bound_cards: 0,
        }
    }

    #[test]
    fn every_demo_phone_is_nobodys_and_used_once() {
        for cards_per_site in [3, 30, 60] {
            let cards = cards(&Demo { cards_per_site, ..demo() });
            assert_eq!(cards.len(), SITES.len() * cards_per_site);
            let phones: HashSet<_> = cards.iter().map(|card| &card.phone).collect();
            assert_eq!(phones.len(), cards.len());
            assert!(phones.iter().all(|phone| phone.len() == 11 && phone.starts_with("1380000")));
        }
        assert_eq!(SITES.iter().filter(|(_, address)| address.is_none()).count(), 1);
    }

    #[test]
    fn cards_of_further_sites_have_phones_of_their_own() {
        let cards = cards(&Demo { cards_per_site: 2, more_sites: 3, more_sites_cards: 4, ..demo() });
        assert_eq!(cards.len(), SITES.len() * 2 + 3 * 4);
        assert_eq!(cards.iter().map(|card| &card.phone).collect::<HashSet<_>>().len(), cards.len());
        let further = further::sites(3).map(|site| site.id).collect::<HashSet<_>>();
        assert_eq!(cards.iter().filter(|card| further.contains(&card.site_id)).count(), 12);
        assert!(cards.iter().all(|card| Phone::parse(&card.phone).is_some()));
    }
}
