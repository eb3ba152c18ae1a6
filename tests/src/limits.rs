use std::collections::BTreeMap;

use server::Limits;

/// Every limit there is, and what stands in its place where it is not what is tested: nobody is slowed down.
const LIMITS: [&str; 11] = [
    "logins_per_minute",
    "codes_per_phone_minute",
    "codes_per_phone_hour",
    "codes_per_phone_day",
    "codes_per_account",
    "codes_per_address",
    "codes_per_site",
    "codes_in_all",
    "passwords_per_account",
    "passwords_per_address",
    "enrolments_per_minute",
];
const UNLIMITED: u64 = 1_000_000;

/// For a server in this process.
pub(crate) fn unlimited() -> Limits {
    let limits: BTreeMap<_, _> = LIMITS.into_iter().map(|limit| (limit, UNLIMITED)).collect();
    serde_json::from_value(serde_json::to_value(limits).unwrap()).unwrap()
}

/// For a server as a process of its own: variables of its environment.
pub(crate) fn unlimited_variables() -> impl Iterator<Item = (String, String)> {
    LIMITS.into_iter().map(|limit| (format!("KAIMEN__LIMITS__{}", limit.to_uppercase()), UNLIMITED.to_string()))
}
