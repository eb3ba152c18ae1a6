//! What the texts of several inputs must be like.

use secrecy::{ExposeSecret, SecretString};

pub(super) fn token_length(secret: &SecretString, _: &()) -> garde::Result {
    if (1..=256).contains(&secret.expose_secret().len()) {
        Ok(())
    } else {
        Err(garde::Error::new("应为 1 到 256 个字符"))
    }
}

pub(super) fn maybe_token_length(secret: &Option<SecretString>, context: &()) -> garde::Result {
    secret.as_ref().map_or(Ok(()), |secret| token_length(secret, context))
}

/// Whatever is longer was never set as a password, and is not worth hashing.
pub(super) fn password_length(secret: &SecretString, _: &()) -> garde::Result {
    let length = secret.expose_secret().chars().count();
    if (1..=64).contains(&length) { Ok(()) } else { Err(garde::Error::new("密码应为 8 到 64 个字符")) }
}

pub(super) fn maybe_password_length(secret: &Option<SecretString>, context: &()) -> garde::Result {
    secret.as_ref().map_or(Ok(()), |secret| password_length(secret, context))
}

pub(super) fn six_digits(secret: &SecretString, _: &()) -> garde::Result {
    let code = secret.expose_secret();
    if code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()) {
        Ok(())
    } else {
        Err(garde::Error::new("验证码应为 6 位数字"))
    }
}

pub(super) fn maybe_six_digits(secret: &Option<SecretString>, context: &()) -> garde::Result {
    secret.as_ref().map_or(Ok(()), |secret| six_digits(secret, context))
}

pub(super) fn device_name(device: &Option<String>, _: &()) -> garde::Result {
    let good = |name: &String| name.chars().count() <= 64 && !name.chars().any(char::is_control);
    if device.as_ref().is_none_or(good) { Ok(()) } else { Err(garde::Error::new("设备名称最多 64 个字符")) }
}
