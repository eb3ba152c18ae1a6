//! One-time codes: six digits, for one purpose and one subject, five minutes, five tries.

use std::time::Duration;

use kernel::{Code, Kind, Result, random};

/// How long a code may be entered.
pub const CODE_LIFE: Duration = Duration::from_secs(300);
/// How often one may enter it wrongly.
pub(crate) const TRIES: i32 = 5;

/// The code does not fit.
pub const CODE_WRONG: Code = Code::new(Kind::Invalid, "code-wrong", "验证码不正确，请核对后重新输入");
/// Too late, or never made.
pub const CODE_EXPIRED: Code = Code::new(Kind::Conflict, "code-expired", "验证码已过期，请重新获取");
/// It was good for once.
pub const CODE_USED: Code = Code::new(Kind::Conflict, "code-used", "验证码已使用过，请重新获取");
/// It was entered wrongly too often.
pub const CODE_EXHAUSTED: Code = Code::new(Kind::Conflict, "code-exhausted", "验证码输错次数过多，请重新获取");
/// It was made for something else.
pub const CODE_ELSEWHERE: Code =
    Code::new(Kind::Conflict, "code-of-another-purpose", "这个验证码不是用于此操作的，请在当前页面重新获取");

/// What a code is for. The numbers are those of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    BindCard = 1,
    /// Registering with a phone.
    Register = 2,
    /// Logging in with a phone.
    LogIn = 3,
    /// Setting a forgotten password anew.
    ResetPassword = 4,
    /// Proving once more that it is oneself.
    Confirm = 5,
    ChangePhone = 6,
    /// Having an e-mail address.
    VerifyEmail = 7,
    /// Letting a WeChat user move to another account.
    MoveWechat = 8,
}

/// What came of entering a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It fits, and is used up now.
    Right,
    /// It does not fit; so many tries are left.
    Wrong { left: i32 },
    /// Too late, or never made.
    Expired,
    /// It was good for once.
    Used,
    /// IssuedTokens wrongly too often.
    Exhausted,
    /// Made for another purpose, subject or person.
    Elsewhere,
}

impl Verdict {
    /// Passes the right code.
    ///
    /// # Errors
    /// What was wrong with it, in the user's words.
    pub fn passed(self) -> Result<()> {
        Err(match self {
            Self::Right => return Ok(()),
            Self::Wrong { left } if left > 0 => CODE_WRONG.because(format!("验证码不正确，还可以再试 {left} 次")),
            Self::Wrong { .. } | Self::Exhausted => CODE_EXHAUSTED.into(),
            Self::Expired => CODE_EXPIRED.into(),
            Self::Used => CODE_USED.into(),
            Self::Elsewhere => CODE_ELSEWHERE.into(),
        })
    }
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
