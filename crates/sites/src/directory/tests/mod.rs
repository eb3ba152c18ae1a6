mod examples;
mod naive;
mod properties;
mod tampered;

use kernel::macros::uuid::Uuid;

use super::*;

fn id(n: u128) -> SiteId {
    SiteId::from_uuid(Uuid::from_u128(n))
}

fn query<'a>() -> SiteQuery<'a> {
    SiteQuery { text: None, near: None, mine: &[], recent: &[], after: None, limit: usize::MAX }
}

/// The place as a client gives it back.
fn returned(place: &Place) -> Place {
    serde_json::from_str(&serde_json::to_string(place).unwrap()).unwrap()
}

/// All pages, one after the other.
fn pages(directory: &Directory, query: &SiteQuery<'_>) -> Vec<Hit> {
    let mut all: Vec<Hit> = Vec::new();
    loop {
        let after = all.last().map(|hit| returned(&hit.place));
        let page = directory.list(&SiteQuery { after: after.as_ref().or(query.after), ..*query });
        assert!(page.len() <= query.limit);
        if page.is_empty() {
            return all;
        }
        all.extend(page);
        assert!(all.len() <= 2 * directory.entries.len(), "goes round in circles");
    }
}
