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
                    bindings.iter().for_each(|one| tx.changes(site, Change::Binding(one.id)));
                    Ok(())
                })
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kernel::{
        Reason, RootKey, SystemClock, Timestamp,
        card_number::CardFormat,
        port::{CardKind, CardState},
    };
    use sites::Sites;
    use store::{Db, Memory, Vault, on_every_database};

    use super::*;
    use crate::CardNumber;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_000_000);

    fn details(n: usize) -> CardDetails {
        let number = CardNumber::read(CardFormat::default(), &(2_000_000_000 + n).to_string()).unwrap();
        let phone = Phone::parse(&format!("1380000{n:04}"));
        CardDetails::plain(CardKind::Access, number, "陈小明".into(), phone)
    }

    on_every_database! {
        async fn cards_added_bound_open_until_they_are_lost_and_again_when_they_are_found(database) {
            let (db, clock) = (Db::connect(&database.url).await.unwrap(), Arc::new(SystemClock));
            let vault = Arc::new(Vault::new(db.clone(), &RootKey::from_bytes([7; 32])));
            let register = Register::new(db.clone(), vault, Sites::new(db.clone(), &Memory::new(db.clone(), 1 << 20), clock.clone()), clock);
            let site = SiteId::new(NOW);
            let cards: Vec<_> = (0..3).map(|n| (details(n), AccountId::new(NOW))).collect();
            register.add_bound(site, &cards).await.unwrap();
            let standings = async || {
                let find = db.read(move |db| async move { binding::page_of_site(&db, site, NOW, None, 10).await });
                find.await.unwrap().iter().map(|one| one.standing(NOW)).collect::<Vec<_>>()
            };
            assert_eq!(standings().await, [Reason::Ok; 3]);
            let (one, account) = &cards[1];
            let account = *account;
            let own = db.read(move |db| async move { binding::list_own(&db, account).await }).await.unwrap();
            assert_eq!(own.len(), 1, "each is its own account's");
            let lost = CardDetails { state: CardState::Lost, ..one.clone() };
            register.put(site, vec![lost], Source::Register).await.unwrap();
            assert!(standings().await.contains(&Reason::CardLost));
            register.put(site, vec![one.clone()], Source::Register).await.unwrap();
            assert_eq!(standings().await, [Reason::Ok; 3], "its phone was proved");
        }
    }
}
