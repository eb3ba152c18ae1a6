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

/// Consent to one version of a text.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewAgreement {
    /// Which text.
    #[garde(skip)]
    purpose: ConsentPurpose,
    /// The version that was shown to the user.
    #[garde(length(chars, min = 1, max = 32))]
    version: String,
}

pub(super) fn agreements(all: Vec<NewAgreement>) -> Vec<Agreement> {
    all.into_iter().map(|one| Agreement { purpose: one.purpose, version: one.version }).collect()
}

/// Consents to texts.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewConsents {
    /// The texts agreed to.
    #[garde(length(min = 1, max = 8), dive)]
    pub(super) agreements: Vec<NewAgreement>,
    /// Device name reported by the phone, at most 64 characters.
    #[garde(custom(device_name))]
    pub(super) device: Option<String>,
}

/// Purpose of a code that is requested before signing in.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodeFor {
    /// Register with a phone.
    Register,
    /// Log in with a phone.
    Login,
    /// Reset a forgotten password.
    Reset,
}

/// A request for a code before signing in.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewCode {
    /// Purpose of the code.
    #[garde(skip)]
    purpose: CodeFor,
    /// Phone; for `reset` also a 车安通 ID or an e-mail address.
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
    /// Code from `wx.login`.
    #[schema(value_type = String, min_length = 1, max_length = 256)]
    #[garde(custom(token_length))]
    pub(super) code: SecretString,
    /// Consents given at the login.
    #[serde(default)]
    #[garde(length(max = 8), dive)]
    pub(super) agreements: Vec<NewAgreement>,
    /// Device name reported by the phone, at most 64 characters.
    #[garde(custom(device_name))]
    pub(super) device: Option<String>,
}

/// A login with a password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewPasswordLogin {
    /// 车安通 ID, phone or e-mail address.
    #[schema(value_type = Identifier)]
    #[garde(dive)]
    pub(super) identifier: Text<Identifier>,
    /// Password.
    #[schema(value_type = String, min_length = 1, max_length = 64, format = Password)]
    #[garde(custom(password_length))]
    pub(super) password: SecretString,
    /// Device name reported by the phone, at most 64 characters.
    #[garde(custom(device_name))]
    pub(super) device: Option<String>,
}

/// A login with an SMS code.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewSmsLogin {
    /// Phone that the code was sent to.
    #[schema(value_type = Phone)]
    #[garde(dive)]
    pub(super) phone: Text<Phone>,
    /// `challengeId` from the request of the code.
    #[garde(skip)]
    pub(super) challenge_id: ChallengeId,
    /// Six digits from the SMS.
    #[schema(value_type = String, pattern = "^\\d{6}$")]
    #[garde(custom(six_digits))]
    pub(super) code: SecretString,
    /// Password, only needed after `password-needed-too`.
    #[schema(value_type = Option<String>, max_length = 64)]
    #[garde(custom(maybe_password_length))]
    pub(super) password: Option<SecretString>,
    /// Device name reported by the phone, at most 64 characters.
    #[garde(custom(device_name))]
    pub(super) device: Option<String>,
}

/// A registration: with `phone`, `challengeId` and `code`, or with `wechatCode` and `phoneCode`.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewRegistration {
    /// Phone that the code was sent to.
    #[schema(value_type = Option<Phone>)]
    #[garde(dive)]
    phone: Option<Text<Phone>>,
    /// `challengeId` from the request of the code.
    #[garde(skip)]
    challenge_id: Option<ChallengeId>,
    /// Six digits from the SMS.
    #[schema(value_type = Option<String>, pattern = "^\\d{6}$")]
    #[garde(custom(maybe_six_digits))]
    code: Option<SecretString>,
    /// Code from `wx.login`: links this WeChat user to the new account.
    #[schema(value_type = Option<String>, max_length = 256)]
    #[garde(custom(maybe_token_length))]
    wechat_code: Option<SecretString>,
    /// Code from the `getPhoneNumber` button.
    #[schema(value_type = Option<String>, max_length = 256)]
    #[garde(custom(maybe_token_length))]
    phone_code: Option<SecretString>,
    /// Password, 8 to 64 characters.
    #[schema(value_type = String, min_length = 8, max_length = 64, format = Password)]
    #[garde(custom(password_length))]
    password: SecretString,
    /// E-mail address; a code for verification is sent to it.
    #[schema(value_type = Option<Email>)]
    #[garde(dive)]
    email: Option<Text<Email>>,
    /// Consents to both texts, in the versions that were shown.
    #[garde(length(max = 8), dive)]
    agreements: Vec<NewAgreement>,
    /// The phone number has a new owner; only after `phone-maybe-recycled`.
    #[serde(default)]
    #[garde(skip)]
    new_number: bool,
    /// Device name reported by the phone, at most 64 characters.
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

/// A refresh of tokens.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewRefresh {
    /// The latest refresh token.
    #[schema(value_type = String, min_length = 1, max_length = 256)]
    #[garde(custom(token_length))]
    pub(super) refresh_token: SecretString,
}

