//! Which door somebody means who shakes a phone: the one they prove to be near.

use kernel::{DoorId, macros::uuid::Uuid};
use serde::{Deserialize, Serialize};
use sites::{Beacon, Door, Position, Site};
use utoipa::ToSchema;

/// A beacon that is heard less than this, dBm, is too far away.
const FAINT: i16 = -80;
/// A beacon that is heard so much better than any other, dB, is the one somebody stands at.
const CLEAR: i16 = 8;
/// A door within so many metres is near, and as many more as the position may be off, up to the same again.
const NEAR: f64 = 60.0;
/// A position that may be off by more metres says nothing.
const COARSE: f64 = 100.0;

/// Where a phone says it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fix {
    /// Where.
    pub position: Position,
    /// By how many metres that may be off.
    pub accuracy: f64,
}

/// A beacon that a phone hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// What it calls itself.
    pub uuid: Uuid,
    /// Which of those.
    pub beacon: Beacon,
    /// How well, dBm.
    pub rssi: i16,
}

/// What speaks for a phone being near a door.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    /// Where it says it is.
    pub fix: Option<Fix>,
    /// What it hears.
    pub beacons: Vec<Heard>,
}

/// A door to choose.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DoorChoice {
    /// The door.
    pub id: DoorId,
    /// Its name.
    #[schema(example = "大门")]
    pub name: String,
    /// How far it is, metres, where that is known.
    pub distance: Option<u32>,
}

/// What spoke for a door, as it is kept with the order: distances, and not where somebody was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Proof {
    /// Metres to the door.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) distance: Option<u32>,
    /// By how many that may be off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) accuracy: Option<u32>,
    /// How well its beacon was heard, dBm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rssi: Option<i16>,
}

/// One of the doors that may be meant.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Near<'a> {
    pub(super) door: &'a Door,
    pub(super) proof: Proof,
}

/// Which doors are near.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Nearness<'a> {
    /// These, the nearest first; one of them is meant.
    Proved(Vec<Near<'a>>),
    /// None of those that the phone might open.
    Nowhere,
    /// Nothing tells: any of them.
    Unknown(Vec<Near<'a>>),
}

/// A whole number of metres.
fn whole(metres: f64) -> u32 {
    metres.round().clamp(0.0, f64::from(u32::MAX)) as u32
}

/// Which of these doors of the site are near. A door that does not say where it is, is where its site is.
pub(super) fn nearness<'a>(doors: &[&'a Door], site: &Site, evidence: &Evidence) -> Nearness<'a> {
    let heard = by_beacon(doors, site.beacon_uuid, &evidence.beacons);
    if !heard.is_empty() {
        return Nearness::Proved(heard);
    }
    let all = || doors.iter().map(|door| Near { door, proof: Proof::default() }).collect();
    let Some(fix) = evidence.fix.filter(|fix| fix.accuracy <= COARSE) else { return Nearness::Unknown(all()) };
    let mut placed: Vec<(f64, &Door)> = doors
        .iter()
        .filter_map(|door| Some((fix.position.metres_to(door.position.or(site.position)?), *door)))
        .collect();
    if placed.is_empty() {
        return Nearness::Unknown(all());
    }
    placed.retain(|(distance, _)| *distance <= NEAR + fix.accuracy.clamp(0.0, NEAR));
    placed.sort_by(|(one, a), (other, b)| one.total_cmp(other).then(a.id.cmp(&b.id)));
    if placed.is_empty() {
        return Nearness::Nowhere;
    }
    let near = |(distance, door)| {
        let proof = Proof { distance: Some(whole(distance)), accuracy: Some(whole(fix.accuracy)), rssi: None };
        Near { door, proof }
    };
    Nearness::Proved(placed.into_iter().map(near).collect())
}

/// The doors whose beacons are heard, the best first; only that one where it is heard clearly better.
fn by_beacon<'a>(doors: &[&'a Door], uuid: Option<Uuid>, beacons: &[Heard]) -> Vec<Near<'a>> {
    let is_ours = |one: &&Heard| Some(one.uuid) == uuid;
    let rssi =
        |beacon: Beacon| beacons.iter().filter(is_ours).filter(|one| one.beacon == beacon).map(|one| one.rssi).max();
    let mut heard: Vec<(i16, &Door)> =
        doors.iter().filter_map(|door| Some((rssi(door.beacon?)?, *door))).filter(|(rssi, _)| *rssi >= FAINT).collect();
    heard.sort_by_key(|(rssi, door)| (std::cmp::Reverse(*rssi), door.id));
    if let [(best, _), (second, _), ..] = heard[..]
        && best - second >= CLEAR
    {
        heard.truncate(1);
    }
    let near = |(rssi, door)| Near { door, proof: Proof { rssi: Some(rssi), ..Proof::default() } };
    heard.into_iter().map(near).collect()
}

#[cfg(test)]
mod tests {
    use kernel::{SiteId, Timestamp, port::DoorAddress};
    use sites::{Driver, Methods};

    use super::*;

