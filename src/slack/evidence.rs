//! Links to the evidence behind an answer: signed, so that who has one sees that quote and nothing else.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest, Sha256};

use crate::domain::id::{TurnId, WorkspaceId};

/// Signs and checks links. Cheap to clone.
#[derive(Clone)]
pub(super) struct EvidenceKey([u8; 32]);

impl EvidenceKey {
    /// A key made of the app's secret.
    pub(super) fn of(secret: &str) -> Self {
        Self(Sha256::digest(format!("evidence of {secret}")).into())
    }

    /// The path of the page that shows mark `n` of a turn.
    pub(super) fn path(&self, workspace: WorkspaceId, turn: TurnId, n: u32) -> String {
        let mut mac = self.mac();
        mac.update(said(workspace, turn, n).as_bytes());
        format!("/slack/evidence/{workspace}/{turn}/{n}?key={}", hex::encode(&mac.finalize().into_bytes()[..16]))
    }

    /// Whether `key` opens that page.
    pub(super) fn opens(&self, workspace: WorkspaceId, turn: TurnId, n: u32, key: &str) -> bool {
        let mut mac = self.mac();
        mac.update(said(workspace, turn, n).as_bytes());
        hex::decode(key).is_ok_and(|key| key.len() == 16 && mac.verify_truncated_left(&key).is_ok())
    }

    fn mac(&self) -> Hmac<Sha256> {
        let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
        block[..self.0.len()].copy_from_slice(&self.0);
        Hmac::new(&block)
    }
}

fn said(workspace: WorkspaceId, turn: TurnId, n: u32) -> String {
    format!("{workspace}/{turn}/{n}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_one_quote_only() {
        let (key, workspace, turn) = (EvidenceKey::of("secret"), WorkspaceId::new(), TurnId::new());
        let path = key.path(workspace, turn, 2);
        let signature = path.rsplit_once("key=").unwrap().1;
        assert!(key.opens(workspace, turn, 2, signature));
        assert!(!key.opens(workspace, turn, 3, signature));
        assert!(!key.opens(WorkspaceId::new(), turn, 2, signature));
        assert!(!EvidenceKey::of("other").opens(workspace, turn, 2, signature));
        assert!(!key.opens(workspace, turn, 2, "") && !key.opens(workspace, turn, 2, "zz"));
    }
}
