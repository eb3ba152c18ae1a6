use kernel::{PolicyId, Reason};
use serde::Serialize;
use utoipa::ToSchema;

/// Whether somebody may pass, and what said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Decision {
    /// Why, or why not.
    pub reason: Reason,
    /// What decided.
    pub by: DecidedBy,
}

impl Decision {
    /// What is said where nothing allows.
    pub(super) const NO_RULE: Self = Self { reason: Reason::DoorNotAllowed, by: DecidedBy::NoRule };

    /// Whether the door opens.
    pub fn opens(self) -> bool {
        self.reason == Reason::Ok
    }
}

/// What decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecidedBy {
    /// The whole site is closed.
    SiteLockdown,
    /// The door is closed for an emergency.
    DoorLockdown,
    /// The door is kept locked.
    KeptLocked,
    /// The door is kept unlocked.
    KeptUnlocked,
    /// This rule: the first that opens, or the one that came nearest to it.
    Rule(PolicyId),
    /// No rule is about this subject, this door and this way.
    NoRule,
}

/// What one rule says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It opens.
    Opens,
    /// Not at this hour.
    OutsideSchedule,
    /// It does not count yet.
    NotYetValid,
    /// It counts no longer.
    Expired,
    /// It or the door does not take this way.
    OtherMethod,
    /// It is about somebody else.
    OtherSubject,
    /// It is about other doors.
    OtherDoor,
}

impl Verdict {
    /// The same to the person at the door.
    pub const fn reason(self) -> Reason {
        match self {
            Self::Opens => Reason::Ok,
            Self::OutsideSchedule => Reason::OutsideSchedule,
            Self::NotYetValid => Reason::NotYetValid,
            Self::Expired => Reason::Expired,
            Self::OtherMethod | Self::OtherSubject | Self::OtherDoor => Reason::DoorNotAllowed,
        }
    }

    /// The same to an administrator.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Opens => "允许通行",
            Self::OutsideSchedule => "不在通行时段",
            Self::NotYetValid => "未到启用时间",
            Self::Expired => "已过截止时间",
            Self::OtherMethod => "不含此开门方式",
            Self::OtherSubject => "不含此卡",
            Self::OtherDoor => "不含此门",
        }
    }

    /// How near it came to opening; nothing where the rule is not concerned at all.
    pub(super) const fn nearness(self) -> u8 {
        match self {
            Self::Opens => 4,
            Self::OutsideSchedule => 3,
            Self::NotYetValid => 2,
            Self::Expired => 1,
            Self::OtherMethod | Self::OtherSubject | Self::OtherDoor => 0,
        }
    }
}

/// What one rule of the site says, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RuleVerdict {
    /// The rule.
    pub rule: PolicyId,
    /// Its name.
    pub name: String,
    /// Its hours as people read them.
    pub hours: String,
    /// What it says.
    pub verdict: Verdict,
}

/// Why a decision is what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// The holiday whose hours stand in place of the rules' on this day.
    pub holiday: Option<String>,
    /// What each rule of the site says, also where the door or site decides without them.
    pub rules: Vec<RuleVerdict>,
}

impl Explanation {
    /// The rule that decided, where one did.
    pub fn decided(&self) -> Option<&RuleVerdict> {
        self.rules.iter().find(|rule| self.decision.by == DecidedBy::Rule(rule.rule))
    }
}
