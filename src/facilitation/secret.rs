//! Secrets in links: whoever has one may read what it opens.

use sha2::{Digest, Sha256};

use super::Fault;

/// Bytes of a secret: it can't be guessed, and it fits into a link.
const SECRET_BYTES: usize = 32;

/// A new secret, in hexadecimal digits.
pub(super) fn new_secret() -> Result<String, Fault> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(hexadecimal(&bytes))
}

/// The hash by which a secret is known where it need not be told again. It is of 256 random bits, so
/// it needs no salt.
pub(super) fn secret_hash(secret: &str) -> String {
    hexadecimal(&Sha256::digest(secret.as_bytes()))
}

/// Bytes in hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |digits, byte| {
        digits + &format!("{byte:02x}")
    })
}
