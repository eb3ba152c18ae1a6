use super::*;

/// What door 1 says to a code at a wall time of the site.
fn says(plan: &AccessPlan, wall: &str) -> Reason {
    Access::new(plan.clone()).decide(somebody(), door_id(1), CredentialKind::Qr, at(&plan.zone, wall)).reason
}

#[test]
fn office_hours_open_at_their_first_minute_and_close_at_their_last() {
    let plan = plan(vec![rule(1, schedule("周一至周五 08:00–18:00"))]);
    assert_eq!(says(&plan, "2026-11-23T07:59:59.999"), Reason::OutsideSchedule); // a Monday
    assert_eq!(says(&plan, "2026-11-23T08:00"), Reason::Ok);
    assert_eq!(says(&plan, "2026-11-23T17:59:59.999"), Reason::Ok);
    assert_eq!(says(&plan, "2026-11-23T18:00"), Reason::OutsideSchedule);
    assert_eq!(says(&plan, "2026-11-28T12:00"), Reason::OutsideSchedule);
}

#[test]
fn a_night_shift_of_sunday_runs_into_monday() {
    let plan = plan(vec![rule(1, schedule("周日 22:00–06:00"))]);
    assert_eq!(says(&plan, "2026-11-22T22:00"), Reason::Ok);
    assert_eq!(says(&plan, "2026-11-23T05:59"), Reason::Ok);
    assert_eq!(says(&plan, "2026-11-23T06:00"), Reason::OutsideSchedule);
    assert_eq!(says(&plan, "2026-11-22T05:00"), Reason::OutsideSchedule);
}

#[test]
fn a_rule_without_hours_never_opens() {
    assert_eq!(says(&plan(vec![rule(1, Schedule::never())]), "2026-11-23T12:00"), Reason::OutsideSchedule);
    assert_eq!(says(&plan(Vec::new()), "2026-11-23T12:00"), Reason::DoorNotAllowed);
}

#[test]
fn a_rule_lets_only_its_own_subjects_pass() {
    let group = id::<HolderGroupId>(7);
    let cases = [
        (RuleSubject::Any, true, true),
        (RuleSubject::Kind(CardKind::Access), true, false),
        (RuleSubject::Card(id(1)), true, false),
        (RuleSubject::Group(group), true, false),
    ];
    for (subject, to_us, to_others) in cases {
        let access = Access::new(plan(vec![Rule { subject, ..rule(1, Schedule::always()) }]));
        let us = Subject { groups: &[id(6), group], ..somebody() };
        let others = Subject { kind: CardKind::Member, card: id(2), groups: &[id(8)] };
        let opens =
            |subject| access.decide(subject, door_id(1), CredentialKind::Qr, utc("2026-11-24T04:00:00Z")).opens();
        assert_eq!((opens(us), opens(others)), (to_us, to_others), "{subject:?}");
    }
}

#[test]
fn a_rule_is_about_its_doors_only_and_a_group_that_is_gone_has_none() {
    let group = DoorGroup { id: id(5), name: "东区".to_owned(), doors: vec![id(2)] };
    let opens = |doors, groups: Vec<DoorGroup>| {
        let access = Access::new(AccessPlan { groups, ..plan(vec![Rule { doors, ..rule(1, Schedule::always()) }]) });
        [1, 2, 3].map(|n| access.decide(somebody(), id(n), CredentialKind::Qr, utc("2026-11-24T04:00:00Z")).opens())
    };
    assert_eq!(opens(RuleDoors::All, Vec::new()), [true, true, false]); // there is no door 3
    assert_eq!(opens(RuleDoors::Door(id(1)), Vec::new()), [true, false, false]);
    assert_eq!(opens(RuleDoors::Group(id(5)), vec![group]), [false, true, false]);
    assert_eq!(opens(RuleDoors::Group(id(5)), Vec::new()), [false, false, false]);
}

#[test]
fn a_way_must_be_taken_by_the_rule_and_by_the_door() {
    let shake_only = Rule { methods: Methods::only(CredentialKind::Phone), ..rule(1, Schedule::always()) };
    let mut plan = plan(vec![shake_only]);
    plan.doors[1].methods = Methods::only(CredentialKind::Qr);
    let access = Access::new(plan);
    let says = |n, way| access.decide(somebody(), id(n), way, utc("2026-11-24T04:00:00Z")).reason;
    assert_eq!(says(1, CredentialKind::Phone), Reason::Ok);
    assert_eq!(says(1, CredentialKind::Qr), Reason::DoorNotAllowed);
    assert_eq!(says(2, CredentialKind::Phone), Reason::DoorNotAllowed);
    assert_eq!(says(2, CredentialKind::Qr), Reason::DoorNotAllowed);
    assert_eq!(says(1, CredentialKind::Card), Reason::DoorNotAllowed);
}

