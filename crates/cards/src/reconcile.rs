//! Reconciliation: every card of an installed card system is read and compared with our copies.

use std::{collections::HashSet, sync::Arc, time::Duration};

use imports::Tally;
use kernel::{Code, Fault, Kind, ReconciliationId, Result, SiteId, port::CARD_SYSTEM_AWAY};

use crate::{
    Cards,
    card::CardDetails,
    reconciliation::{GIVEN_UP_CODE, Reconciliation, ReconciliationState},
    rows::reconciliation as rows,
};

/// A run that was begun and not ended for so long is given up.
const GIVEN_UP: Duration = Duration::from_secs(1800);
/// A list that has lost more than this many cards, and more than one in ten, is not believed.
const BELIEVED: u64 = 10;

const NO_CATALOGUE: Code =
    Code::new(Kind::Conflict, "no-card-system", "这个场区没有接入卡系统，无需对账；请用导入维护卡资料");
const RUNNING: Code = Code::new(Kind::Conflict, "reconciliation-running", "正在对账，请稍候查看结果");

impl Cards {
    /// Compares every card of a site's card system with our copy: adds, changes, and takes back what is no longer there.
    ///
    /// # Errors
    /// `no-card-system`, `reconciliation-running`; when the database is away. A card system that fails is no error: the
    /// run says so.
    pub async fn reconcile(&self, site: SiteId) -> Result<Reconciliation> {
        let place = self.sites.find(site).await?;
        let (Some(branch), Some(catalogue)) = (place.branch.clone(), self.catalogue.clone()) else {
            return Err(NO_CATALOGUE.into());
        };
        let now = self.clock.now();
        let mut run = Reconciliation {
            id: ReconciliationId::new(now),
            site,
            state: ReconciliationState::Running,
            seen: 0,
            new: 0,
            changed: 0,
            vanished: 0,
            last_code: None,
            started_at: now,
            ended_at: None,
        };
        self.begin(&run).await?;
        let ended = match self.read_all(&place, &branch, &*catalogue, &mut run).await {
            Ok(left_out) => self.settle_vanished(&mut run, left_out).await,
            Err(fault) => Err(fault),
        };
        if let Err(fault) = ended {
            tracing::warn!(error.code = fault.code().name, site.id = %site, "reconciliation failed");
            run.state = ReconciliationState::Failed;
            run.last_code = Some(fault.code().name.to_owned());
        }
        run.ended_at = Some(self.clock.now());
        let done = Arc::new(run.clone());
        let is_saved = self
            .db
            .write(move |tx| {
                let done = done.clone();
                Box::pin(async move { rows::end(tx, &done).await })
            })
            .await?;
        if !is_saved {
            // it took so long that another run gave it up
            run.state = ReconciliationState::Failed;
            run.last_code = Some(GIVEN_UP_CODE.to_owned());
        }
        Ok(run)
    }

    /// Compares the cards of every site whose last comparison began so long ago. How many there were.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn reconcile_due(&self, every: Duration) -> Result<usize> {
        if self.catalogue.is_none() {
            return Ok(0);
        }
        let (mut done, since) = (0, self.clock.now().before(every));
        for (site, _) in self.sites.branches().await? {
            let last = self.reconciliations(site, None, 1).await?.pop();
            if last.is_some_and(|last| last.started_at > since) {
                continue;
            }
            match self.reconcile(site).await {
                Ok(_) => done += 1,
                Err(fault) if fault.code() == RUNNING => {}
                // one site that is out of order keeps no other from being compared
                Err(fault) => {
                    tracing::warn!(error.code = fault.code().name, site.id = %site, "reconciliation could not begin")
                }
            }
        }
        Ok(done)
    }

    async fn begin(&self, run: &Reconciliation) -> Result<()> {
        let (run, given_up) = (run.clone(), run.started_at.before(GIVEN_UP));
        self.db
            .write(move |tx| {
                let run = run.clone();
                Box::pin(async move {
                    rows::give_up(tx, run.site, given_up, run.started_at).await?;
                    if rows::is_running(tx, run.site).await? {
                        return Err(Fault::from(RUNNING));
                    }
                    rows::insert(tx, &run).await
                })
            })
            .await
    }

    async fn read_all(
        &self,
        place: &sites::Site,
        branch: &str,
        catalogue: &dyn kernel::port::CardCatalogue,
        run: &mut Reconciliation,
    ) -> Result<u64> {
        let (mut after, mut seen, mut left_out) = (None::<String>, HashSet::new(), 0);
        loop {
            let asked_at = self.clock.now();
            let page = catalogue.page(branch, after.as_deref()).await?;
            run.seen += page.cards.len() as u64;
            let facts: Vec<_> = page
                .cards
                .iter()
                .filter_map(|record| CardDetails::of(record, place.card_format))
                .filter(|facts| seen.insert((facts.kind, facts.number.normal())))
                .collect();
            if facts.is_empty() && !page.cards.is_empty() {
                return Err(CARD_SYSTEM_AWAY.because("a part of the list that tells of no other card"));
            }
            left_out += page.left_out + (page.cards.len() - facts.len()) as u64;
            let tally = Tally::of(&self.register.put_copies(place.id, facts, asked_at).await?.cards);
            run.new += tally.new;
            run.changed += tally.changed;
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(left_out),
            }
        }
    }

    /// Takes back the cards that the card system told nothing of, twice in a row: one that moved while the list was read
    /// may be missed once. So many that the list is not to be believed are left.
    async fn settle_vanished(&self, run: &mut Reconciliation, left_out: u64) -> Result<()> {
        let (vanished, known) = self.register.unconfirmed(run.site, run.started_at).await?;
        run.vanished = vanished;
        if left_out > 0 {
            tracing::warn!(site.id = %run.site, cards.skipped = left_out, "invalid or duplicate cards skipped");
        }
        let too_many = vanished > BELIEVED && vanished * 10 > known || run.seen == 0;
        if vanished > 0 && (too_many || left_out > 0) {
            run.state = ReconciliationState::Doubtful;
            return Ok(());
        }
        let (site, before) = (run.site, run.id);
        if let Some(last) = self.db.read(|db| async move { rows::last_done(&db, site, before).await }).await? {
            self.register.withdraw(site, last).await?;
        }
        run.state = ReconciliationState::Done;
        Ok(())
    }

    /// So many runs of a site before that one, newest first.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn reconciliations(
        &self,
        site: SiteId,
        before: Option<ReconciliationId>,
        limit: usize,
    ) -> Result<Vec<Reconciliation>> {
        self.db.read(|db| async move { rows::list(&db, site, before, limit).await }).await
    }
}
