//! Reading the printed numbers of a site's cards again, when its settings say that they mean something else.

use std::sync::Arc;

use async_trait::async_trait;
use kernel::{Result, SiteId, card_number::CardFormat};
use sites::{Site, SiteFollower};
use store::Db;

use crate::{card::CardNumber, rows::card};

/// Keeps what the numbers of cards mean as the settings of their sites say.
pub struct CardNumbers(pub Db);

#[async_trait]
impl SiteFollower for CardNumbers {
    async fn site_changed(&self, site: &Site) {
        match self.read_again(site.id, site.card_format).await {
            Ok(unread) => tracing::info!(site.id = %site.id, cards.unread = unread, "card numbers parsed again"),
            Err(fault) => {
                let code = fault.code().name;
                tracing::warn!(error.code = code, site.id = %site.id, "card numbers could not be parsed again");
            }
        }
    }
}

impl CardNumbers {
    /// How many are no number of that format, and keep what they said. Cards that fit already cost a read.
    async fn read_again(&self, site: SiteId, format: CardFormat) -> Result<u64> {
        const HANDFUL: usize = 500;
        let (mut after, mut unread) = (None, 0);
        loop {
            let rows = self.0.read(|db| async move { card::list(&db, site, after, HANDFUL).await }).await?;
            let Some(last) = rows.last() else { return Ok(unread) };
            after = Some(last.card());
            let mut read = Vec::new();
            for row in &rows {
                match CardNumber::read(format, row.printed()) {
                    Some(number) => read.extend(row.numbered(&number)),
                    None => unread += 1,
                }
            }
            let all: Arc<[card::ActiveModel]> = read.clone().into();
            let at_once = self.0.write(move |tx| {
                let all = all.clone();
                Box::pin(async move { card::renumber_all(tx, &all).await })
            });
            if at_once.await.is_ok() {
                continue;
            }
            for row in read {
                // two numbers may have become one: the second keeps what it said
                let row = Arc::new(row);
                let done = self.0.write(move |tx| {
                    let row = row.clone();
                    Box::pin(async move { card::renumber(tx, &row).await })
                });
                if let Err(fault) = done.await {
                    tracing::warn!(error.code = fault.code().name, site.id = %site, "card number could not be saved");
                    unread += 1;
                }
            }
        }
    }
}
