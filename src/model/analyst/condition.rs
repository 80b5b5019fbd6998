//! What of a question over all accounts is a condition or an order that the portfolio understands, and what is not.

use crate::language;

/// Stems of words that the conditions and orders of a portfolio are read from, or that only count and list.
const UNDERSTOOD: &str = "account accounts arr mrr revenu total worth valu valuabl amount money sum average big bigger \
    biggest larg larger largest small smaller smallest high higher highest low lower lowest top bottom most least best \
    worst rank order sort list name mani much number count overall portfolio book busi current now today still also \
    alreadi soon critic red risk riski riskiest amber yellow green health healthi healthiest level score state statu \
    unhappi happi happiest upset angri frustrat worri struggl troubl danger attent renew renewal expir lapse end \
    upcom come due contract subscript trial convert pipelin section segment enterpris startup smb mid-market \
    payment pay paid unpai invoic bill overdu late fail declin owner own belong csm manag assign respons track untrack \
    silent quiet dark ghost contact touch spoken heard usag use user activ adopt drop fall fell decreas decline lose \
    lost deal closed-lost re-engag reengag nps promot detractor complaint complain escal churn prais signal have has \
    show display give deal cancel terminat unsign draft refund open won win run ongo seat licens licenc trend grow rise rais \
    increas shrink usage send record miss lack without silenc written wrote talk two three month week quarter year \
    threaten leav see tell break breakdown compar need look go right right-now there exist us our \
    add up togeth altogeth combin averag avg mean per each everi share percent percentag pct slice part portion proport \
    fraction split separ seper apart mix group currenc usd eur gbp chf dollar euro sterl pound quid annual year-long \
    yearli month-to-month monthli quarterli payer interv recur roughli sit handl after before together work run \
    includ incl exclud excl only just line tabl figur on of by in for out belong book desk portfolio tot sold name \
    behind better 9s 10s nine ten gave renewl stay left fall part first soonest zero zeros date day dip begin began collaps nosediv normal peopl";

/// The words of `topic` that no condition is read from.
#[must_use]
pub fn beyond(topic: &[String]) -> Vec<String> {
    let understood = |word: &String| {
        let lower = word.to_lowercase();
        let stem = language::stem(&lower);
        UNDERSTOOD.split_ascii_whitespace().any(|known| known == stem || known == lower)
            || lower.starts_with(|letter: char| letter.is_ascii_digit())
                && lower.trim_end_matches(['k', 'm']).chars().all(|letter| !letter.is_alphabetic())
    };
    topic.iter().filter(|word| !understood(word)).cloned().collect()
}

/// Whether words over all accounts are for promises: "what are we late on", "what do we owe everybody".
#[must_use]
pub fn owes(words: &str) -> bool {
    const OWING: [&str; 12] = [
        "late",
        "behind",
        "overdue",
        "owe",
        "owes",
        "owed",
        "promise",
        "promises",
        "promised",
        "commitment",
        "commitments",
        "to-dos",
    ];
    language::words(words).iter().any(|word| OWING.contains(&word.lower.as_ref()))
}

/// Whether words are for what somebody was told: "did anyone tell Suresh", "have we let her know".
#[must_use]
pub fn tells(words: &str) -> bool {
    const TELLING: [&str; 6] = ["tell", "told", "inform", "informed", "know", "ask"];
    language::words(words).iter().any(|word| TELLING.contains(&word.lower.as_ref()))
}

/// Whether words are of what people said to each other.
pub(super) fn speaks(words: &str) -> bool {
    const SPEAKING: [&str; 10] =
        ["discuss", "discussed", "talk", "talked", "say", "said", "speak", "spoke", "spoken", "covered"];
    language::words(words).iter().any(|word| SPEAKING.contains(&word.lower.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_condition_is_read_from_is_left() {
        let left = |text: &str| beyond(&text.split(' ').map(str::to_owned).collect::<Vec<_>>()).join(" ");
        assert_eq!(left("EU data residency"), "EU data residency");
        assert_eq!(left("biggest revenue"), "");
        assert_eq!(left("critical overdue invoices SSO"), "SSO");
    }
}
