use edge::{Address, Text};
use garde::Validate;
use kernel::{AccountNumber, ChallengeId, Email, Fault, Phone, Result, SiteId};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    Act, Agreement, ConsentPurpose, Identifier, Origin, OthersProof, PhoneProof, Proof, Registration, Role, RoleGrant,
    WantedCode,
};

fn token_length(secret: &SecretString, _: &()) -> garde::Result {
    if (1..=256).contains(&secret.expose_secret().len()) {
        Ok(())
    } else {
        Err(garde::Error::new("应为 1 到 256 个字符"))
    }
}

fn maybe_token_length(secret: &Option<SecretString>, context: &()) -> garde::Result {
    secret.as_ref().map_or(Ok(()), |secret| token_length(secret, context))
}

/// Whatever is longer was never set as a password, and is not worth hashing.
fn password_length(secret: &SecretString, _: &()) -> garde::Result {
    let length = secret.expose_secret().chars().count();
    if (1..=64).contains(&length) { Ok(()) } else { Err(garde::Error::new("密码应为 8 到 64 个字符")) }
}

fn maybe_password_length(secret: &Option<SecretString>, context: &()) -> garde::Result {
    secret.as_ref().map_or(Ok(()), |secret| password_length(secret, context))
}

fn six_digits(secret: &SecretString, _: &()) -> garde::Result {
    let code = secret.expose_secret();
    if code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()) {
        Ok(())
    } else {
        Err(garde::Error::new("验证码应为 6 位数字"))
    }
}

fn maybe_six_digits(secret: &Option<SecretString>, context: &()) -> garde::Result {
    secret.as_ref().map_or(Ok(()), |secret| six_digits(secret, context))
}

fn device_name(device: &Option<String>, _: &()) -> garde::Result {
    let good = |name: &String| name.chars().count() <= 64 && !name.chars().any(char::is_control);
    if device.as_ref().is_none_or(good) { Ok(()) } else { Err(garde::Error::new("设备名称最多 64 个字符")) }
}

/// Where a request comes from.
pub(super) fn origin(address: Address, device: Option<String>) -> Origin {
    Origin { address, device: device.filter(|name| !name.trim().is_empty()) }
}

/// An agreement to a text.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewAgreement {
    /// To what.
    #[garde(skip)]
    purpose: ConsentPurpose,
    /// The version that was shown.
    #[garde(length(chars, min = 1, max = 32))]
    version: String,
}

pub(super) fn agreements(all: Vec<NewAgreement>) -> Vec<Agreement> {
    all.into_iter().map(|one| Agreement { purpose: one.purpose, version: one.version }).collect()
}

/// Agreements to texts.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewConsents {
    /// To which texts.
    #[garde(length(min = 1, max = 8), dive)]
    pub(super) agreements: Vec<NewAgreement>,
    /// What the phone calls itself.
    #[garde(custom(device_name))]
    pub(super) device: Option<String>,
}

/// What a code is wanted for.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodeFor {
    /// Registering with a phone.
    Register,
    /// Logging in with a phone.
    Login,
    /// Setting a forgotten password anew.
    Reset,
}

/// A request for a code, before signing in.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewCode {
    /// What for.
    #[garde(skip)]
    purpose: CodeFor,
    /// The phone; at `reset` also a 车安通 ID or an e-mail address.
    #[schema(value_type = Identifier)]
    #[garde(dive)]
    identifier: Text<Identifier>,
}

impl TryFrom<NewCode> for WantedCode {
    type Error = Fault;

    fn try_from(NewCode { purpose, identifier }: NewCode) -> Result<Self> {
        Ok(match (purpose, identifier.value()?) {
            (CodeFor::Reset, identifier) => Self::Reset(identifier),
            (CodeFor::Register, Identifier::Phone(phone)) => Self::Register(phone),
            (CodeFor::Login, Identifier::Phone(phone)) => Self::LogIn(phone),
            _ => return Err(Fault::field("identifier", "phone-needed", "请输入手机号")),
        })
    }
}

