//! Demo data for an empty database: sites, doors, and cards with holders whose phones belong to nobody.

use kernel::{
    CardId, DoorId, Phone, PrintedCardNumber, Result, SiteId,
    macros::uuid::{Builder, Uuid},
    port::CardKind,
    sha256,
};
use serde::Serialize;
use sites::{Door, Driver, Methods, NewDoor, NewSite};

use crate::{
    House,
    settings::{Demo, DemoDriver},
};

/// Name and address; one has no address, as in real lists.
const SITES: [(&str, Option<&str>); 14] = [
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
];
/// The one site with something to know before going in.
const NOTED: (&str, &str) = ("测试Z停车场", "请减速慢行，按车位线停放；消防通道禁止停车");
const SURNAMES: [&str; 10] = ["陈", "李", "王", "刘", "周", "黄", "罗", "彭", "曾", "谭"];
const GIVEN: [&str; 8] = ["小明", "思远", "雅婷", "建国", "丽华", "子涵", "志强", "雨桐"];
const DOORS: [(&str, u8); 2] = [("大门", 0), ("车库门", 1)];
const PULSE_MS: u32 = 3000;
const KINDS: [CardKind; 3] = [CardKind::Member, CardKind::StoredValue, CardKind::Access];

/// A demo card, as the control side of the simulators shows it.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DemoCard {
    pub(crate) site_id: SiteId,
    kind: CardKind,
    number: String,
    phone: String,
    holder: String,
}

/// The same id in every demo house, so that what was written down keeps working.
fn stable(what: &str) -> Uuid {
    let digest = sha256(format!("kaimen/demo/{what}").as_bytes());
    Builder::from_custom_bytes(std::array::from_fn(|n| digest[n])).into_uuid()
}

fn site_id(name: &str) -> SiteId {
    SiteId::from_uuid(stable(name))
}

/// All demo cards. Their phones are 1380000xxxx, numbers nobody has.
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
        })
    };
    SITES.iter().enumerate().flat_map(of_site).collect()
}

/// Fills an empty database; leaves any other alone.
pub(crate) async fn fill(house: &House, demo: &Demo) -> Result<()> {
    if house.sites.any().await? {
        return Ok(());
    }
    let cards = cards(demo);
    for (name, address) in SITES {
        let id = site_id(name);
        let of_site = cards.iter().filter(|card| card.site_id == id);
        house.register.add(id, &of_site.map(|card| issued(card, house)).collect::<Result<Vec<_>>>()?).await?;
        let (sites, now) = (house.sites.clone(), house.clock.now());
        let entry_notice = (name == NOTED.0).then(|| NOTED.1.to_owned());
        let new = NewSite { id, name: name.into(), address: address.map(Into::into), entry_notice };
        let driver = match demo.driver {
            DemoDriver::Sim => Driver::Sim,
            DemoDriver::Reader => Driver::Reader,
        };
        let doors = DOORS.map(|(door, zone)| NewDoor {
            site: id,
            door: Door {
                id: DoorId::from_uuid(stable(&format!("{name}/{door}"))),
                name: door.into(),
                zone,
                driver,
                pulse_ms: PULSE_MS,
                methods: Methods::QR.and(Methods::SHAKE),
                locked_down: false,
            },
        });
        house
            .db
            .write(move |tx| {
                let (sites, new, doors) = (sites.clone(), new.clone(), doors.clone());
                Box::pin(async move {
                    sites.add(tx, &new, now).await?;
                    for door in &doors {
                        sites.add_door(tx, door, now).await?;
                    }
                    sites.allow(tx, new.id, None, now).await
                })
            })
            .await?;
    }
    Ok(())
}

fn issued(card: &DemoCard, house: &House) -> Result<cards::NewCard> {
    Ok(cards::NewCard {
        id: CardId::new(house.clock.now()),
        kind: card.kind,
        number: PrintedCardNumber::parse(&card.number).ok_or(kernel::INTERNAL)?,
        holder: card.holder.clone(),
        phone: Phone::parse(&card.phone).ok_or(kernel::INTERNAL)?,
        valid_until: None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_demo_phone_is_nobodys_and_used_once() {
        for cards_per_site in [3, 30, 60] {
            let cards = cards(&Demo { seed: crate::settings::Switch::Auto, cards_per_site, driver: DemoDriver::Sim });
            assert_eq!(cards.len(), 14 * cards_per_site);
            let phones: HashSet<_> = cards.iter().map(|card| &card.phone).collect();
            assert_eq!(phones.len(), cards.len());
            assert!(phones.iter().all(|phone| phone.len() == 11 && phone.starts_with("1380000")));
        }
        assert_eq!(SITES.iter().filter(|(_, address)| address.is_none()).count(), 1);
    }
}
