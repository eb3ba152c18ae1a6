use jiff::{ToSpan, civil::Weekday};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{
    naive::{Site, Written},
    *,
};

const MINUTE: i64 = 60_000;
const KINDS: [CredentialKind; 4] =
    [CredentialKind::Qr, CredentialKind::Card, CredentialKind::Pin, CredentialKind::Phone];
/// Days around which clocks change in the zones of the tests, a turn of the year, and a leap day; all in UTC.
const DAYS: [&str; 9] = [
    "2026-03-07T12:00:00Z",
    "2026-03-28T12:00:00Z",
    "2026-04-04T06:00:00Z",
    "2026-10-03T06:00:00Z",
    "2026-10-24T12:00:00Z",
    "2026-10-31T20:00:00Z",
    "2026-12-30T12:00:00Z",
    "2028-02-28T00:00:00Z",
    "2026-06-15T00:00:00Z",
];

fn any_hours() -> impl Strategy<Value = Hours> {
    let minute = || prop_oneof![(0_u16..96).prop_map(|quarter| quarter * 15), 0_u16..1440];
    (minute(), prop_oneof![minute(), Just(1440), 1440_u16..=2880])
        .prop_filter_map("no length", |(from, to)| Hours::new(from, to).ok())
}

fn any_weekday() -> impl Strategy<Value = Weekday> {
    (1_i8..=7).prop_map(|day| Weekday::from_monday_one_offset(day).unwrap())
}

fn any_schedule() -> impl Strategy<Value = Schedule> {
    vec((any_weekday(), any_hours()), 0..9)
        .prop_map(|intervals| Schedule::new(intervals.into_iter().map(|(weekday, hours)| Interval { weekday, hours })))
}

fn any_instant() -> impl Strategy<Value = Timestamp> {
    let near = (select(&DAYS[..]), -2 * 86_400_000..2 * 86_400_000_i64);
    near.prop_map(|(day, millis)| Timestamp::from_millis(utc(day).millis() + millis))
}

fn any_hold() -> impl Strategy<Value = Override> {
    option::weighted(0.8, any_instant()).prop_map(|until| Override { until })
}

fn any_mode() -> impl Strategy<Value = DoorMode> {
    prop_oneof![
        6 => Just(DoorMode::Normal),
        1 => any_hold().prop_map(DoorMode::KeepUnlocked),
        1 => any_hold().prop_map(DoorMode::KeepLocked),
        1 => any_hold().prop_map(DoorMode::Lockdown),
    ]
}

fn any_methods() -> impl Strategy<Value = Methods> {
    prop_oneof![4 => Just(Methods::all()), 1 => (0..8).prop_map(Methods::from_bits)]
}

fn any_kind() -> impl Strategy<Value = CardKind> {
    select(vec![CardKind::Member, CardKind::StoredValue, CardKind::Access])
}

fn any_rule() -> impl Strategy<Value = Written> {
    let subject = prop_oneof![
        3 => Just(RuleSubject::Any),
        1 => any_kind().prop_map(RuleSubject::Kind),
        1 => (1_u64..3).prop_map(|n| RuleSubject::Card(id(n))),
        1 => (1_u64..4).prop_map(|n| RuleSubject::Group(id(n))),
    ];
    let doors = prop_oneof![
        2 => Just(RuleDoors::All),
        1 => (1_u64..4).prop_map(|n| RuleDoors::Group(id(n))),
        1 => (1_u64..4).prop_map(|n| RuleDoors::Door(id(n))),
    ];
    let validity = (option::weighted(0.3, any_instant()), option::weighted(0.3, any_instant()))
        .prop_map(|(from, until)| Validity::new(from, until).unwrap_or_default());
    let intervals = vec((any_weekday(), any_hours()), 0..8);
    (subject, doors, validity, any_methods(), intervals).prop_map(|(subject, doors, validity, methods, intervals)| {
        Written { rule: Rule { subject, doors, validity, methods, ..rule(0, Schedule::never()) }, intervals }
    })
}

fn any_holiday() -> impl Strategy<Value = (Holiday, Vec<Hours>)> {
    let days = (select(&DAYS[..]), -3_i64..4, 0_i64..5, any::<bool>());
    (days, vec(any_hours(), 0..3)).prop_map(|((near, shift, length, yearly), hours)| {
        let near = jiff::tz::TimeZone::UTC.to_datetime(near.parse().unwrap()).date();
        let from = near + shift.days();
        let holiday = Holiday::new("假", from, from + length.days(), yearly, DayHours::new(hours.clone()));
        (holiday.unwrap(), hours)
    })
}

