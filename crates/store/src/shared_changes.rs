//! Changes in Redis: a list of what was raised, which every process reads on from where it stopped.
//!
//! It is one key, so that Redis loses all of it or nothing. An entry is `epoch:number:revisions`; entries are numbered without
//! holes. An epoch begins with an entry 0 whenever the list is not there: a list that was flushed or evicted is never taken
//! for one that says nothing new.

use std::sync::LazyLock;

use kernel::{macros::uuid::Uuid, port::CacheAway, random};
use redis::Script;

use crate::{ChangeScope, RedisCache, changes::Raised};

const KEY: &str = "changes";
/// Entries that are kept. Whoever has missed more takes everything for changed.
const KEPT: usize = 2000;
/// Revisions in one entry.
const AT_ONCE: usize = 200;
/// Of a scope's id and its revision.
const SIZE: usize = 24;

/// Where a process has stopped reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    epoch: String,
    number: u64,
}

/// What was published since a position.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum News {
    Raised(Vec<Raised>),
    /// Something that is not there any more.
    Missed,
}

/// Begins the list where it is not there, and reads its last entry into `epoch` and `number`.
const LAST: &str = "local last = redis.call('LINDEX', KEYS[1], -1) \
    if not last then last = ARGV[1] .. ':0:' redis.call('RPUSH', KEYS[1], last) end \
    local epoch, number = string.match(last, '^(%w+):(%d+):') \
    number = tonumber(number) ";

static PUBLISH: LazyLock<Script> = LazyLock::new(|| {
    let publish = "for i = 3, #ARGV do \
            number = number + 1 \
            redis.call('RPUSH', KEYS[1], epoch .. ':' .. string.format('%d', number) .. ':' .. ARGV[i]) \
        end \
        redis.call('LTRIM', KEYS[1], -tonumber(ARGV[2]), -1)";
    Script::new(&format!("{LAST}{publish}"))
});

static AFTER: LazyLock<Script> = LazyLock::new(|| {
    let after = "local found = {epoch, string.format('%d', number)} \
        if epoch == ARGV[2] and number > tonumber(ARGV[3]) then \
            local new = redis.call('LRANGE', KEYS[1], tonumber(ARGV[3]) - number, -1) \
            for i = 1, #new do found[i + 2] = new[i] end \
        end \
        return found";
    Script::new(&format!("{LAST}{after}"))
});

fn fresh_epoch() -> String {
    random::<8>().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn packed(raised: &[Raised]) -> Vec<u8> {
    raised.iter().flat_map(|one| [&one.scope.uuid().as_bytes()[..], &one.revision.to_be_bytes()].concat()).collect()
}

/// The revisions in an entry with this number; none when it is another, or makes no sense.
fn unpacked(entry: &[u8], number: u64) -> Option<Vec<Raised>> {
    let mut parts = entry.splitn(3, |byte| *byte == b':').skip(1);
    let said: u64 = std::str::from_utf8(parts.next()?).ok()?.parse().ok()?;
    let revisions = parts.next()?;
    if said != number || revisions.len() % SIZE != 0 {
        return None;
    }
    let one = |bytes: &[u8]| {
        let (scope, revision) = bytes.split_at(16);
        let scope = ChangeScope::from_uuid(Uuid::from_bytes(scope.try_into().ok()?));
        Some(Raised { scope, revision: i64::from_be_bytes(revision.try_into().ok()?) })
    };
    revisions.chunks_exact(SIZE).map(one).collect()
}

impl RedisCache {
    pub(crate) async fn publish_changes(&self, raised: &[Raised]) -> Result<(), CacheAway> {
        let mut call = PUBLISH.key(self.key(KEY));
        call.arg(fresh_epoch()).arg(KEPT);
        for chunk in raised.chunks(AT_ONCE) {
            call.arg(packed(chunk));
        }
        self.within(|mut connection| async move { call.invoke_async(&mut connection).await }).await
    }

    /// What was published since this position, and the position after it.
    pub(crate) async fn changes_after(&self, position: Option<&Position>) -> Result<(Position, News), CacheAway> {
        let mut call = AFTER.key(self.key(KEY));
        call.arg(fresh_epoch());
        match position {
            Some(Position { epoch, number }) => call.arg(epoch).arg(*number),
            None => call.arg("").arg(0),
        };
        let found: Vec<Vec<u8>> =
            self.within(|mut connection| async move { call.invoke_async(&mut connection).await }).await?;
        let text = |at: usize| found.get(at).and_then(|text| String::from_utf8(text.clone()).ok()).ok_or(CacheAway);
        let now = Position { epoch: text(0)?, number: text(1)?.parse().map_err(|_| CacheAway)? };
        let news = match position {
            Some(before) if before.epoch == now.epoch && before.number <= now.number => {
                let entries = (before.number + 1..=now.number).zip(&found[2..]);
                let raised: Option<Vec<Vec<Raised>>> = entries.map(|(number, entry)| unpacked(entry, number)).collect();
                match raised {
                    Some(raised) if found.len() as u64 - 2 == now.number - before.number => {
                        News::Raised(raised.into_iter().flatten().collect())
                    }
                    _ => News::Missed,
                }
            }
            _ => News::Missed,
        };
        Ok((now, news))
    }
}

#[cfg(test)]
mod tests {
    use kernel::{SiteId, Timestamp};

    use super::*;

    #[test]
    fn what_is_packed_is_read_again_and_only_under_its_number() {
        let raised: Vec<Raised> = [(1, 7), (2, i64::MAX), (3, 0)]
            .map(|(second, revision)| Raised { scope: SiteId::new(Timestamp::from_seconds(second)).into(), revision })
            .into();
        let entry = [&b"0f:42:"[..], &packed(&raised)].concat();
        assert_eq!(unpacked(&entry, 42), Some(raised));
        assert_eq!(unpacked(&entry, 41), None);
        assert_eq!(unpacked(&entry[..entry.len() - 1], 42), None);
        assert_eq!(unpacked(b"0f:1:", 1), Some(Vec::new()));
        assert_eq!(unpacked(b"nothing", 1), None);
    }
}
