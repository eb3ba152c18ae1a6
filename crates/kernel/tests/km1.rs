//! KM1 against the published vectors, and against whatever else one may hold before a reader.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::HashMap;

use kernel::{
    SiteId,
    km1::{Day, DayKey, Grant, Handle, RootKey, SiteKey, Token, Verdict, mint, mint_at},
    macros::uuid::Uuid,
};
use proptest::prelude::*;
use serde_json::Value;

fn bytes<const N: usize>(hex: &Value) -> [u8; N] {
    let hex = hex.as_str().unwrap();
    std::array::from_fn(|n| u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).unwrap())
}

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../vectors/token.json")).unwrap()
}

struct Site {
    id: SiteId,
    key: SiteKey,
}

impl Site {
    fn of(vectors: &Value) -> Self {
        let id = SiteId::from_uuid(Uuid::from_bytes(bytes(&vectors["site"])));
        let version = vectors["site_key_version"].as_u64().unwrap() as u32;
        Self { id, key: RootKey::from_bytes(bytes(&vectors["root"])).site(id, version) }
    }

    fn judge(&self, text: &str, at: i64, zone: u32) -> Result<(), Verdict> {
        Token::read(text)?.verify(self.id, at, zone, |day| self.key.day(day))
    }
}

fn name(verdict: Result<(), Verdict>) -> &'static str {
    match verdict {
        Ok(()) => "open",
        Err(Verdict::Malformed) => "malformed",
        Err(Verdict::UnknownEpoch) => "unknown_epoch",
        Err(Verdict::EpochMismatch) => "epoch_mismatch",
        Err(Verdict::BadTag) => "bad_tag",
        Err(Verdict::Expired) => "expired",
        Err(Verdict::NotYet) => "not_yet",
        Err(Verdict::BeforeWindow | Verdict::AfterWindow) => "outside_window",
        Err(Verdict::WrongZone) => "wrong_zone",
    }
}

#[test]
fn every_published_case_gets_its_verdict() {
    let vectors = vectors();
    let site = Site::of(&vectors);
    let cases = vectors["cases"].as_array().unwrap();
    for case in cases {
        let verdict = site.judge(
            case["text"].as_str().unwrap(),
            case["at"].as_i64().unwrap(),
            case["zone"].as_u64().unwrap() as u32,
        );
        assert_eq!(name(verdict), case["expect"].as_str().unwrap(), "{}", case["name"]);
    }
    assert!(cases.len() >= 11);
}

#[test]
fn the_published_keys_and_codes_are_made_again() {
    let vectors = vectors();
    let site = Site::of(&vectors);
    assert_eq!(site.key, SiteKey::from_bytes(bytes(&vectors["K_site"])));
    let day = Day(vectors["day"].as_u64().unwrap() as u32);
    let day_key = site.key.day(day);
    assert_eq!(day_key, DayKey::from_bytes(bytes(&vectors["K_day"])));
    let handle: Handle = bytes(&vectors["handle"]);
    let key = day_key.member(&handle);
    assert_eq!(key.expose(), &bytes::<32>(&vectors["K_credential_member"]));
    let t = vectors["t"].as_i64().unwrap();
    assert_eq!(mint(&key, site.id, &handle, t + 7, 0, None), vectors["member"].as_str().unwrap());
    let visitor = &vectors["visitor"];
    let number = |name: &str| visitor[name].as_u64().unwrap();
    let grant =
        Grant { not_before: number("nbf") as u32, minutes: number("minutes") as u16, zones: number("zones") as u32 };
    let key = day_key.visitor(&handle, &grant);
    assert_eq!(key.expose(), &bytes::<32>(&visitor["K_credential"]));
    let text = mint(&key, site.id, &handle, t, number("n") as u8, Some(&grant));
    assert_eq!(text, visitor["text"].as_str().unwrap());
    let second = &vectors["member_2"];
    let handle: Handle = bytes(&second["handle"]);
    let key = site.key.day(Day(second["day"].as_u64().unwrap() as u32)).member(&handle);
    let (t, n) = (second["t"].as_u64().unwrap() as u32, second["n"].as_u64().unwrap() as u8);
    assert_eq!(mint_at(&key, site.id, &handle, t, n, None), second["text"].as_str().unwrap());
}

