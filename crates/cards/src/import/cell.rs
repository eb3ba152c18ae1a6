//! What the cells of a table of cards say, and how they are written. What is written reads as the same again.

use jiff::{
    civil::{Date, Time},
    tz::TimeZone,
};
use kernel::{
    Timestamp,
    port::{CardKind, CardState},
};
use sites::{HolderGroup, HolderGroupId};

/// What stands between several values of one cell.
const SEPARATORS: [char; 6] = ['，', ',', '、', '；', ';', '\n'];
/// Plates of one card, and characters of one.
const PLATES: usize = 10;
/// Groups of one card: as many as its row holds.
const GROUPS: usize = 10;

/// 卡类型
pub(super) fn kind(text: &str) -> Option<CardKind> {
    match text {
        "会员卡" | "车卡" | "会员卡/车卡" => Some(CardKind::Member),
        "储值卡" => Some(CardKind::StoredValue),
        "门禁卡" => Some(CardKind::Access),
        _ => None,
    }
}

pub(super) const fn kind_text(kind: CardKind) -> &'static str {
    match kind {
        CardKind::Member => "会员卡",
        CardKind::StoredValue => "储值卡",
        CardKind::Access => "门禁卡",
    }
}

/// 状态
pub(super) fn state(text: &str) -> Option<CardState> {
    match text {
        "" | "正常" => Some(CardState::Active),
        "挂失" | "已挂失" => Some(CardState::Lost),
        "冻结" | "已冻结" => Some(CardState::Frozen),
        "换卡" | "已换卡" => Some(CardState::Replaced),
        "退卡" | "已退卡" => Some(CardState::Returned),
        _ => None,
    }
}

pub(super) const fn state_text(state: CardState) -> &'static str {
    match state {
        CardState::Active => "正常",
        CardState::Lost => "挂失",
        CardState::Frozen => "冻结",
        CardState::Replaced => "已换卡",
        CardState::Returned => "退卡",
    }
}

