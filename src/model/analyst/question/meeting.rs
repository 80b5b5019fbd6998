//! Whether a question asks for a meeting: when the next is, or what became of one.

use super::cues::Cues;

/// What is asked of meetings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meetings {
    /// When the next is.
    Next,
    /// Whether one was canceled, or still is to be.
    Canceled,
    /// Whether one was moved, and where to.
    Moved,
}

/// Words of a question that is for more than that.
const LONGEST: usize = 12;

/// What a question asks of meetings.
#[must_use]
pub fn meetings(cues: &Cues<'_>) -> Option<Meetings> {
    const MEETING: &str = "meeting|meetings|call|appointment|invite|invitation|sync|session";
    const OFF: &str = "canceled|cancelled|cancel|off|dropped";
    const MOVED: &str = "moved|rescheduled|postponed|pushed|shifted|reschedule|postpone";
    const OPENS: &str = "is|are|was|were|did|has|have|do|does|will";
    if cues.len() > LONGEST || cues.says_about() {
        return None;
    }
    let of_meeting = cues.any("meeting meetings appointment invite invitation call sync session meet");
    let asks = cues.opens(&[OPENS]) || cues.any("which what");
    if asks && of_meeting && cues.phrase(&[MEETING, "*", OFF])
        || cues.phrase(&["cancel|cancelled|canceled", "*", MEETING]) && asks
    {
        return Some(Meetings::Canceled);
    }
    if cues.phrase(&[MEETING, "still", "on|happening|planned"]) {
        return Some(Meetings::Canceled);
    }
    if asks && (cues.phrase(&[MEETING, "*", MOVED]) || cues.phrase(&[MOVED, "*", MEETING])) {
        return Some(Meetings::Moved);
    }
    let next = cues.phrase(&["when", "do|are|will|shall|is|does", "*", "meet|meeting"])
        || cues.phrase(&["next", "meeting|appointment"])
        || cues.phrase(&["when", "is|are", "*", "next|upcoming", "*", MEETING])
        || cues.phrase(&["meeting|meetings|call|calls|appointment", "*", "planned|scheduled|coming|upcoming|calendar"])
        || cues.phrase(&["upcoming|scheduled|planned", "meeting|meetings|appointment|appointments"]);
    let past = cues.any("last latest previous recent did was were had");
    (next && !past).then_some(Meetings::Next)
}
