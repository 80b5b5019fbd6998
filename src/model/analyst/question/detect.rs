//! Tells from cue words and phrases what a question wants. The order matters: the more telling cue comes first.

use super::cues::Cues;
use super::intent::Intent;
use super::{calculation, reach, records, superlative};
use crate::domain::activity::SignalKind;
use crate::domain::record::RecordKind;
use crate::domain::tool::portfolio::Portfolio;

/// What the question wants.
#[must_use]
pub fn read(cues: &Cues<'_>, portfolio: bool, count: Option<u32>) -> Intent {
    let owing = cues.any("overdue outstanding unfulfilled undelivered late behind due pending")
        && !cues.any("invoice invoices payment payments bill pay paid unpaid renewal contract past accounts customers");
    let promises = owing
        && (cues.any("anything we they our their side from deliverables what whats list") || cues.len() <= 4)
        || cues.any("to-do to-dos todo todos unfulfilled")
        || cues.phrase(&["hasn't|haven't|didn't|not|never|yet", "*", "delivered|deliver|sent|send|done|kept"])
            && !cues.phrase(&["they|he|she|customer", "*", "ask|asked|asking|want|wanted|request|requested"])
        || cues.phrase(&[
            "did",
            "*",
            "deliver|ring|call|send|share|provide|get",
            "*",
            "back|benchmark|over|it|the|them|us|a|their|this",
        ]) && !cues.any("say said")
        || cues.any("promis commit commitment commitments owe owes owed promise promised promises deliverables")
        || cues.phrase(&["action", "item|items|point|points"])
        || cues.phrase(&["follow", "up|ups|through"]) && !cues.any("draft")
        || cues.phrase(&["next", "steps"]) && cues.any("agreed agree call meeting they we")
        || cues.phrase(&["say|said|agreed|agree", "*", "would"])
        || cues.phrase(&["on", "the", "hook"])
        || cues.phrase(&["need|missing|expect", "*", "from"]) && cues.any("still we i us") && !cues.any("say said")
        || cues.phrase(&["drop|dropped", "the", "ball"])
        || cues.phrase(&["waiting", "for|on"]) && cues.any("us we our");
    let notes = cues.phrase(&["which|what|any|is|did|was|the|latest|last|a", "*", "note|notes"])
        && !cues.phrase(&["release", "note|notes"])
        && !cues.phrase(&["call|meeting|conversation", "notes"])
        && cues.any("which what leave left write wrote written there any is was say says said latest last who");
    let calls = cues.any("call calls meeting meetings conversation conversations transcript recording qbr");
    let emails = cues.any("email emails e-mail e-mails mail mails inbox thread wrote");
    let releases = cues.any("release releases shipped ship changelog launched") || cues.phrase(&["release", "notes"]);
    let asks = cues.any("request requests requested wishlist wish wishes")
        || cues.phrase(&["ask|asked|asks|asking", "*", "for"])
        || cues.phrase(&["feature|features"]) && !cues.says_about()
        || cues.phrase(&["they|customer|customers|account|who|accounts|we", "*", "want|wants|need|needs|wish"])
            && !cues.any("say said meet talk")
        // Somebody's name is left out: "what does Dana want".
        || cues.phrase(&["what", "does|do|did|is", "want|wants|need|needs|wanting"]) && cues.len() <= 5;
    let summary = cues.any("summarize summarise summary summaries recap takeaways gist minutes tldr highlights")
        || cues.phrase(&["key", "point|points"]);

    if cues.len() == 0
        || cues.len() <= 3 && cues.any("hi hello hey thanks thank cheers morning")
        || cues.phrase(&["what", "can", "you", "do"])
        || cues.len() <= 2 && cues.any("help")
    {
        return Intent::Help;
    }
    if cues.opens(&["please|can|could", "*", "route|untrack|retrack|snooze|reassign|unassign"])
        || cues.opens(&["route|untrack|retrack|re-track|snooze|reassign|move|assign|set|add|mark|ignore"])
            && !calculation::adds(cues)
    {
        return Intent::Act;
    }
    if cues.any("draft compose")
        || cues.phrase(&["win", "*", "back"])
        || cues.opens(&["email|e-mail|mail", "them|her|him|that"])
        || cues.opens(&["please|can|could", "*", "email|e-mail|mail", "them|her|him"])
        || cues.opens(&["write|prepare"])
        || cues.phrase(&["write", "*", "email|e-mail|mail|message|note|reply"]) && !cues.any("did")
    {
        return Intent::Draft;
    }
    if cues.any("compare compared comparison versus vs") || cues.phrase(&["difference", "between"]) {
        return Intent::Compare;
    }
    if closes_the_loop(cues, releases) {
        return Intent::CloseLoop;
    }
    let across = cues.phrase(&["who|which|what|how", "*", "accounts|customers|account|customer|companies|clients"])
        || cues.any("everyone anyone everybody")
        || cues.opens(&["who", "*", "ask|asked|want|wants|requested|needs|need|asking"]);
    if across
        && (asks || cues.any("asking asked ask wants want wanted requested requesting"))
        && !cues.any("nps escalation escalations score")
    {
        return Intent::Askers;
    }
    if releases && !asks && !promises && !cues.says_about() {
        return Intent::Releases;
    }
    if portfolio {
        return if releases && asks { Intent::Askers } else { Intent::Accounts };
    }
    if notes {
        return Intent::Work(RecordKind::Note);
    }
    if promises {
        return Intent::Commitments;
    }
    if cues.phrase(&[
        "did|have|has",
        "we|you|i",
        "*",
        "send|sent|deliver|delivered|share|shared|give|provide|provided|reply|answer|respond",
    ]) && !emails
    {
        return Intent::Commitments;
    }
    if cues.phrase(&[
        "what|how",
        "should|shall|can|could|do|must",
        "i|we",
        "*",
        "do|focus|prioritize|prepare|fix|help|next",
    ]) || cues.phrase(&["next", "best", "action"])
        || cues.phrase(&["next", "step|steps|move"])
        || cues.any("urgent urgently prioritise")
        || cues.phrase(&["must|should|need", "*", "get", "done"])
        || cues.phrase(&["thing", "to", "*", "done"])
        || cues.phrase(&["need|needs", "*", "attention"])
    {
        return Intent::NextStep;
    }
    if likelihood(cues) {
        return Intent::Likelihood;
    }
    let score = cues.any("score scores health level healthy unhealthy rating");
    if score && cues.any("history trend over changed change changes moved move dropped drop drops fell fall evolved trajectory went improve improved recover") || cues.phrase(&["when", "*", "turn|turned|become|became|went|go", "*", "red|critical|amber|risk|green|healthy"]) || cues.phrase(&["been", "critical|red|amber"]) {
        return Intent::ScoreHistory;
    }
    if cues.any("why") && cues.any("critical risk red amber score unhealthy healthy level flagged low bad green struggling trouble drop dropped health atrisk") || cues.any("explain break breakdown") && score || cues.any("risk risks factor factors") && cues.any("driving drives drive factor factors main biggest what which") && !cues.says_about() && !cues.phrase(&["risk|risks", "signal|signals"]) && !cues.any("churn") || score && !cues.any("nps say said mention check") || cues.phrase(&["what's|what|is", "*", "wrong"]) || cues.phrase(&["how", "healthy"]) || cues.phrase(&["in", "trouble"]) || cues.phrase(&["are|is", "*", "at", "risk"]) || cues.phrase(&["going", "to|too", "churn|leave"]) || cues.phrase(&["likely", "to", "churn|leave|renew"]) {
        return Intent::Score;
    }
    if cues.phrase(&["when|how", "*", "last|latest|recent|recently"])
        && (calls
            || emails
            || cues.any("talk talked speak spoke spoken met meet contact contacted touch heard hear touchpoint reach"))
        || cues.phrase(&["last|latest", "contact|touch|touchpoint|touchpoints|interaction|conversation"])
        || cues.phrase(&["when", "*", "last|latest"]) && cues.any("call calls meeting email")
    {
        return Intent::Contact(contact_kinds(calls, emails));
    }
    if (cues.phrase(&["how", "many"]) || cues.phrase(&["how", "often"]))
        && (calls || emails || cues.any("talk speak meet"))
    {
        return Intent::Contact(contact_kinds(calls, emails));
    }
    if asks && !cues.phrase(&["ask|asked|asking", "about"]) && !cues.any("refund") {
        return Intent::Requests;
    }
    if summary && emails && !calls || emails && cues.any("last latest recent unanswered unread answered reply replied respond responded answer show list write wrote new") && !cues.says_about() {
        return Intent::Emails;
    }
    if cues.phrase(&[
        "did|have|has",
        "they|he|she|customer|anyone",
        "*",
        "reply|replied|respond|responded|answer|answered|write|written",
    ]) || cues.any("unanswered")
    {
        return Intent::Emails;
    }
    if since_talk(cues) {
        return Intent::Changes;
    }
    if cues.phrase(&["who", "was|were|is", "on|in|at", "*", "call|meeting|conversation"])
        || cues.phrase(&["how", "did", "the|that|our", "call|meeting|conversation|talk"])
        || cues.phrase(&["call|meeting", "notes"])
    {
        return Intent::Calls;
    }
    if calls
        && (summary
            || count.is_some()
            || cues.any("last latest recent happened about list show previous first discussed agreed covered")
                && !(cues.says_about() && cues.any("about")))
        || cues.phrase(&["that|this|the", "call|meeting"])
            && cues.any("happened discussed about decided agreed outcome go went summary")
    {
        return Intent::Calls;
    }
    if cues.phrase(&[
        "what|anything|what's|whats|something|everything",
        "*",
        "changed|change|new|changes|happened|happening|happen|different",
    ]) || cues.phrase(&["catch", "me", "up"])
        || (cues.any("changes updates")
            || cues.phrase(&["any|latest|recent|an|status|the", "update"])
            || cues.opens(&["update"]))
            && !cues.says_about()
        || cues.phrase(&["bring", "me", "up"])
        || cues.phrase(&["what", "did", "i", "miss"])
    {
        return if cues.any("score health") { Intent::ScoreHistory } else { Intent::Changes };
    }
    if cues.any("feel feeling feelings") && !cues.phrase(&["about", "*", "the|our|it|that"]) && cues.len() <= 7 {
        return Intent::Signals(Vec::new());
    }
    if cues.says_about() && cues.any("about of regarding on mention mentioned mentions discussed discuss say said") {
        return Intent::Topic;
    }
    if let Some(kinds) = signals(cues) {
        return Intent::Signals(kinds);
    }
    // "Is the trial being used": how much, and not what it costs.
    let of_use =
        cues.any("usage adoption") && !cues.any("plan plans") || cues.any("trial") && cues.any("used using uses");
    if of_use && !cues.any("arr mrr revenue pay paid pays invoice invoices price cost deal deals renew renewal renews")
    {
        return Intent::Usage;
    }
    if money(cues) {
        return Intent::Revenue;
    }
    if cues.any("usage adoption adopted adopting utilization utilisation logins login dau wau mau inactive")
        || cues.phrase(&["signing|logging|log|sign|signed|logged|logs|signs", "in"])
        || cues.phrase(&["active", "users|seats|people"])
        || cues.phrase(&["use|using|uses|used", "*", "product|platform|us|it|seats|licenses|licences"])
            && !cues.any("for why before instead previously")
        || cues.phrase(&["how", "much|many|often", "*", "use|using|seats|licenses|users|log"])
        || cues.any("seats licenses licences") && cues.any("how many used active licensed have")
        || cues.phrase(&["how", "many", "of"]) && cues.any("use used using uses active")
        || cues.any("licensed") && cues.any("active used using users usage")
        || cues.any("active/licensed used/licensed active/seats")
        || moved(cues)
    {
        return Intent::Usage;
    }
    if people(cues) {
        return Intent::People;
    }
    if cues.any("project projects rollout")
        && cues.any("project projects status going progress track where how")
        && cues.len() <= 9
    {
        return Intent::Work(RecordKind::Project);
    }
    if cues.phrase(&["note|notes"]) && cues.len() <= 8 {
        return Intent::Work(RecordKind::Note);
    }
    if overview(cues, summary) {
        return Intent::Overview;
    }
    Intent::Topic
}

