//! The words the rules go by, as tables. A phrase is written in lower case, its words parted by one space.

mod asking;
mod deed;
mod doubt;
mod opening;
mod reply;

pub(super) use asking::{
    ASKING_FOR, ASKING_WHETHER, ASKS, CAPABILITIES, GIVING, SMALL_TALK, THINGS_ASKED_FOR, WANTING,
};
pub(super) use deed::{DEEDS, EMPTY_DEEDS, HANDING_OVER, IN_CONVERSATION, PARTICLES, PHRASAL_DEEDS, VAGUE_DEEDS};
pub(super) use doubt::{HEDGES, NOT_MEANT, POLITE_IFS, REPORTING};
pub(super) use opening::{ADVERBS, FIRST_PERSON, OFFER, RECAP, YOU_WILL_HAVE};
pub(super) use reply::{ACCEPTANCES, NOT_ACCEPTING, TAKEN_UP};
