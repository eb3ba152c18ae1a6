mod examples;
mod holidays;
mod naive;
mod properties;
mod words;

use jiff::{civil::Date, tz::TimeZone};
use kernel::{CardId, DoorId, PolicyId, Reason, Timestamp, port::CardKind};

use super::*;
use crate::Methods;

/// Europe/Berlin and others, without a time zone database.
const BERLIN: &str = "CET-1CEST,M3.5.0,M10.5.0/3";
const SHANGHAI: &str = "CST-8";
const ZONES: [&str; 6] = [
    SHANGHAI,
    BERLIN,
    "EST5EDT,M3.2.0,M11.1.0",               // America/New_York
    "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", // Australia/Lord_Howe: half an hour
    "EET-2EEST,M3.5.0/0,M10.5.0/0",         // Asia/Beirut: the midnight is skipped
    "<-12>12",                              // behind all others
];

fn zone(posix: &str) -> TimeZone {
    TimeZone::posix(posix).unwrap()
}

/// The `n`th id of its kind.
fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(n: u64) -> T {
    format!("00000000-0000-7000-8000-{n:012x}").parse().unwrap()
}

/// An instant as the wall shows it, in a zone where it is not ambiguous.
fn at(zone: &TimeZone, wall: &str) -> Timestamp {
    let wall: jiff::civil::DateTime = wall.parse().unwrap();
    Timestamp::from_millis(zone.to_timestamp(wall).unwrap().as_millisecond())
}

fn utc(text: &str) -> Timestamp {
    Timestamp::from_millis(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn schedule(text: &str) -> Schedule {
    Schedule::parse(text).unwrap()
}

fn hours(text: &str) -> DayHours {
    schedule(&format!("周一 {text}")).day(jiff::civil::Weekday::Monday).clone()
}

fn rule(n: u64, schedule: Schedule) -> Rule {
    Rule {
        id: id(n),
        name: format!("规则{n}"),
        subject: RuleSubject::Any,
        doors: RuleDoors::All,
        schedule,
        validity: Validity::default(),
        methods: Methods::QR.and(Methods::SHAKE),
    }
}

fn door(n: u64) -> AccessDoor {
    AccessDoor { id: id(n), methods: Methods::QR.and(Methods::SHAKE), mode: DoorMode::Normal }
}

/// A site in Shanghai with doors 1 and 2.
fn plan(rules: Vec<Rule>) -> AccessPlan {
    AccessPlan {
        zone: zone(SHANGHAI),
        holidays: HolidayCalendar::default(),
        lockdown: None,
        doors: vec![door(1), door(2)],
        groups: Vec::new(),
        rules,
    }
}

/// Card 1, an access card without groups.
fn somebody() -> Subject<'static> {
    Subject { kind: CardKind::Access, card: id::<CardId>(1), groups: &[] }
}

const HELD: Override = Override { until: None };

fn door_id(n: u64) -> DoorId {
    id(n)
}

fn rule_id(n: u64) -> PolicyId {
    id(n)
}
