//! Cards that are bound to made-up accounts, for measuring.

use cards::{CardDetails, CardNumber};
use kernel::{AccountId, Phone, Result};
use sites::Site;

use super::parts::{AT_ONCE, KINDS};
use crate::App;

/// The first of their phones: no number begins with 154.
const FIRST_PHONE: usize = 15_400_000_000;
/// Further than those of cards that can be bound.
const FIRST_NUMBER: usize = 2_000_000_001;

/// Adds so many to a site, each of an account of its own.
pub(super) async fn fill(app: &App, site: &Site, count: usize) -> Result<()> {
    let accounts = app.accounts.add_bare(count).await?;
    let numbered: Vec<_> = accounts.into_iter().enumerate().collect();
    for some in numbered.chunks(AT_ONCE) {
        let cards = some.iter().map(|(n, account)| card(site, *n, *account)).collect::<Result<Vec<_>>>()?;
        app.register.add_bound(site.id, &cards).await?;
    }
    Ok(())
}

fn card(site: &Site, n: usize, account: AccountId) -> Result<(CardDetails, AccountId)> {
    let number = (FIRST_NUMBER + n).to_string();
    let number = CardNumber::read(site.card_format, &number).ok_or(kernel::INTERNAL)?;
    let phone = Phone::parse(&(FIRST_PHONE + n).to_string()).ok_or(kernel::INTERNAL)?;
    Ok((CardDetails::plain(KINDS[n % KINDS.len()], number, format!("住户{}", n + 1), Some(phone)), account))
}
