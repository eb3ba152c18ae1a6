use aes::{
    Aes256, Block,
    cipher::{BlockModeDecrypt, KeyIvInit},
};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    prelude::BASE64_STANDARD,
};
use kernel::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use super::refused::Refused;
use crate::Error;

/// An EncodingAESKey is 43 characters for 32 bytes: two bits are over, and WeChat makes them at random.
const WITH_BITS_OVER: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

const BLOCK: usize = 16;
/// WeChat pads as if AES had blocks of this size, so that no PKCS#7 for blocks of 16 understands it.
const PADDED: usize = 32;
/// Random bytes that WeChat puts in front, then the length of the message.
const SALT: usize = 16;
const LENGTH: usize = 4;

/// AES-256-CBC as WeChat uses it: random bytes, the length of the message, the message, the app that it is for.
pub(super) struct Seal {
    key: Zeroizing<[u8; 32]>,
    app_id: String,
}

impl Seal {
    pub(super) fn new(app_id: &str, encoding_aes_key: &SecretString) -> Result<Self, Error> {
        let key = WITH_BITS_OVER.decode(encoding_aes_key.expose_secret()).map(Zeroizing::new).ok();
        let key = key.and_then(|key| <[u8; 32]>::try_from(key.as_slice()).ok());
        let key = key.ok_or(Error::Settings("wechat.push_aes_key must be the 43 characters of the EncodingAESKey"))?;
        Ok(Self { key: Zeroizing::new(key), app_id: app_id.to_owned() })
    }

    pub(super) fn open(&self, encrypt: &str) -> Result<Vec<u8>, Refused> {
        let sealed = BASE64_STANDARD.decode(encrypt).map_err(|_| Refused::Sealed)?;
        let plain = Zeroizing::new(self.decrypt(&sealed).ok_or(Refused::Sealed)?);
        let (message, app_id) = unwrap(&plain).ok_or(Refused::Sealed)?;
        if app_id != self.app_id.as_bytes() {
            return Err(Refused::OtherApp);
        }
        Ok(message.to_owned())
    }

    fn decrypt(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (blocks, []) = sealed.as_chunks::<BLOCK>() else { return None };
        let mut blocks: Vec<Block> = blocks.iter().map(|block| (*block).into()).collect();
        let (key, iv) = self.key_and_iv();
        cbc::Decryptor::<Aes256>::new(&key.into(), &iv.into()).decrypt_blocks(&mut blocks);
        Some(blocks.concat())
    }

    fn key_and_iv(&self) -> ([u8; 32], [u8; BLOCK]) {
        let mut iv = [0; BLOCK];
        iv.copy_from_slice(&self.key[..BLOCK]);
        (*self.key, iv)
    }
}

/// The message and whom it is for.
fn unwrap(plain: &[u8]) -> Option<(&[u8], &[u8])> {
    let pad = usize::from(*plain.last()?);
    let (content, padding) = plain.split_at_checked(plain.len().checked_sub(pad)?)?;
    if !(1..=PADDED).contains(&pad) || padding.iter().any(|byte| usize::from(*byte) != pad) {
        return None;
    }
    let (length, rest) = content.get(SALT..)?.split_first_chunk::<LENGTH>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

#[cfg(feature = "simulator")]
impl Seal {
    /// What [`Seal::open`] opens.
    pub(super) fn close(&self, message: &[u8]) -> String {
        use aes::cipher::BlockModeEncrypt;
        let length = u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes();
        let mut plain = [&kernel::random::<SALT>()[..], &length, message, self.app_id.as_bytes()].concat();
        let pad = PADDED - plain.len() % PADDED;
        plain.resize(plain.len() + pad, pad as u8);
        let mut blocks: Vec<Block> = plain.as_chunks::<BLOCK>().0.iter().map(|block| (*block).into()).collect();
        let (key, iv) = self.key_and_iv();
        cbc::Encryptor::<Aes256>::new(&key.into(), &iv.into()).encrypt_blocks(&mut blocks);
        BASE64_STANDARD.encode(blocks.concat())
    }
}

#[cfg(test)]
mod tests {
    use super::unwrap;

    fn plain(message: &[u8], length: u32, pad: &[u8]) -> Vec<u8> {
        [&[7; 16][..], &length.to_be_bytes(), message, b"wx1", pad].concat()
    }

    #[test]
    fn padding_up_to_32_bytes_is_taken_off_and_nothing_else() {
        for pad in 1..=32_u8 {
            let padding = vec![pad; usize::from(pad)];
            assert_eq!(unwrap(&plain(b"hello", 5, &padding)), Some((&b"hello"[..], &b"wx1"[..])), "{pad}");
        }
        for padding in [&[0][..], &[33; 33], &[2, 3, 3], &[255; 3]] {
            assert_eq!(unwrap(&plain(b"hello", 5, padding)), None, "{padding:?}");
        }
        for length in [9, 100, u32::MAX] {
            assert_eq!(unwrap(&plain(b"hello", length, &[1])), None, "{length}");
        }
        for short in [&[][..], &[1], &[32; 32], &[4; 20]] {
            assert_eq!(unwrap(short), None, "{short:?}");
        }
    }
}