/// A site with doors 1 and 2, groups of doors 1 and 2, holder groups 1 to 3, and cards 1 and 2.
fn any_site() -> impl Strategy<Value = Site> {
    let doors = (any_methods(), any_mode(), any_methods(), any_mode()).prop_map(|(methods, mode, ways, other)| {
        vec![AccessDoor { id: id(1), methods, mode }, AccessDoor { id: id(2), methods: ways, mode: other }]
    });
    let group = |n| {
        vec(1_u64..4, 0..3)
            .prop_map(move |doors| doors.into_iter().map(id).collect())
            .prop_map(move |doors| DoorGroup { id: id(n), name: String::new(), doors })
    };
    let lockdown = option::weighted(0.1, any_hold());
    let parts = (select(&ZONES[..]), lockdown, doors, (group(1), group(2)));
    (parts, vec(any_rule(), 0..5), vec(any_holiday(), 0..4)).prop_map(|(parts, mut rules, holidays)| {
        for (n, written) in (1..).zip(&mut rules) {
            written.rule.id = id(n);
        }
        let (posix, lockdown, doors, groups) = parts;
        let zone = zone(posix);
        let groups = vec![groups.0, groups.1];
        Site { plan: AccessPlan { zone, lockdown, doors, groups, ..plan(Vec::new()) }, rules, holidays }
    })
}

#[derive(Clone, Debug)]
struct Ask {
    kind: CardKind,
    card: u64,
    groups: Vec<HolderGroupId>,
    door: DoorId,
    method: CredentialKind,
}

impl Ask {
    fn subject(&self) -> Subject<'_> {
        Subject { kind: self.kind, card: id(self.card), groups: &self.groups }
    }

    fn decide(&self, access: &Access, at: Timestamp) -> Decision {
        access.decide(self.subject(), self.door, self.method, at)
    }
}

fn any_ask() -> impl Strategy<Value = Ask> {
    let method = select(vec![CredentialKind::Qr, CredentialKind::Phone]);
    let groups = vec((1_u64..4).prop_map(id), 0..3);
    (any_kind(), 1_u64..3, groups, prop_oneof![4 => 1_u64..3, 1 => Just(9)], method)
        .prop_map(|(kind, card, groups, door, method)| Ask { kind, card, groups, door: id(door), method })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_decision_is_that_of_the_naive_reading_at_every_minute(
        site in any_site(), ask in any_ask(), from in any_instant()
    ) {
        let access = site.access();
        for minute in 0..2 * 1440 {
            let at = Timestamp::from_millis(from.millis() + minute * MINUTE);
            let naive = site.decide(ask.subject(), ask.door, ask.method, at);
            prop_assert_eq!(ask.decide(&access, at).reason, naive, "{}", at);
        }
    }

    #[test]
    fn nothing_changes_before_the_next_change_and_something_does_at_it(
        site in any_site(), ask in any_ask(), after in any_instant()
    ) {
        let access = site.access();
        let next = access.next_change(ask.subject(), ask.door, ask.method, after);
        let reason = |millis| site.decide(ask.subject(), ask.door, ask.method, Timestamp::from_millis(millis));
        let now = reason(after.millis());
        let end = after.millis() + 8 * 1440 * MINUTE;
        let until = next.map_or(end + 1, Timestamp::millis);
        prop_assert!(after.millis() < until && until <= end + 1);
        if let Some(next) = next {
            prop_assert_ne!(reason(next.millis()), now);
        }
        for at in (after.millis()..until).step_by(60_000).chain([until - 1]) {
            prop_assert_eq!(reason(at), now, "{}", Timestamp::from_millis(at));
        }
    }
}