/// A login with WeChat.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewWechatLogin {
    /// What `wx.login` gave.
    #[schema(value_type = String, min_length = 1, max_length = 256)]
    #[garde(custom(token_length))]
    pub(super) code: SecretString,
    /// What was agreed to on the way.
    #[serde(default)]
    #[garde(length(max = 8), dive)]
    pub(super) agreements: Vec<NewAgreement>,
    /// What the phone calls itself.
    #[garde(custom(device_name))]
    pub(super) device: Option<String>,
}

/// A login with a password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewPasswordLogin {
    /// 车安通 ID, phone or e-mail.
    #[schema(value_type = Identifier)]
    #[garde(dive)]
    pub(super) identifier: Text<Identifier>,
    /// The password.
    #[schema(value_type = String, min_length = 1, max_length = 64, format = Password)]
    #[garde(custom(password_length))]
    pub(super) password: SecretString,
    /// What the phone calls itself.
    #[garde(custom(device_name))]
    pub(super) device: Option<String>,
}

/// A login with a code that came by SMS.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewSmsLogin {
    /// The phone.
    #[schema(value_type = Phone)]
    #[garde(dive)]
    pub(super) phone: Text<Phone>,
    /// As given when the code was asked for.
    #[garde(skip)]
    pub(super) challenge_id: ChallengeId,
    /// What came.
    #[schema(value_type = String, pattern = "^\\d{6}$")]
    #[garde(custom(six_digits))]
    pub(super) code: SecretString,
    /// Also the password, where the answer was `password-needed-too`.
    #[schema(value_type = Option<String>, max_length = 64)]
    #[garde(custom(maybe_password_length))]
    pub(super) password: Option<SecretString>,
    /// What the phone calls itself.
    #[garde(custom(device_name))]
    pub(super) device: Option<String>,
}

/// A registration: with `phone`, `challengeId` and `code`, or with `wechatCode` and `phoneCode`.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewRegistration {
    /// The phone that the code went to.
    #[schema(value_type = Option<Phone>)]
    #[garde(dive)]
    phone: Option<Text<Phone>>,
    /// As given when the code was asked for.
    #[garde(skip)]
    challenge_id: Option<ChallengeId>,
    /// What came by SMS.
    #[schema(value_type = Option<String>, pattern = "^\\d{6}$")]
    #[garde(custom(maybe_six_digits))]
    code: Option<SecretString>,
    /// What `wx.login` gave: that WeChat user logs in to the new account.
    #[schema(value_type = Option<String>, max_length = 256)]
    #[garde(custom(maybe_token_length))]
    wechat_code: Option<SecretString>,
    /// What the `getPhoneNumber` button gave.
    #[schema(value_type = Option<String>, max_length = 256)]
    #[garde(custom(maybe_token_length))]
    phone_code: Option<SecretString>,
    /// The password, 8 to 64 characters.
    #[schema(value_type = String, min_length = 8, max_length = 64, format = Password)]
    #[garde(custom(password_length))]
    password: SecretString,
    /// An address; a code goes there.
    #[schema(value_type = Option<Email>)]
    #[garde(dive)]
    email: Option<Text<Email>>,
    /// Both texts, in the versions that were shown.
    #[garde(length(max = 8), dive)]
    agreements: Vec<NewAgreement>,
    /// "This is my new number", where the answer was `phone-maybe-recycled`.
    #[serde(default)]
    #[garde(skip)]
    new_number: bool,
    /// What the phone calls itself.
    #[garde(custom(device_name))]
    pub(super) device: Option<String>,
}

impl NewRegistration {
    /// What makes two registrations the same one, while there is no account yet: the code that proves the phone.
    pub(super) fn owner(&self) -> kernel::macros::uuid::Uuid {
        let proof = match (&self.challenge_id, &self.phone_code) {
            (Some(challenge), _) => return challenge.uuid(),
            (None, Some(code)) => kernel::sha256(code.expose_secret().as_bytes()),
            (None, None) => [0; 32],
        };
        kernel::macros::uuid::Uuid::from_bytes(std::array::from_fn(|n| proof[n]))
    }
}

impl TryFrom<NewRegistration> for Registration {
    type Error = Fault;

