//! Looking up the card that somebody asked to bind. It happens after they were answered: how long it takes, and whether
//! there is such a card, shows in no answer.

use kernel::{
    Fault, Result,
    letter::CardWanted,
    port::{FoundCard, WantedCard},
};
use sites::Site;

use crate::{
    Cards,
    binding::{Binding, BindingState},
    card::CardNumber,
    rows, turns,
};

impl Cards {
    /// Looks the card up, and lets the code go out if its phone on file is the one that was said. To be repeated while the
    /// card system is away.
    ///
    /// # Errors
    /// `card-system-unavailable`; when the database is away.
    pub async fn look_up(&self, letter: CardWanted) -> Result<()> {
        let CardWanted { site, binding, code } = letter;
        let find = |db| async move { rows::binding::find(&db, site, binding).await };
        let waiting = self.db.read(find).await?.filter(|one| one.state == BindingState::Challenged);
        let Some(waiting) = waiting else { return Ok(()) };
        let site = self.sites.find(site).await?;
        let Some(found) = self.system.find(&wanted(&site, &waiting)?).await? else { return Ok(()) };
        let card = match found {
            FoundCard::Ours(card) => Some(card),
            FoundCard::Theirs(record) => self.register.copy(&site, &record).await?,
        };
        let (Some(card), now) = (card, self.clock.now()) else { return Ok(()) };
        self.db
            .write(move |tx| {
                let (waiting, code) = (waiting.clone(), code.clone());
                Box::pin(async move {
                    let row = rows::card::find(tx, waiting.site, card).await?;
                    let on_file = row.is_some_and(|row| turns::proved(&waiting, &row));
                    if on_file && rows::binding::found(tx, &waiting, card, now).await? {
                        auth::post_code(tx, &code, now, waiting.expires_at).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
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
