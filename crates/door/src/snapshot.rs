use std::{collections::HashMap, ops::Deref, sync::Arc};

use kernel::{DoorId, km1::SiteKey};
use sites::{Access, Door, Site};

use crate::credentials::Credentials;

/// What the doors of a site must know, as it was at one instant; credentials as they are now.
#[derive(Clone)]
pub(crate) struct Snapshot {
    pub(crate) plan: Arc<CompiledSite>,
    pub(crate) credentials: Arc<Credentials>,
}

/// All of it but for credentials.
pub(crate) struct CompiledSite {
    pub(crate) site: Site,
    pub(crate) key: SiteKey,
    pub(crate) doors: HashMap<DoorId, Door>,
    pub(crate) access: Access,
}

impl Deref for Snapshot {
    type Target = CompiledSite;

    fn deref(&self) -> &CompiledSite {
        &self.plan
    }
}
