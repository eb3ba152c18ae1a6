/// What came of sending an SMS or a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// The vendor took it, under this number of its own.
    Accepted(String),
    /// The vendor refused it for good; the code says why.
    Refused(String),
    /// It surely was not sent; another try makes sense.
    NotSent(String),
    /// Nobody knows whether it went out.
    Unknown(String),
}

/// Whether something that we depend on works, as far as calls have shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// Nothing is known against it.
    Ok,
    /// The settings do not name it: it is never called.
    NotConfigured,
    /// It refuses us for reasons that somebody has to see to. Each is a code: no secret, no personal data.
    Degraded(Vec<String>),
}
