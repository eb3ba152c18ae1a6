use std::path::Path;

use crate::{
    process::{Server, Start},
    stack::{Fresh, Stack},
};

/// Starts servers for one stack.
pub struct Stage<'a> {
    pub stack: Stack,
    pub program: &'a Path,
    /// The processor for servers.
    pub cpu: Option<usize>,
    /// Settings that go before all others.
    pub set: &'a [(String, String)],
}

impl Stage<'_> {
    /// Starts a server whose data is in this folder.
    ///
    /// # Errors
    /// When it does not get ready.
    pub async fn start(&self, folder: &Path, fresh: &Fresh, more: &[(&str, String)]) -> anyhow::Result<Server> {
        let more = more.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let settings: Vec<_> = fresh.settings.iter().cloned().chain(more).chain(self.set.iter().cloned()).collect();
        let data = folder.join("data").display().to_string();
        let arguments =
            |listen| ["serve", "--listen", &format!("{listen}"), "--data", &data].map(str::to_owned).to_vec();
        let (program, cpu, arguments) = (self.program, self.cpu, &arguments);
        Server::start(Start { program, arguments, settings: &settings, cpu, folder, ready: "/readyz" }).await
    }
}
