//! Faults that wait for a call of their method.

use super::World;

/// What happens to the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happens {
    /// Refused with this error, or with HTTP 500 when there is none.
    Error(Option<String>),
    /// Done, and the connection is reset before the answer.
    ResetAfter,
    /// Not done, and the connection is reset.
    ResetBefore,
    /// Done this many milliseconds late.
    Slow(u64),
    /// Refused with 429 and this many seconds to wait.
    RateLimited(u64),
    /// Refused, and the token does not work any more.
    TokenRevoked,
}

/// A fault that waits.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The method; `*` is any.
    pub method: String,
    /// What happens.
    pub happens: Happens,
    /// To how many calls yet.
    pub times: u64,
}

impl World {
    /// The fault that waits for this method, used up by one.
    pub fn take_fault(&mut self, method: &str) -> Option<Happens> {
        let at = self.faults.iter().position(|fault| fault.method == method || fault.method == "*")?;
        let fault = &mut self.faults[at];
        fault.times -= 1;
        let happens = fault.happens.clone();
        if fault.times == 0 {
            self.faults.remove(at);
        }
        Some(happens)
    }
}
