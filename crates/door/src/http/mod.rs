//! Cards in full and their uses, opening by phone, and the doors of a site for those who run it.

mod admin;
mod decision;
mod unlocks;

use actix_web::{
    get,
    web::{Data, Json, Path, Query},
};
use cards::{CardInfo, http::BindingView};
use edge::{Answer, Caller, Page, Paged};
use kernel::{BindingId, DoorId, Reason, Timestamp};
use serde::Serialize;
use sites::Methods;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub use self::decision::Decision;
use self::decision::may_pass;
use crate::{Doors, OpenDoor, Use};

/// The routes for people.
pub(crate) fn routes(doors: Doors, config: &mut ServiceConfig<'_>) {
    config.app_data(Data::new(doors)).service(card).service(uses);
    admin::routes(config);
    unlocks::routes(config);
}

/// A use of a card.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CardUse)]
pub struct UseView {
    /// When.
    at: Timestamp,
    /// At which door.
    door_id: DoorId,
    /// Its name, while it stands.
    door_name: Option<String>,
    /// Open or not.
    decision: Decision,
    /// Why.
    reason: Reason,
    /// The reason in words.
    text: &'static str,
}

impl UseView {
    fn new(one: Use) -> Self {
        let Use { at, door: door_id, door_name, reason, .. } = one;
        Self { at, door_id, door_name, decision: reason.into(), reason, text: reason.text() }
    }
}

/// A card in full.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CardInfo)]
pub struct CardInfoView {
    /// The binding and the card.
    #[serde(flatten)]
    binding: BindingView,
    /// Holder, masked.
    #[schema(example = "陈**")]
    holder: Option<String>,
    /// Plates of the cars it lets in, masked.
    #[schema(example = json!(["湘A***18"]))]
    plates: Vec<String>,
    /// The doors it opens.
    doors: Vec<OpenDoorView>,
}

/// A door that a card opens.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OpenDoor)]
pub struct OpenDoorView {
    /// The door.
    door_id: DoorId,
    /// Its name.
    name: String,
    /// At which hours, as people read it.
    #[schema(example = "周一至周五 08:00–18:00")]
    hours: String,
    /// In which ways.
    methods: Methods,
    /// Whether it opens now.
    decision: Decision,
    /// Why.
    reason: Reason,
    /// The reason in words.
    text: &'static str,
}

impl From<OpenDoor> for OpenDoorView {
    fn from(OpenDoor { id: door_id, name, hours, methods, reason }: OpenDoor) -> Self {
        let text = may_pass(reason);
        Self { door_id, name, hours, methods, decision: reason.into(), reason, text }
    }
}

/// See a card in full
#[utoipa::path(params(("id" = BindingId, Path)), responses((status = OK, body = CardInfoView), edge::Problems), tag = "cards", security(("bearer" = [])))]
#[get("/card-bindings/{id}")]
async fn card(caller: Caller, doors: Data<Doors>, id: Path<BindingId>) -> Answer<Json<CardInfoView>> {
    let (CardInfo { held, holder, plates, .. }, doors) = doors.card(caller, *id).await?;
    let doors = doors.into_iter().map(OpenDoorView::from).collect();
    Ok(Json(CardInfoView { binding: held.into(), holder, plates, doors }))
}

/// See the last uses of a card
#[utoipa::path(params(("id" = BindingId, Path), Page), responses((status = OK, body = Paged<UseView>), edge::Problems), tag = "cards", security(("bearer" = [])))]
#[get("/card-bindings/{id}/uses")]
async fn uses(
    caller: Caller,
    doors: Data<Doors>,
    id: Path<BindingId>,
    page: Query<Page>,
) -> Answer<Json<Paged<UseView>>> {
    let found = doors.uses(caller, *id, page.after()?, page.wanted()).await?;
    Ok(Json(page.cut(found, Use::key, UseView::new)?))
}
