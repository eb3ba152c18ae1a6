//! Printed card numbers against the published conversions, and against whatever else one may type.

#![allow(clippy::unwrap_used, reason = "tests")]

use kernel::card_number::{
    ByteOrder, CardFormat, NumberFormat, RawCard, Reading, Width, detect, read_wiegand26, read_wiegand34, wiegand26,
    wiegand34,
};
use proptest::prelude::*;
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../vectors/card-numbers.json")).unwrap()
}

fn hex(text: &Value) -> u64 {
    u64::from_str_radix(text.as_str().unwrap(), 16).unwrap()
}

fn format(name: &str) -> NumberFormat {
    serde_json::from_value(Value::from(name)).unwrap()
}

fn holds_version(format: NumberFormat) -> bool {
    matches!(format, NumberFormat::Hex10 | NumberFormat::Dec12)
}

/// What is left of a chip in a number of that format.
fn as_far_as_it_goes(format: CardFormat, card: RawCard) -> RawCard {
    let value = card.all32().unwrap();
    match (format.format, format.byte_order) {
        (NumberFormat::Dec8 | NumberFormat::Wg26, ByteOrder::Straight) => RawCard::from_low24(value),
        (NumberFormat::Dec8 | NumberFormat::Wg26, ByteOrder::Reversed) => {
            RawCard::new(value & 0xFFFF_FF00, Width::High24).unwrap()
        }
        _ => card,
    }
}

fn read_card(format: NumberFormat, text: &str) -> Option<RawCard> {
    CardFormat::straight(format).read(text)?.card()
}

#[test]
fn every_published_conversion_passes_both_ways() {
    let vectors = vectors();
    let mut passed = 0;
    for published in vectors["cards"].as_array().unwrap() {
        let source = published["source"].as_str().unwrap();
        let card = RawCard::from_all32(hex(&published["raw"]) as u32);
        let version = published.get("version").map(|byte| hex(byte) as u8);
        for byte_order in [ByteOrder::Straight, ByteOrder::Reversed] {
            let name = if byte_order == ByteOrder::Straight { "straight" } else { "reversed" };
            for (name, text) in published.get(name).and_then(Value::as_object).into_iter().flatten() {
                let format = CardFormat { format: format(name), byte_order };
                let text = text.as_str().unwrap();
                let whole = Reading::Chip { card, version };
                assert_eq!(format.print(whole).as_deref(), Some(text), "{source} {name}");
                let version = version.filter(|_| holds_version(format.format));
                let read = Reading::Chip { card: as_far_as_it_goes(format, card), version };
                assert_eq!(format.read(text), Some(read), "{source} {name}");
                assert!(format.read(text).unwrap().card().unwrap().matches(card), "{source} {name}");
                assert!(detect(text).contains(&format.format), "{source} {name}");
                passed += 1;
            }
        }
        let wg26 = CardFormat::straight(NumberFormat::Wg26);
        for name in ["plain", "uhppote"] {
            let Some(text) = published.get(name) else { continue };
            let text = text.as_str().unwrap();
            assert_eq!(wg26.print(card).unwrap().replace(',', ""), text, "{source} {name}");
            assert_eq!(wg26.read(text).unwrap().card(), Some(as_far_as_it_goes(wg26, card)), "{source} {name}");
            passed += 1;
        }
        if let Some(tail) = published.get("tail") {
            for format in [wg26, CardFormat::straight(NumberFormat::Wg34)] {
                let printed = format.print(card).unwrap();
                assert_eq!(printed.split_once(',').unwrap().1, tail.as_str().unwrap(), "{source} tail");
            }
            passed += 1;
        }
    }
    for published in vectors["frames"].as_array().unwrap() {
        let frame = hex(&published["frame"]);
        let raw = match published.get("wg26") {
            Some(text) => read_card(NumberFormat::Wg26, text.as_str().unwrap()).unwrap().value(),
            None => hex(&published["raw"]) as u32,
        };
        if published["bits"] == 26 {
            assert_eq!(u64::from(wiegand26(raw)), frame, "{frame:X}");
            assert_eq!(read_wiegand26(frame as u32), Some(RawCard::from_low24(raw)), "{frame:X}");
        } else {
            assert_eq!(wiegand34(raw), frame, "{frame:X}");
            assert_eq!(read_wiegand34(frame), Some(RawCard::from_all32(raw)), "{frame:X}");
        }
        passed += 1;
    }
    assert_eq!(passed, 32);
}

#[test]
fn one_card_is_found_whichever_of_its_numbers_is_typed() {
    let numbers = [
        (NumberFormat::Dec10, "0040856634"),
        (NumberFormat::Dec8, "07302202"),
        (NumberFormat::Wg26, "111,27706"),
        (NumberFormat::Wg34, "00623,27706"),
        (NumberFormat::Hex8, "026f6c3a"),
        (NumberFormat::Hex10, "01 026F6C3A"),
        (NumberFormat::Dec12, "004335823930"),
    ];
    for (one, text) in numbers {
        for (other, other_text) in numbers {
            assert!(
                read_card(one, text).unwrap().matches(read_card(other, other_text).unwrap()),
                "{text} {other_text}"
            );
        }
    }
}

