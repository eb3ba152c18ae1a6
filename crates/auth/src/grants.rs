//! Which roles accounts hold, in memory.

use std::sync::Arc;

use async_trait::async_trait;
use kernel::{
    AccountId, Result,
    port::{SiteTies, Ties},
};
use store::{Db, Memory, Shelf};

use crate::{
    role::{Role, RoleGrant},
    rows,
};

/// The roles of accounts. Cheap to clone.
#[derive(Clone)]
pub struct Grants {
    db: Db,
    shelf: Shelf<Vec<RoleGrant>>,
}

impl Grants {
    pub fn new(db: Db, memory: &Memory) -> Self {
        Self { db, shelf: memory.shelf("roles", |grants| grants.capacity() * size_of::<RoleGrant>()) }
    }

    pub(crate) async fn of(&self, account: AccountId) -> Result<Arc<Vec<RoleGrant>>> {
        let read = async || self.db.read(|db| async move { rows::role::of_account(&db, account).await }).await;
        self.shelf.get(account.uuid(), account, read).await
    }
}

/// The sites at which a person has a role.
#[async_trait]
impl SiteTies for Grants {
    async fn ties(&self, account: AccountId) -> Result<Ties> {
        let grants = self.of(account).await?;
        let everywhere = grants.iter().any(|grant| grant.role == Role::PlatformAdmin);
        Ok(Ties { sites: grants.iter().filter_map(|grant| grant.site).collect(), everywhere })
    }
}