struct Xorshift(u64);

impl Xorshift {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn digits(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }
}

/// Half of them random numbers, half of them good codes with one to three digits changed.
#[test]
fn of_a_million_random_and_mutated_codes_none_opens_prints_the_count() {
    let vectors = vectors();
    let site = Site::of(&vectors);
    let t = vectors["t"].as_i64().unwrap();
    let good = [vectors["member"].as_str().unwrap(), vectors["visitor"]["text"].as_str().unwrap()];
    for text in good {
        assert_eq!(site.judge(text, t, 1), Ok(()));
    }
    let mut random = Xorshift(0x9E37_79B9_7F4A_7C15);
    let mut verdicts = HashMap::<&str, u32>::new();
    for round in 0..1_000_000_u32 {
        let original = good[random.below(2)];
        let text = if round % 2 == 0 {
            random.digits(original.len())
        } else {
            let mut text = original.as_bytes().to_vec();
            for _ in 0..=random.below(3) {
                let at = random.below(text.len());
                text[at] = b'0' + (text[at] - b'0' + 1 + random.below(9) as u8) % 10;
            }
            String::from_utf8(text).unwrap()
        };
        if good.contains(&text.as_str()) {
            continue; // two changes undid each other
        }
        *verdicts.entry(name(site.judge(&text, t, 1))).or_default() += 1;
    }
    println!("1,000,000 codes, verdicts: {verdicts:?}");
    assert_eq!(verdicts.get("open"), None);
    assert!(verdicts["bad_tag"] > 100_000, "the mutations must reach the tag check");
}

proptest! {
    #[test]
    fn what_is_minted_is_read_back_and_believed(
        handle: [u8; 8], root: [u8; 32], site: [u8; 16], n: u8,
        now in 1_577_836_800_i64..4_000_000_000, version: u32,
        grant in proptest::option::of((0_u32..600, 1_u16.., any::<u32>())),
    ) {
        let id = SiteId::from_uuid(Uuid::from_bytes(site));
        let key = RootKey::from_bytes(root).site(id, version);
        let step = now / 15 * 15;
        let grant = grant.map(|(ago, minutes, zones)| {
            Grant { not_before: (step - i64::from(ago % 60)) as u32, minutes, zones: zones | 2 }
        });
        let day = key.day(Day::of(step));
        let credential = match &grant { None => day.member(&handle), Some(grant) => day.visitor(&handle, grant) };
        let text = mint(&credential, id, &handle, now, n, grant.as_ref());
        prop_assert_eq!(text.len(), if grant.is_some() { 99 } else { 75 });
        let token = Token::read(&text).unwrap();
        prop_assert_eq!((token.handle, token.n, token.grant), (handle, n, grant));
        let site = Site { id, key };
        prop_assert_eq!(site.judge(&text, step, 2), Ok(()));
        prop_assert_eq!(site.judge(&text, step + 30, 2), Err(Verdict::Expired));
        prop_assert_eq!(site.judge(&text, step - 6, 2), Err(Verdict::NotYet));
        let elsewhere = Site { id: SiteId::from_uuid(Uuid::from_bytes([1; 16])), key: site.key.clone() };
        prop_assert!(id == elsewhere.id || elsewhere.judge(&text, step, 2) == Err(Verdict::BadTag));
    }

    #[test]
    fn no_text_makes_it_stumble(text in "\\PC{0,120}", at: i64, zone: u32) {
        let site = Site::of(&vectors());
        prop_assert!(site.judge(&text, at, zone).is_err());
    }

    #[test]
    fn digits_are_as_good_as_text(text in "[0-9]{75}|[0-9]{99}", at in 0_i64..5_000_000_000) {
        let site = Site::of(&vectors());
        prop_assert!(site.judge(&text, at, 1).is_err());
    }
}
