//! Roles: what a person may do beyond their own cards, at one site or on the whole platform. Everybody is a member.

use kernel::{AccountId, AccountNumber, SiteId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A role. The numbers are those of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 保安: of a site.
    Guard = 1,
    /// 场区管理员: of a site.
    SiteAdmin = 2,
    /// 平台管理员: of everything.
    PlatformAdmin = 3,
}

impl Role {
    /// The role behind a stored number.
    pub(crate) const fn from_number(number: i16) -> Option<Self> {
        match number {
            1 => Some(Self::Guard),
            2 => Some(Self::SiteAdmin),
            3 => Some(Self::PlatformAdmin),
            _ => None,
        }
    }
}

/// A role and where it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleGrant {
    pub role: Role,
    /// At which site; none for the platform.
    pub site: Option<SiteId>,
}

impl RoleGrant {
    /// A post that can be: a platform administrator's belongs to no site, every other to one.
    pub fn new(role: Role, site: Option<SiteId>) -> Option<Self> {
        ((role == Role::PlatformAdmin) == site.is_none()).then_some(Self { role, site })
    }

    /// Whether who holds `self` may give and take `other`.
    fn rules(self, other: Self) -> bool {
        match self.role {
            Role::PlatformAdmin => true,
            Role::SiteAdmin => other.role == Role::Guard && other.site == self.site,
            Role::Guard => false,
        }
    }
}

/// Whether who holds these posts may give and take that one.
pub(crate) fn may_grant(held: &[RoleGrant], post: RoleGrant) -> bool {
    held.iter().any(|one| one.rules(post))
}

/// Whether who holds these posts may do what `role` may, at this site.
pub(crate) fn may_act(held: &[RoleGrant], role: Role, site: Option<SiteId>) -> bool {
    held.iter().any(|one| match one.role {
        Role::PlatformAdmin => true,
        Role::SiteAdmin => role != Role::PlatformAdmin && one.site == site,
        Role::Guard => role == Role::Guard && one.site == site,
    })
}

/// Who holds a post.
#[derive(Clone, Debug)]
pub struct Holder {
    pub account: AccountId,
    /// Their 车安通 ID.
    pub number: AccountNumber,
    pub post: RoleGrant,
    pub granted_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(n: i64) -> SiteId {
        SiteId::new(Timestamp::from_seconds(n))
    }

    #[test]
    fn a_post_belongs_to_a_site_or_to_the_platform() {
        let here = site(1);
        assert!(
            RoleGrant::new(Role::PlatformAdmin, None).is_some()
                && RoleGrant::new(Role::PlatformAdmin, Some(here)).is_none()
        );
        for role in [Role::Guard, Role::SiteAdmin] {
            assert!(RoleGrant::new(role, Some(here)).is_some() && RoleGrant::new(role, None).is_none());
        }
    }

    #[test]
    fn nobody_gives_what_is_not_below_them() {
        let (here, there) = (site(1), site(2));
        let post = |role, site| RoleGrant::new(role, site).unwrap();
        let (platform, admin, guard) =
            (post(Role::PlatformAdmin, None), post(Role::SiteAdmin, Some(here)), post(Role::Guard, Some(here)));
        let elsewhere = post(Role::Guard, Some(there));
        let everything = [platform, admin, guard, elsewhere];
        let given = |by| everything.map(|one| may_grant(&[by], one));
        assert_eq!(given(platform), [true, true, true, true]);
        assert_eq!(given(admin), [false, false, true, false]);
        assert_eq!(given(guard), [false, false, false, false]);
        assert!(!may_grant(&[], guard));
    }

    #[test]
    fn roles_hold_at_their_own_site_only() {
        let (here, there) = (site(1), site(2));
        let admin = [RoleGrant::new(Role::SiteAdmin, Some(here)).unwrap()];
        assert!(may_act(&admin, Role::Guard, Some(here)) && may_act(&admin, Role::SiteAdmin, Some(here)));
        assert!(!may_act(&admin, Role::Guard, Some(there)) && !may_act(&admin, Role::PlatformAdmin, None));
        assert!(!may_act(&admin, Role::SiteAdmin, None));
        let platform = [RoleGrant::new(Role::PlatformAdmin, None).unwrap()];
        assert!(may_act(&platform, Role::SiteAdmin, Some(there)) && may_act(&platform, Role::PlatformAdmin, None));
        assert!(!may_act(&[], Role::Guard, Some(here)));
    }
}
