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
    /// Site that issued the card.
    site_id: SiteId,
    /// Kind of card.
    kind: CardKind,
    /// Number printed on the card.
    #[schema(value_type = TypedCardNumber)]
    #[garde(dive)]
    number: Text<TypedCardNumber>,
    /// Phone on file of the card.
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

/// The code from the SMS.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewConfirmation {
    /// Six digits.
    #[schema(pattern = "^[0-9]{6}$")]
    #[serde(deserialize_with = "edge::typed_code")]
    #[garde(custom(six_digits))]
    pub(super) code: String,
}

fn six_digits(code: &str, _: &()) -> garde::Result {
    let good = code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
    if good { Ok(()) } else { Err(garde::Error::new("请输入 6 位数字验证码")) }
}

/// A card binding.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CardBinding)]
pub struct BindingView {
    /// Binding id.
    id: BindingId,
    /// Site of the card.
    site_id: SiteId,
    /// Kind of card.
    kind: CardKind,
    /// Printed number, masked.
    #[schema(example = "****5678")]
    number: String,
    /// State of the binding.
    state: BindingState,
    /// When the code expires; only while the binding waits for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    /// The card; only if the binding is in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<CardView>,
}

/// A card, as last reported by its card system.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Card)]
pub struct CardView {
    /// State of the card.
    state: CardState,
    /// Last instant at which the card is valid; null if it does not expire.
    valid_until: Option<Timestamp>,
    /// Whether a household may share the card.
    shared: bool,
    /// Balance in fen; stored-value cards only.
    balance: Option<i64>,
    /// When the card system reported this.
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

/// The data a phone needs to make codes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Credentials)]
pub struct CredentialsView {
    /// Time of the server's clock.
    server_time: Timestamp,
    /// Seconds a code is shown.
    step: u32,
    /// Site id.
    site_id: SiteId,
    /// One credential per bound card.
    credentials: Vec<CredentialView>,
}

/// The credential of a bound card.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Credential)]
pub struct CredentialView {
    /// Binding id.
    id: BindingId,
    /// Handle of the credential in codes: 8 bytes, base64url.
    handle: Bytes,
    /// Kind byte for the key derivation: 0 member, 1 visitor.
    kind: u8,
    /// The ten grant bytes of a visitor, base64url; null for members.
    grant: Option<Bytes>,
    /// Whether codes of this credential are accepted.
    state: CredentialState,
    /// Why codes are refused, or `ok`.
    reason: Reason,
    /// Keys of today and tomorrow (UTC); empty if codes are refused.
    keys: Vec<KeyView>,
}

/// Whether codes are accepted.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CredentialState {
    /// Codes are accepted.
    Active,
    /// Codes are refused, see `reason`.
    Refused,
}

/// The key of one day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CredentialKey)]
pub struct KeyView {
    /// UTC day, counted from 1970-01-01.
    day: u32,
    /// Key, 32 bytes, base64url. A secret: never log it.
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
