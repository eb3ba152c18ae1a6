use super::*;

fn holiday(name: &str, from: &str, until: &str, yearly: bool, hours: DayHours) -> Holiday {
    Holiday::new(name, date(from), date(until), yearly, hours).unwrap()
}

/// What a site with these holidays and hours says at a wall time.
fn says(holidays: &[Holiday], weekly: &str, wall: &str) -> Reason {
    let holidays = HolidayCalendar::new(holidays.to_vec());
    let plan = AccessPlan { holidays, ..plan(vec![rule(1, schedule(weekly))]) };
    let wall = at(&plan.zone, wall);
    Access::new(plan).decide(somebody(), door_id(1), CredentialKind::Qr, wall).reason
}

#[test]
fn a_closed_holiday_closes_and_its_neighbours_do_not_notice() {
    let golden_week = [holiday("国庆节", "2026-10-01", "2026-10-07", false, DayHours::closed())];
    assert_eq!(says(&golden_week, "全天", "2026-09-30T23:59"), Reason::Ok);
    assert_eq!(says(&golden_week, "全天", "2026-10-01T00:00"), Reason::OutsideSchedule);
    assert_eq!(says(&golden_week, "全天", "2026-10-07T23:59"), Reason::OutsideSchedule);
    assert_eq!(says(&golden_week, "全天", "2026-10-08T00:00"), Reason::Ok);
}

#[test]
fn a_sunday_worked_in_exchange_has_the_hours_of_a_working_day() {
    let worked = [holiday("调休上班", "2026-10-11", "2026-10-11", false, hours("08:00–18:00"))];
    assert_eq!(says(&worked, "周一至周五 08:00–18:00", "2026-10-11T09:00"), Reason::Ok);
    assert_eq!(says(&[], "周一至周五 08:00–18:00", "2026-10-11T09:00"), Reason::OutsideSchedule);
}

#[test]
fn a_rule_that_never_opens_does_not_open_on_a_holiday_either() {
    let open = [holiday("开放日", "2026-10-11", "2026-10-11", false, hours("全天"))];
    assert_eq!(says(&open, "不开放", "2026-10-11T09:00"), Reason::OutsideSchedule);
}

#[test]
fn the_night_before_a_holiday_ends_at_midnight() {
    let closed = [holiday("元旦", "2027-01-01", "2027-01-01", true, DayHours::closed())];
    assert_eq!(says(&closed, "每天 20:00–04:00", "2026-12-31T23:59"), Reason::Ok);
    assert_eq!(says(&closed, "每天 20:00–04:00", "2027-01-01T00:00"), Reason::OutsideSchedule);
    assert_eq!(says(&closed, "每天 20:00–04:00", "2027-01-01T22:00"), Reason::OutsideSchedule);
    assert_eq!(says(&closed, "每天 20:00–04:00", "2027-01-02T03:00"), Reason::OutsideSchedule, "it never began");
    assert_eq!(says(&closed, "每天 20:00–04:00", "2027-01-02T20:00"), Reason::Ok);
}

#[test]
fn what_begins_on_a_holiday_runs_on_past_midnight() {
    let eve = holiday("跨年夜", "2026-12-31", "2026-12-31", false, hours("20:00–02:00"));
    let closed = holiday("元旦", "2027-01-01", "2027-01-01", true, DayHours::closed());
    for calendar in [vec![eve.clone()], vec![eve, closed]] {
        assert_eq!(says(&calendar, "周一 08:00–09:00", "2027-01-01T01:59"), Reason::Ok);
        assert_eq!(says(&calendar, "周一 08:00–09:00", "2027-01-01T02:00"), Reason::OutsideSchedule);
    }
}

#[test]
fn the_more_particular_of_two_holidays_rules() {
    let month = holiday("整修", "2026-10-01", "2026-10-31", false, DayHours::closed());
    let week = holiday("国庆节", "2026-10-01", "2026-10-07", false, hours("10:00–16:00"));
    let yearly = holiday("周年", "2020-10-01", "2020-10-01", true, hours("全天"));
    let twin = holiday("另一个", "2026-10-01", "2026-10-07", false, DayHours::closed());
    let calendar = HolidayCalendar::new(vec![month, yearly, week, twin]);
    let name = |day| calendar.on(date(day)).map(Holiday::name);
    assert_eq!(name("2026-10-01"), Some("国庆节"));
    assert_eq!(name("2026-10-08"), Some("整修"));
    assert_eq!(name("2027-10-01"), Some("周年"));
    assert_eq!(name("2027-10-02"), None);
}

#[test]
fn a_yearly_holiday_recurs_over_the_turn_of_the_year_and_on_leap_days() {
    let turn = HolidayCalendar::new(vec![holiday("年末", "2020-12-30", "2021-01-02", true, DayHours::closed())]);
    for (day, holds) in [("2026-12-29", false), ("2026-12-30", true), ("2030-01-02", true), ("2030-01-03", false)] {
        assert_eq!(turn.on(date(day)).is_some(), holds, "{day}");
    }
    let leap = HolidayCalendar::new(vec![holiday("闰日", "2024-02-29", "2024-02-29", true, DayHours::closed())]);
    for (day, holds) in [("2028-02-29", true), ("2027-02-28", false), ("2027-03-01", false)] {
        assert_eq!(leap.on(date(day)).is_some(), holds, "{day}");
    }
    let around = HolidayCalendar::new(vec![holiday("寒假", "2026-02-20", "2026-03-05", true, DayHours::closed())]);
    assert!(around.on(date("2028-02-29")).is_some());
}

#[test]
fn a_holiday_lasts_from_one_day_to_a_year() {
    let new = |from: &str, until: &str| Holiday::new("假", date(from), date(until), true, DayHours::closed()).map(drop);
    assert_eq!(new("2026-10-02", "2026-10-01"), Err(AccessFault::EndsBeforeItBegins));
    assert_eq!(new("2026-03-10", "2027-03-09"), Ok(()));
    assert_eq!(new("2026-03-10", "2027-03-10"), Err(AccessFault::HolidayTooLong));
    assert_eq!(new("9999-12-31", "9999-12-31"), Ok(()));
    assert_eq!(new("-009999-01-01", "9999-12-31"), Err(AccessFault::HolidayTooLong));
}

#[test]
fn an_explanation_names_the_holiday() {
    let holidays = HolidayCalendar::new(vec![holiday("国庆节", "2026-10-01", "2026-10-07", false, DayHours::closed())]);
    let access = Access::new(AccessPlan { holidays, ..plan(vec![rule(1, Schedule::always())]) });
    let explained = |text| access.explain(somebody(), door_id(1), CredentialKind::Qr, utc(text)).holiday;
    assert_eq!(explained("2026-10-03T04:00:00Z").as_deref(), Some("国庆节"));
    assert_eq!(explained("2026-10-13T04:00:00Z"), None);
}
