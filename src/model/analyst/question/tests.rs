//! Questions as people type them, and what they must be understood as.

use super::*;
use crate::domain::activity::SignalKind;
use crate::domain::health::Level;
use crate::domain::record::RecordKind;
use crate::domain::tool::portfolio::{Billed, Grouping, PortfolioOrder};

fn ask(question: &str) -> Ask {
    read(question, &[], "2026-11-21".parse::<chrono::NaiveDate>().unwrap().into(), false)
}

#[test]
fn the_questions_a_csm_asks_all_day_are_understood() {
    for (question, intent) in [
        ("Why is this account critical?", Intent::Score),
        ("Summarize the last three calls with this customer.", Intent::Calls),
        ("What requests has this account made?", Intent::Requests),
        ("Are there any open commitments to this account?", Intent::Commitments),
        ("What changed since last week?", Intent::Changes),
        ("Who is renewing in the next 30 days and looks unhappy?", Intent::Accounts),
        ("Where do health scores contradict the revenue?", Intent::Accounts),
        ("Which customers have a score at odds with their payments?", Intent::Accounts),
        ("What did they say about SSO?", Intent::Topic),
        ("Which accounts asked for what we shipped in 4.2?", Intent::Askers),
    ] {
        assert_eq!(ask(question).intent, intent, "{question}");
    }
}

#[test]
fn questions_are_understood_however_they_are_typed() {
    for (question, intent) in [
        ("y is it so critcal", Intent::Score),
        ("why so critcal", Intent::Score),
        ("whats the health score", Intent::Score),
        ("How likely are they to convert?", Intent::Likelihood),
        ("will they become a paying customer", Intent::Likelihood),
        ("what are the chances they come back to us", Intent::Likelihood),
        ("how has the score changed", Intent::ScoreHistory),
        ("sumarize last call", Intent::Calls),
        ("what happened on that call", Intent::Calls),
        ("what did we promise them", Intent::Commitments),
        ("anything overdue that we owe them", Intent::Commitments),
        ("feature requests", Intent::Requests),
        ("what do they want from us", Intent::Requests),
        ("when do they renew", Intent::Revenue),
        ("whats their arr", Intent::Revenue),
        ("did they pay the last invoice", Intent::Revenue),
        ("how many active users", Intent::Usage),
        ("is usage going down", Intent::Usage),
        ("when did we last speak", Intent::Contact(vec![RecordKind::Call, RecordKind::Email])),
        ("how many calls in the last 30 days", Intent::Contact(vec![RecordKind::Call])),
        ("any complaints", Intent::Signals(vec![SignalKind::Complaint, SignalKind::Escalation])),
        ("what is their nps", Intent::Signals(vec![SignalKind::Nps])),
        ("are they happy", Intent::Signals(vec![])),
        ("who is the main contact", Intent::People),
        ("who owns this account", Intent::People),
        ("tell me about them", Intent::Overview),
        ("how are they doing", Intent::Overview),
        ("what should I do next", Intent::NextStep),
        ("did they reply to our last email", Intent::Emails),
        ("which accounts are critical", Intent::Accounts),
        ("accounts with failed payments", Intent::Accounts),
        ("who asked for SSO", Intent::Askers),
        ("what did we ship last month", Intent::Releases),
        ("route them to Pipeline, they signed", Intent::Act),
        ("draft a renewal mail to Dana, short", Intent::Draft),
        ("how fast were the restores", Intent::Topic),
        ("hi", Intent::Help),
    ] {
        assert_eq!(ask(question).intent, intent, "{question}");
    }
}

#[test]
fn the_topic_is_what_remains() {
    assert_eq!(ask("What did they say about SSO?").topic, ["SSO"]);
    assert_eq!(ask("did anyone mention slow restores since March").topic, ["slow", "restores"]);
    assert_eq!(ask("what did we promise about the restore benchmark").topic, ["restore", "benchmark"]);
}

#[test]
fn conditions_on_accounts_are_read() {
    let filter = ask("which critical accounts over 100k are renewing in the next 45 days").filter;
    assert_eq!(filter.levels, [Level::Critical]);
    assert_eq!(filter.arr_at_least, Some(100_000));
    assert_eq!(filter.renews.until, Some("2027-01-05".parse().unwrap()));
    assert!(ask("who is renewing in 30 days and unhappy").filter.unhappy);
    assert_eq!(ask("accounts at risk").filter.levels, [Level::Critical, Level::AtRisk]);
}

#[test]
fn two_questions_in_one_message_are_told_apart() {
    let question = "Who owns Hooli and when do they renew?";
    let texts: Vec<&str> = parts(question).into_iter().map(|(start, end)| &question[start..end]).collect();
    assert_eq!(texts, ["Who owns Hooli and ", "when do they renew?"]);
    assert_eq!(parts("compare Hooli and Aviato").len(), 1);
}

#[test]
fn arithmetic_over_accounts_is_no_order_and_knows_its_measure() {
    use Measure::{Accounts, Arr, Mrr, Seats};
    for (question, operation, measure) in [
        ("add up the revenue of all our accounts", Operation::Sum, Arr),
        ("sum of seats over all customers", Operation::Sum, Seats),
        ("total MRR across our accounts", Operation::Sum, Mrr),
        ("what is the mean ARR of our startups", Operation::Mean, Arr),
        ("avg seats per account", Operation::Mean, Seats),
        ("what percentage of our accounts is critical", Operation::Share, Accounts),
        ("how large a share of our ARR renews in May", Operation::Share, Arr),
        ("ARR by owner", Operation::Groups(Grouping::Owner), Arr),
        ("how many accounts are in each section", Operation::Groups(Grouping::Section), Accounts),
        ("our ARR in yen and francs, separately", Operation::Groups(Grouping::Currency), Arr),
    ] {
        let asked = ask(question);
        assert_eq!(asked.calculation, Some(Calculation { operation, measure }), "{question}");
        assert_eq!(asked.intent, Intent::Accounts, "{question}");
    }
    for question in ["what do they mean by that", "is 20 percent off too much", "did we share the deck with them"] {
        assert_eq!(ask(question).calculation, None, "{question}");
    }
}

#[test]
fn how_accounts_pay_is_a_condition() {
    let billed = |question: &str| ask(question).filter.billed;
    assert_eq!(billed("which customers pay quarterly"), Some(Billed::Quarterly));
    assert_eq!(billed("accounts with a yearly contract that renew soon"), Some(Billed::Yearly));
    assert_eq!(billed("accounts billed per month"), Some(Billed::Monthly));
    assert_eq!(billed("annual recurring revenue of our accounts"), None);
    let currency = |question: &str| ask(question).filter.currency;
    assert_eq!(currency("our biggest account in francs").as_deref(), Some("CHF"));
    assert_eq!(currency("which accounts pay 500 euros a month"), None);
    assert!(!ask("how many customers pay quarterly, without trials").filter.trialing);
}

#[test]
fn the_accounts_are_all_of_them_and_so_many_are_picked() {
    assert_eq!(ask("list the accounts with an NPS of 3 or worse").intent, Intent::Accounts);
    let picked = ask("which four startup customers renew next");
    assert_eq!((picked.count, picked.one, picked.filter.order), (Some(4), None, PortfolioOrder::Renewal));
    let high = ask("who rated us an eight or a ten").filter;
    assert_eq!((high.signals, high.nps_at_least), (vec![SignalKind::Nps], Some(8)));
}
