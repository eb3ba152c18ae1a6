use kernel::{NoticeId, SiteId, Timestamp};

/// A notice in somebody's inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its id, that of the message it came by.
    pub id: NoticeId,
    /// What it is about.
    pub topic: String,
    /// Which site, where it is about one.
    pub site: Option<SiteId>,
    pub title: String,
    /// What happened and what to do.
    pub body: String,
    pub at: Timestamp,
}
