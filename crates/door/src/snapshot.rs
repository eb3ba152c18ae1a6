use std::collections::HashMap;

use cards::Credential;
use kernel::{
    DoorId,
    km1::{Handle, SiteKey},
};
use sites::{Access, Door, Site};

/// What the doors of a site must know, as it was at one instant.
pub(crate) struct Snapshot {
    pub(crate) site: Site,
    pub(crate) key: SiteKey,
    pub(crate) doors: HashMap<DoorId, Door>,
    pub(crate) access: Access,
    pub(crate) credentials: HashMap<Handle, Credential>,
}
