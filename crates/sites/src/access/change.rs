use std::{collections::BTreeSet, time::Duration};

use jiff::{
    ToSpan,
    civil::Date,
    tz::{Offset, TimeZone},
};
use kernel::{CredentialKind, DoorId, Timestamp};

use super::{Access, DayHours, Holiday, Rule, Subject, moment::instant};

/// How far ahead is looked: a week, and a day for the weeks that a holiday cuts short.
const HORIZON: Duration = Duration::from_secs(8 * 24 * 3600);

impl Access {
    /// The first instant after `after`, within 8 days, at which the reason of the decision becomes another.
    pub fn next_change(
        &self,
        subject: Subject<'_>,
        door: DoorId,
        kind: CredentialKind,
        after: Timestamp,
    ) -> Option<Timestamp> {
        let end = after.after(HORIZON);
        let now = self.decide(subject, door, kind, after).reason;
        let known = self.doors.get(&door);
        let about = known.map_or(&[][..], |door| &door.about);
        let rules = || {
            let concerned = about.iter().map(|about| (&self.rules[about.rule], about.ways));
            concerned.filter(|(rule, ways)| rule.concerns(subject, *ways, kind)).map(|(rule, _)| rule)
        };

        let mut turns: BTreeSet<Timestamp> = BTreeSet::new();
        turns.extend(self.lockdown.and_then(|hold| hold.until));
        turns.extend(known.and_then(|door| door.mode.until()));
        turns.extend(rules().flat_map(|rule| [rule.validity.from(), rule.validity.until()]).flatten());
        let mut offsets = vec![self.zone.to_offset(instant(after))];
        for transition in self.zone.following(instant(after)).take_while(|next| next.timestamp() <= instant(end)) {
            offsets.push(transition.offset());
            turns.insert(Timestamp::from_millis(transition.timestamp().as_millisecond()));
        }
        for (date, minute) in self.wall_turns(rules, after, end) {
            turns.extend(offsets.iter().filter_map(|offset| at_wall(*offset, date, minute)));
        }

        let ahead = turns.into_iter().filter(|turn| after < *turn && *turn <= end);
        ahead.into_iter().find(|turn| self.decide(subject, door, kind, *turn).reason != now)
    }

    /// The minutes on the wall at which any of these rules may open or close.
    fn wall_turns<'a, R: Iterator<Item = &'a Rule>>(
        &self,
        rules: impl Fn() -> R,
        after: Timestamp,
        end: Timestamp,
    ) -> BTreeSet<(Date, u16)> {
        let date = |zone: &TimeZone, at| zone.to_datetime(instant(at)).date();
        let first = date(&self.zone, after).saturating_sub(1.day());
        let last = date(&self.zone, end).saturating_add(1.day());
        let mut turns = BTreeSet::new();
        for date in first.series(1.day()).take_while(|date| *date <= last) {
            turns.insert((date, 0));
            let mut add = |hours: &DayHours| {
                turns.extend(hours.iter().flat_map(|hours| [(date, hours.from()), (date, hours.to())]));
            };
            match self.holidays.on(date).map(Holiday::hours) {
                Some(hours) => add(hours),
                None => rules().for_each(|rule| add(rule.schedule.day(date.weekday()))),
            }
        }
        turns
    }
}

/// The instant that this offset gives to so many minutes after a midnight; nothing past the end of time.
fn at_wall(offset: Offset, date: Date, minute: u16) -> Option<Timestamp> {
    let midnight = offset.to_timestamp(date.at(0, 0, 0, 0)).ok()?;
    Some(Timestamp::from_millis(midnight.as_millisecond() + i64::from(minute) * 60_000))
}
