use std::time::Duration;

use feature::{Feature, Worker};

use crate::{Doors, http};

/// The doors of an installed system are asked for their status so often.
const STATUS_POLL: Duration = Duration::from_secs(30);

impl Doors {
    pub fn feature(&self) -> Feature {
        let poll = |doors: Self| async move { doors.poll_statuses().await.map(|_| ()) };
        Feature::new("door")
            .routes(self, http::routes)
            .worker(self.event_writer.worker())
            .worker(Worker::every("door_status_poller", STATUS_POLL, self, poll))
            .cleanup(self, |doors| async move { doors.clean_up().await })
            .account_data(self.clone())
    }
}
