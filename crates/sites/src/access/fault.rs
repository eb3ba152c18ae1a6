use std::fmt;

use kernel::Fault;

macro_rules! faults {
    ($($(#[$meta:meta])* $variant:ident = $code:literal $text:literal)+) => {
        /// Why hours, a schedule, a holiday or a validity is not taken. Not an error type, so that `?` cannot turn it
        /// into an internal fault: whoever knows the field says so with [`AccessFault::at`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum AccessFault {
            $($(#[$meta])* $variant,)+
        }

        impl AccessFault {
            /// Its stable kebab-case name.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// What to do about it, in the user's words.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    };
}

faults! {
    /// A time of day that is not one.
    TimeUnreadable = "time-unreadable" "时间请写成 08:00 这样"
    /// A start at 24:00 or later.
    StartsTooLate = "starts-too-late" "开始时间请在 00:00 至 23:59 之间"
    /// An end past 48:00.
    EndsTooLate = "ends-too-late" "结束时间最晚为次日 24:00"
    /// An end that is the start.
    NoLength = "no-length" "开始和结束时间相同；全天请写 00:00–24:00"
    /// Hours without a dash between two times.
    HoursUnreadable = "hours-unreadable" "时段请写成 08:00–18:00 这样"
    /// A weekday that is not one.
    DayUnreadable = "day-unreadable" "星期请写成 周一至周五、周六 或 每天"
    /// A weekday number outside 1 (Monday) to 7 (Sunday).
    NoSuchWeekday = "no-such-weekday" "星期请用 1（周一）至 7（周日）"
    /// Nothing was written.
    Blank = "blank" "请填写时段；不开放请写“不开放”"
    /// A last day before the first.
    EndsBeforeItBegins = "ends-before-it-begins" "结束日期不能早于开始日期"
    /// A holiday of more than a year.
    HolidayTooLong = "holiday-too-long" "节假日最长一年"
    /// An end that is not after the start.
    NeverValid = "never-valid" "截止时间必须晚于启用时间"
}

impl AccessFault {
    /// The same, as a fault of that field of the input.
    pub fn at(self, field: impl Into<String>) -> Fault {
        Fault::field(field, self.code(), self.text())
    }
}

impl fmt::Display for AccessFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}
