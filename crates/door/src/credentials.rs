use std::{
    collections::HashMap,
    hash::{BuildHasher, Hash, RandomState},
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use cards::Credential;
use kernel::{BindingId, km1::Handle};

const SHARDS: usize = 64;

/// The credentials of one site in memory. Looking one up never waits for more than the change of one other: the map is in
/// parts, each with a lock of its own that is held for the change of one entry.
pub(crate) struct Credentials {
    by_handle: Sharded<Handle, Credential>,
    /// The handle that a binding has now: when it gets another, the old one must go.
    handles: Sharded<BindingId, Handle>,
}

struct Sharded<K, V> {
    hasher: RandomState,
    shards: [RwLock<HashMap<K, V>>; SHARDS],
}

impl<K: Hash + Eq, V: Clone> Sharded<K, V> {
    fn new() -> Self {
        Self { hasher: RandomState::new(), shards: std::array::from_fn(|_| RwLock::default()) }
    }

    fn shard(&self, key: &K) -> &RwLock<HashMap<K, V>> {
        let place = self.hasher.hash_one(key) % SHARDS as u64;
        &self.shards[usize::try_from(place).unwrap_or_default()]
    }

    fn read(&self, key: &K) -> RwLockReadGuard<'_, HashMap<K, V>> {
        self.shard(key).read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, key: &K) -> RwLockWriteGuard<'_, HashMap<K, V>> {
        self.shard(key).write().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, key: &K) -> Option<V> {
        self.read(key).get(key).cloned()
    }
}

impl Credentials {
    pub(crate) fn new() -> Self {
        Self { by_handle: Sharded::new(), handles: Sharded::new() }
    }

    pub(crate) fn get(&self, handle: &Handle) -> Option<Credential> {
        self.by_handle.get(handle)
    }

    pub(crate) fn of_binding(&self, binding: BindingId) -> Option<Credential> {
        self.get(&self.handles.get(&binding)?)
    }

    /// Puts a credential in the place of what was known of its binding. Not to be called for one binding by two at once.
    pub(crate) fn put(&self, credential: Credential) {
        let (binding, handle) = (credential.binding, credential.handle);
        let before = self.handles.write(&binding).insert(binding, handle);
        if let Some(before) = before.filter(|before| *before != handle) {
            self.by_handle.write(&before).remove(&before);
        }
        self.by_handle.write(&handle).insert(handle, credential);
    }

    pub(crate) fn remove(&self, binding: BindingId) {
        let handle = self.handles.write(&binding).remove(&binding);
        if let Some(handle) = handle {
            self.by_handle.write(&handle).remove(&handle);
        }
    }

    /// All of them in the order of their bindings. Of one that has ended only that counts.
    #[cfg(feature = "testing")]
    pub(crate) fn all(&self) -> Vec<(BindingId, Handle, Option<Credential>)> {
        let mut all = Vec::new();
        for shard in &self.by_handle.shards {
            let shard = shard.read().unwrap_or_else(PoisonError::into_inner);
            all.extend(shard.values().cloned());
        }
        all.sort_by_key(|one| one.binding);
        all.into_iter().map(|one| (one.binding, one.handle, Some(one).filter(|one| one.state.holds()))).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.by_handle.shards.iter().map(|shard| shard.read().unwrap_or_else(PoisonError::into_inner).len()).sum()
    }
}

impl FromIterator<Credential> for Credentials {
    fn from_iter<I: IntoIterator<Item = Credential>>(credentials: I) -> Self {
        let all = Self::new();
        credentials.into_iter().for_each(|one| all.put(one));
        all
    }
}

#[cfg(test)]
mod tests {
    use cards::BindingState;
    use kernel::{
        CardId, Timestamp,
        port::{CardKind, CardState},
    };

    use super::*;

    fn credential(binding: BindingId, handle: Handle) -> Credential {
        Credential {
            binding,
            handle,
            card: CardId::new(Timestamp::from_seconds(1)),
            kind: CardKind::Access,
            groups: [].into(),
            state: BindingState::Bound,
            card_state: CardState::Active,
            valid_until: None,
        }
    }

    #[test]
    fn a_binding_that_gets_another_handle_loses_the_old_one() {
        let (all, id) = (Credentials::new(), BindingId::new(Timestamp::from_seconds(1)));
        all.put(credential(id, [1; 8]));
        all.put(credential(id, [2; 8]));
        assert_eq!(all.get(&[1; 8]), None);
        assert_eq!(all.get(&[2; 8]).map(|one| one.binding), Some(id));
        assert_eq!(all.of_binding(id).map(|one| one.handle), Some([2; 8]));
        all.remove(id);
        assert_eq!((all.get(&[2; 8]), all.of_binding(id), all.len()), (None, None, 0));
        all.remove(id);
    }

    #[test]
    fn a_credential_is_small() {
        assert!(size_of::<Credential>() <= 96, "{}", size_of::<Credential>());
    }
}
