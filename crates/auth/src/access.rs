use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use arc_swap::ArcSwap;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use kernel::{
    AccountId, Clock, Code, KeyPurpose, Kind, Result, SecretKey, SessionId, Timestamp,
    port::{SignedIn, TokenCheck},
};
use serde::{Deserialize, Serialize};

/// How long an access token lives.
pub(crate) const ACCESS: Duration = Duration::from_secs(600);
/// How long a key signs.
const PERIOD: i64 = 30 * 86_400;

const REFUSED: Code = Code::new(Kind::Unauthenticated, "token-refused", "登录凭证无效，请重新登录");
const EXPIRED: Code = Code::new(Kind::Unauthenticated, "token-expired", "登录已过期，请重新登录");
const FOREIGN: Code = Code::new(Kind::Unauthenticated, "token-foreign", "这不是本系统的登录凭证，请重新登录");
const KEY_RETIRED: Code = Code::new(Kind::Unauthenticated, "token-key-retired", "登录凭证已停用，请重新登录");
const ISSUER: &str = "kaimen";
const AUDIENCE: &str = "kaimen/v1";
const TYPE: &str = "at+jwt"; // RFC 9068

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: AccountId,
    sid: SessionId,
    iat: i64,
    exp: i64,
}

/// One key and its name.
struct Key {
    id: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

/// The keys around one period: the one before still checks what it signed, the one after is known to servers whose clock
/// is ahead.
struct Ring {
    period: i64,
    keys: [Key; 3],
}

/// Makes and checks access tokens: JWT, HS256, with type, key id, issuer and audience pinned. A check costs no I/O. Keys
/// change by themselves every 30 days; a raised generation retires all earlier keys at once.
pub struct AccessTokens {
    secret: SecretKey,
    generation: u32,
    ring: ArcSwap<Ring>,
    validation: Validation,
    clock: Arc<dyn Clock>,
}

impl Ring {
    fn of(secret: &SecretKey, generation: u32, now: Timestamp) -> Self {
        let period = now.seconds().div_euclid(PERIOD);
        let keys = [period - 1, period, period + 1].map(|period| {
            let id = format!("{generation}.{period}");
            let key = secret.derive(KeyPurpose::AccessTokenPeriod { generation, period });
            let (encoding, decoding) = (EncodingKey::from_secret(key.expose()), DecodingKey::from_secret(key.expose()));
            Key { id, encoding, decoding }
        });
        Self { period, keys }
    }

    fn current(&self) -> &Key {
        &self.keys[1]
    }
}

impl AccessTokens {
    /// Tokens under keys from this secret, of this generation.
    pub fn new(secret: &SecretKey, generation: u32, clock: Arc<dyn Clock>) -> Self {
        static INSTALLED: OnceLock<()> = OnceLock::new();
        INSTALLED.get_or_init(|| _ = crate::hs256::PROVIDER.install_default()); // Err only where it is installed already
        let mut validation = Validation::new(Algorithm::HS256);
        // issuer, audience and times are judged below, so that each failure has its own name
        validation.validate_exp = false;
        validation.validate_aud = false;
        let ring = ArcSwap::from_pointee(Ring::of(secret, generation, clock.now()));
        Self { secret: secret.clone(), generation, ring, validation, clock }
    }

    /// The keys of the present; made anew when a period has passed.
    fn ring(&self, now: Timestamp) -> arc_swap::Guard<Arc<Ring>> {
        let ring = self.ring.load();
        if ring.period == now.seconds().div_euclid(PERIOD) {
            return ring;
        }
        self.ring.store(Arc::new(Ring::of(&self.secret, self.generation, now)));
        self.ring.load()
    }

    /// A token for this sign-in.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn issue(&self, account: AccountId, session: SessionId) -> Result<String> {
        let now = self.clock.now();
        let (iat, ring) = (now.seconds(), self.ring(now));
        let key = ring.current();
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(key.id.clone());
        let exp = iat + ACCESS.as_secs() as i64;
        let claims = Claims { iss: ISSUER.into(), aud: AUDIENCE.into(), sub: account, sid: session, iat, exp };
        Ok(jsonwebtoken::encode(&header, &claims, &key.encoding)?)
    }
}

impl TokenCheck for AccessTokens {
    fn check(&self, token: &str) -> Result<SignedIn> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| REFUSED)?;
        if header.alg != Algorithm::HS256 || header.typ.as_deref() != Some(TYPE) {
            return Err(REFUSED.into());
        }
        let now = self.clock.now();
        let ring = self.ring(now);
        let key = ring.keys.iter().find(|key| header.kid.as_deref() == Some(&key.id)).ok_or(KEY_RETIRED)?;
        let data = jsonwebtoken::decode::<Claims>(token, &key.decoding, &self.validation).map_err(|_| REFUSED)?;
        let Claims { iss, aud, sub, sid, exp, .. } = data.claims;
        if iss != ISSUER || aud != AUDIENCE {
            return Err(FOREIGN.into());
        }
        if exp <= now.seconds() {
            return Err(EXPIRED.into());
        }
        Ok(SignedIn { account: sub, session: sid })
    }
}