#[test]
fn a_rule_counts_from_its_first_instant_until_before_its_last() {
    let (from, until) = (utc("2026-11-24T04:00:00Z"), utc("2026-11-24T05:00:00Z"));
    let validity = Validity::new(Some(from), Some(until)).unwrap();
    let access = Access::new(plan(vec![Rule { validity, ..rule(1, Schedule::always()) }]));
    let says = |millis| access.decide(somebody(), id(1), CredentialKind::Qr, Timestamp::from_millis(millis)).reason;
    assert_eq!(says(from.millis() - 1), Reason::NotYetValid);
    assert_eq!(says(from.millis()), Reason::Ok);
    assert_eq!(says(until.millis() - 1), Reason::Ok);
    assert_eq!(says(until.millis()), Reason::Expired);
    assert_eq!(Validity::new(Some(until), Some(from)), Err(AccessFault::NeverValid));
    assert_eq!(Validity::new(Some(from), Some(from)), Err(AccessFault::NeverValid));
}

#[test]
fn of_several_refusals_the_nearest_miss_is_told() {
    let now = utc("2026-11-24T04:00:00Z");
    let hour = std::time::Duration::from_secs(3600);
    let expired = Validity::new(None, Some(now.before(hour))).unwrap();
    let coming = Validity::new(Some(now.after(hour)), None).unwrap();
    let strange = Rule { subject: RuleSubject::Card(id(9)), ..rule(1, Schedule::always()) };
    let expired = Rule { validity: expired, ..rule(2, Schedule::always()) };
    let coming = Rule { validity: coming, ..rule(3, Schedule::always()) };
    let closed = rule(4, Schedule::never());
    let open = rule(5, Schedule::always());
    let mut rules = Vec::new();
    for (next, reason) in [
        (strange, Reason::DoorNotAllowed),
        (expired, Reason::Expired),
        (coming, Reason::NotYetValid),
        (closed, Reason::OutsideSchedule),
        (open, Reason::Ok),
    ] {
        let by = if next.id == rule_id(1) { DecidedBy::NoRule } else { DecidedBy::Rule(next.id) };
        rules.push(next);
        let there = rules.clone();
        let back = rules.iter().rev().cloned().collect();
        for rules in [there, back] {
            let decision = Access::new(plan(rules)).decide(somebody(), id(1), CredentialKind::Qr, now);
            assert_eq!(decision, Decision { reason, by });
        }
    }
}

#[test]
fn a_door_kept_unlocked_lets_everybody_pass_and_one_kept_locked_nobody() {
    let mut plan = plan(vec![rule(1, Schedule::always())]);
    plan.doors[0].mode = DoorMode::KeepLocked(HELD);
    assert_eq!(says(&plan, "2026-11-24T12:00"), Reason::OutsideSchedule);
    plan.rules.clear();
    plan.doors[0].mode = DoorMode::KeepUnlocked(HELD);
    assert_eq!(says(&plan, "2026-11-24T12:00"), Reason::Ok);
}

#[test]
fn a_mode_ends_at_its_instant() {
    let mut plan = plan(vec![rule(1, Schedule::always())]);
    let until = Some(at(&plan.zone, "2026-11-24T12:00"));
    plan.doors[0].mode = DoorMode::Lockdown(Override { until });
    assert_eq!(says(&plan, "2026-11-24T11:59:59.999"), Reason::Lockdown);
    assert_eq!(says(&plan, "2026-11-24T12:00"), Reason::Ok);
}

#[test]
fn a_site_in_lockdown_stands_above_every_door() {
    let mut plan = plan(vec![rule(1, Schedule::always())]);
    plan.doors[0].mode = DoorMode::KeepUnlocked(HELD);
    plan.lockdown = Some(Override { until: Some(at(&plan.zone, "2026-11-24T12:00")) });
    assert_eq!(says(&plan, "2026-11-24T11:00"), Reason::Lockdown);
    assert_eq!(says(&plan, "2026-11-24T12:00"), Reason::Ok);
    let access = Access::new(plan);
    let unknown = access.decide(somebody(), door_id(99), CredentialKind::Qr, utc("2026-11-24T03:00:00Z"));
    assert_eq!(unknown, Decision { reason: Reason::Lockdown, by: DecidedBy::SiteLockdown });
}

#[test]
fn an_explanation_says_of_each_rule_why_and_names_the_one_that_decided() {
    let other_card = Rule { subject: RuleSubject::Card(id(9)), ..rule(1, Schedule::always()) };
    let other_door = Rule { doors: RuleDoors::Door(id(2)), ..rule(2, Schedule::always()) };
    let other_way = Rule { methods: Methods::only(CredentialKind::Phone), ..rule(3, Schedule::always()) };
    let closed = rule(4, schedule("周六 09:00–12:00"));
    let open = rule(5, schedule("周一至周五 08:00–18:00"));
    let mut plan = plan(vec![other_card, other_door, other_way, closed, open]);
    let noon = at(&plan.zone, "2026-11-24T12:00");
    let explanation = Access::new(plan.clone()).explain(somebody(), id(1), CredentialKind::Qr, noon);
    let verdicts: Vec<Verdict> = explanation.rules.iter().map(|rule| rule.verdict).collect();
    let expected =
        [Verdict::OtherSubject, Verdict::OtherDoor, Verdict::OtherMethod, Verdict::OutsideSchedule, Verdict::Opens];
    assert_eq!(verdicts, expected);
    let decided = explanation.decided().unwrap();
    assert_eq!((decided.name.as_str(), decided.hours.as_str()), ("规则5", "周一至周五 08:00–18:00"));

    plan.doors[0].mode = DoorMode::Lockdown(HELD);
    let explanation = Access::new(plan).explain(somebody(), id(1), CredentialKind::Qr, noon);
    assert_eq!(explanation.decision.by, DecidedBy::DoorLockdown);
    assert_eq!(explanation.decided(), None);
    assert_eq!(explanation.rules.len(), 5);
}

