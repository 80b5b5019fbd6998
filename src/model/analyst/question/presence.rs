//! Whether a question asks if somebody is still there.

use super::cues::Cues;

/// What is asked of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// If they are still there.
    There,
    /// If they are gone.
    Gone,
}

/// Words of a question that is for more than that.
const LONGEST: usize = 8;

/// What a question asks of whom it names: "is Dana still with them", "has Dana left".
#[must_use]
pub fn presence(cues: &Cues<'_>) -> Option<Presence> {
    const GONE: &str = "left|leave|leaving|gone|quit|departed|resigned|retired";
    const OPENS: &str = "is|are|does|do|has|have|did|was|isn't|hasn't|can|could";
    if cues.len() > LONGEST || !cues.opens(&[OPENS]) {
        return None;
    }
    let there = cues.phrase(&[
        "still",
        "*",
        "with|at|there|here|around|work|works|working|employed|reachable|available|contact|champion|sponsor|buyer|person",
    ]) || cues.phrase(&["still", "*", "reach|write|email|e-mail|call"]);
    if there {
        return Some(Presence::There);
    }
    let of_things = cues.any("comment comments review feedback message note notes call meeting budget time days seats anything something behind");
    (cues.opens(&[OPENS, "*", GONE]) && !of_things).then_some(Presence::Gone)
}
