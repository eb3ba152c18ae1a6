use async_trait::async_trait;
use secrecy::SecretString;

use crate::{Code, Kind, Phone, Result};

/// A WeChat user, as one app knows them.
#[derive(Clone, Debug)]
pub struct WechatSubject {
    /// The app that asked.
    pub app_id: String,
    /// The user within that app.
    pub openid: SecretString,
    /// The user across the apps of one owner, where known.
    pub unionid: Option<SecretString>,
}

/// The login code is used up, too old, or not one.
pub const LOGIN_CODE_REFUSED: Code =
    Code::new(Kind::Unauthenticated, "wechat-code-refused", "微信登录凭证已失效，请重新点击登录");
/// WeChat holds the user back.
pub const WECHAT_USER_BLOCKED: Code =
    Code::new(Kind::Forbidden, "wechat-user-blocked", "微信限制了该用户登录，请改用账号密码或短信登录");
/// WeChat asks for patience.
pub const WECHAT_BUSY: Code =
    Code::new(Kind::Throttled, "wechat-busy", "微信登录过于频繁，请稍后再试，或改用短信验证码、密码登录");
/// WeChat cannot be reached, refuses us, or makes no sense.
pub const WECHAT_AWAY: Code =
    Code::new(Kind::Unavailable, "wechat-unavailable", "微信暂时不可用，请改用短信验证码或密码登录，或稍后再试");

/// Turns the code of `wx.login` into who it is.
#[async_trait]
pub trait WechatLogin: Send + Sync {
    /// One call to WeChat; the code is burnt by it.
    async fn identify(&self, code: &SecretString) -> Result<WechatSubject>;
}

/// The phone code is used up, too old, of another user, or not one.
pub const PHONE_CODE_REFUSED: Code =
    Code::new(Kind::Invalid, "wechat-phone-refused", "没有取到微信手机号，请重新点击授权，或改用短信验证码");

/// Turns the code of a `getPhoneNumber` button into the phone number behind it.
#[async_trait]
pub trait WechatPhone: Send + Sync {
    /// One call to WeChat; the code is burnt by it. WeChat checks that it was `openid` who pressed the button.
    async fn phone(&self, code: &SecretString, openid: &SecretString) -> Result<Phone>;
}
