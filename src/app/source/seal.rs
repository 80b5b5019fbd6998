//! Secrets at rest: encrypted with a key that is not in the database, for one workspace and one use. Moved elsewhere, or
//! opened for another use, they are unreadable.

use std::io::Write as _;
use std::path::Path;

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{Key, KeyInit as _, XChaCha20Poly1305, XNonce};
use sha2::{Digest as _, Sha256};

use crate::app::AppError;
use crate::store::SealedSecret;

/// Bytes of a nonce.
const NONCE: usize = 24;
/// The file in the data directory that holds the key where none is configured.
const KEY_FILE: &str = "secret.key";

/// Encrypts and opens secrets. Cheap to clone.
#[derive(Clone)]
pub struct Sealer {
    key: [u8; 32],
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sealer").field("key_id", &self.key_id()).finish_non_exhaustive()
    }
}

impl Sealer {
    /// With this key.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// With the key of a data directory, which is made and kept there, for its owner only, where there is none yet.
    ///
    /// # Errors
    /// When the file cannot be made or read, with its path.
    pub fn of_folder(data_dir: &Path) -> Result<Self, AppError> {
        let path = data_dir.join(KEY_FILE);
        let failed = |what: &str| {
            AppError::Unavailable(format!("The key that secrets are encrypted with, {}, {what}.", path.display()))
        };
        let read =
            || -> Option<[u8; 32]> { hex::decode(std::fs::read_to_string(&path).ok()?.trim()).ok()?.try_into().ok() };
        if !path.exists() {
            let key: Vec<u8> = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4(), uuid::Uuid::new_v4()]
                .iter()
                .flat_map(|random| random.into_bytes())
                .collect();
            // A version 4 UUID has six fixed bits; the hash of three has 256 that are not.
            let key = hex::encode(Sha256::digest(&key));
            std::fs::create_dir_all(data_dir).map_err(|_| failed("cannot be written"))?;
            let mut file = match private(&path) {
                Ok(file) => file,
                // Another process was first.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                    return read().map(Self::new).ok_or_else(|| failed("cannot be read"));
                }
                Err(_) => return Err(failed("cannot be written")),
            };
            file.write_all(key.as_bytes()).and_then(|()| file.sync_all()).map_err(|_| failed("cannot be written"))?;
        }
        read().map(Self::new).ok_or_else(|| failed("is not 64 hexadecimal digits; put back the one that was there"))
    }

    /// What tells this key from others.
    #[must_use]
    pub fn key_id(&self) -> String {
        hex::encode(&Sha256::digest(self.key)[..4])
    }

    /// A secret, encrypted for one use: `context` names the workspace, the thing and the column.
    ///
    /// # Errors
    /// When it cannot be encrypted, which does not happen.
    pub fn seal(&self, context: &str, secret: &str) -> Result<SealedSecret, AppError> {
        let nonce: Vec<u8> = [uuid::Uuid::new_v4().into_bytes(), uuid::Uuid::new_v4().into_bytes()]
            .concat()
            .into_iter()
            .take(NONCE)
            .collect();
        let payload = Payload { msg: secret.as_bytes(), aad: context.as_bytes() };
        let failed = || AppError::Invalid("The secret cannot be encrypted.".to_owned());
        let at = XNonce::try_from(nonce.as_slice()).map_err(|_| failed())?;
        let sealed = self.cipher().encrypt(&at, payload).map_err(|_| failed())?;
        Ok(SealedSecret { sealed: [nonce, sealed].concat(), key_id: self.key_id() })
    }

    /// What was encrypted for this use.
    ///
    /// # Errors
    /// When it was encrypted with another key, or for another use, saying what to do.
    pub fn open(&self, context: &str, secret: &SealedSecret) -> Result<String, AppError> {
        let opened = secret.sealed.split_at_checked(NONCE).and_then(|(nonce, sealed)| {
            let payload = Payload { msg: sealed, aad: context.as_bytes() };
            let text = self.cipher().decrypt(&XNonce::try_from(nonce).ok()?, payload).ok()?;
            String::from_utf8(text).ok()
        });
        opened.ok_or_else(|| {
            AppError::Conflict(format!(
                "The credentials were encrypted with the key {}, and this program has the key {}. Start it with the key \
                 they were encrypted with (SUCCESS_AGENT_SECRET_KEY), or connect again.",
                secret.key_id,
                self.key_id()
            ))
        })
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.key))
    }
}

/// A new file that only its owner can read.
fn private(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_secret_opens_for_its_own_use_and_key_only() {
        let sealer = Sealer::new([7; 32]);
        let secret = sealer.seal("one", "sk_live").unwrap();
        assert_eq!(sealer.open("one", &secret).unwrap(), "sk_live");
        assert!(sealer.open("other", &secret).is_err());
        let refused = Sealer::new([8; 32]).open("one", &secret).unwrap_err().to_string();
        assert!(refused.contains(&sealer.key_id()) && !refused.contains("sk_live"), "{refused}");
        assert_ne!(sealer.seal("one", "sk_live").unwrap(), secret, "the same secret never looks the same");
        let mut changed = secret.clone();
        changed.sealed[30] ^= 1;
        assert!(sealer.open("one", &changed).is_err());
    }

    #[test]
    fn the_key_of_a_folder_stays_the_same_and_is_its_owners() {
        let folder = tempfile::tempdir().unwrap();
        let made = Sealer::of_folder(folder.path()).unwrap();
        assert_eq!(Sealer::of_folder(folder.path()).unwrap().key_id(), made.key_id());
        let mode = std::fs::metadata(folder.path().join(KEY_FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::write(folder.path().join(KEY_FILE), "short").unwrap();
        assert!(Sealer::of_folder(folder.path()).unwrap_err().to_string().contains("64 hexadecimal digits"));
    }
}
