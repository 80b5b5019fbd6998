//! What must be read from natural dialogue, and what must not.
