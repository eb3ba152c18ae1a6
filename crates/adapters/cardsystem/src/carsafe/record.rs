use kernel::{
    Phone, PrintedCardNumber, plate,
    port::{CardKind, CardRecord, CardState},
};
use serde_json::value::RawValue;

use super::{
    CardShape, Failure,
    money::fen,
    parts::Parts,
    plate::plates,
    time::{end_of_day, instant},
};

const LONGEST_HOLDER: usize = 64;

impl CardShape {
    /// The card that is told of, of this branch.
    ///
    /// # Errors
    /// [`Failure::Senseless`] with the part that is none: a branch other than asked, a kind, state or plate that nobody
    /// knows, an amount with parts of a fen, a time that never was.
    pub(super) fn card(&self, record: &RawValue, branch: &str) -> Result<CardRecord, Failure> {
        let parts = Parts::of(record.get()).ok_or(Failure::Senseless("a card"))?;
        let text = |name: &str, part| parts.text(name).ok_or(Failure::Senseless(part));
        let told_branch = text(&self.branch, "the branch of a card")?;
        if !(told_branch.is_empty() || told_branch == branch) {
            return Err(Failure::Senseless("the branch of a card"));
        }
        let kind = kind(&text(&self.kind, "the kind of a card")?).ok_or(Failure::Senseless("the kind of a card"))?;
        let state =
            state(&text(&self.state, "the state of a card")?).ok_or(Failure::Senseless("the state of a card"))?;
        let printed = text(&self.number, "the number of a card")?;
        significant(&printed).ok_or(Failure::Senseless("the number of a card"))?;
        let holder = text(&self.holder, "the holder of a card")?;
        if holder.chars().count() > LONGEST_HOLDER {
            return Err(Failure::Senseless("the holder of a card"));
        }
        let phone = Phone::parse(&text(&self.phone, "the phone of a card")?);
        let plates = all_plates(&parts, &self.plates).ok_or(Failure::Senseless("the plates of a card"))?;
        let balance = match &*text(&self.balance, "the balance of a card")? {
            "" => None,
            yuan => Some(fen(yuan).ok_or(Failure::Senseless("the balance of a card"))?),
        };
        let valid_until = match &*text(&self.valid_until, "the validity of a card")? {
            "" => None,
            time => {
                Some(instant(time).or_else(|| end_of_day(time)).ok_or(Failure::Senseless("the validity of a card"))?)
            }
        };
        let balance = balance.filter(|_| kind == CardKind::StoredValue);
        Ok(CardRecord { kind, printed, holder, phone, plates, balance, state, valid_until })
    }
}

/// Whether both are the same number, however many zeros lead and whatever space is in between; a comma divides.
pub(super) fn is_same_number(one: &str, other: &str) -> bool {
    significant(one).is_some_and(|number| significant(other) == Some(number))
}

fn significant(number: &str) -> Option<Vec<PrintedCardNumber>> {
    number.split([',', '，']).map(PrintedCardNumber::parse).collect()
}

fn kind(text: &str) -> Option<CardKind> {
    match text {
        "1" | "会员卡" | "车卡" | "会员卡/车卡" => Some(CardKind::Member),
        "2" | "储值卡" => Some(CardKind::StoredValue),
        "3" | "门禁卡" => Some(CardKind::Access),
        _ => None,
    }
}

fn state(text: &str) -> Option<CardState> {
    match text {
        "1" | "正常" => Some(CardState::Active),
        "2" | "挂失" => Some(CardState::Lost),
        "3" | "冻结" => Some(CardState::Frozen),
        "4" | "已换卡" | "换卡" => Some(CardState::Replaced),
        "5" | "退卡" | "已退卡" => Some(CardState::Returned),
        _ => None,
    }
}

fn all_plates(parts: &Parts<'_>, name: &str) -> Option<Vec<String>> {
    match parts.get(name) {
        Some(list) if list.get().starts_with('[') => {
            let list: Vec<String> = serde_json::from_str(list.get()).ok()?;
            list.iter().map(|text| plate(text)).collect()
        }
        _ => plates(&parts.text(name)?),
    }
}

#[cfg(test)]
mod tests {
    use kernel::{
        Phone, Timestamp,
        port::{CardKind, CardRecord, CardState},
    };
    use serde_json::{Value, json, value::to_raw_value};

    use super::{CardShape, is_same_number};

    fn record() -> Value {
        json!({
            "branchno": "1", "cardtype": 2, "cardno": "0012345678", "name": " 王小明 ", "phone": 13800001234_u64,
            "plates": ["湘A·JN218"], "balance": "12.50", "state": 1, "endtime": "2028-02-29",
        })
    }

