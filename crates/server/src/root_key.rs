use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::{Context, Result, bail};
use kernel::{RootKey, Zeroizing, random};

/// Reads the root key; makes it when there is none, readable by its owner alone.
pub(crate) fn open(file: &Path) -> Result<RootKey> {
    match fs::read(file).map(Zeroizing::new) {
        Ok(bytes) => match <[u8; 32]>::try_from(bytes.as_slice()) {
            Ok(key) => Ok(RootKey::from_bytes(key)),
            Err(_) => bail!("vault.root_key_file {} must hold exactly 32 bytes", file.display()),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let key = RootKey::from_bytes(random());
            let mut made = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(file)
                .with_context(|| format!("the root key {} cannot be made", file.display()))?;
            made.write_all(key.expose())?;
            made.sync_all()?;
            Ok(key)
        }
        Err(error) => Err(error).with_context(|| format!("the root key {} cannot be read", file.display())),
    }
}
