//! The same rules once more, slow and by the letter: every interval is laid on the calendar as it was written.

use jiff::{
    ToSpan,
    civil::{DateTime, Weekday},
};

use super::*;

#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) rule: Rule,
    pub(super) intervals: Vec<(Weekday, Hours)>,
}

#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) plan: AccessPlan,
    pub(super) rules: Vec<Written>,
    pub(super) holidays: Vec<(Holiday, Vec<Hours>)>,
}

impl Site {
    /// As the code under test is given it.
    pub(super) fn access(&self) -> Access {
        let holidays = HolidayCalendar::new(self.holidays.iter().map(|(holiday, _)| holiday.clone()).collect());
        let rule = |written: &Written| {
            let intervals = written.intervals.iter().map(|&(weekday, hours)| Interval { weekday, hours });
            Rule { schedule: Schedule::new(intervals), ..written.rule.clone() }
        };
        Access::new(AccessPlan { holidays, rules: self.rules.iter().map(rule).collect(), ..self.plan.clone() })
    }

    pub(super) fn decide(&self, subject: Subject<'_>, door: DoorId, kind: CredentialKind, at: Timestamp) -> Reason {
        let stands = |hold: Override| hold.until.is_none_or(|until| at < until);
        if self.plan.lockdown.is_some_and(stands) {
            return Reason::Lockdown;
        }
        let Some(door) = self.plan.doors.iter().find(|ours| ours.id == door) else { return Reason::DoorNotAllowed };
        match door.mode {
            DoorMode::Lockdown(hold) if stands(hold) => return Reason::Lockdown,
            DoorMode::KeepLocked(hold) if stands(hold) => return Reason::OutsideSchedule,
            DoorMode::KeepUnlocked(hold) if stands(hold) => return Reason::Ok,
            _ => {}
        }
        let said: Vec<Reason> =
            self.rules.iter().map(|written| self.rule_says(written, subject, door, kind, at)).collect();
        let order = [Reason::Ok, Reason::OutsideSchedule, Reason::NotYetValid, Reason::Expired];
        order.into_iter().find(|reason| said.contains(reason)).unwrap_or(Reason::DoorNotAllowed)
    }

    fn rule_says(
        &self,
        written: &Written,
        subject: Subject<'_>,
        door: &AccessDoor,
        kind: CredentialKind,
        at: Timestamp,
    ) -> Reason {
        let rule = &written.rule;
        let about_subject = match rule.subject {
            RuleSubject::Any => true,
            RuleSubject::Kind(kind) => kind == subject.kind,
            RuleSubject::Card(card) => card == subject.card,
            RuleSubject::Group(group) => subject.groups.contains(&group),
        };
        let about_door = match rule.doors {
            RuleDoors::All => true,
            RuleDoors::Door(ours) => ours == door.id,
            RuleDoors::Group(group) => {
                self.plan.groups.iter().any(|ours| ours.id == group && ours.doors.contains(&door.id))
            }
        };
        if !about_subject || !about_door || !rule.methods.allow(kind) || !door.methods.allow(kind) {
            return Reason::DoorNotAllowed;
        }
        if rule.validity.from().is_some_and(|from| at < from) {
            return Reason::NotYetValid;
        }
        if rule.validity.until().is_some_and(|until| at >= until) {
            return Reason::Expired;
        }
        let zone = self.plan.zone.clone();
        let wall = jiff::Timestamp::from_millisecond(at.millis()).unwrap().to_zoned_datetime(zone).datetime();
        if self.open(written, wall) { Reason::Ok } else { Reason::OutsideSchedule }
    }

    fn open(&self, written: &Written, wall: DateTime) -> bool {
        let (today, yesterday) = (wall.date(), wall.date().yesterday().unwrap());
        let on = |hours: &Hours, day: Date| {
            let midnight = day.at(0, 0, 0, 0);
            midnight + i64::from(hours.from()).minutes() <= wall && wall < midnight + i64::from(hours.to()).minutes()
        };
        let begun_on = |day: Date| match self.holiday(day) {
            Some(hours) => hours.iter().any(|hours| on(hours, day)),
            None => written.intervals.iter().any(|(weekday, hours)| *weekday == day.weekday() && on(hours, day)),
        };
        let cut_short = self.holiday(today).is_some() && self.holiday(yesterday).is_none();
        !written.intervals.is_empty() && (begun_on(today) || (!cut_short && begun_on(yesterday)))
    }

    fn holiday(&self, day: Date) -> Option<&[Hours]> {
        let month_day = |date: Date| (date.month(), date.day());
        let falls = |holiday: &Holiday| {
            let (from, until) = (month_day(holiday.from()), month_day(holiday.until()));
            match holiday.yearly() {
                false => holiday.from() <= day && day <= holiday.until(),
                true if from <= until => from <= month_day(day) && month_day(day) <= until,
                true => from <= month_day(day) || month_day(day) <= until,
            }
        };
        let days = |holiday: &Holiday| (holiday.until() - holiday.from()).get_days();
        let ruling = self.holidays.iter().filter(|(holiday, _)| falls(holiday));
        ruling.min_by_key(|(holiday, _)| (holiday.yearly(), days(holiday))).map(|(_, hours)| hours.as_slice())
    }
}
