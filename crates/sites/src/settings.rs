use garde::Validate;
use jiff::tz::TimeZone;
use kernel::{Fault, Result, card_number::CardFormat, macros::uuid::Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Position, Schedule, Site};

/// The settings of a site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct SiteSettings {
    /// Its name.
    #[garde(length(chars, min = 1, max = 64))]
    pub name: String,
    /// Its address, where it has one.
    #[garde(length(chars, max = 200))]
    #[serde(default)]
    pub address: Option<String>,
    /// Where it is.
    #[serde(default)]
    pub position: Option<Position>,
    /// What to know before going in (入场须知).
    #[garde(length(chars, max = 500))]
    #[serde(default)]
    pub entry_notice: Option<String>,
    /// When visitors are let in; at any time when not said.
    #[serde(default)]
    pub visiting_hours: Option<Schedule>,
    /// The time zone of its clocks, by its IANA name.
    #[schema(example = "Asia/Shanghai")]
    #[garde(length(chars, max = 64))]
    #[serde(default)]
    pub time_zone: Option<String>,
    /// Shown only to those who have to do with it (a test site).
    #[serde(default)]
    pub hidden: bool,
    /// What the numbers printed on its cards mean.
    #[serde(default)]
    pub card_format: CardFormat,
    /// How many people may share one card that is not exclusive, 1 to 50.
    #[garde(range(min = 1, max = 50))]
    #[serde(default = "household")]
    pub household_limit: u16,
    /// The branch (分场) under which an installed card system keeps its cards.
    #[garde(length(chars, max = 32))]
    #[serde(default)]
    pub branch: Option<String>,
    /// What the beacons at its doors call themselves, where there are some.
    #[schema(value_type = Option<String>, format = Uuid)]
    #[serde(default)]
    pub beacon_uuid: Option<Uuid>,
}

const fn household() -> u16 {
    Site::HOUSEHOLD
}

/// The branch is another site's.
pub(crate) fn branch_taken() -> Fault {
    Fault::field("branch", "taken", "这个分场号已属于另一个场区")
}

impl From<Site> for SiteSettings {
    fn from(site: Site) -> Self {
        Self {
            name: site.name,
            address: site.address,
            position: site.position,
            entry_notice: site.entry_notice,
            visiting_hours: site.visiting_hours,
            time_zone: site.zone,
            hidden: site.hidden,
            card_format: site.card_format,
            household_limit: site.household_limit,
            branch: site.branch,
            beacon_uuid: site.beacon_uuid,
        }
    }
}

impl SiteSettings {
    /// The same without spaces around its texts; a text that is empty is none.
    ///
    /// # Errors
    /// `invalid`, at the field that is wrong.
    pub(crate) fn checked(self) -> Result<Self> {
        let time_zone = self.time_zone.filter(|zone| !zone.is_empty());
        if time_zone.as_deref().is_some_and(|zone| TimeZone::get(zone).is_err()) {
            return Err(Fault::field("timeZone", "invalid", "没有这个时区，例如 Asia/Shanghai"));
        }
        let text = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let checked = Self {
            name: self.name.trim().to_owned(),
            address: text(self.address),
            entry_notice: text(self.entry_notice),
            branch: text(self.branch),
            time_zone,
            ..self
        };
        if checked.name.is_empty() {
            return Err(Fault::field("name", "invalid", "请填写场区名称"));
        }
        let texts = [
            ("name", Some(&checked.name)),
            ("address", checked.address.as_ref()),
            ("entryNotice", checked.entry_notice.as_ref()),
            ("branch", checked.branch.as_ref()),
        ];
        let unprintable = |c: char| c.is_control() && c != '\n';
        match texts.iter().find(|(_, text)| text.is_some_and(|text| text.contains(unprintable))) {
            Some((field, _)) => Err(Fault::field(*field, "invalid", "不能含有控制字符")),
            None => Ok(checked),
        }
    }

    /// A site with these settings. Which branch of an installed card system it is, only whoever runs the platform may say:
    /// it is the one boundary between sites there.
    ///
    /// # Errors
    /// `invalid`, at the branch.
    pub(crate) fn applied_to(self, site: Site, runs_the_platform: bool) -> Result<Site> {
        if self.branch != site.branch && !runs_the_platform {
            return Err(Fault::field("branch", "forbidden", "分场号只能由平台管理员修改"));
        }
        Ok(Site {
            name: self.name,
            address: self.address,
            position: self.position,
            entry_notice: self.entry_notice,
            visiting_hours: self.visiting_hours,
            zone: self.time_zone,
            hidden: self.hidden,
            card_format: self.card_format,
            household_limit: self.household_limit,
            branch: self.branch,
            beacon_uuid: self.beacon_uuid,
            ..site
        })
    }
}