/// Yuan into fen, exactly; up to a billion.
pub(super) fn balance(text: &str) -> Option<i64> {
    const WHOLE: usize = 9;
    let text = text.strip_prefix(['¥', '￥']).unwrap_or(text);
    let (minus, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let (part, digits) = (part.trim_end_matches('0'), |text: &str| text.bytes().all(|b| b.is_ascii_digit()));
    if whole.is_empty() || whole.len() > WHOLE || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    let fen: i64 = format!("{whole}{part:0<2}").parse().ok()?;
    Some(if minus { -fen } else { fen })
}

pub(super) fn balance_text(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", fen.unsigned_abs() / 100, fen.unsigned_abs() % 100)
}

/// 车牌, several.
pub(super) fn plates(text: &str) -> Option<Vec<String>> {
    let mut plates: Vec<String> = Vec::new();
    for part in text.split(|c: char| SEPARATORS.contains(&c) || c.is_whitespace()).filter(|part| !part.is_empty()) {
        let plate: String = part.chars().filter(|c| !matches!(c, '·' | '•' | '-')).collect();
        let plate = plate.to_uppercase();
        let length = plate.chars().count();
        if !(5..=PLATES).contains(&length) || !plate.chars().all(char::is_alphanumeric) {
            return None;
        }
        if !plates.contains(&plate) {
            plates.push(plate);
        }
    }
    (plates.len() <= PLATES).then_some(plates)
}

pub(super) fn plates_text(plates: &[String]) -> String {
    plates.join("、")
}

/// The last instant of a day, or an instant, where clocks stand in `zone`.
pub(super) fn until(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let (day, time) = text.split_once([' ', 'T', '\u{3000}']).unwrap_or((text, ""));
    let day = date(day)?;
    if time.is_empty() {
        return Some(end_of(day, zone));
    }
    let hours = time.find(':')?;
    let time: Time = format!("{}{}", if hours == 1 { "0" } else { "" }, time.trim()).parse().ok()?;
    let instant = day.to_datetime(time).to_zoned_datetime(zone.clone()).ok()?.timestamp();
    Some(Timestamp::from_millis(instant.as_millisecond()))
}

fn date(text: &str) -> Option<Date> {
    let text = text.strip_suffix('日').unwrap_or(text);
    let mut parts = text.split(['-', '/', '.', '年', '月']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let good = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if parts.next().is_some() || year.len() != 4 || !good(year, 4) || !good(month, 2) || !good(day, 2) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// The last millisecond of a day; of a day at the end of time, the last that there is.
fn end_of(day: Date, zone: &TimeZone) -> Timestamp {
    let next = day.tomorrow().and_then(|next| next.to_zoned_datetime(zone.clone()));
    Timestamp::from_millis(next.map_or(i64::MAX, |next| next.timestamp().as_millisecond() - 1))
}

pub(super) fn until_text(until: Timestamp, zone: &TimeZone) -> String {
    let local = jiff::Timestamp::from_millisecond(until.millis()).unwrap_or_default().to_zoned_datetime(zone.clone());
    if end_of(local.date(), zone) == until {
        local.date().to_string()
    } else {
        local.strftime("%Y-%m-%d %H:%M:%S%.f").to_string()
    }
}

/// The groups whose names stand in the cell; a name may hold what else divides them.
pub(super) fn groups(text: &str, known: &[HolderGroup]) -> Option<Vec<HolderGroupId>> {
    let (mut groups, mut rest) = (Vec::new(), text.trim_start_matches(between));
    while !rest.is_empty() {
        let ends = |rest: &str| rest.trim_start().is_empty() || rest.trim_start().starts_with(SEPARATORS);
        let named = known.iter().filter(|group| {
            let name = group.name.trim();
            rest.strip_prefix(name).is_some_and(ends)
        });
        let group = named.max_by_key(|group| group.name.trim().len())?;
        if !groups.contains(&group.id) {
            groups.push(group.id);
        }
        rest = rest[group.name.trim().len()..].trim_start_matches(between);
    }
    (groups.len() <= GROUPS).then_some(groups)
}

fn between(c: char) -> bool {
    SEPARATORS.contains(&c) || c.is_whitespace()
}

/// The names of these groups; one that is no more has none.
pub(super) fn groups_text(groups: &[HolderGroupId], known: &[HolderGroup]) -> String {
    let name = |id: &HolderGroupId| known.iter().find(|group| group.id == *id).map(|group| group.name.trim());
    groups.iter().filter_map(name).collect::<Vec<_>>().join("；")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shanghai() -> TimeZone {
        TimeZone::get("Asia/Shanghai").unwrap()
    }

    #[test]
    fn yuan_become_fen_without_a_rounding() {
        for (text, fen) in [
            ("12.50", 1250),
            ("0.1", 10),
            ("-3", -300),
            ("￥128.5", 12_850),
            ("7.", 700),
            ("1.2300", 123),
            ("999999999.99", 99_999_999_999),
        ] {
            assert_eq!(balance(text), Some(fen), "{text}");
            assert_eq!(balance(&balance_text(fen)), Some(fen), "{text}");
        }
        for text in ["", ".5", "1,234.00", "1.234", "0.30000000000000004", "1e3", "--1", "+1", "1 000", "9999999999"] {
            assert_eq!(balance(text), None, "{text}");
        }
        assert_eq!((balance_text(-5), balance_text(100)), ("-0.05".into(), "1.00".into()));
    }

    #[test]
    fn a_day_lasts_to_its_end_where_the_site_is() {
        let zone = shanghai();
        let end = "2027-12-31T15:59:59.999Z".parse::<jiff::Timestamp>().unwrap().as_millisecond();
        for text in ["2027-12-31", "2027/12/31", "2027.12.31", "2027年12月31日"] {
            assert_eq!(until(text, &zone).map(Timestamp::millis), Some(end), "{text}");
        }
        let at = "2027-01-05T00:30:00Z".parse::<jiff::Timestamp>().unwrap().as_millisecond();
        for text in ["2027-1-5 8:30", "2027-01-05T08:30:00", "2027/01/05 08:30"] {
            assert_eq!(until(text, &zone).map(Timestamp::millis), Some(at), "{text}");
        }
        for text in
            ["", "2027", "2027-02-30", "27-1-1", "2027-13-1", "31.12.2027", "2027-1-1 25:00", "2027-1-1 8", "明年"]
        {
            assert_eq!(until(text, &zone), None, "{text}");
        }
    }

    #[test]
    fn an_instant_is_written_as_it_is_read() {
        let zone = shanghai();
        for text in ["2027-12-31", "2027-12-31 23:59:59", "2027-06-01 08:30:00.125", "9999-12-31"] {
            assert_eq!(until_text(until(text, &zone).unwrap(), &zone), text);
        }
    }

    #[test]
    fn plates_come_in_every_dress() {
        let read = plates("湘a·12345，湘AD12345、 湘A12345;粤Z1234港").unwrap();
        assert_eq!(read, ["湘A12345", "湘AD12345", "粤Z1234港"]);
        assert_eq!(plates(&plates_text(&read)).unwrap(), read);
        assert_eq!(plates("").unwrap(), Vec::<String>::new());
        for text in ["1", "湘A12345=1", &"湘A12345".repeat(3)] {
            assert_eq!(plates(text), None, "{text}");
        }
    }

    #[test]
    fn groups_are_known_by_their_names_even_by_odd_ones() {
        let group = |n: i64, name: &str| HolderGroup {
            id: HolderGroupId::new(Timestamp::from_seconds(n)),
            name: name.to_owned(),
        };
        let known = [group(1, "员工"), group(2, "员工、家属"), group(3, "物业 保安")];
        let ids = |text: &str| groups(text, &known);
        assert_eq!(ids("员工"), Some(vec![known[0].id]));
        assert_eq!(ids(" 员工、家属 ；物业 保安,员工"), Some(vec![known[1].id, known[2].id, known[0].id]));
        assert_eq!((ids(""), ids("；")), (Some(Vec::new()), Some(Vec::new())));
        assert_eq!((ids("员工们"), ids("员工、访客")), (None, None));
        let all: Vec<_> = known.iter().map(|group| group.id).collect();
        assert_eq!(ids(&groups_text(&all, &known)), Some(all));
    }

    #[test]
    fn kinds_and_states_are_written_as_they_are_read() {
        for of in [CardKind::Member, CardKind::StoredValue, CardKind::Access] {
            assert_eq!(kind(kind_text(of)), Some(of));
        }
        for of in [CardState::Active, CardState::Lost, CardState::Frozen, CardState::Replaced, CardState::Returned] {
            assert_eq!(state(state_text(of)), Some(of));
        }
        assert_eq!((kind("卡"), state("?"), state("")), (None, None, Some(CardState::Active)));
    }
}
