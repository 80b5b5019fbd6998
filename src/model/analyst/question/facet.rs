//! Which fact a question wants, and whose words it asks for.

use super::cues::Cues;
use super::intent::{Facet, Intent};
use super::lexicon;
use crate::domain::activity::Side;
use crate::domain::tool::activity::WantedFact;

/// Whose words or deeds are asked for.
#[must_use]
pub fn side(cues: &Cues<'_>) -> Option<Side> {
    if cues.phrase(&["of|by|from", "customers|clients"])
        || cues.phrase(&["of|by|from", "our|the|all|any", "customers|clients"])
        || cues.phrase(&["customers|clients|accounts", "owe|promised|committed"])
    {
        return Some(Side::Customer);
    }
    if cues.phrase(&["did|have|had|has|do|are|were|what|that|which|can|should|must", "we|i|us|our|you"])
        || cues.phrase(&["we|we've|i", "promised|promise|owe|committed|agreed|said|made|have"])
        || cues.phrase(&["our", "*", "promises|commitments|side"])
        || cues.phrase(&["to", "this|the", "account|customer|client"])
        || cues.phrase(&["to", "them"])
        // "Open promises to Hooli", the name left out.
        || cues.phrase(&["promises|commitments|promise|commitment", "to"])
    {
        return Some(Side::Team);
    }
    let theirs = cues.phrase(&["they|he|she|customer|customer's|their|client", "*", "promised|promise|owe|owes|committed|agreed|said|say|want|ask|asked|think|feel|mention|mentioned|complain|write|wrote|made"])
        || cues.phrase(&["from", "them|the|this", "customer|account|side"])
        || cues.phrase(&["from", "them"])
        || cues.phrase(&["owe|owes", "us"]);
    theirs.then_some(Side::Customer)
}

/// Whether the question is for what somebody said or wants, rather than for what is said of them or to them. `names`
/// are the byte ranges of those it names.
#[must_use]
pub fn by_person(cues: &Cues<'_>, names: &[(usize, usize)]) -> bool {
    const SAYING: &str = "say said says mention mentioned think thinks thought promise promised want wants wanted ask asked asks tell told write wrote complain complained feel feels raise raised request requested offer offered commit committed agree agreed propose proposed suggest suggested worry worried opinion view view comment commented reply replied owe owes send sent";
    // "Did anyone tell Dana", "who replied to Dana": she is told.
    let told = |end: usize| {
        names.iter().any(|(start, _)| {
            *start >= end && matches!(cues.question[end..*start].trim(), "" | "to" | "with" | "back to" | "about")
        })
    };
    cues.places(SAYING).any(|(_, end)| !told(end))
}

