//! The decision engine: nothing else may open a door. It fails closed and always says why.

use cards::Credential;
use kernel::{BindingId, CredentialKind, Reason, Timestamp, km1};
use sites::Door;

use crate::snapshot::Snapshot;

/// What was decided of a code at a door, before single use is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decided {
    pub(crate) reason: Reason,
    /// Whose code, once it is proved to be one of ours.
    pub(crate) binding: Option<BindingId>,
    /// What single use is counted by, where the code may open.
    pub(crate) tag: Option<km1::Tag>,
    /// A well-formed code that another site may have made.
    pub(crate) stranger: Option<km1::Token>,
}

impl Decided {
    fn refused(reason: Reason) -> Self {
        Self { reason, binding: None, tag: None, stranger: None }
    }
}

/// Credential → policy: the end of every decision, in whatever way somebody asked.
pub(crate) fn decide_credential(
    site: &Snapshot,
    door: &Door,
    kind: CredentialKind,
    credential: &Credential,
    now: Timestamp,
) -> Reason {
    match credential.standing(now) {
        Reason::Ok => site.access.decide(credential.subject(), door.id, kind, now).reason,
        standing => standing,
    }
}

/// What was presented to a reader. No door takes cards and PINs: a number that never changes is anybody's who saw it once.
pub(crate) fn decide_scan(
    site: &Snapshot,
    door: &Door,
    presented: CredentialKind,
    code: &str,
    now: Timestamp,
) -> Decided {
    match presented {
        CredentialKind::Qr => decide_code(site, door, code, now),
        CredentialKind::Card | CredentialKind::Pin | CredentialKind::Phone => Decided::refused(Reason::BadCode),
    }
}

/// Form → epoch → tag → time → window and zone → credential → policy. What comes first, decides.
fn decide_code(site: &Snapshot, door: &Door, code: &str, now: Timestamp) -> Decided {
    let token = match km1::Token::read(code) {
        Ok(token) => token,
        Err(verdict) => return Decided::refused(verdict.reason()),
    };
    match token.verify(site.site.id, now.seconds(), 1 << door.zone, |day| site.key.day(day)) {
        Ok(()) => {}
        Err(km1::Verdict::BadTag) => {
            return Decided { stranger: Some(token), ..Decided::refused(Reason::BadCode) };
        }
        Err(verdict) => return Decided::refused(verdict.reason()),
    }
    // the tag proves that we gave this credential out: what is not known any more was let go
    let Some(credential) = site.credentials.get(&token.handle) else { return Decided::refused(Reason::Revoked) };
    let reason = decide_credential(site, door, CredentialKind::Qr, credential, now);
    let tag = (reason == Reason::Ok).then_some(token.tag);
    Decided { reason, binding: Some(credential.binding), tag, stranger: None }
}
