use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{ObjectBuilder, Schema, Type},
    },
};

macro_rules! reasons {
    ($($(#[$meta:meta])* $variant:ident = $number:literal $name:literal $text:literal)+) => {
        /// Why a decision to open was what it was. Server, door and screens share these words.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Reason {
            $($(#[$meta])* #[serde(rename = $name)] $variant = $number,)+
        }

        impl Reason {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable snake_case name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// What the person at the door reads.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The number that rows hold; never given to another reason.
            pub const fn number(self) -> i16 {
                self as i16
            }

            /// The reason behind a stored number.
            pub const fn from_number(number: i16) -> Option<Self> {
                match number { $($number => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

// the derived one would name the variants and not the words that JSON has
impl PartialSchema for Reason {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("Why a decision to open was what it was."))
            .enum_values(Some(Self::ALL.iter().map(|reason| reason.name())))
            .into()
    }
}

impl ToSchema for Reason {
    fn name() -> Cow<'static, str> {
        "Reason".into()
    }
}

reasons! {
    /// Open.
    Ok = 0 "ok" "已开门"
    /// Before its first minute.
    NotYetValid = 1 "not_yet_valid" "未到启用时间"
    /// After its last minute.
    Expired = 2 "expired" "已过截止时间"
    /// Waiting for the host.
    NotApproved = 3 "not_approved" "待审核"
    /// The host said no.
    Rejected = 4 "rejected" "预约未通过"
    /// Unbound or withdrawn.
    Revoked = 5 "revoked" "已失效"
    /// Reported lost.
    CardLost = 6 "card_lost" "卡已挂失"
    /// Frozen by the issuer.
    CardFrozen = 7 "card_frozen" "卡已冻结"
    /// The card's own validity has ended.
    CardExpired = 8 "card_expired" "卡已过期"
    /// The binding is held back.
    BindingSuspended = 9 "binding_suspended" "绑定已暂停，请联系管理处"
    /// A code of another site.
    WrongSite = 10 "wrong_site" "非本场区的码"
    /// No right to this door.
    DoorNotAllowed = 11 "door_not_allowed" "无此门权限"
    /// Not at this hour.
    OutsideSchedule = 12 "outside_schedule" "不在通行时段"
    /// No entries left.
    UsedUp = 13 "used_up" "次数已用完"
    /// This very code has opened a door already.
    Replayed = 14 "replayed" "此码已使用，请等待刷新"
    /// Too old.
    StaleCode = 15 "stale_code" "码已过期，请刷新"
    /// From the future: a clock is off.
    ClockSkew = 16 "clock_skew" "时间不准，请校准手机时间"
    /// Not one of ours.
    BadCode = 17 "bad_code" "无法识别"
    /// On a list.
    Blocked = 18 "blocked" "请联系管理处"
    /// The site is closed.
    Lockdown = 19 "lockdown" "场区封闭"
    /// Nothing answers at the door.
    DoorOffline = 20 "door_offline" "门口设备离线"
    /// The door is doing something else.
    DeviceBusy = 21 "device_busy" "设备忙，请稍候再试"
    /// Asked, and not opened.
    DoorNotOpened = 22 "door_not_opened" "门未响应"
}

#[cfg(test)]
mod tests {
    use super::Reason;

    #[test]
    fn a_stored_number_comes_back_as_the_same_reason() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_number(reason.number()), Some(*reason));
        }
        assert_eq!(Reason::from_number(99), None);
    }
}