/// The kind of fact that answers it, where its words tell; with the words that do, which name no topic.
#[must_use]
pub fn fact(cues: &Cues<'_>) -> Option<(WantedFact, &'static str)> {
    let found = [
        (
            // "What happened to Dana", "where is Dana", the name left out.
            cues.opens(&["what", "happened", "to|with"]) && cues.len() <= 3
                || cues.opens(&["where", "is|has|did"]) && cues.len() <= 3
                || cues.phrase(&["where|when|why", "*", "go|went|gone|leave|left|quit"])
                    && cues.any("she he they did has")
                    && !cues.any("deal usage score price trial product")
                || cues.phrase(&[
                    "who|anyone|anybody|somebody|someone|lost|lose|losing",
                    "*",
                    "left|leaving|leave|quit|champion|champions|sponsor",
                ]) && cues.any("left leaving leave quit lost lose losing"),
            WantedFact::Departure,
            "go went gone leave left leaving quit lose lost losing champion champions sponsor contact contacts",
        ),
        (
            cues.any("successor replaces replaced replacing replacement")
                || cues.phrase(&["filling|fills|fill|stepping|steps|standing|stands", "in", "for"])
                || cues.phrase(&["covering|covers|covered", "for"])
                || cues.phrase(&["take|takes|took|taking|taken", "over"]) && cues.any("who from for")
                || cues.phrase(&["who", "*", "talk|speak|turn|contact|call|ask|write"])
                    && cues.any("now instead away gone left meanwhile")
                    && cues.any("i we should can")
                || cues.phrase(&["who|who's|whos", "*", "new|now"])
                    && cues.any("contact champion admin lead head owner place instead"),
            WantedFact::Successor,
            "successor replaces replaced replacing replacement replace take takes took taking taken over place filling fills fill stepping steps standing stands covering covers covered",
        ),
        (
            cues.phrase(&[
                "who|whose|who's",
                "*",
                "decide|decides|decided|sign|signs|signing|approve|approves|call|say",
            ]) && cues.any("decide decides decided sign signs signing approve approves shots final last")
                || cues.phrase(&["decision", "maker|makers"])
                || cues.any("signatory decision-maker decision-makers")
                || cues.phrase(&["holds|hold|has|owns|controls", "*", "budget|purse|pen"])
                || cues.phrase(&["who|who's", "makes|making|make", "the", "call|decision|decisions"])
                || cues.phrase(&["calls", "the", "shots"]),
            WantedFact::Decider,
            "decide decides decided sign signs signing approve approves decision maker makers final say holds shots budget makes making make call calls over there",
        ),
        (
            cues.any("competitor competitors competition rival rivals")
                || cues.phrase(&["looking|look|shopping|shop", "around|elsewhere"])
                || cues.phrase(&[
                    "looking|talking|evaluating|considering",
                    "*",
                    "anyone|anybody|other|others|alternative|alternatives|else",
                ])
                || cues.phrase(&[
                    "other|another|different",
                    "vendor|vendors|supplier|suppliers|provider|providers|tool|tools|product",
                ])
                || cues.phrase(&["up", "against"]),
            WantedFact::Competitor,
            "competitor competitors competition rival rivals looking look shopping around elsewhere else anyone anybody other another different vendor vendors supplier suppliers provider providers considering evaluating talking up against",
        ),
        (
            cues.any("discount discounts rebate concession concessions")
                && !cues.phrase(&["without|before|excluding", "*", "discount|discounts"])
                || cues.phrase(&["percent|%", "off"])
                || cues.phrase(&["lower|reduce|cut|drop", "*", "price"]),
            WantedFact::Discount,
            "discount discounts rebate concession concessions percent off offer offered lower reduce cut price table",
        ),
        (
            cues.any("blocking blocks blocker blockers blocked hurdle hurdles obstacle obstacles")
                || cues.phrase(&["holding|hold|held|holds", "*", "up|back"])
                || cues.phrase(&["in", "the", "way"])
                || cues.any("stuck"),
            WantedFact::Blocker,
            "blocking blocks blocker blockers blocked hurdle hurdles obstacle obstacles holding hold held holds up back way stuck stops stopping",
        ),
        (
            cues.any("upside upsell upsells expansion expand expanding cross-sell whitespace")
                || cues.phrase(&["room", "to", "grow"])
                || cues.phrase(&["grow|growing|growth"]) && cues.any("account chance chances potential could can"),
            WantedFact::Growth,
            "upside upsell upsells expansion expand expanding cross-sell whitespace room grow growing growth potential chance chances opportunity opportunities",
        ),
        (
            cues.phrase(&["think|thinks|feel|feels|say|opinion", "*", "of|about", "us|me"])
                || cues.phrase(&["fan", "of", "us|ours"])
                || cues.phrase(&["happy|unhappy|satisfied|pleased", "with", "us"]),
            WantedFact::Opinion,
            "think thinks feel feels opinion say us me fan happy unhappy satisfied pleased",
        ),
        (
            cues.phrase(&["our|their|the", "*", "offer|offers|proposal|quote|quotes"])
                || cues.phrase(&["what|how|much", "*", "quote|quoted|offer|offered|propose|proposed"])
                || cues.phrase(&["did", "*", "quote|offer"]),
            WantedFact::Offer,
            "offer offers offered proposal propose proposed quote quotes quoted price them",
        ),
    ];
    found.into_iter().find(|(holds, ..)| *holds).map(|(_, fact, words)| (fact, words))
}

