use crate::{AccessDocument, Door, Site};

/// All of a site that its doors must know.
#[derive(Clone, Debug)]
pub struct SiteConfig {
    pub site: Site,
    pub doors: Vec<Door>,
    /// Who may pass which.
    pub access: AccessDocument,
}
