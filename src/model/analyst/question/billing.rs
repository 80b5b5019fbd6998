//! How accounts pay: in which currency, how often.

use super::calculation::currencies;
use super::cues::Cues;
use crate::domain::tool::portfolio::{Billed, Portfolio};

/// Reads it into `filter`.
pub(super) fn read(cues: &Cues<'_>, filter: &mut Portfolio) {
    filter.billed = billed(cues);
    let mut named = currencies(cues);
    let of_accounts = cues.any(
        "arr mrr revenue recurring account accounts customer customers client clients billed billing bill pay pays \
         paying contracts renewals book portfolio biggest largest smallest",
    );
    // Two currencies are two groups, and no condition.
    if let (Some(currency), None, true) = (named.next(), named.next(), of_accounts) {
        filter.currency = Some(currency.to_owned());
    }
}

fn billed(cues: &Cues<'_>) -> Option<Billed> {
    const OF: &str = "contract|contracts|plan|plans|subscription|subscriptions|payer|payers|billing|customers|accounts|\
        customer|account|terms|term|renewals|payment|payments|basis";
    let paid = |words: &str| {
        cues.phrase(&[words, OF])
            || cues.phrase(&["pay|pays|paying|paid|bill|billed|billing|invoiced|charged", words])
            || cues.phrase(&["pay|pays|paying|paid|billed|invoiced|charged", "*", "by|per|every|each", words])
    };
    if paid("monthly|month-to-month") || cues.phrase(&["month", "to", "month"]) || paid("month") {
        Some(Billed::Monthly)
    } else if paid("quarterly") {
        Some(Billed::Quarterly)
    } else if paid("annual|yearly|annually") {
        Some(Billed::Yearly)
    } else {
        None
    }
}