/// Whether it is asked what came after a talk: "what is new since my last call with them".
#[must_use]
pub fn since_talk(cues: &Cues<'_>) -> bool {
    cues.phrase(&["since|after", "*", "call|meeting|conversation|visit"])
        || cues.phrase(&["since", "*", "spoke|talked|met|speaking|talking"])
        || cues.phrase(&["since", "*", "*", "call|meeting|spoke|talked|met"])
        || cues.phrase(&["catch", "me", "up"]) && cues.any("call meeting") && cues.any("know only")
}

/// Whether it is asked whom to tell of what shipped: "who should we tell about 4.2", "who waits for SSO that we shipped".
fn closes_the_loop(cues: &Cues<'_>, releases: bool) -> bool {
    let loops = cues.phrase(&["close|closing|closed", "the|that|our|all|*", "loop|loops"]);
    let section =
        cues.any("section queue") || cues.phrase(&["in|into|to", "close"]) || cues.any("accounts") && !releases;
    let tells = cues.phrase(&["who|whom|which|everyone|anyone|anybody", "*", "tell|notify|inform|update"])
        || cues.phrase(&["who|whom|which|everyone|anyone", "*", "let", "know"])
        || cues.phrase(&["who|whom", "*", "hear|know", "about|that"]) && cues.any("should needs need");
    let versioned = cues.words().iter().any(|word| {
        let word = word.trim_start_matches('v');
        word.contains('.')
            && word.starts_with(|first: char| first.is_ascii_digit())
            && word.split('.').all(|part| part.parse::<u32>().is_ok())
    });
    let waits = cues.phrase(&["who|which|anyone|anybody|customers|people", "*", "waiting|waits|waited|wait", "for|on"]);
    let shipped = releases || versioned || cues.any("live delivered built done finished");
    loops && !section || tells && shipped && !cues.says_about() || waits && shipped
}