#[cfg(test)]
mod tests {
    use kernel::{ManualClock, Timestamp};

    use super::*;

    fn tokens(secret: u8, generation: u32) -> (AccessTokens, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_000_000)));
        (AccessTokens::new(&SecretKey::from_bytes([secret; 32]), generation, clock.clone()), clock)
    }

    fn someone(clock: &ManualClock) -> (AccountId, SessionId) {
        (AccountId::new(clock.now()), SessionId::new(clock.now()))
    }

    #[test]
    fn a_token_speaks_for_its_sign_in_until_it_expires() {
        let (tokens, clock) = tokens(1, 1);
        let (account, session) = someone(&clock);
        let token = tokens.issue(account, session).unwrap();
        assert_eq!(tokens.check(&token).unwrap(), SignedIn { account, session });
        clock.advance(ACCESS);
        assert_eq!(tokens.check(&token).unwrap_err().code(), EXPIRED);
    }

    #[test]
    fn tokens_are_signed_as_they_always_were() {
        let (tokens, _) = tokens(1, 1);
        let id = |n| kernel::macros::uuid::Uuid::from_u128(n);
        let token = tokens.issue(AccountId::from_uuid(id(1)), SessionId::from_uuid(id(2))).unwrap();
        assert_eq!(token.rsplit_once('.').unwrap().1, "mjBa56SX4xko1GuqLbL1e2bTnfisIO236dhuuQVLHT0");
    }

    #[test]
    fn keys_change_with_time_and_nobody_is_logged_out_by_it() {
        let (tokens, clock) = tokens(1, 1);
        let (account, session) = someone(&clock);
        let period = clock.now().seconds().div_euclid(PERIOD);
        clock.set(Timestamp::from_seconds((period + 1) * PERIOD - 5));
        let before = tokens.issue(account, session).unwrap();
        clock.advance(Duration::from_secs(10));
        assert!(tokens.check(&before).is_ok());
        let after = tokens.issue(account, session).unwrap();
        assert_ne!(before.split_once('.').unwrap().0, after.split_once('.').unwrap().0, "another key id");
        // a server whose clock is behind believes it too
        clock.set(Timestamp::from_seconds((period + 1) * PERIOD - 5));
        assert!(tokens.check(&after).is_ok());
        clock.set(Timestamp::from_seconds((period + 4) * PERIOD));
        assert_eq!(tokens.check(&after).unwrap_err().code(), KEY_RETIRED);
    }

    #[test]
    fn a_raised_generation_retires_every_earlier_token() {
        let ((old, clock), (new, _)) = (tokens(1, 1), tokens(1, 2));
        let (account, session) = someone(&clock);
        let token = old.issue(account, session).unwrap();
        assert_eq!(new.check(&token).unwrap_err().code(), KEY_RETIRED);
    }

    #[test]
    fn no_other_token_is_believed() {
        let ((ours, clock), (theirs, _)) = (tokens(1, 1), tokens(2, 1));
        let (account, session) = someone(&clock);
        let token = ours.issue(account, session).unwrap();
        let (head, rest) = token.split_once('.').unwrap();
        let (body, mac) = rest.split_once('.').unwrap();
        let kid = format!("1.{}", clock.now().seconds().div_euclid(PERIOD));
        let with_header = |alg: &str, kid: &str| {
            let json = format!(r#"{{"alg":"{alg}","typ":"at+jwt","kid":"{kid}"}}"#);
            format!("{}.{body}.{mac}", kernel::Bytes::encode(json.as_bytes()))
        };
        let foreign = theirs.issue(account, session).unwrap();
        let bent = format!("{head}.{body}.{}", mac.chars().rev().collect::<String>());
        for (bad, code) in [
            (String::new(), REFUSED),
            ("a.b.c".into(), REFUSED),
            (foreign, REFUSED),
            (bent, REFUSED),
            (format!("{head}.{body}."), REFUSED),
            (with_header("none", &kid), REFUSED),
            (with_header("HS512", &kid), REFUSED),
            (with_header("HS256", "1.1"), KEY_RETIRED),
            (with_header("HS256", "2.1"), KEY_RETIRED),
        ] {
            assert_eq!(ours.check(&bad).unwrap_err().code(), code, "{bad}");
        }
    }

    #[test]
    fn another_issuers_token_is_not_ours_even_under_our_key() {
        let (ours, clock) = tokens(1, 1);
        let (sub, sid) = someone(&clock);
        let ring = ours.ring(clock.now());
        let mut header = Header::new(Algorithm::HS256);
        (header.typ, header.kid) = (Some(TYPE.into()), Some(ring.current().id.clone()));
        for (iss, aud) in [("somebody", AUDIENCE), (ISSUER, "another/v1")] {
            let iat = clock.now().seconds();
            let claims = Claims { iss: iss.into(), aud: aud.into(), sub, sid, iat, exp: iat + 60 };
            let token = jsonwebtoken::encode(&header, &claims, &ring.current().encoding).unwrap();
            assert_eq!(ours.check(&token).unwrap_err().code(), FOREIGN);
        }
    }
}
