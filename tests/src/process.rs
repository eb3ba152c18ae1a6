use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
};

use crate::{Cache, limits::unlimited_variables, until};

/// A server as a process of its own.
pub struct Process {
    /// `http://…`
    pub base: String,
    child: Child,
}

impl Process {
    /// The command that serves over this database, its folder holding the root key.
    pub fn command(binary: &str, listen: &str, db_url: &str, cache: &Cache, folder: &Path) -> Command {
        let mut command = Command::new(binary);
        command.args(["serve", "--listen", listen, "--data"]).arg(folder).stdout(Stdio::null());
        // it starts on a busy machine
        command.env("KAIMEN__DATABASE__URL", db_url).env("KAIMEN__DATABASE__CONNECTION_WAIT_MS", "8000");
        match std::env::var("KAIMEN_TEST_LOGS") {
            Ok(logs) => {
                let log = format!("{logs}/{}-{}.log", std::process::id(), listen.replace(':', "-"));
                command.env("KAIMEN__LOG__FILTER", crate::FINE).stderr(std::fs::File::create(log).unwrap());
            }
            Err(_) => {
                command.env("KAIMEN__LOG__FILTER", "error");
            }
        }
        if let Cache::Redis(url) = cache {
            command.env("KAIMEN__CACHE__URL", url);
            command.env("KAIMEN__CACHE__PREFIX", format!("p{}:", folder.display()));
        }
        command.env("KAIMEN__AUTH__LOOK_UP_WITHIN_MS", "0");
        command.envs(unlimited_variables());
        command
    }

    /// A port nobody listens on.
    pub fn free_listen() -> String {
        TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
    }

    /// Starts a server and waits until it is ready.
    pub async fn start(binary: &str, db_url: &str, cache: &Cache, folder: &Path) -> Self {
        let listen = Self::free_listen();
        Self::spawn(Self::command(binary, &listen, db_url, cache, folder), &listen).await
    }

    /// Starts this command and waits until it is ready.
    pub async fn spawn(mut command: Command, listen: &str) -> Self {
        let child = command.spawn().unwrap();
        let process = Self { base: format!("http://{listen}"), child };
        let (http, url) = (crate::client(), format!("{}/readyz", process.base));
        until("the process is ready", async || {
            http.get(&url).send().await.is_ok_and(|response| response.status().is_success())
        })
        .await;
        process
    }

    fn signal(&self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Stops it in the middle of whatever it does, until [`Self::wake`].
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    pub fn wake(&self) {
        self.signal("-CONT");
    }

    /// Asks it to stop, as an operator does, and waits until it has.
    pub async fn terminate(mut self) -> ExitStatus {
        self.signal("-TERM");
        let mut ended = None;
        until("the process has ended", async || {
            ended = self.child.try_wait().unwrap();
            ended.is_some()
        })
        .await;
        ended.unwrap()
    }

    /// Kills it where it stands.
    pub fn kill_9(mut self) -> ExitStatus {
        self.child.kill().unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
