//! What a state says, and that it goes on being true for as long as it says.

use chrono::{Days, Duration, NaiveDate};
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::domain::account::{AccountRecord, Contact, Decided};
use crate::domain::action::{Decision, Outcome, Value};
use crate::domain::activity::{Commitment, LaterWords};
use crate::domain::id::{AccountId, ProposalId};
use crate::domain::record::RecordRef;
use crate::domain::revenue::{BillingSystem, Deal, PaymentEvent, PaymentKind};
use crate::domain::time::Moment;

const DOMAIN: &str = "vandelay.example";

fn now() -> Moment {
    "2026-06-15T15:20:00Z".parse().unwrap()
}

/// An account's data, owned.
#[derive(Clone, Debug)]
struct Records {
    account: Account,
    revenue: Vec<RevenueSource>,
    payments: Vec<PaymentEvent>,
    usage: Vec<UsageDay>,
    signals: Vec<Signal>,
    deals: Vec<Deal>,
    commitments: Vec<Commitment>,
    contacts: Vec<(Moment, RecordRef)>,
}

impl Records {
    fn none() -> Self {
        let record =
            AccountRecord { domain: DOMAIN.to_owned(), name: "Vandelay".to_owned(), ..AccountRecord::default() };
        Self {
            account: Account { id: AccountId::new(), record, section: Section::Health, decided: Decided::default() },
            revenue: Vec::new(),
            payments: Vec::new(),
            usage: Vec::new(),
            signals: Vec::new(),
            deals: Vec::new(),
            commitments: Vec::new(),
            contacts: Vec::new(),
        }
    }

    fn state(&self, at: Moment) -> AccountState {
        let records = HealthInput {
            account: &self.account.record,
            revenue: &self.revenue,
            payments: &self.payments,
            usage: &self.usage,
            signals: &self.signals,
            deals: &self.deals,
            commitments: &self.commitments,
            contacts: &self.contacts,
            notices: &[],
        };
        let input = StateInput { account: &self.account, records };
        AccountState::computed(&input, at, &HealthConfig::default())
    }
}

fn signal(id: usize, at: Moment, kind: SignalKind, score: Option<f64>) -> Signal {
    Signal {
        id: format!("signal-{id}"),
        account: DOMAIN.to_owned(),
        kind,
        occurred_at: at,
        text: "Latex sales are slow.".to_owned(),
        quote: None,
        score,
        sentiment: None,
        call_id: None,
        url: None,
    }
}

fn contract(id: usize, status: BillingStatus, renews_on: NaiveDate, currency: &str) -> RevenueSource {
    RevenueSource {
        id: format!("contract-{id}"),
        account: DOMAIN.to_owned(),
        system: BillingSystem::Stripe,
        product: "Latex".to_owned(),
        status,
        interval: if id.is_multiple_of(2) { "year" } else { "month" }.to_owned(),
        amount_minor: 1_200_000,
        currency: currency.to_owned(),
        mrr_minor: None,
        quantity: Some(20),
        starts_on: Some(renews_on - Days::new(365)),
        renews_on: Some(renews_on),
        cancel_at_period_end: false,
        discount_percent: None,
        discount_minor: None,
        discount_until: None,
        url: None,
    }
}

fn promise(id: usize, side: Side, at: Moment, due: Option<NaiveDate>, quote: &str) -> Commitment {
    Commitment {
        id: format!("call-1#c{id}"),
        account: DOMAIN.to_owned(),
        who: "Art Vandelay".to_owned(),
        side,
        what: "ship the samples".to_owned(),
        due,
        due_text: None,
        quote: quote.to_owned(),
        occurred_at: at,
        source: RecordRef { kind: RecordKind::Call, id: "call-1".to_owned() },
        at_seconds: None,
        kept_by: None,
        unclear_by: None,
        marked: None,
    }
}

/// Instants around [`now`]: to the day, and to the second of days on which something ends to count.
fn instant() -> impl Strategy<Value = Moment> {
    let days =
        prop_oneof![-130_i64..40, select(vec![-122, -121, -120, -91, -90, -61, -60, -46, -45, -30, -14, -1, 0, 1])];
    let seconds = prop_oneof![Just(0_i64), Just(1), -80_000_i64..80_000];
    (days, seconds).prop_map(|(days, seconds)| now() + Duration::days(days) + Duration::seconds(seconds))
}