    fn try_from(new: NewRegistration) -> Result<Self> {
        let NewRegistration { phone, challenge_id, code, wechat_code, phone_code, .. } = new;
        let phone = phone.map(Text::value).transpose()?;
        let proof = match (phone, challenge_id, code, wechat_code, phone_code) {
            (Some(phone), Some(challenge), Some(code), wechat_code, None) => {
                PhoneProof::Sms { phone, challenge, code, wechat_code }
            }
            (None, None, None, Some(wechat_code), Some(phone_code)) => PhoneProof::Wechat { wechat_code, phone_code },
            _ => return Err(Fault::field("phone", "proof-needed", "请用短信验证码或微信手机号验证您的手机")),
        };
        Ok(Self {
            proof,
            password: new.password,
            email: new.email.map(Text::value).transpose()?,
            agreements: agreements(new.agreements),
            claims_number: new.new_number,
        })
    }
}

/// A refresh.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewRefresh {
    /// The newest refresh token.
    #[schema(value_type = String, min_length = 1, max_length = 256)]
    #[garde(custom(token_length))]
    pub(super) refresh_token: SecretString,
}

/// A forgotten password, set anew.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewReset {
    /// As when the code was asked for.
    #[schema(value_type = Identifier)]
    #[garde(dive)]
    pub(super) identifier: Text<Identifier>,
    /// As given when the code was asked for.
    #[garde(skip)]
    pub(super) challenge_id: ChallengeId,
    /// What came.
    #[schema(value_type = String, pattern = "^\\d{6}$")]
    #[garde(custom(six_digits))]
    pub(super) code: SecretString,
    /// The new password, 8 to 64 characters.
    #[schema(value_type = String, min_length = 8, max_length = 64, format = Password)]
    #[garde(custom(password_length))]
    pub(super) password: SecretString,
}

/// A proof that it is oneself: exactly one of `password`; `challengeId` with `code`; `wechatCode`.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewProof {
    /// The password.
    #[schema(value_type = Option<String>, max_length = 64)]
    #[garde(custom(maybe_password_length))]
    password: Option<SecretString>,
    /// As given when the code was asked for.
    #[garde(skip)]
    challenge_id: Option<ChallengeId>,
    /// The code that came to the phone or address on file.
    #[schema(value_type = Option<String>, pattern = "^\\d{6}$")]
    #[garde(custom(maybe_six_digits))]
    code: Option<SecretString>,
    /// A fresh code of `wx.login`.
    #[schema(value_type = Option<String>, max_length = 256)]
    #[garde(custom(maybe_token_length))]
    wechat_code: Option<SecretString>,
}

fn one_proof() -> Fault {
    Fault::field("proof", "proof-needed", "请提供密码、验证码或微信登录凭证中的一种")
}

impl TryFrom<NewProof> for Proof {
    type Error = Fault;

    fn try_from(new: NewProof) -> Result<Self> {
        match (new.password, new.challenge_id, new.code, new.wechat_code) {
            (Some(password), None, None, None) => Ok(Self::Password(password)),
            (None, Some(challenge), Some(code), None) => Ok(Self::Code { challenge, code }),
            (None, None, None, Some(code)) => Ok(Self::Wechat(code)),
            _ => Err(one_proof()),
        }
    }
}

impl TryFrom<NewProof> for OthersProof {
    type Error = Fault;

    fn try_from(new: NewProof) -> Result<Self> {
        match Proof::try_from(new)? {
            Proof::Password(password) => Ok(Self::Password(password)),
            Proof::Code { challenge, code } => Ok(Self::Code { challenge, code }),
            Proof::Wechat(_) => Err(one_proof()),
        }
    }
}

/// Another password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewOwnPassword {
    /// The old password; any other proof only where none was ever set.
    #[garde(dive)]
    pub(super) proof: NewProof,
    /// The new one, 8 to 64 characters.
    #[schema(value_type = String, min_length = 8, max_length = 64, format = Password)]
    #[garde(custom(password_length))]
    pub(super) new_password: SecretString,
}

/// What one proves oneself for.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Act)]
pub enum ActView {
    /// Setting or changing the password.
    Password,
    /// Having another phone.
    Phone,
    /// Having another address, or none.
    Email,
    /// Linking, moving or unlinking a WeChat user.
    Wechat,
    /// Closing the account.
    Closing,
}

