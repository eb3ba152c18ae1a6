use std::sync::Arc;

use cards::{CardDetails, CardNumber, Register};
use kernel::{
    Phone, RootKey, SiteId, SystemClock, Timestamp,
    card_number::CardFormat,
    port::{CardKind, WantedCard},
};
use sites::{Site, Sites};
use store::{Db, Memory, Vault, testing::TestDatabase};

/// Sites and a register over a fresh database.
pub struct App {
    pub sites: Sites,
    pub register: Register,
    db: Db,
}

impl App {
    pub async fn over(db: &TestDatabase) -> Self {
        let (db, clock) = (Db::connect(&db.url).await.unwrap(), Arc::new(SystemClock));
        let vault = Arc::new(Vault::new(db.clone(), &RootKey::from_bytes([7; 32])));
        let sites = Sites::new(db.clone(), &Memory::new(db.clone(), 1 << 20), clock.clone());
        let register = Register::new(db.clone(), vault, sites.clone(), clock);
        Self { sites, register, db }
    }

    /// A site whose numbers mean this.
    pub async fn site(&self, card_format: CardFormat) -> SiteId {
        let now = Timestamp::from_seconds(1_795_000_000);
        let site = Site { card_format, ..Site::named(SiteId::new(now), "测试Z停车场") };
        let (sites, new) = (self.sites.clone(), site.clone());
        self.db
            .write(move |tx| {
                let (sites, new) = (sites.clone(), new.clone());
                Box::pin(async move { sites.add(tx, &new, now).await })
            })
            .await
            .unwrap();
        site.id
    }
}

/// A plain card of this number.
pub fn card(format: CardFormat, number: &str) -> CardDetails {
    let number = CardNumber::read(format, number).unwrap();
    CardDetails::plain(CardKind::Access, number, "陈小明".into(), Phone::parse("13800001234"))
}

/// What is asked for by this number.
pub fn wanted(site: SiteId, format: CardFormat, number: &str) -> WantedCard {
    let number = CardNumber::read(format, number).unwrap();
    let (printed, number) = (number.printed().to_owned(), number.reading().clone());
    WantedCard { site, branch: None, kind: CardKind::Access, number, printed }
}
