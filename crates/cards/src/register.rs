use std::sync::Arc;

use async_trait::async_trait;
use kernel::{
    CardId, Clock, Phone, PrintedCardNumber, Result, SiteId, Timestamp,
    port::{CardKind, CardRegister, CardState, IssuedCard},
};
use sea_orm::{ActiveValue::Set, QuerySelect, entity::prelude::*};
use sites::Sites;
use store::{Db, Place, Vault};

use crate::rows::{card, card_state, card_state_number};

/// The register of the embedded card system: the cards the property issued, with holder and phone sealed.
#[derive(Clone)]
pub struct Register {
    db: Db,
    vault: Arc<Vault>,
    sites: Sites,
    clock: Arc<dyn Clock>,
}

/// A card to be registered.
#[derive(Clone, Debug)]
pub struct NewCard {
    /// Its id.
    pub id: CardId,
    /// Kind.
    pub kind: CardKind,
    /// Printed number.
    pub number: PrintedCardNumber,
    /// Whose name it bears.
    pub holder: String,
    /// The phone on file.
    pub phone: Phone,
    /// Last instant it is good for.
    pub valid_until: Option<Timestamp>,
}

impl Register {
    /// The register in this database.
    pub fn new(db: Db, vault: Arc<Vault>, sites: Sites, clock: Arc<dyn Clock>) -> Self {
        Self { db, vault, sites, clock }
    }

    /// Registers cards at a site.
    ///
    /// # Errors
    /// When the database refuses, or a number is taken.
    pub async fn add(&self, site: SiteId, new: &[NewCard]) -> Result<()> {
        let now = self.clock.now();
        let realm = self.vault.realm(Some(site), now).await?;
        let rows: Vec<card::ActiveModel> = new
            .iter()
            .map(|new| {
                let place = |column| Place { table: "issued_cards", column, row: new.id.uuid() };
                card::ActiveModel {
                    site_id: Set(site.uuid()),
                    id: Set(new.id.uuid()),
                    kind: Set(new.kind.number()),
                    number: Set(new.number.as_str().to_owned()),
                    holder_sealed: Set(realm.seal(place("holder"), new.holder.as_bytes())),
                    phone_sealed: Set(realm.seal(place("phone"), new.phone.expose().as_bytes())),
                    phone_index: Set(realm.index(new.phone.expose()).to_vec()),
                    state: Set(card_state_number(CardState::Active)),
                    valid_until: Set(new.valid_until.map(Timestamp::millis)),
                    updated_at: Set(now.millis()),
                }
            })
            .collect();
        self.db
            .write(move |tx| {
                let rows = rows.clone();
                Box::pin(async move {
                    card::Entity::insert_many(rows).exec_without_returning(tx).await?;
                    Ok(())
                })
            })
            .await
    }

    /// The card of this printed number, when there is exactly one of any kind.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn find(&self, site: SiteId, number: &str) -> Result<Option<CardId>> {
        let Some(number) = PrintedCardNumber::parse(number) else { return Ok(None) };
        let find = |db: DatabaseConnection| async move {
            let query = card::Entity::find().filter(card::Column::SiteId.eq(site.uuid()));
            Ok(query.filter(card::Column::Number.eq(number.as_str())).limit(2).all(&db).await?)
        };
        Ok(match self.db.read(find).await?.as_slice() {
            [one] => Some(CardId::from_uuid(one.id)),
            _ => None,
        })
    }

    /// Sets what the issuer says of a card; its doors know at once.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn set_state(&self, site: SiteId, id: CardId, state: CardState) -> Result<()> {
        self.set(site, id, card::Column::State, Expr::value(card_state_number(state))).await
    }

    /// Sets until when a card is good; its doors know at once.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn set_valid_until(&self, site: SiteId, id: CardId, until: Option<Timestamp>) -> Result<()> {
        self.set(site, id, card::Column::ValidUntil, Expr::value(until.map(Timestamp::millis))).await
    }

    async fn set(&self, site: SiteId, id: CardId, column: card::Column, value: Expr) -> Result<()> {
        let (sites, now) = (self.sites.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (sites, value) = (sites.clone(), value.clone());
                Box::pin(async move {
                    card::Entity::update_many()
                        .col_expr(column, value)
                        .col_expr(card::Column::UpdatedAt, Expr::value(now.millis()))
                        .filter(card::Column::SiteId.eq(site.uuid()))
                        .filter(card::Column::Id.eq(id.uuid()))
                        .exec(tx)
                        .await?;
                    sites.touch(tx, site, now).await
                })
            })
            .await?;
        self.sites.announce(site);
        Ok(())
    }
}

#[async_trait]
impl CardRegister for Register {
    async fn look_up(
        &self,
        site: SiteId,
        kind: CardKind,
        number: &PrintedCardNumber,
        phone: &Phone,
    ) -> Result<Vec<IssuedCard>> {
        let realm = self.vault.realm(Some(site), self.clock.now()).await?;
        let (phone_index, printed) = (realm.index(phone.expose()), number.as_str().to_owned());
        let find = |db: DatabaseConnection| async move {
            Ok(card::Entity::find()
                .filter(card::Column::SiteId.eq(site.uuid()))
                .filter(card::Column::Kind.eq(kind.number()))
                .filter(card::Column::Number.eq(printed))
                .select_only()
                .columns([card::Column::Id, card::Column::State, card::Column::ValidUntil, card::Column::PhoneIndex])
                .limit(2)
                .into_tuple::<(Uuid, i16, Option<i64>, Vec<u8>)>()
                .all(&db)
                .await?)
        };
        // little is read of a card that is there: the answer is to take as long for one that is not
        let rows = self.db.read(find).await?;
        rows.into_iter()
            .map(|(id, state, valid_until, index)| {
                Ok(IssuedCard {
                    id: CardId::from_uuid(id),
                    kind,
                    number: number.clone(),
                    state: card_state(state)?,
                    valid_until: valid_until.map(Timestamp::from_millis),
                    phone_on_file: index == phone_index,
                })
            })
            .collect()
    }
}