fn day() -> impl Strategy<Value = NaiveDate> {
    instant().prop_map(|at| at.day())
}

fn signals() -> impl Strategy<Value = Vec<Signal>> {
    let score = prop_oneof![Just(None), (0_u32..11).prop_map(|score| Some(f64::from(score)))];
    prop::collection::vec((instant(), select(SignalKind::ALL.to_vec()), score), 0..8).prop_map(|all| {
        let numbered = all.into_iter().enumerate();
        numbered.map(|(id, (at, kind, score))| signal(id, at, kind, score)).collect()
    })
}

fn contracts() -> impl Strategy<Value = Vec<RevenueSource>> {
    use BillingStatus::{Active, Canceled, Expired, PastDue, Pending, Trialing};
    let status = select(vec![Active, Active, PastDue, Trialing, Expired, Canceled, Pending]);
    prop::collection::vec((status, day(), select(vec!["USD", "EUR"])), 0..4).prop_map(|all| {
        let numbered = all.into_iter().enumerate();
        numbered.map(|(id, (status, renews_on, currency))| contract(id, status, renews_on, currency)).collect()
    })
}

fn payments() -> impl Strategy<Value = Vec<PaymentEvent>> {
    use PaymentKind::{Failed, Paid, PastDue, Refunded};
    prop::collection::vec((instant(), select(vec![Paid, Failed, PastDue, Refunded])), 0..5).prop_map(|all| {
        let payment = |(id, (occurred_at, kind))| PaymentEvent {
            id: format!("payment-{id}"),
            account: DOMAIN.to_owned(),
            occurred_at,
            kind,
            amount_minor: 5_000,
            currency: "USD".to_owned(),
            invoice: None,
            url: None,
        };
        all.into_iter().enumerate().map(payment).collect()
    })
}

/// Whose, when, by when, what became of it (kept, marked), and which words.
type Promised = (Side, Moment, Option<NaiveDate>, (Option<Moment>, Option<(Moment, Outcome)>), usize);

fn promises() -> impl Strategy<Value = Vec<Commitment>> {
    let became = prop_oneof![
        Just((None, None)),
        instant().prop_map(|at| (Some(at), None)),
        (instant(), select(vec![Outcome::Kept, Outcome::Dropped]))
            .prop_map(|(at, outcome)| (None, Some((at, outcome)))),
    ];
    let side = select(vec![Side::Team, Side::Customer]);
    prop::collection::vec((side, instant(), prop::option::of(day()), became, 0..3_usize), 0..6).prop_map(|all| {
        let numbered = all.into_iter().enumerate();
        let made = |(id, (side, at, due, (kept, marked), words)): (usize, Promised)| {
            let mut made = promise(id, side, at, due, &format!("We will see to it {words}."));
            let source = made.source.clone();
            made.kept_by = kept.map(|occurred_at| LaterWords { source, occurred_at, quote: "It came.".to_owned() });
            made.marked = marked.map(|(at, outcome)| Decision {
                value: Value::Marked { outcome, quote: made.quote.clone() },
                reason: None,
                by: "kramer@team.example".to_owned(),
                at,
                proposal: ProposalId::new(),
            });
            made
        };
        numbered.map(made).collect()
    })
}

fn usage() -> impl Strategy<Value = Vec<UsageDay>> {
    prop::collection::vec((day(), 0..40_u32, prop::option::of(0..60_u32)), 0..30).prop_map(|all| {
        let used = |(day, active_users, licensed_seats)| UsageDay {
            account: DOMAIN.to_owned(),
            day,
            active_users,
            licensed_seats,
        };
        all.into_iter().map(used).collect()
    })
}

fn records() -> impl Strategy<Value = Records> {
    let talks = prop::collection::vec((instant(), select(vec![RecordKind::Call, RecordKind::Email])), 0..4);
    (signals(), contracts(), payments(), promises(), usage(), talks).prop_map(
        |(signals, revenue, payments, commitments, usage, talks)| {
            let contacts =
                talks.into_iter().enumerate().map(|(id, (at, kind))| (at, RecordRef { kind, id: format!("t{id}") }));
            let contacts = contacts.collect();
            Records { signals, revenue, payments, commitments, usage, contacts, ..Records::none() }
        },
    )
}

