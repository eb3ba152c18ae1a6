//! Many accounts at once, for measuring.

use std::collections::HashSet;

use kernel::{AccountId, Result};

use crate::{Accounts, account::AccountRecord, login::bare_account, rows};

/// Accounts inserted in one transaction.
const AT_ONCE: usize = 500;

impl Accounts {
    /// Adds so many accounts that nobody can log in to. Their ids.
    ///
    /// # Errors
    /// `account-conflict` when a number that was drawn is that of an account there already: meant for a database without
    /// accounts.
    pub async fn add_bare(&self, count: usize) -> Result<Vec<AccountId>> {
        let now = self.clock.now();
        let (mut accounts, mut numbers) = (Vec::with_capacity(count), HashSet::with_capacity(count));
        while accounts.len() < count {
            let account = bare_account(AccountId::new(now), now);
            if numbers.insert(account.number.clone()) {
                accounts.push(account);
            }
        }
        for some in accounts.chunks(AT_ONCE) {
            let add = self.db.write_with(some.to_vec(), |tx, some: &Vec<AccountRecord>| {
                Box::pin(async move { rows::account::insert_all(tx, some).await })
            });
            add.await?;
        }
        Ok(accounts.into_iter().map(|account| account.id).collect())
    }
}
