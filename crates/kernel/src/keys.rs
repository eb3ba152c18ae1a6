//! Secret keys, and how they come from one another. The root key is the only one that is kept outside of the database.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::sha256;

/// What a key is for. A value that was derived once is never derived otherwise: sealed rows and tokens depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPurpose {
    /// From the root key: access tokens, by way of [`Self::AccessTokenPeriod`].
    AccessTokens,
    /// From the key of access tokens: those of one period and generation.
    AccessTokenPeriod { generation: u32, period: i64 },
    /// From the root key: what refresh tokens are authenticated with.
    RefreshTokens,
    /// From the root key: what the data keys of sites are wrapped with.
    DataKeyWrapping,
    /// From a data key: what fields are sealed with.
    SealedFields,
    /// From a data key: what blind indexes are made with.
    BlindIndexes,
}

/// Types of 32 secret bytes that are wiped when they are dropped, and that no log shows.
macro_rules! key {
    ($($(#[$meta:meta])* $name:ident)+) => {$(
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
        pub struct $name([u8; 32]);

        impl $name {
            /// The key of these bytes.
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The bytes. Whoever asks answers for where they go.
            pub const fn expose(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )+};
}
pub(crate) use key;

key! {
    /// What all keys of the server come from.
    RootKey
    /// A key for one purpose.
    SecretKey
}

impl RootKey {
    /// The key for this purpose.
    pub fn derive(&self, purpose: KeyPurpose) -> SecretKey {
        derived(&self.0, purpose)
    }
}

impl SecretKey {
    /// The key for this purpose.
    pub fn derive(&self, purpose: KeyPurpose) -> SecretKey {
        derived(&self.0, purpose)
    }
}

fn derived(from: &[u8; 32], purpose: KeyPurpose) -> SecretKey {
    let labelled = |label: &str| sha256(&[label.as_bytes(), &[0], from].concat());
    SecretKey(match purpose {
        KeyPurpose::AccessTokens => labelled("kaimen/access-token"),
        KeyPurpose::RefreshTokens => labelled("kaimen/refresh-token"),
        KeyPurpose::AccessTokenPeriod { generation, period } => {
            hmac_sha256(from, &[format!("{generation}.{period}").as_bytes()])
        }
        KeyPurpose::DataKeyWrapping => hkdf_sha256(from, b"kaimen/vault/wrap"),
        KeyPurpose::SealedFields => hkdf_sha256(from, b"kaimen/vault/fields"),
        KeyPurpose::BlindIndexes => hkdf_sha256(from, b"kaimen/vault/index"),
    })
}

/// HKDF (RFC 5869) without salt, which is the same as with 32 zero bytes.
pub(crate) fn hkdf_sha256(key: &[u8; 32], info: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    Hkdf::<Sha256>::new(None, key).expand(info, &mut out).expect("32 bytes are not too many");
    out
}

/// HMAC-SHA-256 over the parts, one after the other.
pub(crate) fn hmac_sha256(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> RootKey {
        RootKey::from_bytes(std::array::from_fn(|n| n as u8))
    }

    fn hex(key: &SecretKey) -> String {
        key.expose().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn every_derived_key_stays_what_it_always_was() {
        let period = KeyPurpose::AccessTokenPeriod { generation: 3, period: 700 };
        for (purpose, key) in [
            (KeyPurpose::AccessTokens, "288fc71738d1b11e837cc0a62ec8210936086f35020cd79ed98482fe464bd13f"),
            (KeyPurpose::RefreshTokens, "a920d9f1b090e460ce910e020b838113be3b42db6d898ffd6c6c3db63e89e604"),
            (KeyPurpose::DataKeyWrapping, "730b7682d362673fd3ae324c5db4e344a6dd2eeff01b928f850071bb12553b36"),
            (KeyPurpose::SealedFields, "0bfd3fd16ffb6779be55bb3f0cc0ba3805524e086bd5f8afff45adc972c87a2c"),
            (KeyPurpose::BlindIndexes, "1cac22b9363ca38cd377cc085ab0add7e952112fbc952d8bb864b97f6a2cf970"),
            (period, "737337c626079dba9bcd262a4c674abebd2fddb26a5d694e34151d35bbe81728"),
        ] {
            assert_eq!(hex(&root().derive(purpose)), key, "{purpose:?}");
        }
        let tokens = root().derive(KeyPurpose::AccessTokens);
        assert_eq!(hex(&tokens.derive(period)), "b4d6b6fac0652f13dcd880b937dc7cc6dd681eaa1ea767c4d43fc0e88ad32d6a");
    }

    #[test]
    fn a_key_is_never_shown() {
        assert_eq!(format!("{:?} {:?}", root(), root().derive(KeyPurpose::SealedFields)), "RootKey(..) SecretKey(..)");
    }
}