proptest! {
    #[test]
    fn a_state_is_the_same_until_the_instant_it_names(records in records(), shares in prop::collection::vec(0.0..1.0_f64, 3)) {
        let state = records.state(now());
        let holds = state.valid_until - now();
        prop_assert!(holds > Duration::zero() && holds <= Duration::days(1));
        let within = shares.into_iter().map(|share| Duration::milliseconds((holds.num_milliseconds() as f64 * share) as i64));
        for later in within.chain([holds - Duration::microseconds(1)]) {
            prop_assert_eq!(&records.state(now() + later), &state, "after {}", later);
        }
    }
}

#[test]
fn a_state_ends_with_the_next_instant_at_which_something_happens_or_is_forgotten() {
    let mut records = Records::none();
    let midnight: Moment = "2026-06-16T00:00:00Z".parse().unwrap();
    assert_eq!(records.state(now()).valid_until, midnight);
    let forgotten = now() - Duration::days(61) + Duration::hours(2);
    records.signals.push(signal(1, forgotten, SignalKind::Escalation, None));
    let state = records.state(now());
    assert!(state.trouble);
    assert_eq!(state.valid_until, now() + Duration::hours(2));
    assert!(!records.state(state.valid_until).trouble);
    records.contacts.push((now() + Duration::hours(1), RecordRef { kind: RecordKind::Call, id: "call-2".to_owned() }));
    let state = records.state(now());
    assert_eq!((state.last_contact, state.valid_until), (None, now() + Duration::hours(1)));
    assert_eq!(records.state(state.valid_until).last_contact, Some(state.valid_until));
}

#[test]
fn the_same_words_count_as_one_promise_where_they_matter_most() {
    let mut records = Records::none();
    let (made, yesterday) = (now() - Duration::days(9), now().day() - Days::new(1));
    let mut kept = promise(1, Side::Team, made, Some(yesterday), "We send both.");
    let source = kept.source.clone();
    kept.kept_by = Some(LaterWords { source, occurred_at: made, quote: "Sent.".to_owned() });
    records.commitments = vec![
        kept,
        promise(2, Side::Team, made, Some(yesterday), "We send both."),
        promise(3, Side::Team, made, None, "We call you."),
        promise(4, Side::Customer, made, None, "We send both."),
    ];
    let state = records.state(now());
    assert_eq!(state.ours, PromiseCounts { overdue: 1, open: 1, ..PromiseCounts::default() });
    assert_eq!(state.theirs, PromiseCounts { open: 1, ..PromiseCounts::default() });
}

#[test]
fn a_state_says_what_the_records_hold() {
    let mut records = Records::none();
    assert_eq!(records.state(now()).holds, []);
    records.account.record.contacts = vec![Contact { name: "Art Vandelay".to_owned(), ..Contact::default() }];
    records.signals.push(signal(1, now() + Duration::days(1), SignalKind::Nps, Some(3.0)));
    records.revenue.push(contract(1, BillingStatus::Draft, now().day(), "USD"));
    let state = records.state(now());
    assert_eq!(state.holds, [Holding::Signals, Holding::Nps, Holding::Contacts]);
    assert_eq!((state.nps, state.nps_signal.as_deref()), (None, Some("signal-1")), "it is not given yet");
}

fn unhappy(signals: &[Signal]) -> bool {
    trouble_unanswered(signals, "2026-06-17T15:00:00Z".parse().unwrap()).is_some()
}

#[test]
fn a_healthy_account_is_unhappy_only_over_something_serious_that_nothing_good_followed() {
    let on = |day: &str, kind, score| signal(0, format!("{day}T10:00:00Z").parse().unwrap(), kind, score);
    let low = on("2026-05-01", SignalKind::Nps, Some(3.0));
    let better = on("2026-06-11", SignalKind::Nps, Some(8.0));
    let complaint = |day: &str| on(day, SignalKind::Complaint, None);
    assert!(unhappy(std::slice::from_ref(&low)));
    assert!(!unhappy(&[low.clone(), better.clone()]));
    assert!(unhappy(&[low, better, on("2026-06-15", SignalKind::ChurnRisk, None)]));
    assert!(!unhappy(&[complaint("2026-06-01")]));
    assert!(unhappy(&[complaint("2026-06-01"), complaint("2026-06-09")]));
    assert!(!unhappy(&[on("2026-03-01", SignalKind::Escalation, None)]));
}
