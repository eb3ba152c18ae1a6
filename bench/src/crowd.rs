//! Doing the same for many, over several connections at once.

use std::{cell::RefCell, net::SocketAddr, rc::Rc};

use tokio::task::{JoinSet, LocalSet};

use crate::client::Client;

/// Connections, each with one request under way.
const AT_ONCE: usize = 64;

/// Does it for each of them; what came of each, in the order in which they were given.
///
/// # Errors
/// The first that there is.
pub async fn each<T: 'static, R: 'static>(
    address: SocketAddr,
    all: impl IntoIterator<Item = T>,
    act: impl AsyncFn(&mut Client, T) -> anyhow::Result<R> + 'static,
) -> anyhow::Result<Vec<R>> {
    let all: Vec<T> = all.into_iter().collect();
    let (count, act) = (all.len(), Rc::new(act));
    let left = Rc::new(RefCell::new(all.into_iter().enumerate()));
    let work = async {
        let mut workers = JoinSet::new();
        for _ in 0..AT_ONCE.min(count) {
            let (left, act) = (Rc::clone(&left), Rc::clone(&act));
            workers.spawn_local(async move {
                let (mut client, mut done) = (Client::new(address), Vec::new());
                loop {
                    let next = left.borrow_mut().next();
                    let Some((place, one)) = next else { return anyhow::Ok(done) };
                    done.push((place, act(&mut client, one).await?));
                }
            });
        }
        let mut done = Vec::with_capacity(count);
        while let Some(some) = workers.join_next().await {
            done.extend(some??);
        }
        anyhow::Ok(done)
    };
    let mut done = LocalSet::new().run_until(work).await?;
    done.sort_unstable_by_key(|(place, _)| *place);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}
