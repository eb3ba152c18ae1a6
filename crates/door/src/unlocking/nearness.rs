//! Which door somebody means who shakes a phone: the one they prove to be near.

use std::cmp::Reverse;

use kernel::{DoorId, macros::uuid::Uuid};
use serde::{Deserialize, Serialize};
use sites::{Beacon, Door, Position, Site};
use utoipa::ToSchema;

/// A beacon that is heard less than this, dBm, is too far away.
const FAINT: i16 = -80;
/// A beacon that is heard so well, dBm, is at arm's length.
const AT_THE_DOOR: i16 = -70;
/// A beacon that is heard so much better than any other, dB, is the one somebody stands at.
const CLEAR: i16 = 8;
/// A door within so many metres is near, and as many more as the position may be off, up to the same again.
const NEAR: f64 = 60.0;
/// A position that may be off by more metres says nothing.
const COARSE: f64 = 100.0;

/// Where a phone says it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fix {
    pub position: Position,
    /// By how many metres that may be off.
    pub accuracy: f64,
}

/// A beacon that a phone hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// What it calls itself.
    pub uuid: Uuid,
    pub beacon: Beacon,
    pub rssi: i16,
}

/// What speaks for a phone being near a door.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    /// Where it says it is.
    pub fix: Option<Fix>,
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

/// Which of these doors of the site are near, the nearest first. A door that does not say where it is, is where its site
/// is; where that is not known either, it may be near.
pub(super) fn nearness<'a>(doors: &[&'a Door], site: &Site, evidence: &Evidence) -> Nearness<'a> {
    let all = || doors.iter().map(|door| Near { door, proof: Proof::default() }).collect();
    let fix = evidence.fix.filter(|fix| fix.accuracy <= COARSE);
    let some_heard = doors.iter().any(|door| heard(door, site, &evidence.beacons).is_some());
    let mut near: Vec<Near<'a>> = Vec::new();
    let mut far = 0;
    for door in doors {
        let rssi = heard(door, site, &evidence.beacons);
        let metres = fix.and_then(|fix| Some((fix.position.metres_to(door.position.or(site.position)?), fix.accuracy)));
        let proof = Proof {
            distance: metres.map(|(distance, _)| whole(distance)),
            accuracy: metres.map(|(_, accuracy)| whole(accuracy)),
            rssi,
        };
        match metres {
            Some((distance, accuracy)) if distance > NEAR + accuracy.clamp(0.0, NEAR) && rssi.is_none() => far += 1,
            Some(_) => near.push(Near { door, proof }),
            // where it is, is not known: its beacon speaks for it, and only one that is not heard against it
            None if rssi.is_some() || fix.is_some() => near.push(Near { door, proof }),
            None if some_heard && door.beacon.is_none() => near.push(Near { door, proof }),
            None => {}
        }
    }
    let proved = near.iter().any(|one| one.proof != Proof::default());
    near.sort_by_key(|one| (Reverse(one.proof.rssi), one.proof.distance.unwrap_or(u32::MAX), one.door.id));
    match near.is_empty() {
        true if far > 0 => Nearness::Nowhere,
        true => Nearness::Unknown(all()),
        false if proved => Nearness::Proved(near),
        false => Nearness::Unknown(near),
    }
}

/// The one of several near doors that is meant, where that is clear: its beacon is heard well, and clearly better than any
/// other.
pub(super) fn clearest<'n, 'a>(near: &'n [Near<'a>]) -> Option<&'n Near<'a>> {
    let [first, others @ ..] = near else { return None };
    let best = first.proof.rssi.filter(|rssi| *rssi >= AT_THE_DOOR)?;
    let second = others.iter().filter_map(|one| one.proof.rssi).max();
    second.is_none_or(|second| best - second >= CLEAR).then_some(first)
}