#[test]
fn eight_digits_mean_what_the_site_says() {
    assert_eq!(read_card(NumberFormat::Dec8, "06213878").unwrap().value(), 6_213_878);
    assert_eq!(read_card(NumberFormat::Wg26, "06213878").unwrap().value(), 0x3E_3636);
    assert_eq!(read_card(NumberFormat::Hex8, "06213878").unwrap().value(), 0x0621_3878);
    assert_eq!(read_card(NumberFormat::Dec10, "06213878").unwrap().value(), 6_213_878);
}

#[test]
fn the_edges_of_every_range_hold() {
    for (format, last, beyond) in [
        (NumberFormat::Dec10, "4294967295", "4294967296"),
        (NumberFormat::Dec8, "16777215", "16777216"),
        (NumberFormat::Wg26, "255,65535", "256,00000"),
        (NumberFormat::Wg26, "255,65535", "255,65536"),
        (NumberFormat::Wg26, "25565535", "25565536"),
        (NumberFormat::Wg34, "65535,65535", "65536,00000"),
        (NumberFormat::Wg34, "65535,65535", "65535,65536"),
        (NumberFormat::Wg34, "6553565535", "6553665535"),
        (NumberFormat::Hex8, "FFFFFFFF", "100000000"),
        (NumberFormat::Hex8, "FFFFFFFF", "FFFFFFFG"),
        (NumberFormat::Hex10, "FFFFFFFFFF", "10000000000"),
        (NumberFormat::Dec12, "1099511627775", "1099511627776"),
        (NumberFormat::Dec10, "4294967295", "429496729A"),
    ] {
        let format = CardFormat::straight(format);
        let read = format.read(last).unwrap();
        let all_ones = RawCard::from_all32(u32::MAX);
        assert_eq!(read.card(), Some(as_far_as_it_goes(format, all_ones)), "{last}");
        assert_eq!(format.read(beyond), None, "{beyond}");
    }
}

#[test]
fn what_is_not_known_is_not_printed() {
    let low = RawCard::from_low24(0x6F_6C3A);
    for format in NumberFormat::ALL {
        let knows_enough = matches!(format, NumberFormat::Dec8 | NumberFormat::Wg26);
        assert_eq!(CardFormat::straight(format).print(low).is_some(), knows_enough, "{format:?}");
        assert_eq!(CardFormat::reversed(format).print(low), None, "{format:?}");
    }
    let whole = RawCard::from_all32(0x026F_6C3A);
    assert_eq!(CardFormat::straight(NumberFormat::Hex10).print(whole), None);
    let text = CardFormat::default().read("ab.12").unwrap();
    assert_eq!(text.card(), None);
    assert_eq!(CardFormat::default().print(text.clone()).as_deref(), Some("AB12"));
    assert_eq!(CardFormat::straight(NumberFormat::Dec10).print(text), None);
}

#[test]
fn a_text_is_offered_every_format_it_could_be_in() {
    use NumberFormat::{Dec8, Dec10, Dec12, Hex8, Hex10, Opaque, Wg26, Wg34};
    for (text, expected) in [
        ("0040856634", vec![Dec10, Wg34, Hex8, Hex10, Dec12, Opaque]),
        ("111,27706", vec![Dec10, Dec8, Wg26, Wg34, Hex8, Hex10, Dec12, Opaque]),
        ("00623,27706", vec![Dec10, Wg34, Hex8, Hex10, Dec12, Opaque]),
        ("4294967296", vec![Hex10, Dec12, Opaque]),
        ("026F6C3A", vec![Hex8, Hex10, Opaque]),
        ("A1B2C3D4E5F6", vec![Opaque]),
        ("卡号", vec![]),
    ] {
        assert_eq!(detect(text), expected, "{text}");
    }
}

#[test]
fn a_damaged_number_is_no_number() {
    for format in NumberFormat::ALL {
        for text in ["40860011.5", "4086001.1", "-40860011", "4.0860011E7", "4.0860011E+07", "12,345.00", "1.1"] {
            assert_eq!(CardFormat::straight(format).read(text), None, "{format:?} {text}");
        }
    }
    let dec10 = CardFormat::straight(NumberFormat::Dec10);
    for text in ["2027-12-31", "2027/12/31", "12:30:00", "2027-12-31 08:00"] {
        assert_eq!(dec10.read(text), None, "{text}");
    }
    for text in ["40860011.0", "0040860011.00", "0.040.860.011"] {
        assert_eq!(dec10.print(dec10.read(text).unwrap()).as_deref(), Some("0040860011"), "{text}");
    }
}

