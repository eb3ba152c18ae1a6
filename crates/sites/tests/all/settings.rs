use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use edge::Caller;
use futures_util::future::join_all;
use kernel::{AccountId, Fault, Result, SessionId, SiteId, SystemClock, Timestamp, macros::uuid::Uuid};
use sites::{Site, SiteFollower, SiteSettings, Sites};
use store::{Db, Memory, on_every_database, testing::TestDatabase};

const BUDGET: u64 = 1 << 20;
const NOW: Timestamp = Timestamp::from_seconds(1_795_000_000);

fn somebody() -> Caller {
    Caller { account: AccountId::from_uuid(Uuid::nil()), session: SessionId::from_uuid(Uuid::nil()) }
}

/// So many sites, and their ids.
async fn with_sites(database: &TestDatabase, many: usize) -> (Sites, Vec<SiteId>) {
    let db = Db::connect(&database.url).await.unwrap();
    let sites = Sites::new(db.clone(), &Memory::new(db.clone(), BUDGET), Arc::new(SystemClock));
    let new: Arc<[Site]> = (0..many).map(|n| Site::named(SiteId::new(NOW), format!("场区{n}"))).collect();
    let (adding, all) = (sites.clone(), new.clone());
    db.write(move |tx| {
        let (adding, all) = (adding.clone(), all.clone());
        Box::pin(async move { adding.add_all(tx, &all, NOW).await })
    })
    .await
    .unwrap();
    (sites, new.iter().map(|site| site.id).collect())
}

/// As whoever runs the platform.
async fn set(sites: &Sites, site: SiteId, seen: i32, new: SiteSettings) -> Result<(SiteSettings, i32)> {
    sites.set_settings(somebody(), true, site, seen, new).await
}

/// What is wrong, by its field where it has one.
fn name(fault: &Fault) -> String {
    match fault.fields() {
        [one, ..] => format!("{} {}", one.field, one.code),
        [] => fault.code().name.to_owned(),
    }
}

struct Counted(AtomicUsize);

#[async_trait]
impl SiteFollower for Counted {
    async fn site_changed(&self, _: &Site) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

on_every_database! {
    async fn of_two_who_change_what_both_have_seen_the_second_is_refused_and_nothing_is_lost(database) {
        let (sites, ids) = with_sites(database, 1).await;
        let site = ids[0];
        let (seen, version) = sites.settings(site).await.unwrap();
        let one = SiteSettings { address: Some("麓谷大道1号".to_owned()), ..seen.clone() };
        let two = SiteSettings { household_limit: 3, ..seen.clone() };
        let (kept, next) = set(&sites, site, version, one.clone()).await.unwrap();
        assert_eq!((&kept, next), (&one, version + 1));
        let fault = set(&sites, site, version, two).await.unwrap_err();
        assert_eq!(name(&fault), "settings-changed");
        assert_eq!(sites.settings(site).await.unwrap(), (one.clone(), next), "the first change stands");
        let (kept, _) = set(&sites, site, next, SiteSettings { household_limit: 3, ..one }).await.unwrap();
        assert_eq!((kept.household_limit, kept.address.as_deref()), (3, Some("麓谷大道1号")), "both, once the second has looked");

        let (settings, version) = sites.settings(site).await.unwrap();
        let at_once = (0..8).map(|n| set(&sites, site, version, SiteSettings { household_limit: n + 10, ..settings.clone() }));
        let outcomes = join_all(at_once).await;
        let won: Vec<_> = outcomes.iter().flatten().collect();
        assert_eq!(won.len(), 1, "{outcomes:?}");
        assert!(outcomes.iter().flat_map(|one| one.as_ref().err()).all(|fault| name(fault) == "settings-changed"));
        assert_eq!(sites.settings(site).await.unwrap(), won[0].clone());
    }

    async fn of_sixteen_sites_that_become_one_branch_at_once_one_does(database) {
        const MANY: usize = 16;
        let (sites, ids) = with_sites(database, MANY).await;
        let (settings, version) = sites.settings(ids[0]).await.unwrap();
        let branch = |branch: &str| SiteSettings { branch: Some(branch.to_owned()), ..settings.clone() };
        let outcomes = join_all(ids.iter().map(|site| set(&sites, *site, version, branch("7")))).await;
        let won: Vec<_> = ids.iter().zip(&outcomes).filter(|(_, one)| one.is_ok()).map(|(site, _)| *site).collect();
        assert_eq!(won.len(), 1, "{outcomes:?}");
        for fault in outcomes.iter().flat_map(|one| one.as_ref().err()) {
            assert_eq!(name(fault), "branch taken");
        }
        assert_eq!(sites.branches().await.unwrap(), [(won[0], "7".to_owned())]);
        // who has it keeps it, and whoever lets it go leaves it to others
        set(&sites, won[0], version + 1, branch(" 7 ")).await.unwrap();
        set(&sites, won[0], version + 2, branch(" ")).await.unwrap();
        let other = ids.iter().find(|site| **site != won[0]).unwrap();
        set(&sites, *other, version, branch("7")).await.unwrap();
        assert_eq!(sites.branches().await.unwrap(), [(*other, "7".to_owned())], "many sites are no branch at all");
    }

    async fn a_branch_is_changed_by_the_platform_alone_and_followers_hear_of_what_was_changed(database) {
        let (sites, ids) = with_sites(database, 1).await;
        let followed = Arc::new(Counted(AtomicUsize::new(0)));
        let sites = sites.followed_by([followed.clone() as _]);
        let (settings, version) = sites.settings(ids[0]).await.unwrap();
        let branch = SiteSettings { branch: Some("7".to_owned()), ..settings.clone() };
        let fault = sites.set_settings(somebody(), false, ids[0], version, branch.clone()).await.unwrap_err();
        assert_eq!(name(&fault), "branch forbidden");
        assert_eq!(name(&set(&sites, ids[0], version + 1, branch.clone()).await.unwrap_err()), "settings-changed");
        assert_eq!(followed.0.load(Ordering::SeqCst), 0, "nothing was changed");
        set(&sites, ids[0], version, branch.clone()).await.unwrap();
        sites.set_settings(somebody(), false, ids[0], version + 1, SiteSettings { hidden: true, ..branch }).await.unwrap();
        assert_eq!(followed.0.load(Ordering::SeqCst), 2);
    }
}
