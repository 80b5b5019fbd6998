//! The proof that whoever trades a code is who asked for it (RFC 7636).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// A secret for one consent, and what the system is shown of it first.
#[derive(Clone)]
pub struct Pkce {
    /// The secret: 64 letters. It stays here until the code is traded.
    pub verifier: String,
    /// Its hash (S256), which goes into the address a person is sent to.
    pub challenge: String,
}

impl Pkce {
    /// A new one.
    #[must_use]
    pub fn random() -> Self {
        // Three identifiers have 366 random bits; what is asked for is 256.
        let random: Vec<u8> = std::iter::repeat_with(|| Uuid::new_v4().into_bytes()).take(3).flatten().collect();
        Self::of(URL_SAFE_NO_PAD.encode(random))
    }

    /// The one with this verifier.
    #[must_use]
    pub fn of(verifier: String) -> Self {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        Self { verifier, challenge }
    }
}

impl fmt::Debug for Pkce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pkce").field("challenge", &self.challenge).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_example_of_the_standard_comes_out() {
        let pkce = Pkce::of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
        assert_eq!(pkce.challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn every_one_is_another_and_as_long_as_the_standard_asks() {
        let made: Vec<Pkce> = std::iter::repeat_with(Pkce::random).take(200).collect();
        for pkce in &made {
            assert!((43..=128).contains(&pkce.verifier.len()));
            assert!(pkce.verifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)));
            assert_eq!(pkce.challenge, Pkce::of(pkce.verifier.clone()).challenge);
        }
        let different: std::collections::BTreeSet<&str> = made.iter().map(|pkce| &*pkce.verifier).collect();
        assert_eq!(different.len(), made.len());
    }

    #[test]
    fn a_verifier_is_not_shown() {
        let pkce = Pkce::random();
        assert!(!format!("{pkce:?}").contains(&pkce.verifier));
    }

    proptest! {
        #[test]
        fn a_challenge_is_the_hash_of_the_verifier_without_padding(verifier in "[A-Za-z0-9._~-]{43,128}") {
            let challenge = Pkce::of(verifier.clone()).challenge;
            prop_assert_eq!(challenge.len(), 43);
            prop_assert!(!challenge.contains(['=', '+', '/']));
            // The alphabet of plain base64, and the padding put back.
            let plain = format!("{}=", challenge.replace('-', "+").replace('_', "/"));
            let hash = base64::engine::general_purpose::STANDARD.decode(plain).unwrap();
            prop_assert_eq!(hash, Sha256::digest(verifier.as_bytes()).to_vec());
        }
    }
}
