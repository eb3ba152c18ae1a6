use serde_json::json;

use super::super::AccessDocument;
use super::*;

#[test]
fn schedules_are_said_the_way_people_say_them() {
    for text in [
        "周一至周五 08:00–18:00，周六 09:00–12:00",
        "全天",
        "不开放",
        "每天 22:00–次日06:00",
        "周一、周三、周五 08:00–12:00、14:00–18:00",
        "周一至周三、周日 全天，周五、周六 00:00–次日24:00",
        "周日 23:59–24:00",
        "周二 00:00–次日06:00",
    ] {
        assert_eq!(schedule(text).to_string(), text);
    }
    assert_eq!(DayHours::closed().to_string(), "不开放");
    assert_eq!(hours("全天").to_string(), "全天");
}

#[test]
fn what_people_type_is_understood() {
    for (typed, meant) in [
        ("周一-周五 8:00-18:00；周末 9:00~12:00", "周一至周五 08:00–18:00，周六、周日 09:00–12:00"),
        ("工作日０８：００至１８：００", "周一至周五 08:00–18:00"),
        ("星期天 22:00—6:00", "周日 22:00–次日06:00"),
        ("周六至周一 全天", "周一、周六、周日 全天"),
        ("周一至周一 全天", "周一 全天"),
        ("周一和周二 00:00-24:00\n 周一 1:00-2:00 ", "周一、周二 全天"),
        ("每日 09:00–10:00、10:00–11:00、10:30–12:00", "每天 09:00–12:00"),
        ("每天 全天", "全天"),
    ] {
        assert_eq!(schedule(typed).to_string(), meant, "{typed}");
    }
}

#[test]
fn what_is_not_understood_is_told_with_its_place() {
    for (typed, part, fault) in [
        ("", 1, AccessFault::Blank),
        ("周一 08:00–18:00，", 2, AccessFault::Blank),
        ("周一", 1, AccessFault::HoursUnreadable),
        ("周一 08:00", 1, AccessFault::HoursUnreadable),
        ("08:00–18:00", 1, AccessFault::DayUnreadable),
        ("周八 08:00–18:00", 1, AccessFault::DayUnreadable),
        ("周一至周五 08:00–18:00，周 08:00–18:00", 2, AccessFault::DayUnreadable),
        ("周一 8:0–18:00", 1, AccessFault::TimeUnreadable),
        ("周一 08:60–18:00", 1, AccessFault::TimeUnreadable),
        ("周一 008:00–18:00", 1, AccessFault::TimeUnreadable),
        ("周一 24:00–06:00", 1, AccessFault::StartsTooLate),
        ("周一 08:00–48:01", 1, AccessFault::EndsTooLate),
        ("周一 08:00–次日24:01", 1, AccessFault::EndsTooLate),
        ("周一 08:00–08:00", 1, AccessFault::NoLength),
    ] {
        assert_eq!(Schedule::parse(typed), Err(BadPart { part, fault }), "{typed}");
    }
    let bad = Schedule::parse("周一 全天，周二 8点").unwrap_err();
    assert_eq!(bad.to_string(), "第 2 段：时段请写成 08:00–18:00 这样");
}

#[test]
fn a_fault_can_be_told_at_its_field() {
    let fault = AccessFault::NoLength.at("intervals[2].to");
    let field = &fault.fields()[0];
    assert_eq!((field.field.as_str(), &*field.code), ("intervals[2].to", "no-length"));
}

#[test]
fn schedules_are_kept_as_lists_of_intervals() {
    let json = json!([
        {"weekday": 1, "from": "08:00", "to": "12:00"},
        {"weekday": 5, "from": "22:00", "to": "06:00"},
        {"weekday": 7, "from": "00:00", "to": "30:00"},
    ]);
    let schedule: Schedule = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(schedule.to_string(), "周一 08:00–12:00，周五 22:00–次日06:00，周日 00:00–次日06:00");
    assert_eq!(serde_json::to_value(&schedule).unwrap(), json);
    assert_eq!(serde_json::from_value::<Schedule>(json!([])).unwrap(), Schedule::never());
}

#[test]
fn schedules_that_make_no_sense_are_refused_with_the_reason() {
    for (interval, text) in [
        (json!({"weekday": 0, "from": "08:00", "to": "12:00"}), AccessFault::NoSuchWeekday),
        (json!({"weekday": 8, "from": "08:00", "to": "12:00"}), AccessFault::NoSuchWeekday),
        (json!({"weekday": 1, "from": "08:00", "to": "08:00"}), AccessFault::NoLength),
        (json!({"weekday": 1, "from": "24:00", "to": "08:00"}), AccessFault::StartsTooLate),
        (json!({"weekday": 1, "from": "8", "to": "08:00"}), AccessFault::TimeUnreadable),
    ] {
        let told = serde_json::from_value::<Schedule>(json!([interval])).unwrap_err().to_string();
        assert!(told.contains(text.text()), "{told}");
    }
    for bad in [json!(null), json!({}), json!([{}]), json!([{"weekday": "一", "from": 8, "to": 9}]), json!("全天")] {
        assert!(serde_json::from_value::<Schedule>(bad).is_err());
    }
}

#[test]
fn holidays_and_modes_have_their_own_json() {
    let json = json!([{"name": "元旦", "from": "2027-01-01", "yearly": true}]);
    let calendar: HolidayCalendar = serde_json::from_value(json).unwrap();
    let full = json!([{"name": "元旦", "from": "2027-01-01", "until": "2027-01-01", "yearly": true, "hours": []}]);
    assert_eq!(serde_json::to_value(&calendar).unwrap(), full);
    assert!(serde_json::from_value::<Holiday>(json!({"name": "", "from": "2027-02-29"})).is_err());

    let until = Some(utc("2026-11-24T04:00:00Z"));
    for (mode, json) in [
        (DoorMode::Normal, json!({"mode": "normal"})),
        (DoorMode::KeepLocked(HELD), json!({"mode": "keep_locked"})),
        (DoorMode::Lockdown(Override { until }), json!({"mode": "lockdown", "until": "2026-11-24T04:00:00Z"})),
    ] {
        assert_eq!(serde_json::to_value(mode).unwrap(), json);
        assert_eq!(serde_json::from_value::<DoorMode>(json).unwrap(), mode);
    }
}

#[test]
fn a_document_is_read_as_it_is_written() {
    let rule = "0199a000-0000-7000-8000-000000000001";
    let door = "0199a000-0000-7000-8000-000000000002";
    // what the migration made of former policies and locked doors
    let migrated = json!({
        "rules": [{
            "id": rule, "name": "通行", "subject": { "who": "kind", "kind": "access" },
            "doors": { "which": "door", "doorId": door },
            "schedule": (1..=7).map(|day| json!({ "weekday": day, "from": "00:00", "to": "24:00" })).collect::<Vec<_>>(),
            "methods": ["qr", "shake"],
        }],
        "modes": { door: { "mode": "lockdown" } },
    });
    let document: AccessDocument = serde_json::from_value(migrated).unwrap();
    assert_eq!(document.rules[0].schedule, Schedule::always());
    let again: AccessDocument = serde_json::from_str(&serde_json::to_string(&document).unwrap()).unwrap();
    assert_eq!((again.rules, again.modes), (document.rules, document.modes));
    assert!(serde_json::from_str::<AccessDocument>("{}").unwrap().rules.is_empty(), "said nothing: nobody passes");
}
