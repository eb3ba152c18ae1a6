//! The names that readers and phones give to their requests. A name is bound to the question it was first used for:
//! the same question again is a repeat and gets the same answer, another question under that name is refused.

use kernel::{
    AccountId, BindingId, Code, DeviceId, DoorId, Kind, SiteId,
    macros::uuid::{Builder, Uuid},
    sha256,
};

use crate::scan::Scan;

/// The scan's name stands for another question.
pub(crate) const SCAN_ID_REUSED: Code =
    Code::new(Kind::Conflict, "scan-id-reused", "同一个 scanId 不能用于另一次读码，请为每次读码使用新的 scanId");
/// The event's key stands for another scan.
pub(crate) const EVENT_KEY_REUSED: Code = Code::new(
    Kind::Conflict,
    "event-key-reused",
    "同一组 bootId、seq、readAt 不能用于另一次读码，请为每次读码使用新的 seq",
);

/// What a request asks, as a SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Question(pub(crate) [u8; 32]);

/// A name and the question it is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RequestName {
    /// Where the name is unique: at one site, or everywhere where it is nil.
    pub(crate) scope: Uuid,
    pub(crate) id: Uuid,
    pub(crate) question: Question,
    /// How another question under this name is refused.
    pub(crate) reused: Code,
}

impl Question {
    /// Whether a stored question is this one. What has no length of a hash is none.
    pub(crate) fn is(&self, stored: &[u8]) -> bool {
        self.0 == stored
    }

    /// Fields of fixed length come first, so that no two questions have the same bytes. The scan's id, which is stored
    /// nowhere, keeps what was read from being guessed by its hash.
    pub(crate) fn of_scan(scan: &Scan, door: DoorId) -> Self {
        let (id, door) = (scan.id.uuid(), door.uuid());
        let parts: [&[u8]; 5] = [b"scan/", id.as_bytes(), door.as_bytes(), &[scan.kind as u8], scan.code.as_bytes()];
        Self(sha256(&parts.concat()))
    }

    /// Where somebody is and until when they wait is no part of it: a repeat says that anew.
    pub(crate) fn of_unlock(site: SiteId, binding: Option<BindingId>, door: Option<DoorId>) -> Self {
        let optional = |id: Option<Uuid>| {
            let mut bytes = [0; 17];
            if let Some(id) = id {
                bytes[0] = 1;
                bytes[1..].copy_from_slice(id.as_bytes());
            }
            bytes
        };
        let (binding, door) = (optional(binding.map(BindingId::uuid)), optional(door.map(DoorId::uuid)));
        Self(sha256(&[b"unlock/".as_slice(), site.uuid().as_bytes(), &binding, &door].concat()))
    }
}

impl RequestName {
    /// Two devices that chose the same id have two names.
    pub(crate) fn of_scan(site: SiteId, device: DeviceId, scan: &Scan, door: DoorId) -> Self {
        let digest = sha256(&[device.uuid().as_bytes().as_slice(), scan.id.uuid().as_bytes()].concat());
        Self {
            scope: site.uuid(),
            id: Uuid::from_bytes(std::array::from_fn(|n| digest[n])),
            question: Question::of_scan(scan, door),
            reused: SCAN_ID_REUSED,
        }
    }

    /// The same key of one person is one name at all sites.
    pub(crate) fn of_unlock(account: AccountId, key: &str, question: Question) -> Self {
        let digest = sha256(&[b"unlock/".as_slice(), account.uuid().as_bytes(), key.as_bytes()].concat());
        Self {
            scope: Uuid::nil(),
            id: Builder::from_custom_bytes(std::array::from_fn(|n| digest[n])).into_uuid(),
            question,
            reused: store::KEY_REUSED,
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::{BootId, CredentialKind, ScanId, Timestamp};

    use super::*;

    fn id(n: u8) -> Uuid {
        Uuid::from_bytes([n; 16])
    }

    fn scan(id_of: u8, code: &str, kind: CredentialKind) -> Scan {
        Scan {
            id: ScanId::from_uuid(id(id_of)),
            boot: BootId::from_uuid(id(1)),
            seq: 1,
            door: 1,
            code: code.into(),
            kind,
            read_at: Timestamp::from_millis(1),
        }
    }

    #[test]
    fn questions_that_differ_in_anything_asked_are_different() {
        let mut all = vec![
            Question::of_scan(&scan(1, "1", CredentialKind::Qr), DoorId::from_uuid(id(1))),
            Question::of_scan(&scan(2, "1", CredentialKind::Qr), DoorId::from_uuid(id(1))),
            Question::of_scan(&scan(1, "1", CredentialKind::Qr), DoorId::from_uuid(id(2))),
            Question::of_scan(&scan(1, "1", CredentialKind::Card), DoorId::from_uuid(id(1))),
            Question::of_scan(&scan(1, "1", CredentialKind::Pin), DoorId::from_uuid(id(1))),
            Question::of_scan(&scan(1, "", CredentialKind::Qr), DoorId::from_uuid(id(1))),
            Question::of_scan(&scan(1, "1 ", CredentialKind::Qr), DoorId::from_uuid(id(1))),
        ];
        let ids = [None, Some(id(0)), Some(id(1)), Some(id(2))];
        for site in [1, 2] {
            for binding in ids {
                for door in ids {
                    let (binding, door) = (binding.map(BindingId::from_uuid), door.map(DoorId::from_uuid));
                    all.push(Question::of_unlock(SiteId::from_uuid(id(site)), binding, door));
                }
            }
        }
        for (n, one) in all.iter().enumerate() {
            assert!(one.is(&one.0));
            assert!(all[n + 1..].iter().all(|other| !one.is(&other.0)), "{n}");
        }
    }

    #[test]
    fn where_a_scan_stands_in_the_count_is_no_part_of_its_question() {
        let (first, door) = (scan(1, "1", CredentialKind::Qr), DoorId::from_uuid(id(1)));
        let later =
            Scan { seq: 2, boot: BootId::from_uuid(id(9)), read_at: Timestamp::from_millis(9), ..first.clone() };
        assert_eq!(Question::of_scan(&first, door), Question::of_scan(&later, door));
    }

    #[test]
    fn stored_bytes_of_another_length_are_no_question() {
        let question = Question::of_scan(&scan(1, "1", CredentialKind::Qr), DoorId::from_uuid(id(1)));
        for stored in [&[][..], &question.0[..31], &[0; 32], &[question.0.as_slice(), &[0]].concat()] {
            assert!(!question.is(stored));
        }
    }

    #[test]
    fn a_name_is_one_devices_or_one_persons() {
        let (site, door) = (SiteId::from_uuid(id(1)), DoorId::from_uuid(id(1)));
        let name = |device, one| {
            RequestName::of_scan(site, DeviceId::from_uuid(id(device)), &scan(one, "1", CredentialKind::Qr), door).id
        };
        assert_eq!(name(1, 1), name(1, 1));
        assert_ne!(name(1, 1), name(2, 1));
        assert_ne!(name(1, 1), name(1, 2));
        let question = Question::of_unlock(site, None, None);
        let shake = |account, key| RequestName::of_unlock(AccountId::from_uuid(id(account)), key, question).id;
        assert_eq!(shake(1, "a"), shake(1, "a"));
        assert_ne!(shake(1, "a"), shake(2, "a"));
        assert_ne!(shake(1, "a"), shake(1, "b"));
    }
}
