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
    // the tag proves that we issued this credential: one that is not known any more was unbound
    let Some(credential) = site.credentials.get(&token.handle) else { return Decided::refused(Reason::Revoked) };
    let reason = decide_credential(site, door, CredentialKind::Qr, &credential, now);
    let tag = (reason == Reason::Ok).then_some(token.tag);
    Decided { reason, binding: Some(credential.binding), tag, stranger: None }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cards::BindingState;
    use kernel::{
        CardId, DoorId, PolicyId, SiteId,
        km1::{Day, Grant, Handle, RootKey, SiteKey, mint_at},
        port::{CardKind, CardState},
    };
    use sites::{AccessDocument, DoorMode, Driver, Methods, Override, Rule, RuleSubject, Schedule, Site, Validity};

    use super::*;
    use crate::snapshot::CompiledSite;

    /// In the middle of a day, UTC.
    const NOW: i64 = 1_795_000_000;
    const HANDLE: Handle = [7; 8];
    const HELD: Override = Override { until: None };

    fn later(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(NOW + seconds)
    }

    /// A code shown at a door, and all that counts.
    struct Scene {
        site: Site,
        door: Door,
        access: AccessDocument,
        /// None: it was unbound so long ago that it is not kept any more.
        credential: Option<Credential>,
        /// When the code's step began, seconds since 1970.
        made_at: i64,
        grant: Option<Grant>,
        /// Whose keys made the code.
        made_by: SiteKey,
        /// What is shown in the place of that code.
        instead: Option<&'static str>,
    }

    impl Scene {
        /// Everything is as it must be for the door to open.
        fn good() -> Self {
            let now = later(0);
            let site = Site::named(SiteId::new(now), "测试Z停车场");
            let door = Door {
                id: DoorId::new(now),
                name: "大门".to_owned(),
                zone: 3,
                driver: Driver::Sim,
                pulse_ms: 3000,
                methods: Methods::all(),
                address: None,
                position: None,
                beacon: None,
            };
            let credential = Credential {
                binding: BindingId::new(now),
                handle: HANDLE,
                card: CardId::new(now),
                kind: CardKind::Access,
                groups: [].into(),
                state: BindingState::Bound,
                card_state: CardState::Active,
                valid_until: None,
            };
            Self {
                made_by: RootKey::from_bytes([1; 32]).site(site.id, site.key_version),
                access: AccessDocument::open(PolicyId::new(now)),
                credential: Some(credential),
                made_at: NOW,
                grant: None,
                instead: None,
                site,
                door,
            }
        }

        fn credential(&mut self) -> &mut Credential {
            self.credential.as_mut().unwrap()
        }

        fn grant(&mut self) -> &mut Grant {
            let from = u32::try_from(NOW).unwrap();
            self.grant.get_or_insert(Grant { not_before: from, minutes: 1, zones: 1 << self.door.zone })
        }

        fn rule(&mut self) -> &mut Rule {
            &mut self.access.rules[0]
        }

        fn mode(&mut self, mode: DoorMode) {
            self.access.modes.insert(self.door.id, mode);
        }

        fn code(&self) -> String {
            let day = self.made_by.day(Day::of(self.made_at));
            let key = match &self.grant {
                None => day.member(&HANDLE),
                Some(grant) => day.visitor(&HANDLE, grant),
            };
            let step = u32::try_from(self.made_at).unwrap();
            let code = mint_at(&key, self.site.id, &HANDLE, step, 0, self.grant.as_ref());
            self.instead.map_or(code, str::to_owned)
        }

        fn snapshot(&self) -> Snapshot {
            let plan = CompiledSite {
                key: RootKey::from_bytes([1; 32]).site(self.site.id, self.site.key_version),
                access: self.access.ready(self.site.time_zone(), std::slice::from_ref(&self.door)),
                doors: [(self.door.id, self.door.clone())].into(),
                site: self.site.clone(),
            };
            Snapshot { plan: plan.into(), credentials: Arc::new(self.credential.iter().cloned().collect()) }
        }

        fn scan(&self, presented: CredentialKind) -> Decided {
            decide_scan(&self.snapshot(), &self.door, presented, &self.code(), later(0))
        }

        fn phone(&self) -> Reason {
            let credential = self.credential.as_ref().unwrap();
            decide_credential(&self.snapshot(), &self.door, CredentialKind::Phone, credential, later(0))
        }
    }

    /// What stands in the way, and what is said then.
    type Obstacle = (&'static str, fn(&mut Scene), Reason);

    /// Of the code alone, in the order in which they are looked at.
    const OF_THE_CODE: [&[Obstacle]; 6] = [
        &[
            ("form: nothing", |scene| scene.instead = Some(""), Reason::BadCode),
            ("form: too short", |scene| scene.instead = Some("123456"), Reason::BadCode),
            ("form: no digits", |scene| scene.instead = Some("https://example.com"), Reason::BadCode),
        ],
        &[
            ("epoch: three days ago", |scene| scene.made_at = NOW - 3 * 86_400, Reason::StaleCode),
            ("epoch: in three days", |scene| scene.made_at = NOW + 3 * 86_400, Reason::StaleCode),
        ],
        &[
            ("tag: another key", |scene| scene.made_by = SiteKey::from_bytes([9; 32]), Reason::BadCode),
            ("tag: an older key of the site", |scene| scene.site.key_version = 2, Reason::BadCode),
        ],
        &[
            ("time: too late", |scene| scene.made_at = NOW - km1::LATE, Reason::StaleCode),
            ("time: too early", |scene| scene.made_at = NOW + km1::EARLY + 1, Reason::ClockSkew),
        ],
        &[
            ("window: not yet", |scene| scene.grant().not_before += 1, Reason::NotYetValid),
            ("window: over", |scene| scene.grant().not_before -= 60, Reason::Expired),
        ],
        &[("zone: another", |scene| scene.grant().zones = 1 << 4, Reason::DoorNotAllowed)],
    ];

    /// Of the credential and the site.
    const OF_THE_CREDENTIAL: [&[Obstacle]; 4] = [
        &[
            ("unbound", |scene| scene.credential().state = BindingState::Unbound, Reason::Revoked),
            ("taken over", |scene| scene.credential().state = BindingState::Superseded, Reason::Revoked),
            ("taken back", |scene| scene.credential().card_state = CardState::Returned, Reason::Revoked),
            ("held back", |scene| scene.credential().state = BindingState::Suspended, Reason::BindingSuspended),
            ("lost", |scene| scene.credential().card_state = CardState::Lost, Reason::CardLost),
            ("frozen", |scene| scene.credential().card_state = CardState::Frozen, Reason::CardFrozen),
            ("card expired", |scene| scene.credential().valid_until = Some(later(-1)), Reason::CardExpired),
        ],
        &[("the site is closed", |scene| scene.access.lockdown = Some(HELD), Reason::Lockdown)],
        &[
            ("the door is kept locked", |scene| scene.mode(DoorMode::KeepLocked(HELD)), Reason::OutsideSchedule),
            ("the door is closed", |scene| scene.mode(DoorMode::Lockdown(HELD)), Reason::Lockdown),
        ],
        &[
            ("the hour", |scene| scene.rule().schedule = Schedule::new([]), Reason::OutsideSchedule),
            (
                "a rule to come",
                |scene| scene.rule().validity = Validity::new(Some(later(1)), None).unwrap(),
                Reason::NotYetValid,
            ),
            (
                "a rule of the past",
                |scene| scene.rule().validity = Validity::new(None, Some(later(0))).unwrap(),
                Reason::Expired,
            ),
            (
                "another kind of card",
                |scene| scene.rule().subject = RuleSubject::Kind(CardKind::Member),
                Reason::DoorNotAllowed,
            ),
            ("no way", |scene| scene.rule().methods = Methods::NONE, Reason::DoorNotAllowed),
            ("no way at the door", |scene| scene.door.methods = Methods::NONE, Reason::DoorNotAllowed),
        ],
    ];

    /// Each obstacle together with one of every kind that is looked at later.
    fn each(order: &[&[Obstacle]], told: impl Fn(&Scene, &str, Reason)) {
        for (n, obstacles) in order.iter().enumerate() {
            for (what, stand, reason) in *obstacles {
                let mut scene = Scene::good();
                stand(&mut scene);
                told(&scene, what, *reason);
                for later in &order[n + 1..] {
                    later[0].1(&mut scene);
                }
                stand(&mut scene);
                told(&scene, &format!("{what}, and whatever is looked at later"), *reason);
            }
        }
    }

    #[test]
    fn a_code_is_refused_by_what_is_looked_at_first() {
        let good = Scene::good();
        let opens = good.scan(CredentialKind::Qr);
        let binding = good.credential.as_ref().map(|credential| credential.binding);
        assert_eq!((opens.reason, opens.binding, opens.stranger.is_none()), (Reason::Ok, binding, true));
        assert!(opens.tag.is_some(), "what opens is used up");

        let unknown: &[Obstacle] = &[("unbound long ago", |scene| scene.credential = None, Reason::Revoked)];
        let of_the_code: Vec<_> = OF_THE_CODE.into_iter().chain([unknown]).collect();
        each(&of_the_code, |scene, what, reason| {
            let decided = scene.scan(CredentialKind::Qr);
            assert_eq!((decided.reason, decided.binding, decided.tag), (reason, None, None), "{what}");
            assert_eq!(decided.stranger.is_some(), what.starts_with("tag"), "{what}");
        });
        let all: Vec<_> = OF_THE_CODE.into_iter().chain(OF_THE_CREDENTIAL).collect();
        each(&all, |scene, what, reason| assert_eq!(scene.scan(CredentialKind::Qr).reason, reason, "{what}"));
        each(&OF_THE_CREDENTIAL, |scene, what, _| {
            let decided = scene.scan(CredentialKind::Qr);
            assert!(decided.binding.is_some() && decided.tag.is_none(), "{what}: it is on record whose code it was");
        });
    }

    #[test]
    fn a_phone_is_decided_as_its_codes_are() {
        assert_eq!(Scene::good().phone(), Reason::Ok);
        each(&OF_THE_CREDENTIAL, |scene, what, reason| assert_eq!(scene.phone(), reason, "{what}"));
    }

    #[test]
    fn a_way_opens_only_where_rule_and_door_take_it() {
        for (ways, code, phone) in [
            (Methods::only(CredentialKind::Qr), Reason::Ok, Reason::DoorNotAllowed),
            (Methods::only(CredentialKind::Phone), Reason::DoorNotAllowed, Reason::Ok),
        ] {
            for of_the_door in [false, true] {
                let mut scene = Scene::good();
                if of_the_door {
                    scene.door.methods = ways;
                } else {
                    scene.rule().methods = ways;
                }
                assert_eq!((scene.scan(CredentialKind::Qr).reason, scene.phone()), (code, phone), "{ways:?}");
            }
        }
    }

    #[test]
    fn a_door_that_stands_open_takes_every_good_code_and_no_other() {
        let mut scene = Scene::good();
        scene.mode(DoorMode::KeepUnlocked(HELD));
        scene.access.rules.clear();
        assert_eq!((scene.scan(CredentialKind::Qr).reason, scene.phone()), (Reason::Ok, Reason::Ok));
        scene.credential().card_state = CardState::Lost;
        assert_eq!((scene.scan(CredentialKind::Qr).reason, scene.phone()), (Reason::CardLost, Reason::CardLost));
    }

    #[test]
    fn cards_and_numbers_open_nothing_even_where_what_they_say_is_a_good_code() {
        let mut scene = Scene::good();
        scene.mode(DoorMode::KeepUnlocked(HELD));
        for presented in [CredentialKind::Card, CredentialKind::Pin, CredentialKind::Phone] {
            assert_eq!(scene.scan(presented), Decided::refused(Reason::BadCode), "{presented:?}");
        }
    }
}
