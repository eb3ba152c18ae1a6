/// How often one process may call an API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Calls per second in the long run.
    pub per_second: u32,
    /// Calls at once after a pause; 0 allows none at all.
    pub burst: u32,
}

impl Budget {
    /// More than any process makes.
    pub const UNLIMITED: Self = Self::of(u32::MAX);

    /// This many calls per second, and as many at once.
    pub const fn of(per_second: u32) -> Self {
        Self { per_second, burst: per_second }
    }
}

/// How often one process may call each API, by WeChat's names. Repeats count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budgets {
    /// Logins; 200 per second unless set.
    pub jscode2session: Budget,
    /// Phone numbers; 100 per second unless set.
    pub getuserphonenumber: Budget,
    /// Access tokens, of which one lasts two hours; 10 per second unless set.
    pub stable_token: Budget,
}

impl Budgets {
    /// No limit on any API, for a simulator.
    pub const UNLIMITED: Self = Self {
        jscode2session: Budget::UNLIMITED,
        getuserphonenumber: Budget::UNLIMITED,
        stable_token: Budget::UNLIMITED,
    };
}

impl Default for Budgets {
    fn default() -> Self {
        Self { jscode2session: Budget::of(200), getuserphonenumber: Budget::of(100), stable_token: Budget::of(10) }
    }
}
