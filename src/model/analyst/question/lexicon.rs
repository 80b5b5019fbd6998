//! The words the analyst listens for, and those that say nothing about a topic.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words that steer the understanding of a question. Misspellings are mended against them.
static STEERING: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    "account accounts action actions active activity adoption agreed amount annual answer answered anything arr asked \
     asking assigned attention average balance billing book briefing call calls cancel change changed changes churn \
     close closed commit commitment commitments committed compare compared comparison competitor complain complained \
     complaint complaints concern concerned concerns contact contacts contract contracts contradict contradicts \
     conversation conversations critical currency customer customers deadline deal deals declining decreased decrease deliver delivered demand \
     detractor detractors difference disagree disagrees discuss discussed discussion draft drop dropped dropping email emails engaged \
     escalate escalated escalation escalations expire expired expires explain factor factors failed failing feature \
     features feedback feeling feelings fulfilled happened happening happy health healthy history inactive increase \
     increased invoice invoices issue issues kept last late latest level license licensed licenses likely losing lost \
     meeting meetings mention mentioned messages mismatch month monthly money notes nps open opportunity opportunities \
     outstanding overdue overview owner owners owed owes paid partner past payment payments pending people pipeline \
     portfolio praise praised previous price pricing problem problems product progress project projects promise \
     promised promises promoter promoters quarter quarterly quiet quote raise raised recap recent recently reason \
     reasons release released releases remaining renew renewal renewals renewing renews replied reply report request \
     requested requests responded revenue risk risks risky route routed score scores seats section segment sentiment \
     shipped shipping signal signals silent since sponsor stage stakeholder stakeholders status subscription \
     summaries summarise summarize summary support talk talked team tell timeline today touch track tracked \
     trend trending trial trials unanswered unhappy unpaid untrack untracked update updates usage users using value \
     versus week weekly what when which who whole why worried worry worst year yearly yesterday about there their \
     they them account’s did does have between before after next days weeks months with from would should could \
     january february april june july august september october november december monday tuesday wednesday thursday \
     friday saturday sunday champion decision maker titles involved participants attended joined"
        .split_ascii_whitespace()
        .collect()
});

/// Words that are correct as they are and must not be mended into a steering word.
static CORRECT: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    "able actual angry apps area asset base bill bills book books boss built calm care case cases cash charge check \
     class clean clear clock cloud code cost costs could crash data date dates dead dear deep demo desk disk done door \
     down drive duel each easy else fall falls fast file files fine firm fire fixed fixes flag folder form free full \
     goal goals good grade group grow growth hall hand hard heal heat help here high hire home hope hour hours idea \
     inch into item items join jobs just keep kind know lack land large late latency lead leads least leave left less \
     like line link list live load loan lock logo logs long look loop lose loss lots love made mail main make many mark \
     mean meet mind miss mode more most move much name need news nice none note offer only order over pace pack page \
     pain part pass path paying phase pick pilot plan plane plans play point pool port post power press print proof \
     pull push race rate rates read ready real rest restore restores rich ring rise road role roles roll room root rule \
     rules safe sale sales same save scale scan seal search seat security sell send sent server share ship show side \
     sign signed site size slow soft some sort space speak speed spend staff stand start stay step still stop store \
     stored stores stream streams strong sync system table take talks task tasks term terms test text than that then \
     these thing think this those tier time times title tool tools top total train travel true turn type unit units \
     uses user very view visit wait walk want warm wave weak well went were where while wide will wins wire wish word \
     work works worth your three trail trails prices raised rises roadmap planned planning sharing caring closer \
     charged charges changer rented rental lasts labels lease leased relation rating ratings holding staging storage \
     services service partly planet content context contest contrast contact's contacted phone phones promo house"
        .split_ascii_whitespace()
        .collect()
});

/// Whether a lower-case word is spelled right as far as the analyst can tell.
#[must_use]
pub fn knows(lower: &str) -> bool {
    STEERING.contains(lower) || CORRECT.contains(lower) || crate::language::is_stop_word(lower)
}

/// The words misspellings are mended against.
pub fn words() -> impl Iterator<Item = &'static str> {
    STEERING.iter().chain(FRAMING.iter()).copied()
}

/// Words that ask or frame and are never the topic of a question, beyond the stop words of the language.
static FRAMING: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    "account accounts actually anything anybody ask asked asking asks call called calls came come comes customer \
     customers client clients company conversation conversations currently describe detail details discuss discussed \
     discussing discussion email emails e-mail e-mails ever exactly explain far feel feelings find full gave give \
     given happen happened hear heard info information latest last list look looking made mail make meeting meetings \
     mention mentioned mentioning mentions message messages need news opinion overall people person point question \
     quick quickly raise raised recent recently regard regarding respect say saying show side situation something \
     somebody speak speaking specific spoke state stance status story subject talk talked talking tell thanks thought \
     thoughts told topic topics touch transcript transcripts understand view views want wanted word words write wrote \
     written position response respond responded respond reply replied record records there anyone first time times \
     currently team guys folks thing things stuff matter kind sort supposed already hell heck earth \
     anyway please still yet just even remind wondering wonder idea right everything nothing someone everyone nobody \
     ones dr mr mrs ms prof lot bit actual real really honestly basically maybe perhaps quite pretty much many few several various \
     since around behind during among per via upon turned turn turns wed way ways mean means explicitly overall instead besides etc lol hmm btw fyi asap tbh"
        .split_ascii_whitespace()
        .collect()
});

/// Whether a lower-case word is one that asks: `who`, `when`.
#[must_use]
pub fn asks(lower: &str) -> bool {
    matches!(lower, "who" | "what" | "when" | "where" | "why" | "which" | "how" | "whose")
}

/// Whether a lower-case word frames a question rather than naming its topic.
#[must_use]
pub fn frames(lower: &str) -> bool {
    FRAMING.contains(lower) || crate::language::is_stop_word(lower)
}