/// What brought figures about, where that is asked: "why has usage dropped", "why is the invoice unpaid". Words of a
/// `topic` of its own say better what to look for.
#[must_use]
pub fn cause(intent: &Intent, facet: Facet, cues: &Cues<'_>, topic: &[String]) -> Option<WantedFact> {
    if facet != Facet::Why || topic.iter().any(|word| super::tells_much(word)) {
        return None;
    }
    match intent {
        Intent::Usage => Some(WantedFact::UseCause),
        Intent::Revenue if cues.any("pay paid pays paying payment payments invoice invoices unpaid overdue due bill billing late outstanding") => {
            Some(WantedFact::PayCause)
        }
        _ => None,
    }
}

/// Whether it checks if something is so, without the verb of a question before it: "report sent?", "still on", "done yet".
fn checks(cues: &Cues<'_>) -> bool {
    const DONE: [&str; 22] = [
        "sent", "done", "gone", "fixed", "paid", "signed", "kept", "given", "made", "met", "solved", "settled",
        "ready", "live", "over", "out", "fine", "ok", "okay", "true", "there", "in",
    ];
    let words = cues.words();
    let asks = words.iter().any(|word| lexicon::asks(word));
    let marked = cues.question.trim_end().ends_with('?');
    let last = words.last().copied().unwrap_or_default();
    let is_done = DONE.contains(&last) || last.len() > 4 && last.ends_with("ed");
    !asks && (marked && is_done || matches!(last, "yet" | "already" | "right") || cues.any("still already") && marked)
}

/// The fact wanted.
#[must_use]
pub fn facet(cues: &Cues<'_>) -> Facet {
    if cues.opens(&["why"]) || cues.opens(&["how", "come"]) || cues.phrase(&["what|what's", "*", "going", "on"]) {
        return Facet::Why;
    }
    if cues.any("renew renews renewal renewing renewals expire expires expired expiration")
        || cues.phrase(&["contract|trial", "end|ends|ending|run|over"])
        || cues.phrase(&["trial", "*", "end|ends"])
    {
        return Facet::Renewal;
    }
    if cues.any("pay paid pays paying payment payments invoice invoices unpaid overdue owe failed refund refunded refunds billing debit debits") && !cues.phrase(&["how", "much"]) {
        return Facet::Payment;
    }
    if cues.phrase(&["how", "much"]) || cues.any("arr mrr worth value amount") {
        return Facet::Amount;
    }
    if cues.phrase(&["how", "many|often|long|fast|big|large|far"]) {
        return Facet::HowMany;
    }
    if cues.opens(&["when"])
        || cues.phrase(&["what", "date|day|time"])
        || cues.phrase(&["by", "when"])
        || cues.phrase(&["since", "when"])
    {
        return Facet::When;
    }
    if cues.opens(&["who|whose|who's"]) || cues.phrase(&["and", "who"]) {
        return Facet::Who;
    }
    if cues.any("why reason reasons") {
        return Facet::Why;
    }
    if polar(cues) { Facet::YesNo } else { Facet::What }
}

/// Whether yes or no is asked for: "did they", "paid or not", "sent yet".
#[must_use]
pub fn polar(cues: &Cues<'_>) -> bool {
    let opener = cues.question.split_whitespace().next().unwrap_or_default().to_lowercase();
    let opens = matches!(
        opener.as_str(),
        "did"
            | "do"
            | "does"
            | "is"
            | "are"
            | "was"
            | "were"
            | "has"
            | "have"
            | "will"
            | "can"
            | "could"
            | "any"
            | "would"
    );
    opens
        || cues.opens(&["and|so|but", "did|do|does|is|are|was|has|have"])
        || cues.phrase(&["or", "not"])
        || inner_question(cues)
        || checks(cues)
}

/// Whether the question follows what it is about: "the debit of June, is it settled", "their complaint - did we reply".
fn inner_question(cues: &Cues<'_>) -> bool {
    let question = cues.question.replace(" - ", ", ").replace(" – ", ", ").replace(':', ",");
    question.split(',').skip(1).any(|part| {
        let mut words = part.split_whitespace().map(str::to_lowercase);
        matches!(words.next().as_deref(), Some("did" | "does" | "do" | "is" | "are" | "was" | "were" | "has" | "have"))
            && words.next().is_some()
    })
}