impl From<ActView> for Act {
    fn from(act: ActView) -> Self {
        match act {
            ActView::Password => Self::Password,
            ActView::Phone => Self::Phone,
            ActView::Email => Self::Email,
            ActView::Wechat => Self::Wechat,
            ActView::Closing => Self::Closing,
        }
    }
}

/// A request for a code, signed in.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(tag = "purpose", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum NewOwnCode {
    /// To prove oneself with; it goes to what is on file.
    Confirm {
        #[garde(skip)]
        act: ActView,
    },
    /// For another phone; it goes there.
    Phone {
        #[schema(value_type = Phone)]
        #[garde(dive)]
        phone: Text<Phone>,
    },
    /// For another address; it goes there.
    Email {
        #[schema(value_type = Email)]
        #[garde(dive)]
        email: Text<Email>,
    },
    /// For the account that a WeChat user would leave; it goes to what is on file there.
    MoveWechat {
        /// As given when linking.
        #[garde(length(bytes, min = 1, max = 2048))]
        ticket: String,
    },
}

/// Another phone.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewPhone {
    /// The phone.
    #[schema(value_type = Phone)]
    #[garde(dive)]
    pub(super) phone: Text<Phone>,
    /// As given when the code was asked for.
    #[garde(skip)]
    pub(super) challenge_id: ChallengeId,
    /// What came to the new phone.
    #[schema(value_type = String, pattern = "^\\d{6}$")]
    #[garde(custom(six_digits))]
    pub(super) code: SecretString,
    /// That it is oneself.
    #[garde(dive)]
    pub(super) proof: NewProof,
}

/// Another address.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewEmail {
    /// The address.
    #[schema(value_type = Email)]
    #[garde(dive)]
    pub(super) email: Text<Email>,
    /// As given when the code was asked for.
    #[garde(skip)]
    pub(super) challenge_id: ChallengeId,
    /// What came to the address.
    #[schema(value_type = String, pattern = "^\\d{6}$")]
    #[garde(custom(six_digits))]
    pub(super) code: SecretString,
    /// That it is oneself, where there is an address already.
    #[garde(dive)]
    pub(super) proof: Option<NewProof>,
}

/// A WeChat user to be linked.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewLink {
    /// What `wx.login` gave.
    #[schema(value_type = String, min_length = 1, max_length = 256)]
    #[garde(custom(token_length))]
    pub(super) code: SecretString,
    /// That it is oneself, where the sign-in is older than ten minutes.
    #[garde(dive)]
    pub(super) proof: Option<NewProof>,
}

/// A WeChat user to be moved here from another account.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewMove {
    /// As given when linking.
    #[garde(length(bytes, min = 1, max = 2048))]
    pub(super) ticket: String,
    /// That it is oneself.
    #[garde(dive)]
    pub(super) proof: NewProof,
    /// The password of the other account, or the code that came there.
    #[garde(dive)]
    pub(super) others_proof: NewProof,
}

/// A proof alone.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Proved {
    /// That it is oneself.
    #[garde(dive)]
    pub(super) proof: NewProof,
}

/// A post to be given.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewRole {
    /// To whom: their 车安通 ID.
    #[schema(value_type = AccountNumber)]
    #[garde(dive)]
    pub(super) number: Text<AccountNumber>,
    /// Which.
    #[garde(skip)]
    role: Role,
    /// At which site; none for a platform administrator.
    #[garde(skip)]
    site_id: Option<SiteId>,
}

pub(super) fn post(role: Role, site: Option<SiteId>) -> Result<RoleGrant> {
    RoleGrant::new(role, site)
        .ok_or_else(|| Fault::field("siteId", "role-place", "平台管理员不属于场区，其他权限必须指定场区"))
}

impl NewRole {
    pub(super) fn post(&self) -> Result<RoleGrant> {
        post(self.role, self.site_id)
    }
}

/// Whether an account is closed from outside.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewAccountState {
    /// Whether it is.
    #[garde(skip)]
    pub(super) disabled: bool,
}