proptest! {
    #[test]
    fn a_decision_is_that_of_the_naive_reading_at_any_instant(
        site in any_site(), ask in any_ask(), instants in vec(any_instant(), 24)
    ) {
        let access = site.access();
        for at in instants {
            prop_assert_eq!(ask.decide(&access, at).reason, site.decide(ask.subject(), ask.door, ask.method, at));
        }
    }

    #[test]
    fn one_more_rule_never_closes_a_door(
        mut site in any_site(), more in any_rule(), place in 0_usize..5, ask in any_ask(), at in any_instant()
    ) {
        let before = ask.decide(&site.access(), at);
        site.rules.insert(place.min(site.rules.len()), more);
        let after = ask.decide(&site.access(), at);
        prop_assert!(!before.opens() || after.opens());
    }

    #[test]
    fn a_lockdown_refuses_everybody_whatever_the_rules(
        mut site in any_site(), whole in any::<bool>(), ask in any_ask(), at in any_instant()
    ) {
        if whole {
            site.plan.lockdown = Some(HELD);
        } else {
            site.plan.doors.iter_mut().for_each(|door| door.mode = DoorMode::Lockdown(HELD));
        }
        let decision = ask.decide(&site.access(), at);
        prop_assert!(!decision.opens());
        prop_assert!(decision.reason == Reason::Lockdown || ask.door == id(9));
    }

    #[test]
    fn on_a_holiday_the_week_is_forgotten(
        open in any_hours(), weekly in any_schedule(), noon in 0_u16..1440, day in 0_i64..7
    ) {
        let today = date("2026-11-23") + day.days();
        let eve = today - 1.day();
        let holidays = HolidayCalendar::new(vec![
            Holiday::new("假", today, today, false, DayHours::new([open])).unwrap(),
            Holiday::new("前一天", eve, eve, false, DayHours::closed()).unwrap(),
        ]);
        let asleep = weekly.is_never();
        let plan = AccessPlan { holidays, ..plan(vec![rule(1, weekly)]) };
        let wall = today.at(0, 0, 0, 0) + i64::from(noon).minutes();
        let at = at(&plan.zone, &wall.to_string());
        let opens = Access::new(plan).decide(somebody(), id(1), CredentialKind::Qr, at).opens();
        prop_assert_eq!(opens, !asleep && open.from() <= noon && noon < open.to());
    }

    #[test]
    fn an_explanation_agrees_with_the_decision(site in any_site(), ask in any_ask(), at in any_instant()) {
        let access = site.access();
        let explanation = access.explain(ask.subject(), ask.door, ask.method, at);
        prop_assert_eq!(explanation.decision, ask.decide(&access, at));
        prop_assert_eq!(explanation.rules.len(), site.rules.len());
        let of_rules = |reason| explanation.rules.iter().any(|rule| rule.verdict.reason() == reason);
        match explanation.decision.by {
            DecidedBy::Rule(rule) => {
                let decided = explanation.decided().unwrap();
                prop_assert_eq!(decided.rule, rule);
                prop_assert_eq!(decided.verdict.reason(), explanation.decision.reason);
            }
            DecidedBy::NoRule => {
                let nearer = [Reason::Ok, Reason::OutsideSchedule, Reason::NotYetValid, Reason::Expired];
                prop_assert!(!nearer.into_iter().any(of_rules));
            }
            _ => prop_assert_eq!(explanation.decided(), None),
        }
    }

    #[test]
    fn a_schedule_survives_being_said_and_being_stored(schedule in any_schedule()) {
        prop_assert_eq!(&Schedule::parse(&schedule.to_string()).unwrap(), &schedule);
        let stored = serde_json::to_string(&schedule).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Schedule>(&stored).unwrap(), &schedule);
        prop_assert_eq!(&Schedule::new(schedule.intervals()), &schedule);
    }

    #[test]
    fn the_order_in_which_hours_are_given_does_not_matter(
        hours in vec(any_hours(), 0..9).prop_flat_map(|hours| (Just(hours.clone()), Just(hours).prop_shuffle()))
    ) {
        prop_assert_eq!(DayHours::new(hours.0), DayHours::new(hours.1));
    }

    #[test]
    fn garbage_is_refused_and_nothing_falls_over(
        text in prop_oneof![any::<String>(), "[周星期一二日天每工作末至、，；:：0-9０-９–\\-~全次不开放 ]{0,40}"],
        millis in any::<i64>(), until in any::<i64>(), kind in select(&KINDS[..]),
        from in any::<u16>(), to in any::<u16>(), posix in select(&ZONES[..])
    ) {
        if let Ok(schedule) = Schedule::parse(&text) {
            prop_assert_eq!(Schedule::parse(&schedule.to_string()), Ok(schedule));
        }
        let _ = Hours::parse(&text, &text);
        let _ = serde_json::from_str::<Schedule>(&text);
        let _ = serde_json::from_str::<HolidayCalendar>(&text);
        let hours = Hours::new(from, to).unwrap_or(Hours::ALL_DAY);
        let mut site = plan(vec![rule(1, Schedule::new([Interval { weekday: Weekday::Sunday, hours }]))]);
        site.zone = zone(posix);
        site.lockdown = Some(Override { until: Some(Timestamp::from_millis(until)) });
        let access = Access::new(site);
        for millis in [millis, i64::MIN, 0, i64::MAX] {
            let at = Timestamp::from_millis(millis);
            let _ = access.next_change(somebody(), id(1), kind, at);
            let explanation = access.explain(somebody(), id(1), kind, at);
            prop_assert_eq!(explanation.decision, access.decide(somebody(), id(1), kind, at));
        }
    }
}