/// Fills in the details of an intent that was not found by its own cue.
#[must_use]
pub fn detailed(intent: Intent, cues: &Cues<'_>) -> Intent {
    match intent {
        Intent::Contact(_) => {
            let calls = cues.any("call calls meeting meetings");
            Intent::Contact(contact_kinds(calls, cues.any("email emails e-mail e-mails mail mails")))
        }
        Intent::Signals(_) => Intent::Signals(signals(cues).unwrap_or_default()),
        Intent::Work(_) if cues.any("note notes wrote written") => Intent::Work(RecordKind::Note),
        other => other,
    }
}

fn contact_kinds(calls: bool, emails: bool) -> Vec<RecordKind> {
    match (calls, emails) {
        (true, false) => vec![RecordKind::Call],
        (false, true) => vec![RecordKind::Email],
        _ => vec![RecordKind::Call, RecordKind::Email],
    }
}

fn signals(cues: &Cues<'_>) -> Option<Vec<SignalKind>> {
    let mut kinds = Vec::new();
    let mut add = |words: &str, found: &[SignalKind]| {
        if cues.any(words) {
            kinds.extend_from_slice(found);
        }
    };
    add(
        "complaint complaints complain complained complaining gripe gripes frustrated frustrations frustration",
        &[SignalKind::Complaint, SignalKind::Escalation],
    );
    add("praise praised compliment compliments kudos likes love", &[SignalKind::Praise]);
    add("nps promoter detractor csat", &[SignalKind::Nps]);
    add("churn cancel leaving", &[SignalKind::ChurnRisk]);
    add("escalation escalations escalated escalate", &[SignalKind::Escalation]);
    if !kinds.is_empty() {
        return Some(kinds);
    }
    let mood = cues.any(
        "signal signals sentiment mood happy unhappy satisfied dissatisfied satisfaction feeling upset angry feedback",
    ) && !cues.any("say said mention");
    mood.then(Vec::new)
}

