//! Looking up the card that somebody asked to bind. It happens after they were answered: how long it takes, and whether
//! there is such a card, shows in no answer.

use std::time::Duration;

use auth::CodeIssued;
use kernel::{
    CardId, Fault, Result, Timestamp,
    macros::uuid::Uuid,
    port::{FoundCard, WantedCard},
};
use sites::Site;
use store::{
    Tx,
    outbox::{ClaimedMessage, OutboxHandler, Outcome},
};

use crate::{
    Cards,
    binding::{Binding, BindingState},
    card::CardNumber,
    messages::CardWanted,
    rows, transitions,
};

/// Looks up the card of a [`CardWanted`]; repeated while the card system is away.
pub(crate) struct LookUpCard(pub(crate) Cards);

impl OutboxHandler for LookUpCard {
    type Message = CardWanted;
    const REPEATABLE: bool = true;
    const TIME_LIMIT: Duration = Duration::from_secs(25);

    async fn run(&self, _: &ClaimedMessage, message: CardWanted) -> Result<Outcome> {
        self.0.look_up(message).await?;
        Ok(Outcome::Done)
    }
}

impl Cards {
    /// Looks the card up, and lets the code go out if its phone on file is the one that was said. To be repeated while the
    /// card system is away.
    ///
    /// # Errors
    /// `card-system-unavailable`; when the database is away.
    pub async fn look_up(&self, message: CardWanted) -> Result<()> {
        let CardWanted { site, binding, code } = message;
        let find = |db| async move { rows::binding::find(&db, site, binding).await };
        let waiting = self.db.read(find).await?.filter(|one| one.state == BindingState::Challenged);
        let Some(waiting) = waiting else { return Ok(()) };
        let site = self.sites.find(site).await?;
        let asked_at = self.clock.now();
        let card = match self.system.find(&wanted(&site, &waiting)?).await? {
            Some(FoundCard::Ours(card)) => Some(card),
            Some(FoundCard::Theirs(record)) => self.register.copy(&site, &record, asked_at).await?,
            None => None,
        };
        let now = self.clock.now();
        self.db
            .write(move |tx| {
                let (waiting, code) = (waiting.clone(), code.clone());
                Box::pin(async move { let_go(tx, &waiting, card, code, now).await })
            })
            .await
    }
}

/// Lets the code go out, or nowhere: whoever waits for the database's one writer meanwhile waits as long either way.
async fn let_go(tx: &Tx, waiting: &Binding, card: Option<CardId>, code: CodeIssued, now: Timestamp) -> Result<()> {
    let row = rows::card::find(tx, waiting.site, card.unwrap_or(CardId::from_uuid(Uuid::nil()))).await?;
    let consents = auth::without_consents(tx, &[waiting.account]).await?.is_empty();
    let card = card.filter(|_| consents && row.is_some_and(|row| transitions::proved(waiting, &row)));
    if rows::binding::looked_up(tx, waiting, card, now).await? {
        let code = CodeIssued { held_back: card.is_none(), ..code };
        auth::post_code(tx, &code, now, waiting.expires_at).await?;
    }
    Ok(())
}

fn wanted(site: &Site, waiting: &Binding) -> Result<WantedCard> {
    let number = CardNumber::read(site.card_format, &waiting.number)
        .ok_or_else(|| Fault::field("number", "invalid", "卡号格式已变更，请重新填写"))?;
    Ok(WantedCard {
        site: site.id,
        branch: site.branch.clone(),
        kind: waiting.kind,
        printed: number.printed().to_owned(),
        number: number.reading().clone(),
    })
}