    fn read(record: &Value) -> Result<CardRecord, String> {
        let raw = to_raw_value(record).expect("JSON");
        CardShape::default().card(&raw, "1").map_err(|failure| failure.to_string())
    }

    fn read_with(name: &str, value: Value) -> Result<CardRecord, String> {
        let mut record = record();
        record[name] = value;
        read(&record)
    }

    #[test]
    fn a_card_is_read_with_all_that_it_has() {
        let end: Timestamp = serde_json::from_value("2028-02-29T23:59:59.999+08:00".into()).expect("a time");
        let card = CardRecord {
            kind: CardKind::StoredValue,
            printed: "0012345678".into(),
            holder: "王小明".into(),
            phone: Phone::parse("13800001234"),
            plates: vec!["湘AJN218".into()],
            balance: Some(1_250),
            state: CardState::Active,
            valid_until: Some(end),
        };
        assert_eq!(read(&record()).expect("a card"), card);
        let bare = json!({"cardtype": "门禁卡", "cardno": 12345678, "state": "挂失"});
        let card = read(&bare).expect("a card");
        assert_eq!((card.kind, card.state, &*card.printed), (CardKind::Access, CardState::Lost, "12345678"));
        assert_eq!((card.phone, card.plates, card.balance, card.valid_until), (None, vec![], None, None));
        assert_eq!(card.holder, "");
    }

    #[test]
    fn names_that_were_set_are_read() {
        let shape = CardShape { number: "卡号".into(), ..CardShape::default() };
        let raw = to_raw_value(&json!({"cardtype": 1, "卡号": "A1", "state": 1})).expect("JSON");
        assert_eq!(shape.card(&raw, "9").expect("a card").printed, "A1");
    }

    #[test]
    fn a_phone_that_makes_no_sense_is_none_and_a_balance_is_of_stored_value_cards_alone() {
        for phone in [json!(""), json!("0731-8888888"), json!("无"), json!(null)] {
            assert_eq!(read_with("phone", phone).expect("a card").phone, None);
        }
        assert_eq!(read_with("cardtype", json!(1)).expect("a card").balance, None);
        assert_eq!(read_with("balance", json!("")).expect("a card").balance, None);
        assert_eq!(read_with("balance", json!(7)).expect("a card").balance, Some(700));
    }

    #[test]
    fn amounts_are_read_as_they_are_written() {
        let json = r#"{"cardtype":2,"cardno":"1","state":1,"balance":90071992547409.93}"#;
        let raw = serde_json::value::RawValue::from_string(json.into()).expect("JSON");
        let card = CardShape::default().card(&raw, "1").expect("a card");
        assert_eq!(card.balance, Some(9_007_199_254_740_993), "which no float can hold");
    }

    #[test]
    fn a_part_that_makes_no_sense_is_named_and_not_told() {
        for (name, part, values) in [
            ("branchno", "branch", vec![json!("2"), json!(2), json!([])]),
            ("cardtype", "kind", vec![json!(4), json!("贵宾卡"), json!(null), json!(true)]),
            ("cardno", "number", vec![json!(""), json!("卡1"), json!(null), json!("1,"), json!({})]),
            ("name", "holder", vec![json!(["王"]), json!("王\t小明"), json!("a\u{0}b"), json!("王".repeat(65))]),
            ("phone", "phone", vec![json!({}), json!([13800001234_u64])]),
            ("plates", "plates", vec![json!("无"), json!(["湘AJN218", 1]), json!({}), json!(["湘AJN218", "无"])]),
            ("balance", "balance", vec![json!("12.345"), json!("1e2"), json!("一百"), json!([]), json!(1e300)]),
            ("state", "state", vec![json!(0), json!(6), json!("normal"), json!(""), json!(1.0)]),
            ("endtime", "validity", vec![json!("2026-02-30"), json!("长期"), json!(20280229), json!("1900-01-01")]),
        ] {
            for value in values {
                let error = read_with(name, value).expect_err(part);
                assert_eq!(error, format!("the {part} of a card in the card system's answer makes no sense"));
            }
        }
        for record in [json!([]), json!(1), json!("card"), json!(null)] {
            assert!(read(&record).expect_err("no card").starts_with("a card in"));
        }
    }

    #[test]
    fn numbers_are_compared_as_people_do() {
        for (one, other) in [("0012345678", "12345678"), ("062,00277", "62,277"), ("a-1 0", "A10"), ("6，7", "6,7")] {
            assert!(is_same_number(one, other), "{one} {other}");
        }
        for (one, other) in [("62,277", "6,2277"), ("62,277", "62277"), ("1", "2"), ("", ""), ("卡", "卡")] {
            assert!(!is_same_number(one, other), "{one} {other}");
        }
    }
}
