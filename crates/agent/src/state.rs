use std::{
    fs::{File, OpenOptions},
    io::{Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use agent::Identity;
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

/// What the agent keeps between runs: where the server is, and who it is there. Readable by its owner alone.
#[derive(Serialize, Deserialize)]
pub struct State {
    pub url: String,
    pub identity: Identity,
}

/// A state file that is not filled yet: made before the claim is spent, so that a claim is never spent in vain.
pub struct Blank<'a> {
    path: &'a Path,
    file: Option<File>,
}

impl<'a> Blank<'a> {
    /// Makes the file; one that is there already is left alone.
    pub fn make(path: &'a Path) -> Result<Self> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let file =
            file.with_context(|| format!("{} cannot be made (an old one must be removed first)", path.display()))?;
        Ok(Self { path, file: Some(file) })
    }

    /// Fills it, durably.
    pub fn fill(mut self, state: &State) -> Result<()> {
        if let Some(file) = &mut self.file {
            file.write_all(&serde_json::to_vec_pretty(state)?)?;
            file.sync_all()?;
        }
        self.file = None;
        Ok(())
    }
}

impl Drop for Blank<'_> {
    fn drop(&mut self) {
        if self.file.is_some() {
            // nothing was learnt that is worth keeping; a file that stays says so itself at the next try
            let _ = std::fs::remove_file(self.path);
        }
    }
}

impl State {
    /// Reads the file, unless others could read it too.
    pub fn read(path: &Path) -> Result<Self> {
        let show = path.display();
        let mut file = File::open(path).with_context(|| format!("{show} cannot be read"))?;
        let open_to_others = file.metadata()?.permissions().mode() & 0o077 != 0;
        ensure!(!open_to_others, "{show} holds a key and is open to others: chmod 600 {show}");
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        serde_json::from_slice(&text).with_context(|| format!("{show} is no state file of an agent"))
    }
}

#[cfg(test)]
mod tests {
    use agent::Key;
    use kernel::{DeviceId, Timestamp};

    use super::*;

    fn state() -> State {
        let device_id = DeviceId::new(Timestamp::from_seconds(1_795_456_800));
        let identity = Identity { device_id, key: Key::from_bytes([7; 32]), doors: Vec::new() };
        State { url: "http://127.0.0.1:8080".into(), identity }
    }

    #[test]
    fn a_state_file_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let state = state();
        Blank::make(&path).unwrap().fill(&state).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(State::read(&path).unwrap().identity.device_id, state.identity.device_id);
        assert!(Blank::make(&path).is_err(), "an old one is never overwritten");

        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
        assert!(State::read(&path).is_err());
    }

    #[test]
    fn a_failed_enrolment_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        drop(Blank::make(&path).unwrap());
        assert!(!path.exists());
    }
}
