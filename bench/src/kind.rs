//! The operations that are measured.

use clap::ValueEnum;

/// The operations, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A bare actix-web handler.
    Hello,
    Session,
    /// The same with a token that was tampered with.
    BadToken,
    /// The list of sites.
    Sites,
    /// The keys of a card.
    Credentials,
    Cards,
    /// One of them in full.
    Card,
    /// Who one is, the sites and the cards, one after the other.
    Home,
    /// A code at a door.
    Scan,
    /// A phone opens a door.
    Unlock,
    /// A known WeChat user logs in.
    Wechat,
    /// A WeChat user logs in for the first time.
    WechatFirst,
}

impl Kind {
    pub const ALL: [Self; 12] = [
        Self::Hello,
        Self::Session,
        Self::BadToken,
        Self::Sites,
        Self::Credentials,
        Self::Cards,
        Self::Card,
        Self::Home,
        Self::Scan,
        Self::Unlock,
        Self::Wechat,
        Self::WechatFirst,
    ];

    /// Whether it is a login with WeChat.
    pub const fn is_wechat(self) -> bool {
        matches!(self, Self::Wechat | Self::WechatFirst)
    }

    /// Its name on the command line.
    pub const fn part(self) -> Part {
        match self {
            Self::Hello => Part::Hello,
            Self::Session => Part::Session,
            Self::BadToken => Part::BadToken,
            Self::Sites => Part::Sites,
            Self::Credentials => Part::Credentials,
            Self::Cards => Part::Cards,
            Self::Card => Part::Card,
            Self::Home => Part::Home,
            Self::Scan => Part::Scan,
            Self::Unlock => Part::Unlock,
            Self::Wechat => Part::Wechat,
            Self::WechatFirst => Part::WechatFirst,
        }
    }

    /// Its name in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hello => "hello",
            Self::Session => "session",
            Self::BadToken => "bad-token",
            Self::Sites => "sites",
            Self::Credentials => "credentials",
            Self::Cards => "cards",
            Self::Card => "card",
            Self::Home => "home",
            Self::Scan => "scan",
            Self::Unlock => "unlock",
            Self::Wechat => "wechat",
            Self::WechatFirst => "wechat-first",
        }
    }
}

/// What can be asked for one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// A bare actix-web handler
    Hello,
    /// GET /v1/me
    Session,
    /// GET /v1/me with a token that was tampered with
    BadToken,
    /// GET /v1/sites?limit=20
    Sites,
    /// GET /v1/sites/{id}/credentials
    Credentials,
    /// GET /v1/card-bindings
    Cards,
    /// GET /v1/card-bindings/{id}
    Card,
    /// GET /v1/me, /v1/sites?limit=20 and /v1/card-bindings, one after the other
    Home,
    /// POST /device/v1/scan
    Scan,
    /// POST /v1/unlocks
    Unlock,
    /// POST /v1/auth/login/wechat, of somebody known
    Wechat,
    /// POST /v1/auth/login/wechat, for the first time
    WechatFirst,
    /// Scans beside a storm of logins with passwords
    Storm,
    /// GET /v1/sites in many ways, among 1,000 and up to 100,000 sites
    Search,
    /// Scans, changes and memory with 1,000 to 200,000 bound cards; only where it is named
    Scale,
    /// Times of answers, what exists against what does not
    Timing,
    /// Cold start and idle memory
    Cold,
}