/// A reset of a forgotten password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewReset {
    /// The identifier given when the code was requested.
    #[schema(value_type = Identifier)]
    #[garde(dive)]
    pub(super) identifier: Text<Identifier>,
    /// `challengeId` from the request of the code.
    #[garde(skip)]
    pub(super) challenge_id: ChallengeId,
    /// Six digits from the SMS or e-mail.
    #[schema(value_type = String, pattern = "^\\d{6}$")]
    #[garde(custom(six_digits))]
    pub(super) code: SecretString,
    /// New password, 8 to 64 characters.
    #[schema(value_type = String, min_length = 8, max_length = 64, format = Password)]
    #[garde(custom(password_length))]
    pub(super) password: SecretString,
}

/// A proof of identity: exactly one of `password`; `challengeId` with `code`; `wechatCode`.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewProof {
    /// Password.
    #[schema(value_type = Option<String>, max_length = 64)]
    #[garde(custom(maybe_password_length))]
    password: Option<SecretString>,
    /// `challengeId` from the request of the code.
    #[garde(skip)]
    challenge_id: Option<ChallengeId>,
    /// Six digits sent to the phone or address on file.
    #[schema(value_type = Option<String>, pattern = "^\\d{6}$")]
    #[garde(custom(maybe_six_digits))]
    code: Option<SecretString>,
    /// New code from `wx.login`.
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

/// A change of the password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewOwnPassword {
    /// The old password; another proof only if no password is set.
    #[garde(dive)]
    pub(super) proof: NewProof,
    /// New password, 8 to 64 characters.
    #[schema(value_type = String, min_length = 8, max_length = 64, format = Password)]
    #[garde(custom(password_length))]
    pub(super) new_password: SecretString,
}

/// The action that a proof is for.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Act)]
pub enum ActView {
    /// Setting or changing the password.
    Password,
    /// Changing the phone.
    Phone,
    /// Changing or removing the e-mail address.
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

/// A request for a code by a signed-in user.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(tag = "purpose", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum NewOwnCode {
    /// For a proof of identity; sent to the phone or address on file.
    Confirm {
        #[garde(skip)]
        act: ActView,
    },
    /// For changing the phone; sent to the new phone.
    Phone {
        #[schema(value_type = Phone)]
        #[garde(dive)]
        phone: Text<Phone>,
    },
    /// For changing the e-mail address; sent to the new address.
    Email {
        #[schema(value_type = Email)]
        #[garde(dive)]
        email: Text<Email>,
    },
    /// For moving a WeChat user; sent to the phone or address on file of the account that the user leaves.
    MoveWechat {
        /// `ticket` from linking WeChat.
        #[garde(length(bytes, min = 1, max = 2048))]
        ticket: String,
    },
}

/// A change of the phone.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewPhone {
    /// New phone.
    #[schema(value_type = Phone)]
    #[garde(dive)]
    pub(super) phone: Text<Phone>,
    /// `challengeId` from the request of the code.
    #[garde(skip)]
    pub(super) challenge_id: ChallengeId,
    /// Six digits sent to the new phone.
    #[schema(value_type = String, pattern = "^\\d{6}$")]
    #[garde(custom(six_digits))]
    pub(super) code: SecretString,
    /// Proof of identity.
    #[garde(dive)]
    pub(super) proof: NewProof,
}

/// A change of the e-mail address.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewEmail {
    /// New address.
    #[schema(value_type = Email)]
    #[garde(dive)]
    pub(super) email: Text<Email>,
    /// `challengeId` from the request of the code.
    #[garde(skip)]
    pub(super) challenge_id: ChallengeId,
    /// Six digits sent to the new address.
    #[schema(value_type = String, pattern = "^\\d{6}$")]
    #[garde(custom(six_digits))]
    pub(super) code: SecretString,
    /// Proof of identity; needed if the account has an address or the sign-in is older than ten minutes.
    #[garde(dive)]
    pub(super) proof: Option<NewProof>,
}

/// A WeChat user to link.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewLink {
    /// Code from `wx.login`.
    #[schema(value_type = String, min_length = 1, max_length = 256)]
    #[garde(custom(token_length))]
    pub(super) code: SecretString,
    /// Proof of identity; needed if the sign-in is older than ten minutes.
    #[garde(dive)]
    pub(super) proof: Option<NewProof>,
}

/// A WeChat user to move to this account from another one.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewMove {
    /// `ticket` from linking WeChat.
    #[garde(length(bytes, min = 1, max = 2048))]
    pub(super) ticket: String,
    /// Proof of identity for this account.
    #[garde(dive)]
    pub(super) proof: NewProof,
    /// Proof for the other account: its password, or a code sent to its phone or address on file.
    #[garde(dive)]
    pub(super) others_proof: NewProof,
}

/// A proof of identity.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Proved {
    /// Proof of identity.
    #[garde(dive)]
    pub(super) proof: NewProof,
}

/// A role to grant.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewRole {
    /// 车安通 ID of the account.
    #[schema(value_type = AccountNumber)]
    #[garde(dive)]
    pub(super) number: Text<AccountNumber>,
    /// Role to grant.
    #[garde(skip)]
    role: Role,
    /// Site of the role; null for a platform administrator.
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

/// The state of an account as set by an administrator.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewAccountState {
    /// Whether the account is disabled.
    #[garde(skip)]
    pub(super) disabled: bool,
}