fn money(cues: &Cues<'_>) -> bool {
    (cues.any("arr mrr revenue contract contracts invoice invoices debit debits billing subscription renewal renewals renew renews renewing pay paid pays paying payment payments unpaid overdue deal deals opportunity spend worth expire expires expired trial currency value lost refund refunded refunds")
        || cues.phrase(&["what|which|whats|current|pricing|subscription|paid|annual|monthly|yearly", "plan"]))
        && !(cues.any("why") && cues.any("renew renewal") && cues.any("hesitant risk"))
        && (cues.len() <= 9 || cues.opens(&["what|when|how|did|is|are|have|do|does|which|has|show|much"]))
        && !cues.any("say said mention mentioned think")
}

/// Whether it is asked since when usage stands lower or higher: "when did the dip begin", "since when do fewer log in".
fn moved(cues: &Cues<'_>) -> bool {
    let moves = cues
        .any("drop dropped dropping dip dipped slump collapse collapsed nosedive fall falling fell decline quiet dark");
    let when = cues.opens(&["when"]) || cues.phrase(&["since", "*", "when|which|what"]) || cues.any("date began begin");
    moves && when && !cues.any("price score arr mrr revenue call nps temperature ball deal health")
}

fn people(cues: &Cues<'_>) -> bool {
    cues.any("contact contacts stakeholder stakeholders champion sponsor owner csm attendees participants")
        || cues.phrase(&["decision", "maker|makers"])
        || cues.phrase(&["who", "is|are|was|were|do|owns|manages|handles|runs|left|signs|attended|joined|else"])
            && cues.len() <= 9
        || cues.phrase(&["who's"]) && cues.len() <= 7
        || cues.phrase(&["what|whats|what's", "*", "job|role|title|position|function"]) && cues.len() <= 6
        || cues.len() <= 2 && cues.any("role title job position")
        || cues.phrase(&["point", "of", "contact"])
}

