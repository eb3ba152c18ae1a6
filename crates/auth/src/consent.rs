//! Consents: who agreed to which text, when and from where (PIPL articles 13 to 17). A text has a version; a newer
//! version asks anew.

use kernel::{Code, ConsentId, Fault, Kind, Result, Timestamp, sha256};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The text has changed since it was shown.
pub const CONSENT_OUTDATED: Code =
    Code::new(Kind::Conflict, "consent-outdated", "用户协议或隐私政策已更新，请重新阅读并同意");
/// The service cannot be given without this consent.
pub const CONSENT_NEEDED: Code = Code::new(Kind::Invalid, "consent-needed", "请先阅读并同意用户协议和隐私政策");
/// The account's owner has withdrawn a consent that the service needs.
pub const CONSENT_REQUIRED: Code =
    Code::new(Kind::Forbidden, "consent-required", "您已撤回同意，重新阅读并同意用户协议和隐私政策后可用");

/// Text that is agreed to. The numbers are those of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentPurpose {
    /// 隐私政策
    Privacy = 1,
    /// 用户协议
    Terms = 2,
}

/// A text people consent to.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// What it is for.
    pub purpose: ConsentPurpose,
    /// Its version: the day it came into force.
    pub version: &'static str,
    /// Markdown.
    pub body: &'static str,
}

/// The texts in force. Whoever changes one gives it a new version.
pub const TEXTS: [Text; 2] = [
    Text { purpose: ConsentPurpose::Privacy, version: "2026-11-24", body: include_str!("../texts/privacy.zh.md") },
    Text { purpose: ConsentPurpose::Terms, version: "2026-11-24", body: include_str!("../texts/terms.zh.md") },
];

impl ConsentPurpose {
    /// The purpose behind a stored number.
    pub(crate) const fn from_number(number: i16) -> Option<Self> {
        match number {
            1 => Some(Self::Privacy),
            2 => Some(Self::Terms),
            _ => None,
        }
    }
}

impl ConsentPurpose {
    /// Whether credentials, unlocks and bindings need it.
    pub(crate) const fn is_required(self) -> bool {
        match self {
            Self::Privacy | Self::Terms => true,
        }
    }
}

impl Text {
    /// The one in force.
    pub fn of(purpose: ConsentPurpose) -> &'static Self {
        match purpose {
            ConsentPurpose::Privacy => &TEXTS[0],
            ConsentPurpose::Terms => &TEXTS[1],
        }
    }

    /// SHA-256 of the body: which words exactly.
    pub fn hash(&self) -> [u8; 32] {
        sha256(self.body.as_bytes())
    }

    pub fn title(&self) -> &'static str {
        self.body.lines().next().unwrap_or_default().trim_start_matches("# ")
    }
}

/// A person's word that they read this version and agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    pub purpose: ConsentPurpose,
    /// Which version was shown.
    pub version: String,
}

/// The agreements, if each is to the text in force.
///
/// # Errors
/// `consent-outdated`.
pub(crate) fn current(agreements: &[Agreement]) -> Result<Vec<ConsentPurpose>> {
    for one in agreements {
        if Text::of(one.purpose).version != one.version {
            return Err(CONSENT_OUTDATED.into());
        }
    }
    let mut given: Vec<_> = agreements.iter().map(|one| one.purpose).collect();
    given.sort_by_key(|purpose| *purpose as i16);
    given.dedup();
    Ok(given)
}

/// The agreements, if each is to the text in force and none is missing.
///
/// # Errors
/// `consent-outdated`, `consent-needed`.
pub(crate) fn complete(agreements: &[Agreement]) -> Result<Vec<ConsentPurpose>> {
    let given = current(agreements)?;
    if TEXTS.iter().any(|text| !given.contains(&text.purpose)) {
        return Err(Fault::from(CONSENT_NEEDED));
    }
    Ok(given)
}

/// Passes an account that has withdrawn nothing the service needs. A consent that was never asked for, and one to an older
/// version, do not stop the service: they are due, and asked for.
///
/// # Errors
/// `consent-required`.
pub(crate) fn require(withdrawn: &[ConsentPurpose]) -> Result<()> {
    if withdrawn.iter().any(|purpose| purpose.is_required()) { Err(CONSENT_REQUIRED.into()) } else { Ok(()) }
}