    fn door(n: u16, position: Option<Position>) -> Door {
        Door {
            id: DoorId::new(Timestamp::from_millis(i64::from(n))),
            name: format!("{n} 号门"),
            zone: 0,
            driver: Driver::Sim,
            pulse_ms: 3000,
            methods: Methods::all(),
            address: None::<DoorAddress>,
            position,
            beacon: Some(Beacon { major: 1, minor: n }),
        }
    }

    const BEACONS: Uuid = Uuid::from_u128(7);

    /// A site there whose beacons are known.
    fn site(position: Option<Position>) -> Site {
        let id = SiteId::new(Timestamp::from_millis(0));
        Site { position, beacon_uuid: Some(BEACONS), ..Site::named(id, "测试Z停车场") }
    }

    /// So many metres north of the one place.
    fn north(metres: f64) -> Position {
        Position::new(112.9, 28.2 + metres / 111_195.0).unwrap()
    }

    fn at(metres: f64, accuracy: f64) -> Evidence {
        Evidence { fix: Some(Fix { position: north(metres), accuracy }), beacons: Vec::new() }
    }

    fn hears(heard: &[(u16, i16)]) -> Evidence {
        let one = |(minor, rssi): &(u16, i16)| Heard {
            uuid: BEACONS,
            beacon: Beacon { major: 1, minor: *minor },
            rssi: *rssi,
        };
        Evidence { fix: None, beacons: heard.iter().map(one).collect() }
    }

    fn names(found: &Nearness<'_>) -> Vec<String> {
        match found {
            Nearness::Proved(near) | Nearness::Unknown(near) => near.iter().map(|one| one.door.name.clone()).collect(),
            Nearness::Nowhere => Vec::new(),
        }
    }

    #[test]
    fn a_position_is_near_within_sixty_metres_and_what_it_may_be_off() {
        let (first, second) = (door(1, Some(north(0.0))), door(2, Some(north(150.0))));
        let doors = [&first, &second];
        for (metres, accuracy, wanted) in [
            (0.0, 10.0, vec!["1 号门"]),
            (69.0, 10.0, vec!["1 号门"]),
            (71.0, 10.0, vec![]),
            (75.0, 30.0, vec!["1 号门", "2 号门"]),
            (100.0, 50.0, vec!["2 号门", "1 号门"]),
            (121.0, 99.0, vec!["2 号门"]),
            (1000.0, 99.0, vec![]),
        ] {
            let found = nearness(&doors, &site(None), &at(metres, accuracy));
            assert_eq!(names(&found), wanted, "{metres} m ± {accuracy}");
            assert_eq!(matches!(found, Nearness::Nowhere), wanted.is_empty());
        }
        let Nearness::Proved(near) = nearness(&doors, &site(None), &at(10.0, 5.0)) else { panic!() };
        assert_eq!(near[0].proof, Proof { distance: Some(10), accuracy: Some(5), rssi: None });
    }

    #[test]
    fn what_says_nothing_leaves_all_doors() {
        let (placed, unplaced) = (door(1, Some(north(0.0))), door(2, None));
        let coarse = nearness(&[&placed], &site(None), &at(0.0, 101.0));
        assert!(matches!(coarse, Nearness::Unknown(ref all) if all.len() == 1));
        assert!(matches!(nearness(&[&unplaced], &site(None), &at(0.0, 5.0)), Nearness::Unknown(_)));
        assert!(matches!(nearness(&[&unplaced], &site(Some(north(0.0))), &at(0.0, 5.0)), Nearness::Proved(_)));
        assert!(matches!(nearness(&[&placed], &site(None), &Evidence::default()), Nearness::Unknown(_)));
        assert!(matches!(nearness(&[&placed], &site(None), &at(0.0, f64::NAN)), Nearness::Unknown(_)));
    }

    #[test]
    fn the_beacon_that_is_heard_clearly_best_is_the_door() {
        let (first, second) = (door(1, None), door(2, None));
        let doors = [&first, &second];
        for (heard, wanted) in [
            (&[(1, -60), (2, -68)][..], vec!["1 号门"]),
            (&[(1, -60), (2, -67)], vec!["1 号门", "2 号门"]),
            (&[(1, -75), (2, -60)], vec!["2 号门"]),
            (&[(1, -80), (2, -81)], vec!["1 号门"]),
            (&[(1, -90), (1, -62), (2, -69)], vec!["1 号门", "2 号门"]),
        ] {
            assert_eq!(names(&nearness(&doors, &site(None), &hears(heard))), wanted, "{heard:?}");
        }
        // another site's beacons, and faint ones, say nothing
        assert!(matches!(nearness(&doors, &site(None), &hears(&[(9, -40), (1, -85)])), Nearness::Unknown(_)));
        let strangers = Evidence {
            beacons: hears(&[(1, -40)]).beacons.iter().map(|one| Heard { uuid: Uuid::nil(), ..*one }).collect(),
            fix: None,
        };
        assert!(matches!(nearness(&doors, &site(None), &strangers), Nearness::Unknown(_)));
        // what is heard at the door counts more than where the phone says it is
        let both = Evidence { beacons: hears(&[(2, -50)]).beacons, ..at(5000.0, 5.0) };
        assert_eq!(names(&nearness(&doors, &site(Some(north(0.0))), &both)), ["2 号门"]);
    }
}
