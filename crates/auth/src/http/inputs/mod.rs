//! What requests say, by subject.

mod consents;
mod contact;
mod login;
mod proof;
mod registration;
mod roles;
mod rules;
mod wechat;

pub use self::{
    consents::NewConsents,
    contact::{NewEmail, NewOwnPassword, NewPhone},
    login::{NewCode, NewPasswordLogin, NewRefresh, NewReset, NewSmsLogin, NewWechatLogin},
    proof::{NewOwnCode, Proved},
    registration::NewRegistration,
    roles::{NewAccountState, NewRole},
    wechat::{NewLink, NewMove},
};
pub(super) use self::{consents::agreements, login::origin, roles::post};
