//! Many bound cards at once, for measuring.

use kernel::{AccountId, BindingId, CardId, ChallengeId, Phone, Result, SiteId, random};
use store::changes::Change;

use crate::{
    Binding, BindingState, CardDetails, Register, Source,
    card::FieldMask,
    rows::{binding, card},
};

impl Register {
    /// Adds some hundreds of new exclusive cards to a site, each bound to an account. Nobody is told.
    ///
    /// # Errors
    /// `card-just-added` when one of them is there already.
    pub async fn add_bound(&self, site: SiteId, cards: &[(CardDetails, AccountId)]) -> Result<()> {
        let (cipher, now) = (self.cipher(site).await?, self.clock.now());
        let mask = FieldMask::all_of(Source::Register);
        let (mut rows, mut bindings) = (Vec::with_capacity(cards.len()), Vec::with_capacity(cards.len()));
        for (details, account) in cards {
            let id = CardId::new(now);
            rows.push(card::sealed(&cipher, site, (id, None), details, mask, now));
            bindings.push(Binding {
                id: BindingId::new(now),
                site,
                account: *account,
                card: Some(id),
                kind: details.kind,
                number: details.number.printed().to_owned(),
                state: BindingState::Bound,
                handle: random(),
                challenge: ChallengeId::new(now),
                expires_at: now,
                proved_phone: details.phone.as_ref().map(Phone::expose).map(|phone| cipher.index(phone).to_vec()),
            });
        }
        self.db
            .write_with((rows, bindings), move |tx, (rows, bindings)| {
                Box::pin(async move {
                    card::insert(tx, rows.clone()).await?;
                    binding::insert_exclusive(tx, bindings, now).await?;
                    tx.changes(site, Change::Site, now);
                    Ok(())
                })
            })
            .await
    }
}
