//! What was written, read before anything is made of it: whose words stand where in a mail.

pub mod zone;
