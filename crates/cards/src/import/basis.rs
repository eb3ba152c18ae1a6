use jiff::tz::TimeZone;
use kernel::{Result, SiteId, card_number::CardFormat, sha256};
use sites::{HolderGroup, Sites};

/// All that the meaning of a row depends on, beside the row.
pub(super) struct Basis {
    pub(super) format: CardFormat,
    pub(super) zone: TimeZone,
    pub(super) groups: Vec<HolderGroup>,
}

impl Basis {
    /// That of a site as it stands, and what names it.
    ///
    /// # Errors
    /// `site-not-found`, `import-not-here`; when the database is away.
    pub(super) async fn of(sites: &Sites, site: SiteId) -> Result<(Self, [u8; 32])> {
        let place = sites.find(site).await?;
        if place.branch.is_some() {
            return Err(super::NOT_HERE.into());
        }
        let groups = sites.access(site).await?.0.holder_groups;
        let said = serde_json::to_vec(&(place.card_format.number(), place.zone_name(), &groups))?;
        Ok((Self { format: place.card_format, zone: place.time_zone(), groups }, sha256(&said)))
    }
}

#[cfg(test)]
impl Basis {
    /// That of a site without groups.
    pub(super) const fn plain(format: CardFormat, zone: TimeZone) -> Self {
        Self { format, zone, groups: Vec::new() }
    }
}
