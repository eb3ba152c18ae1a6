use std::{sync::Arc, time::Duration};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use kernel::{
    AccountId, Clock, Code, Kind, Result, SessionId,
    port::{SignedIn, TokenCheck},
};
use serde::{Deserialize, Serialize};

/// How long an access token lives.
pub(crate) const ACCESS: Duration = Duration::from_secs(600);

const REFUSED: Code = Code::new(Kind::Unauthenticated, "token-refused", "登录已失效，请重新登录");
const EXPIRED: Code = Code::new(Kind::Unauthenticated, "token-expired", "登录已过期，请重新登录");
const ISSUER: &str = "kaimen";
const AUDIENCE: &str = "kaimen/v1";
const TYPE: &str = "at+jwt"; // RFC 9068
const KEY_ID: &str = "1";

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: AccountId,
    sid: SessionId,
    iat: i64,
    exp: i64,
}

/// Makes and checks access tokens: JWT, HS256, with type, key id, issuer and audience pinned. A check costs no I/O.
pub struct AccessTokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    header: Header,
    clock: Arc<dyn Clock>,
}

impl AccessTokens {
    /// Tokens under this secret.
    pub fn new(secret: &[u8; 32], clock: Arc<dyn Clock>) -> Self {
        let _ = crate::hs256::PROVIDER.install_default(); // Err only where it is installed already
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.validate_exp = false; // checked below, against our own clock
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(KEY_ID.to_owned());
        let (encoding, decoding) = (EncodingKey::from_secret(secret), DecodingKey::from_secret(secret));
        Self { encoding, decoding, validation, header, clock }
    }

    /// A token for this sign-in.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn issue(&self, account: AccountId, session: SessionId) -> Result<String> {
        let iat = self.clock.now().seconds();
        let exp = iat + ACCESS.as_secs() as i64;
        let claims = Claims { iss: ISSUER.into(), aud: AUDIENCE.into(), sub: account, sid: session, iat, exp };
        Ok(jsonwebtoken::encode(&self.header, &claims, &self.encoding)?)
    }
}

impl TokenCheck for AccessTokens {
    fn check(&self, token: &str) -> Result<SignedIn> {
        let data = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation).map_err(|_| REFUSED)?;
        if data.header.typ.as_deref() != Some(TYPE) || data.header.kid.as_deref() != Some(KEY_ID) {
            return Err(REFUSED.into());
        }
        if data.claims.exp <= self.clock.now().seconds() {
            return Err(EXPIRED.into());
        }
        Ok(SignedIn { account: data.claims.sub, session: data.claims.sid })
    }
}

#[cfg(test)]
mod tests {
    use kernel::{ManualClock, Timestamp};

    use super::*;

    fn tokens(secret: u8) -> (AccessTokens, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_000_000)));
        (AccessTokens::new(&[secret; 32], clock.clone()), clock)
    }

    #[test]
    fn a_token_speaks_for_its_sign_in_until_it_expires() {
        let (tokens, clock) = tokens(1);
        let (account, session) = (AccountId::new(clock.now()), SessionId::new(clock.now()));
        let token = tokens.issue(account, session).unwrap();
        assert_eq!(tokens.check(&token).unwrap(), SignedIn { account, session });
        clock.advance(ACCESS);
        assert_eq!(tokens.check(&token).unwrap_err().code(), EXPIRED);
    }

    #[test]
    fn no_other_token_is_believed() {
        let (ours, clock) = tokens(1);
        let (theirs, _) = tokens(2);
        let token = ours.issue(AccountId::new(clock.now()), SessionId::new(clock.now())).unwrap();
        let (head, rest) = token.split_once('.').unwrap();
        let (body, mac) = rest.split_once('.').unwrap();
        let with_header = |json: &str| format!("{}.{body}.{mac}", kernel::Bytes::encode(json.as_bytes()));
        let foreign = theirs.issue(AccountId::new(clock.now()), SessionId::new(clock.now())).unwrap();
        let bent = format!("{head}.{body}.{}", mac.chars().rev().collect::<String>());
        for bad in [
            String::new(),
            "a.b.c".into(),
            foreign,
            bent,
            format!("{head}.{body}."),
            with_header(r#"{"alg":"none","typ":"at+jwt","kid":"1"}"#),
            with_header(r#"{"alg":"HS512","typ":"at+jwt","kid":"1"}"#),
            with_header(r#"{"alg":"HS256","typ":"at+jwt","kid":"2"}"#),
        ] {
            assert_eq!(ours.check(&bad).unwrap_err().code(), REFUSED, "{bad}");
        }
    }
}
