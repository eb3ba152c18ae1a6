use std::time::Duration;

use kernel::{Timestamp, random};

const DAY: i64 = 86_400;
const CHINA: i64 = 8 * 3_600;

/// The number of the day in China, where WeChat's daily counts begin at midnight.
pub(crate) const fn china_day(now: Timestamp) -> i64 {
    (now.seconds() + CHINA).div_euclid(DAY)
}

/// How long it is from `now` to `until`, nothing if that is past.
pub(crate) fn span(now: Timestamp, until: Timestamp) -> Duration {
    Duration::from_millis(u64::try_from(until.since(now)).unwrap_or(0))
}

/// Somewhere between `least` and `most`, so that many do not act at once.
pub(crate) fn somewhere(least: Duration, most: Duration) -> Duration {
    least + most.saturating_sub(least) * u32::from(u16::from_be_bytes(random())) / u32::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use kernel::Timestamp;

    use super::{china_day, somewhere};

    #[test]
    fn the_day_turns_at_midnight_in_china() {
        let noon: Timestamp = serde_json::from_str(r#""2026-11-24T12:00:00+08:00""#).expect("a time");
        let midnight: Timestamp = serde_json::from_str(r#""2026-11-25T00:00:00+08:00""#).expect("a time");
        assert_eq!(china_day(midnight), china_day(noon) + 1);
        assert_eq!(china_day(midnight.before(Duration::from_millis(1))), china_day(noon));
    }

    #[test]
    fn somewhere_is_between() {
        let (least, most) = (Duration::from_secs(60), Duration::from_secs(120));
        assert!((0..1000).all(|_| (least..=most).contains(&somewhere(least, most))));
        assert_eq!(somewhere(least, least), least);
    }
}
