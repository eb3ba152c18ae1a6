//! Ports: what the server needs from outside, each as narrow as the need, named for the need and never for a vendor.

mod cache;
mod cards;
mod doors;
mod mail;
mod sending;
mod sign_in;
mod sites;
mod sms;
mod wechat;

pub use self::{
    cache::{Cache, CacheAway, Claim},
    cards::{
        CARD_SYSTEM_AWAY, CardCatalogue, CardKind, CardPage, CardRecord, CardRegister, CardState, CardSystem,
        FoundCard, WantedCard,
    },
    doors::{CommandResult, DoorAddress, DoorStatus, DoorStatuses, Unlock, Unlocks},
    mail::{Mail, MailSend},
    sending::{Health, SendOutcome},
    sign_in::{SignInCheck, SignedIn, TokenCheck},
    sites::{SiteTies, Ties},
    sms::SmsSend,
    wechat::{
        LOGIN_CODE_REFUSED, PHONE_CODE_REFUSED, WECHAT_AWAY, WECHAT_BUSY, WECHAT_USER_BLOCKED, WechatLogin,
        WechatPhone, WechatSubject,
    },
};
