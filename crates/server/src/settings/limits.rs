use serde::Deserialize;

/// `[limits]`
#[derive(Clone, Debug, Deserialize)]
pub struct Limits {
    /// Logins and refreshes of one address in a minute.
    pub logins_per_minute: u64,
    /// SMS codes to one phone in a minute.
    pub codes_per_phone_minute: u64,
    /// SMS codes to one phone in an hour.
    pub codes_per_phone_hour: u64,
    /// SMS codes to one phone in a day.
    pub codes_per_phone_day: u64,
    /// SMS codes of one account in an hour.
    pub codes_per_account: u64,
    /// SMS codes of one address in an hour.
    pub codes_per_address: u64,
    /// SMS codes of one site in an hour.
    pub codes_per_site: u64,
    /// One-time codes of the whole server in an hour.
    pub codes_in_all: u64,
    /// Wrong passwords for one account in 15 minutes.
    pub passwords_per_account: u64,
    /// Wrong passwords from one address in 15 minutes.
    pub passwords_per_address: u64,
    /// Devices enrolled from one address in a minute.
    pub enrolments_per_minute: u64,
}

impl From<&Limits> for auth::Limits {
    fn from(limits: &Limits) -> Self {
        Self {
            logins_per_minute: limits.logins_per_minute,
            codes_per_phone: [limits.codes_per_phone_minute, limits.codes_per_phone_hour, limits.codes_per_phone_day],
            codes_per_account: limits.codes_per_account,
            codes_per_address: limits.codes_per_address,
            codes_per_site: limits.codes_per_site,
            codes_in_all: limits.codes_in_all,
            passwords_per_account: limits.passwords_per_account,
            passwords_per_address: limits.passwords_per_address,
        }
    }
}