#[test]
fn separators_and_prefixes_of_readers_do_not_count() {
    let hex8 = CardFormat::straight(NumberFormat::Hex8);
    for text in [
        "02:6F:6C:3A",
        "02-6F-6C-3A",
        "02.6F.6C.3A",
        "02：6f：6c：3a",
        "0x026F6C3A",
        "02/6F/6C/3A",
        "02_6F_6C_3A",
        "02–6F–6C–3A",
    ] {
        assert_eq!(hex8.print(hex8.read(text).unwrap()).as_deref(), Some("026F6C3A"), "{text}");
    }
    let wg26 = CardFormat::straight(NumberFormat::Wg26);
    for text in ["111:27706", "111/27706", "111：27706", "111／27706", "\u{200b}111,27706", "\u{202d}111 27706\u{202c}"]
    {
        assert_eq!(wg26.print(wg26.read(text).unwrap()).as_deref(), Some("111,27706"), "{text}");
    }
}

fn any_format() -> impl Strategy<Value = CardFormat> {
    (proptest::sample::select(&NumberFormat::ALL[..7]), any::<bool>()).prop_map(|(format, straight)| {
        if straight { CardFormat::straight(format) } else { CardFormat::reversed(format) }
    })
}

fn full_width(text: &str) -> String {
    let wide = |c: char| if c == ' ' { '\u{3000}' } else { char::from_u32(c as u32 + 0xFEE0).unwrap() };
    text.chars().map(wide).collect()
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(raw: u32, version: u8, format in any_format()) {
        let card = as_far_as_it_goes(format, RawCard::from_all32(raw));
        let reading = Reading::Chip { card, version: holds_version(format.format).then_some(version) };
        let text = format.print(reading.clone()).unwrap();
        prop_assert_eq!(format.read(&text), Some(reading.clone()), "{}", text);
        prop_assert_eq!(format.print(Reading::Chip { card: RawCard::from_all32(raw), version: Some(version) }), Some(text));
        prop_assert!(card.matches(RawCard::from_all32(raw)));
    }

    #[test]
    fn text_without_meaning_is_read_back(text in "[1-9A-Z][0-9A-Z]{0,31}") {
        let format = CardFormat::default();
        prop_assert_eq!(format.print(format.read(&text).unwrap()), Some(text));
    }

    #[test]
    fn width_case_and_leading_zeros_do_not_matter(raw: u32, version: u8, format in any_format(), zeros in 0_usize..9) {
        let text = format.print(Reading::Chip { card: RawCard::from_all32(raw), version: Some(version) }).unwrap();
        let read = format.read(&text);
        prop_assert!(read.is_some());
        prop_assert_eq!(&format.read(&full_width(&text)), &read);
        prop_assert_eq!(&format.read(&text.to_lowercase()), &read);
        prop_assert_eq!(&format.read(&format!(" {text} ")), &read);
        let plain = text.replace(',', "");
        prop_assert_eq!(&format.read(&format!("{}{plain}", "0".repeat(zeros))), &read);
        prop_assert_eq!(&format.read(&format!("0{}", plain.trim_start_matches('0'))), &read);
        let short: Vec<_> = text.split(',').map(|field| format!("0{field}")).map(|field| {
            let significant = field.trim_start_matches('0');
            if significant.is_empty() { "0".to_owned() } else { significant.to_owned() }
        }).collect();
        prop_assert_eq!(&format.read(&short.join(",")), &read);
    }

    #[test]
    fn separators_do_not_matter(
        raw: u32, version: u8, format in any_format(),
        separators in proptest::collection::vec(proptest::option::of(proptest::sample::select(
            &[" ", ",", "-", "，", "\u{3000}", "、", " - ", ":", "/", "：", "\u{a0}", "–", "\u{200b}", "·"][..]
        )), 14),
    ) {
        let text = format.print(Reading::Chip { card: RawCard::from_all32(raw), version: Some(version) }).unwrap();
        let mut typed = String::new();
        for (c, separator) in text.replace(',', "").chars().zip(separators) {
            typed.push(c);
            typed.push_str(separator.unwrap_or_default());
        }
        prop_assert_eq!(format.read(&typed), format.read(&text), "{}", typed);
    }

    #[test]
    fn no_text_makes_it_stumble(text in "\\PC{0,60}|[0-9０-９A-Fa-f ,.-]{0,40}", format in any_format()) {
        if let Some(reading) = format.read(&text) {
            let printed = format.print(reading.clone()).unwrap();
            prop_assert_eq!(format.read(&printed), Some(reading));
        }
        for format in detect(&text) {
            prop_assert!(CardFormat::straight(format).read(&text).is_some());
        }
    }

    #[test]
    fn a_frame_is_read_back_and_one_wrong_bit_is_found(raw: u32, bit in 0_u32..64) {
        let (short, long) = (wiegand26(raw), wiegand34(raw));
        prop_assert_eq!(read_wiegand26(short), Some(RawCard::from_low24(raw)));
        prop_assert_eq!(read_wiegand34(long), Some(RawCard::from_all32(raw)));
        prop_assert_eq!(read_wiegand26(short ^ 1 << (bit % 32)), None);
        prop_assert_eq!(read_wiegand34(long ^ 1 << bit), None);
    }

    #[test]
    fn no_frame_makes_it_stumble(frame: u64) {
        prop_assert!(read_wiegand26(frame as u32).is_none_or(|card| wiegand26(card.value()) == frame as u32));
        prop_assert!(read_wiegand34(frame).is_none_or(|card| wiegand34(card.value()) == frame));
    }
}
