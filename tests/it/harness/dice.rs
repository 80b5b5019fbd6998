//! Numbers that look random and are the same on every run (xorshift).

use serde::de::DeserializeOwned;

/// A die.
pub struct Dice(pub u64);

impl Dice {
    /// A number from 0 up to, and without, `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    /// Whether it is the one of so many.
    pub fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }

    /// A number between two, both among them.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        least + i64::try_from(self.below((most - least + 1).unsigned_abs())).unwrap()
    }

    /// One of some.
    pub fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }

    /// One or two of the names an enumeration has on the wire.
    pub fn some_of<T: DeserializeOwned>(&mut self, names: &[&str]) -> Vec<T> {
        let count = 1 + self.below(2);
        (0..count).map(|_| serde_json::from_value(self.one_of(names).into()).unwrap()).collect()
    }
}
