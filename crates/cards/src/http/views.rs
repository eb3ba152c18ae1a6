use edge::Text;
use garde::Validate;
use kernel::{
    BindingId, Bytes, Phone, Reason, SiteId, Timestamp, TypedCardNumber, km1,
    port::{CardKind, CardState},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Binding, BindingState, BoundCard, CardSummary, Credentials, NewBinding};

/// A request to bind a card.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
#[garde(allow_unvalidated)]
pub struct NewCardBinding {
    /// Where it was issued.
    site_id: SiteId,
    /// Its kind.
    kind: CardKind,
    /// The number printed on it.
    #[schema(value_type = TypedCardNumber)]
    #[garde(dive)]
    number: Text<TypedCardNumber>,
    /// The phone registered with it.
    #[schema(value_type = Phone)]
    #[garde(dive)]
    phone: Text<Phone>,
}

impl TryFrom<NewCardBinding> for NewBinding {
    type Error = kernel::Fault;

    fn try_from(new: NewCardBinding) -> kernel::Result<Self> {
        Ok(Self { site: new.site_id, kind: new.kind, number: new.number.value()?, phone: new.phone.value()? })
    }
}

/// The code that came by SMS.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewConfirmation {
    /// Six digits.
    #[schema(pattern = "^[0-9]{6}$")]
    #[garde(custom(six_digits))]
    pub(super) code: String,
}

fn six_digits(code: &str, _: &()) -> garde::Result {
    let good = code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
    if good { Ok(()) } else { Err(garde::Error::new("请输入 6 位数字验证码")) }
}

/// A binding.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CardBinding)]
pub struct BindingView {
    /// Its id.
    id: BindingId,
    /// Its site.
    site_id: SiteId,
    /// Kind of card.
    kind: CardKind,
    /// Printed number, masked.
    #[schema(example = "****5678")]
    number: String,
    /// State.
    state: BindingState,
    /// Last instant to enter the code; only while it is waited for.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    /// The card, once one holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<CardView>,
}

/// A card, as its card system last described it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Card)]
pub struct CardView {
    /// State.
    state: CardState,
    /// Last instant it is good for, where it ends.
    valid_until: Option<Timestamp>,
    /// Whether a household may share it.
    shared: bool,
    /// What is on it, fen; stored-value cards only.
    balance: Option<i64>,
    /// When its card system last said all this.
    as_of: Timestamp,
}

impl From<CardSummary> for CardView {
    fn from(CardSummary { state, valid_until, shared, balance, as_of, .. }: CardSummary) -> Self {
        Self { state, valid_until, shared, balance, as_of }
    }
}

impl From<Binding> for BindingView {
    fn from(binding: Binding) -> Self {
        Self::from(BoundCard { binding, card: None })
    }
}

impl From<BoundCard> for BindingView {
    fn from(BoundCard { binding, card }: BoundCard) -> Self {
        let waiting = binding.state == BindingState::Challenged;
        Self {
            id: binding.id,
            site_id: binding.site,
            kind: binding.kind,
            number: binding.masked_number(),
            state: binding.state,
            expires_at: waiting.then_some(binding.expires_at),
            card: card.map(CardView::from),
        }
    }
}

/// What a phone needs to show its codes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Credentials)]
pub struct CredentialsView {
    /// The server's clock.
    server_time: Timestamp,
    /// Seconds a code is shown.
    step: u32,
    /// The site.
    site_id: SiteId,
    /// One per bound card.
    credentials: Vec<CredentialView>,
}

/// A credential.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Credential)]
pub struct CredentialView {
    /// The binding.
    id: BindingId,
    /// Names it in codes.
    handle: Bytes,
    /// The byte that goes into the key's derivation: 0 member, 1 visitor.
    kind: u8,
    /// A visitor's ten bytes; a member has none.
    grant: Option<Bytes>,
    /// Whether its codes open now.
    state: CredentialState,
    /// Why not, or `ok`.
    reason: Reason,
    /// Today's key and tomorrow's (UTC days since 1970).
    keys: Vec<KeyView>,
}

/// Whether codes open.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CredentialState {
    /// They do.
    Active,
    /// They do not.
    Refused,
}

/// A key of one day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CredentialKey)]
pub struct KeyView {
    /// The UTC day, counted from 1970-01-01.
    day: u32,
    /// 32 bytes. Never to be logged.
    key: Bytes,
}

impl From<Credentials> for CredentialsView {
    fn from(all: Credentials) -> Self {
        let credentials = all.credentials.into_iter().map(|one| CredentialView {
            id: one.id,
            handle: Bytes(one.handle.to_vec()),
            kind: 0,
            grant: None,
            state: if one.standing == Reason::Ok { CredentialState::Active } else { CredentialState::Refused },
            reason: one.standing,
            keys: one.keys.into_iter().map(|(day, key)| KeyView { day: day.0, key }).collect(),
        });
        Self { server_time: all.server_time, step: km1::STEP, site_id: all.site, credentials: credentials.collect() }
    }
}