#[test]
fn the_next_change_of_office_hours_is_their_end_and_then_the_next_morning() {
    let plan = plan(vec![rule(1, schedule("周一至周五 08:00–18:00"))]);
    let access = Access::new(plan.clone());
    let next = |wall| access.next_change(somebody(), id(1), CredentialKind::Qr, at(&plan.zone, wall));
    let on = |wall| Some(at(&plan.zone, wall));
    assert_eq!(next("2026-11-24T12:00"), on("2026-11-24T18:00"));
    assert_eq!(next("2026-11-24T18:00"), on("2026-11-25T08:00"));
    assert_eq!(next("2026-11-27T18:00"), on("2026-11-30T08:00")); // over the weekend
    assert_eq!(access.next_change(somebody(), id(9), CredentialKind::Qr, at(&plan.zone, "2026-11-24T12:00")), None);
}

#[test]
fn what_is_always_open_or_opens_in_more_than_8_days_has_no_next_change() {
    let now = utc("2026-11-24T04:00:00Z");
    let always = Access::new(plan(vec![rule(1, Schedule::always())]));
    assert_eq!(always.next_change(somebody(), id(1), CredentialKind::Qr, now), None);
    let days = |n: u64| now.after(std::time::Duration::from_secs(n * 24 * 3600));
    for (from, expected) in [(days(8), Some(days(8))), (days(9), None)] {
        let validity = Validity::new(Some(from), None).unwrap();
        let later = Access::new(plan(vec![Rule { validity, ..rule(1, Schedule::always()) }]));
        assert_eq!(later.next_change(somebody(), id(1), CredentialKind::Qr, now), expected);
    }
}

#[test]
fn hours_that_summer_time_skips_never_come() {
    let plan = AccessPlan { zone: zone(BERLIN), ..plan(vec![rule(1, schedule("周日 02:00–03:00"))]) };
    let access = Access::new(plan);
    let says = |text| access.decide(somebody(), id(1), CredentialKind::Qr, utc(text)).reason;
    // 2026-03-29: after 01:59:59 the wall shows 03:00:00
    assert_eq!(says("2026-03-29T00:59:59Z"), Reason::OutsideSchedule);
    assert_eq!(says("2026-03-29T01:00:00Z"), Reason::OutsideSchedule);
    let next = access.next_change(somebody(), id(1), CredentialKind::Qr, utc("2026-03-28T12:00:00Z"));
    assert_eq!(next, Some(utc("2026-04-05T00:00:00Z")), "the Sunday after");
}

#[test]
fn hours_that_winter_time_repeats_come_twice() {
    let plan = AccessPlan { zone: zone(BERLIN), ..plan(vec![rule(1, schedule("周日 02:15–02:45"))]) };
    let access = Access::new(plan);
    let mut turns = Vec::new();
    let mut after = utc("2026-10-24T12:00:00Z");
    for _ in 0..4 {
        after = access.next_change(somebody(), id(1), CredentialKind::Qr, after).unwrap();
        turns.push(after);
    }
    // 2026-10-25: after 02:59:59 the wall shows 02:00:00 again
    let expected = ["00:15", "00:45", "01:15", "01:45"].map(|time| utc(&format!("2026-10-25T{time}:00Z")));
    assert_eq!(turns, expected);
}

#[test]
fn a_night_shift_is_an_hour_longer_or_shorter_when_the_clocks_change() {
    let plan = AccessPlan { zone: zone(BERLIN), ..plan(vec![rule(1, schedule("周六 22:00–06:00"))]) };
    let access = Access::new(plan);
    for (begins, lasts) in [("2026-03-28T21:00:00Z", 7), ("2026-10-24T20:00:00Z", 9), ("2026-06-06T20:00:00Z", 8)] {
        let ends = access.next_change(somebody(), id(1), CredentialKind::Qr, utc(begins)).unwrap();
        assert_eq!(ends.since(utc(begins)), lasts * 3_600_000, "{begins}");
    }
}

#[test]
fn without_a_zone_a_site_is_in_shanghai() {
    let wall = default_zone().to_datetime(moment::instant(utc("2026-07-01T00:00:00Z")));
    assert_eq!(wall.to_string(), "2026-07-01T08:00:00");
}
