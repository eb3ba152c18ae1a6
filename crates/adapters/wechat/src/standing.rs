use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use kernel::Timestamp;

use crate::{Class, Error};

/// How long a refusal of our settings is believed before WeChat is asked again.
const BELIEVED: Duration = Duration::from_secs(30);

/// Whether WeChat takes our settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Nothing is known against it.
    Ok,
    /// It does not: somebody has to mend the settings here or at WeChat. Its `errcode` says which.
    Degraded(i64),
}

/// The last refusal of our settings, until a call succeeds.
#[derive(Default)]
pub(crate) struct Standing(Mutex<Option<Trouble>>);

struct Trouble {
    code: i64,
    rid: Option<String>,
    until: Timestamp,
}

impl Standing {
    /// # Errors
    /// The last refusal again, while it is to be believed.
    pub(crate) fn check(&self, now: Timestamp) -> Result<(), Error> {
        match &*self.trouble() {
            Some(Trouble { code, rid, until }) if now < *until => Err(Error::Api { code: *code, rid: rid.clone() }),
            _ => Ok(()),
        }
    }

    /// Remembers what came of a call; whether that is a refusal that was not known.
    pub(crate) fn note(&self, error: Option<&Error>, now: Timestamp) -> bool {
        let mut trouble = self.trouble();
        match error {
            None => *trouble = None,
            Some(error @ Error::Api { code, rid }) if error.class() == Class::Config => {
                let now_known = Trouble { code: *code, rid: rid.clone(), until: now.after(BELIEVED) };
                return trouble.replace(now_known).is_none_or(|before| before.code != *code);
            }
            Some(_) => {}
        }
        false
    }

    pub(crate) fn health(&self) -> Health {
        self.trouble().as_ref().map_or(Health::Ok, |trouble| Health::Degraded(trouble.code))
    }

    /// It is replaced as a whole, so a poisoned lock is as good as any.
    fn trouble(&self) -> MutexGuard<'_, Option<Trouble>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
