//! Doing the same for many, over several connections at once.

use std::{cell::RefCell, net::SocketAddr, rc::Rc, time::Duration};

use tokio::{
    task::{JoinSet, LocalSet},
    time::sleep,
};

use crate::client::Client;

/// Connections, each with one request under way.
const AT_ONCE: usize = 32;

/// A server that has much to do may turn somebody away: then it is done anew, so often and after such a pause.
const AGAIN: usize = 3;
const PAUSE: Duration = Duration::from_secs(1);

/// Does it for each of them; what came of each, in the order in which they were given.
///
/// # Errors
/// The first that does not pass when it is done anew.
pub async fn each<T: Clone + 'static, R: 'static>(
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
                    let mut left = AGAIN;
                    let result = loop {
                        match act(&mut client, one.clone()).await {
                            Err(fault) if left > 0 => eprintln!("  while setting up, done anew: {fault:#}"),
                            result => break result?,
                        }
                        left -= 1;
                        sleep(PAUSE).await;
                    };
                    done.push((place, result));
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