/// Whether an account will buy, or come back.
fn likelihood(cues: &Cues<'_>) -> bool {
    let guesses =
        cues.any("likely likelihood chance chances odds probability probable will going gonna ready expect think");
    let buys =
        cues.any("convert converts converting conversion buy sign") || cues.phrase(&["become|turn", "*", "paying"]);
    let returns = cues.phrase(&["come|comes|coming", "back"])
        || cues.any("re-engage reengage reengagement re-engagement winnable")
        || cues.phrase(&["back", "as", "*", "customer"]);
    guesses && (buys || returns) && !cues.says_about()
}

fn overview(cues: &Cues<'_>, summary: bool) -> bool {
    cues.any("overview briefing brief snapshot prep prepare rundown")
        || summary && !cues.any("about")
        || cues.phrase(&["tell", "me", "*", "about"]) && cues.len() <= 5
        || cues.phrase(&["how", "is|are|re|s", "*", "doing|going|things|it"])
        || cues.phrase(&["how's|hows"])
        || cues.phrase(&["what", "*", "know"])
        || cues.phrase(&["what's|whats|what", "*", "status|state|situation|story|deal|latest|up"])
        || cues.phrase(&["status"])
        || cues.phrase(&["how", "is|are"]) && cues.len() <= 4
        || cues.phrase(&["what", "about"]) && cues.len() <= 3
        || cues.phrase(&["sum|sums", "*", "up"])
}

/// Whether arithmetic is asked for over all that is ours: "our revenue per currency", "ARR overall".
fn of_all(cues: &Cues<'_>) -> bool {
    let ours = cues.any("our we us all overall everything whole entire everyone every per each arr mrr");
    calculation::read(cues).is_some_and(|asked| asked.measure != calculation::Measure::ActiveUsers)
        && ours
        && !reach::one_meant(cues)
        && !cues.any("they them their theirs its he she his her him")
}

const PLURAL: &str = "accounts|customers|clients|companies";

/// Whether the question plainly asks about all accounts. `named` when it names an account or a person.
#[must_use]
pub fn portfolio(cues: &Cues<'_>, filter: &Portfolio, pinned: bool, named: bool) -> bool {
    let filtered = *filter != Portfolio { order: filter.order, tracked: filter.tracked, ..Portfolio::default() };
    // Of one account it is told with everything else about it.
    if filter.disagrees && !pinned && !named {
        return true;
    }
    let plural = cues.any("accounts customers clients companies portfolio")
        || cues.phrase(&["my|the|our", "book"])
        || cues.phrase(&["across", "*", "accounts|board"]);
    if pinned {
        return plural && !cues.phrase(&["their|its", "accounts|customers|clients"]);
    }
    let plural = plural
        || cues.any("everyone everybody trials")
        || !named && superlative::any(cues) && cues.any("nps")
        || superlative::any(cues) && cues.any("account customer client accounts")
        || !named && cues.opens(&["who|which|whose"]) && superlative::one(cues, filter).is_some() && reach::wide(cues)
        || cues.phrase(&["total|overall", "arr|mrr|revenue"])
        || !named && of_all(cues)
        || cues.any("everything all") && !filter.levels.is_empty()
        || cues.opens(&["renewals"])
        || cues.any("deals") && cues.any("lose lost losing we our") && !cues.any("they them their")
        || !filter.signals.is_empty()
            && cues.phrase(&["who|which", "*", "gave|give|has|have|had|escalated|complained|left"]);
    let who = cues.phrase(&["who|who's|whos|whose|which|anyone|anybody"]);
    let who_filter = filtered
        && (!named || !records::any(filter))
        && (who && !cues.any("they them their she her he him we our us contact owner champion said say")
            || !named && who && reach::wide(cues))
        || filter.renewing_within_days.is_some()
            && cues.any("renewals renewing")
            && !cues.any("they them their its this");
    let list = cues.opens(&["list|show|give", "*", "critical|healthy|risk|overdue|trialing|red"]);
    // A stem stands for its plural as well: "the accounts" are all of them.
    let one = cues.phrase(&["this|that|the", "customer|account"]) && !cues.phrase(&["the|these|those", PLURAL]);
    plural && !one || who_filter || filtered && list
}