/// The purposes that were consented to and are no more.
pub(crate) fn withdrawn(all: &[Consent]) -> Vec<ConsentPurpose> {
    let of = |purpose| all.iter().filter(move |one| one.purpose == purpose);
    let is_withdrawn = |purpose| of(purpose).next().is_some() && of(purpose).all(|one| one.withdrawn_at.is_some());
    TEXTS.iter().map(|text| text.purpose).filter(|purpose| is_withdrawn(*purpose)).collect()
}

/// The last withdrawal of each purpose. Of consents that came together from two accounts, those given up to then are
/// withdrawn by it.
pub(crate) fn withdrawals(all: &[Consent]) -> Vec<(ConsentPurpose, Timestamp)> {
    let last = |text: &Text| {
        let of_purpose = all.iter().filter(|one| one.purpose == text.purpose);
        Some((text.purpose, of_purpose.filter_map(|one| one.withdrawn_at).max()?))
    };
    TEXTS.iter().filter_map(last).collect()
}

/// A consent on record.
#[derive(Clone, Debug)]
pub struct Consent {
    pub id: ConsentId,
    pub purpose: ConsentPurpose,
    pub version: String,
    /// SHA-256 of the text.
    pub text_hash: [u8; 32],
    pub device: Option<String>,
    pub given_at: Timestamp,
    /// When it was taken back.
    pub withdrawn_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_found_and_has_a_headline() {
        for (n, text) in TEXTS.iter().enumerate() {
            assert_eq!(Text::of(text.purpose).body, text.body);
            assert_eq!(ConsentPurpose::from_number(i16::try_from(n + 1).unwrap()), Some(text.purpose));
            assert!(text.title().starts_with("车安门禁"), "{}", text.title());
        }
    }

    #[test]
    fn any_withdrawn_text_ends_the_service_and_one_never_asked_for_does_not() {
        use ConsentPurpose::{Privacy, Terms};
        assert!(require(&[]).is_ok());
        for withdrawn in [&[Privacy][..], &[Terms], &[Privacy, Terms]] {
            assert_eq!(require(withdrawn).unwrap_err().code(), CONSENT_REQUIRED);
        }
    }

    fn consent(purpose: ConsentPurpose, given_at: i64, withdrawn_at: Option<i64>) -> Consent {
        let at = Timestamp::from_millis;
        Consent {
            id: ConsentId::new(at(given_at)),
            purpose,
            version: "2020-01-01".into(),
            text_hash: [0; 32],
            device: None,
            given_at: at(given_at),
            withdrawn_at: withdrawn_at.map(at),
        }
    }

    #[test]
    fn agreeing_again_in_any_version_ends_a_withdrawal() {
        use ConsentPurpose::{Privacy, Terms};
        let all = [consent(Privacy, 1, Some(5)), consent(Terms, 2, None), consent(Privacy, 6, Some(7))];
        assert!(withdrawn(&[]).is_empty());
        assert_eq!(withdrawn(&all), [Privacy]);
        assert!(withdrawn(&[&all[..], &[consent(Privacy, 8, None)]].concat()).is_empty());
    }

    #[test]
    fn the_last_withdrawal_of_each_purpose_counts() {
        use ConsentPurpose::{Privacy, Terms};
        let at = Timestamp::from_millis;
        let all = [
            consent(Privacy, 1, Some(5)),
            consent(Privacy, 2, Some(9)),
            consent(Privacy, 10, None),
            consent(Terms, 3, None),
        ];
        assert_eq!(withdrawals(&all), [(Privacy, at(9))]);
        assert!(withdrawals(&all[3..]).is_empty());
    }

    #[test]
    fn an_old_or_missing_consent_is_asked_for_again() {
        let agreed = |purpose, version: &str| Agreement { purpose, version: version.into() };
        let newest = |purpose| agreed(purpose, Text::of(purpose).version);
        assert!(complete(&[newest(ConsentPurpose::Privacy), newest(ConsentPurpose::Terms)]).is_ok());
        assert_eq!(complete(&[newest(ConsentPurpose::Privacy)]).unwrap_err().code(), CONSENT_NEEDED);
        let old = [newest(ConsentPurpose::Privacy), agreed(ConsentPurpose::Terms, "2020-01-01")];
        assert_eq!(complete(&old).unwrap_err().code(), CONSENT_OUTDATED);
    }
}
