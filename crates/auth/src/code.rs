//! One-time codes: six digits, for one purpose and one subject, five minutes, five tries.

use std::time::Duration;

use kernel::{Code, Kind, random};

/// How long a code may be entered.
pub const CODE_LIFE: Duration = Duration::from_secs(300);
/// How often one may enter it wrongly.
pub(crate) const TRIES: i32 = 5;

/// The code does not fit.
pub const CODE_WRONG: Code = Code::new(Kind::Invalid, "code-wrong", "验证码不正确，请核对短信后重新输入");
/// The code can no longer be entered.
pub const CODE_EXPIRED: Code = Code::new(Kind::Conflict, "code-expired", "验证码已失效，请重新获取");

/// What a code is for. The numbers are those of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Binding a card.
    BindCard = 1,
}

/// What came of entering a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It fits, and is used up now.
    Right,
    /// It does not fit; so many tries are left.
    Wrong {
        /// Tries left.
        left: i32,
    },
    /// Too late, too often, used, or never made.
    Over,
}

/// Six digits, all equally likely.
pub(crate) fn six_digits() -> String {
    const RANGE: u32 = 1_000_000;
    const FAIR: u32 = u32::MAX - u32::MAX % RANGE;
    loop {
        let dice = u32::from_be_bytes(random());
        if dice < FAIR {
            return format!("{:06}", dice % RANGE);
        }
    }
}
