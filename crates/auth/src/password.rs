//! What may be a password (NIST SP 800-63B-4 §3.1.1.2): length alone, and not one that everybody tries first.

use std::{collections::HashSet, sync::LazyLock};

use kernel::{Fault, Result};
use secrecy::{ExposeSecret, SecretString};

/// Fewest and most characters.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=64;

static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("../data/common-passwords.txt").lines().collect());

/// A password that may be set. Never shown.
#[derive(Clone, Debug)]
pub struct NewPassword(SecretString);

impl NewPassword {
    /// The password, if it may be one; `own` are words an attacker would try first: the phone, the 车安通 ID, the name
    /// before the @.
    ///
    /// # Errors
    /// `invalid`, with the rule at `field`.
    pub fn choose(text: &SecretString, field: &'static str, own: &[&str]) -> Result<Self> {
        let shown = text.expose_secret();
        if !LENGTH.contains(&shown.chars().count()) {
            return Err(Fault::field(field, "password-length", "密码应为 8 到 64 个字符，可以用空格、汉字和符号"));
        }
        if shown.chars().any(char::is_control) {
            return Err(Fault::field(field, "password-characters", "密码中不能有换行等控制字符"));
        }
        let lower = shown.to_lowercase();
        if COMMON.contains(lower.as_str()) || is_one_block(&lower) {
            return Err(Fault::field(field, "password-common", "这个密码太常见，容易被猜到，请换一个"));
        }
        if own.iter().any(|word| word.chars().count() >= 4 && lower == word.to_lowercase()) {
            return Err(Fault::field(field, "password-own", "密码不能与手机号、邮箱或车安通ID相同，请换一个"));
        }
        Ok(Self(text.clone()))
    }

    pub(crate) fn secret(&self) -> &SecretString {
        &self.0
    }
}

/// One to four characters, over and over.
fn is_one_block(text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    (1..=4).any(|size| characters.chunks(size).all(|chunk| characters.starts_with(chunk)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> Option<String> {
        let own = ["13800001234", "zhangsan"];
        let fault = NewPassword::choose(&text.into(), "password", &own).err()?;
        Some(fault.fields()[0].code.to_string())
    }

    #[test]
    fn length_is_the_only_rule_of_form() {
        for text in [
            "correct horse",
            "只有汉字的长密码也可以",
            "aB3!xYz9",
            "        x",
            "床前明月光疑是地上霜举头望明月低头思故乡",
        ] {
            assert_eq!(rule(text), None, "{text}");
        }
        assert_eq!(rule("aB3!xY9").as_deref(), Some("password-length"));
        assert_eq!(rule(&"ab1".repeat(22)).as_deref(), Some("password-length"));
        assert_eq!(rule("with\nnewline").as_deref(), Some("password-characters"));
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for text in ["password", "PassWord", "12345678", "11111111", "abcabcab", "qwertyuiop", "woaini1314"] {
            assert_eq!(rule(text).as_deref(), Some("password-common"), "{text}");
        }
        for text in ["13800001234", "ZhangSan"] {
            assert_eq!(rule(text).as_deref(), Some("password-own"), "{text}");
        }
    }
}
