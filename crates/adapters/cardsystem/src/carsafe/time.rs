//! Times as the installed system writes them: the clock on the wall in Shanghai, which has kept UTC+8 since 1991.

use jiff::{
    civil::{Date, DateTime},
    tz::Offset,
};
use kernel::Timestamp;

const SHANGHAI: Offset = Offset::constant(8);

/// `yyyy-MM-dd HH:mm:ss`.
pub(crate) fn wall(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_second(at.seconds()).unwrap_or_default();
    SHANGHAI.to_datetime(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// The instant that `yyyy-MM-dd HH:mm:ss` names; none for any other text and for what was before 1970.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    is_like(text, "0000-00-00 00:00:00").then(|| since_1970(text.parse().ok()?)).flatten()
}

/// The last instant of the day that `yyyy-MM-dd` names; none as above.
pub(super) fn end_of_day(text: &str) -> Option<Timestamp> {
    let date: Date = is_like(text, "0000-00-00").then(|| text.parse().ok()).flatten()?;
    since_1970(date.at(23, 59, 59, 999_000_000))
}

fn since_1970(wall: DateTime) -> Option<Timestamp> {
    const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    let local = i64::try_from(wall.duration_since(EPOCH).as_millis()).ok()?;
    let millis = local - i64::from(SHANGHAI.seconds()) * 1_000;
    (millis >= 0).then(|| Timestamp::from_millis(millis))
}

/// Whether digits stand where the pattern has zeros, and all else is as in the pattern.
fn is_like(text: &str, pattern: &str) -> bool {
    let fits = |(byte, wanted): (u8, u8)| if wanted == b'0' { byte.is_ascii_digit() } else { byte == wanted };
    text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(fits)
}

#[cfg(test)]
mod tests {
    use kernel::Timestamp;

    use super::{end_of_day, instant, wall};
    use crate::carsafe::signing::vectors;

    fn at(text: &str) -> Timestamp {
        serde_json::from_value(text.into()).expect(text)
    }

    #[test]
    fn it_is_written_as_in_the_worked_examples_and_read_back() {
        for vector in vectors() {
            let at: Timestamp = serde_json::from_value(vector["at"].clone()).expect("a time");
            assert_eq!(wall(at), vector["timestamp"]);
            assert_eq!(instant(&wall(at)), Some(at));
        }
    }

    #[test]
    fn a_date_is_good_until_its_last_millisecond() {
        assert_eq!(end_of_day("2028-02-29"), Some(at("2028-02-29T23:59:59.999+08:00")));
        assert_eq!(instant("9999-12-31 23:59:59"), Some(Timestamp::from_millis(i64::MAX)), "the latest there is");
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "2026-02-30",
            "2026-2-3",
            "2026/02/03",
            "20260203",
            "２０２６-02-03",
            "2026-02-03T00:00:00",
            "2026-02-03 24:00:00",
            "2026-02-03 00:00",
            "2026-02-03 00:00:00Z",
            " 2026-02-03",
            "0001-01-01",
            "1900-01-01 00:00:00",
        ] {
            assert_eq!((instant(text), end_of_day(text)), (None, None), "{text}");
        }
    }
}