/// How well the beacon of a door is heard, if it is.
fn heard(door: &Door, site: &Site, beacons: &[Heard]) -> Option<i16> {
    let (uuid, beacon) = site.beacon_uuid.zip(door.beacon)?;
    let ours = beacons.iter().filter(|one| one.uuid == uuid && one.beacon == beacon);
    ours.map(|one| one.rssi).max().filter(|rssi| *rssi >= FAINT)
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

    /// The door that opens without a question.
    fn meant(found: &Nearness<'_>) -> Option<String> {
        match found {
            Nearness::Proved(near) if near.len() == 1 => Some(near[0].door.name.clone()),
            Nearness::Proved(near) => clearest(near).map(|one| one.door.name.clone()),
            Nearness::Nowhere | Nearness::Unknown(_) => None,
        }
    }

    #[test]
    fn the_beacon_that_is_heard_clearly_best_is_the_door() {
        let (first, second) = (door(1, None), door(2, None));
        let doors = [&first, &second];
        for (heard, wanted, all) in [
            (&[(1, -60), (2, -68)][..], Some("1 号门"), vec!["1 号门", "2 号门"]),
            (&[(1, -60), (2, -67)], None, vec!["1 号门", "2 号门"]),
            (&[(1, -75), (2, -60)], Some("2 号门"), vec!["2 号门", "1 号门"]),
            (&[(1, -71), (2, -80)], None, vec!["1 号门", "2 号门"]),
            (&[(1, -80), (2, -81)], Some("1 号门"), vec!["1 号门"]),
            (&[(1, -90), (1, -62), (2, -69)], None, vec!["1 号门", "2 号门"]),
        ] {
            let found = nearness(&doors, &site(None), &hears(heard));
            assert_eq!(
                (meant(&found).as_deref(), names(&found)),
                (wanted, all.iter().map(|s| (*s).to_owned()).collect()),
                "{heard:?}"
            );
        }
        // another site's beacons, and faint ones, say nothing
        assert!(matches!(nearness(&doors, &site(None), &hears(&[(9, -40), (1, -85)])), Nearness::Unknown(_)));
        let strangers = Evidence {
            beacons: hears(&[(1, -40)]).beacons.iter().map(|one| Heard { uuid: Uuid::nil(), ..*one }).collect(),
            fix: None,
        };
        assert!(matches!(nearness(&doors, &site(None), &strangers), Nearness::Unknown(_)));
    }

    #[test]
    fn a_beacon_and_a_position_that_differ_are_asked_about_unless_the_beacon_is_at_arms_length() {
        let (gate, garage) = (door(1, Some(north(0.0))), door(2, Some(north(300.0))));
        let doors = [&gate, &garage];
        let both = |rssi| Evidence { beacons: hears(&[(2, rssi)]).beacons, ..at(5.0, 5.0) };
        for (rssi, wanted) in [(-80, None), (-71, None), (-70, Some("2 号门")), (-50, Some("2 号门"))] {
            let found = nearness(&doors, &site(None), &both(rssi));
            assert_eq!(meant(&found).as_deref(), wanted, "{rssi}");
            assert_eq!(names(&found), ["2 号门", "1 号门"]);
        }
    }

    #[test]
    fn a_door_of_which_nothing_is_known_can_be_chosen() {
        let (placed, unknown) = (door(1, Some(north(0.0))), Door { beacon: None, ..door(2, None) });
        let doors = [&placed, &unknown];
        let near = nearness(&doors, &site(None), &at(5.0, 5.0));
        assert_eq!((meant(&near), names(&near)), (None, vec!["1 号门".to_owned(), "2 号门".to_owned()]));
        let far = nearness(&doors, &site(None), &at(500.0, 5.0));
        assert_eq!((meant(&far), names(&far)), (None, vec!["2 号门".to_owned()]), "and is not opened unasked");
        let heard = nearness(&doors, &site(None), &hears(&[(1, -75)]));
        assert_eq!((meant(&heard), names(&heard)), (None, vec!["1 号门".to_owned(), "2 号门".to_owned()]));
    }
}
