use jiff::{
    civil::Weekday,
    tz::{Offset, TimeZone},
};
use kernel::Timestamp;

use super::{Holiday, HolidayCalendar, Schedule};

/// The time zone of a site that names none: Asia/Shanghai, or UTC+8 (the same since 1991) on a machine that has no time
/// zone database.
pub fn default_zone() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap_or_else(|_| TimeZone::fixed(Offset::constant(8)))
}

/// jiff's word for an instant; every instant of ours is one of jiff's.
pub(super) fn instant(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default()
}

/// An instant as the clock on the wall of a site shows it.
pub(super) struct Moment<'a> {
    pub(super) at: Timestamp,
    pub(super) holiday: Option<&'a Holiday>,
    holiday_before: Option<&'a Holiday>,
    weekday: Weekday,
    minute: u16,
}

impl<'a> Moment<'a> {
    pub(super) fn new(zone: &TimeZone, calendar: &'a HolidayCalendar, at: Timestamp) -> Self {
        let wall = zone.to_datetime(instant(at));
        let minute = i16::from(wall.hour()) * 60 + i16::from(wall.minute());
        Self {
            at,
            holiday: calendar.on(wall.date()),
            holiday_before: wall.date().yesterday().ok().and_then(|date| calendar.on(date)),
            weekday: wall.date().weekday(),
            minute: minute.unsigned_abs(),
        }
    }

    /// Whether a schedule is open. A holiday's hours stand in place of the week's; what begins on a holiday runs on past
    /// midnight, what begins on an ordinary day ends where a holiday begins.
    pub(super) fn opens(&self, schedule: &Schedule) -> bool {
        if schedule.is_never() {
            return false;
        }
        let runs_on = match (self.holiday_before, self.holiday) {
            (Some(before), _) => before.hours().runs_on(self.minute),
            (None, Some(_)) => false,
            (None, None) => schedule.day(self.weekday.previous()).runs_on(self.minute),
        };
        let today = self.holiday.map_or_else(|| schedule.day(self.weekday), Holiday::hours);
        runs_on || today.opens(self.minute)
    }
}
