//! Values kept in memory and kept true by the change log: one cache with a budget in bytes, least valuable out first.

use std::{
    any::Any,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
};

use kernel::{Result, macros::uuid::Uuid};
use metrics::Counter;
use moka::sync::Cache;

use crate::{ChangeScope, Db, Heard};

/// What an entry costs beside its value, in bytes, about.
const OVERHEAD: usize = 200;

#[derive(Clone)]
struct Entry {
    heard: Heard,
    bytes: u32,
    value: Arc<dyn Any + Send + Sync>,
}

/// Values of any kind within one budget. Cheap to clone.
#[derive(Clone)]
pub struct Memory {
    db: Db,
    entries: Cache<(u8, Uuid), Entry>,
    shelves: Arc<AtomicU8>,
}

impl Memory {
    /// Keeps at most about so many bytes.
    pub fn new(db: Db, budget: u64) -> Self {
        let weight = |_: &(u8, Uuid), entry: &Entry| entry.bytes;
        Self { db, entries: Cache::builder().max_capacity(budget).weigher(weight).build(), shelves: Arc::default() }
    }

    /// Room for values of one kind; `name` says in the metrics which, `heap` how many bytes a value has on the heap, about.
    pub fn shelf<V: Send + Sync + 'static>(&self, name: &'static str, heap: fn(&V) -> usize) -> Shelf<V> {
        Shelf {
            memory: self.clone(),
            number: self.shelves.fetch_add(1, Ordering::Relaxed),
            hits: metrics::counter!("kaimen_cache_hits_total", "cache" => name),
            misses: metrics::counter!("kaimen_cache_misses_total", "cache" => name),
            heap,
        }
    }

    /// Forgets everything.
    #[cfg(feature = "testing")]
    pub fn clear(&self) {
        self.entries.invalidate_all();
    }

    /// Bytes that are kept, about.
    pub fn bytes(&self) -> u64 {
        self.entries.run_pending_tasks();
        self.entries.weighted_size()
    }
}

/// The values of one kind in memory.
pub struct Shelf<V> {
    memory: Memory,
    number: u8,
    hits: Counter,
    misses: Counter,
    heap: fn(&V) -> usize,
}

impl<V> Clone for Shelf<V> {
    fn clone(&self) -> Self {
        let (memory, number) = (self.memory.clone(), self.number);
        Self { memory, number, hits: self.hits.clone(), misses: self.misses.clone(), heap: self.heap }
    }
}

impl<V: Send + Sync + 'static> Shelf<V> {
    /// The value of this id, as new as the last change of `scope` that this process must know of; read by `load` where it is
    /// not kept, or older. `load` may depend on nothing else that changes.
    ///
    /// # Errors
    /// What `load` says; when nobody knows how new memory is.
    pub async fn get<F>(&self, id: Uuid, scope: impl Into<ChangeScope>, load: F) -> Result<Arc<V>>
    where
        F: AsyncFnOnce() -> Result<V>,
    {
        let Memory { db, entries, .. } = &self.memory;
        // before the rows: a change in between makes the value too old and never too new
        let heard = db.heard().await?;
        let key = (self.number, id);
        if let Some(entry) = entries.get(&key)
            && db.is_current(scope, entry.heard)
            && let Ok(value) = entry.value.downcast::<V>()
        {
            self.hits.increment(1);
            return Ok(value);
        }
        self.misses.increment(1);
        let value = Arc::new(load().await?);
        let bytes = u32::try_from(OVERHEAD + size_of::<V>() + (self.heap)(&value)).unwrap_or(u32::MAX);
        entries.insert(key, Entry { heard, bytes, value: value.clone() });
        Ok(value)
    }
}
