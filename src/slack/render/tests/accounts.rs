//! The account card, the chart of a score, lists, progress and Work Objects.

use chrono::Days;
use proptest::prelude::*;

use super::{at, id, public, shown, sound, today};
use crate::domain::account::{Rating, Section};
use crate::domain::health::Level;
use crate::domain::money::Money;
use crate::domain::revenue::PaymentState;
use crate::domain::tool::portfolio::RoutedFrom;
use crate::domain::tool::score::{ScoreMover, ScorePath, ScorePoint};
use crate::slack::render::Links;
use crate::slack::render::account::{AccountCard, Factor, Promise, Touch, UsageTrend, card};
use crate::slack::render::history::history;
use crate::slack::render::list::{AccountList, AccountRow, list};
use crate::slack::render::progress::{StepState, Steps, message, plan};
use crate::slack::render::unfurl::{Preview, details, preview};

fn factor(magnitude: i32, reason: &str, source: &str) -> Factor {
    Factor { magnitude, reason: reason.to_owned(), source: source.to_owned() }
}

pub(super) fn promise(who: &str, what: &str, due: &str, overdue: bool) -> Promise {
    Promise { who: who.to_owned(), what: what.to_owned(), due: due.parse().ok(), overdue }
}

fn hooli() -> AccountCard {
    AccountCard {
        domain: "hooli.com".to_owned(),
        name: "Hooli".to_owned(),
        segment: Some("enterprise".to_owned()),
        owner: Some("jared@piedpiper.com".to_owned()),
        contact: Some("Colin Marsh, VP Infrastructure".to_owned()),
        level: Level::Critical,
        score: 7,
        factors: vec![
            factor(-20, "Active users down 54% in 30 days (284 → 130, weekly averages)", "usage"),
            factor(-16, "Churn risk: 2 signals since May 22, the last on June 11", "signal"),
            factor(-12, "130 of 600 seats in use, 22%", "usage"),
            factor(-8, "Renewal in 4 weeks, on July 15", "contract"),
            factor(4, "Praise on June 3: “the restore team was quick”", "calls"),
        ],
        missing: Vec::new(),
        rating: None,
        disagreement: None,
        section: Section::Health,
        routed: None,
        tracked: true,
        snoozed_until: None,
        arr: vec![Money::new(24_000_000, "USD")],
        payment: Some(PaymentState::Current),
        renews_on: "2026-07-15".parse().ok(),
        usage: Some(UsageTrend { active: 130, seats: Some(600), month_change_percent: Some(-54) }),
        last_touch: Some(Touch { what: "e-mail “Adoption plan”".to_owned(), at: at("2026-06-12T09:00:00Z") }),
        ours: vec![
            promise("Jared Dunn", "send the adoption plan", "2026-06-01", true),
            promise("Bertram Gilfoyle", "replay job 88213 on an idle node", "2026-06-19", false),
        ],
        theirs: vec![promise("Dana Whitfield", "name the people for the pilot", "2026-06-20", false)],
        crm_url: None,
    }
}

#[test]
fn a_card_shows_what_matters_of_an_account() {
    shown!("account", &card(&hooli(), public(), today()));
}

#[test]
fn a_card_says_what_is_not_there() {
    let mut bare = hooli();
    bare.name = "Acme & *Sons* <Ltd>".to_owned();
    bare.level = Level::Healthy;
    (bare.segment, bare.owner, bare.contact) = (None, None, None);
    (bare.factors, bare.ours, bare.theirs, bare.arr) = Default::default();
    (bare.payment, bare.renews_on, bare.usage, bare.last_touch) = (None, None, None, None);
    bare.missing = vec!["usage".to_owned(), "payments".to_owned()];
    bare.disagreement = Some("Score 82, but payment failed.".to_owned());
    bare.rating = Some(Rating {
        rating: 2,
        note: Some("They do not answer".to_owned()),
        by: "monica@piedpiper.com".to_owned(),
        at: at("2026-06-12T12:00:00Z"),
    });
    bare.tracked = false;
    bare.snoozed_until = "2026-07-01".parse().ok();
    bare.section = Section::Pipeline;
    bare.routed = Some(RoutedFrom {
        from: "Health".to_owned(),
        reason: Some("They want to extend".to_owned()),
        by: "monica@piedpiper.com".to_owned(),
        at: at("2026-06-10T12:00:00Z"),
    });
    shown!("account_bare", &card(&bare, Links::NONE, today()));
}

fn path(points: u64) -> ScorePath {
    let points = (0..points).map(|week| ScorePoint {
        day: today() - Days::new((points - 1 - week) * 7),
        score: 60_u32.saturating_sub(week as u32 * 4),
        level: if week < 5 { Level::AtRisk } else { Level::Critical },
    });
    let reason = "active users down 54% in 30 days (284 → 130, weekly averages)".to_owned();
    let mover = ScoreMover { cites: Vec::new(), before: -17, now: -20, reason };
    ScorePath {
        cite: 1,
        points: points.collect(),
        movers: vec![mover],
        replayed: true,
        trend: Some("a slow decline of about 4 points a week".to_owned()),
        causes: Vec::new(),
        moves: Vec::new(),
    }
}

#[test]
fn a_score_is_shown_as_a_line() {
    shown!("history", &history("Hooli", &path(13), today()));
    shown!("history_empty", &history("Hooli", &path(0), today()));
}

#[test]
fn a_long_history_keeps_its_first_and_last_day() {
    let message = history("Hooli", &path(70), today());
    sound(&message);
    let labels = message.blocks[1]["chart"]["axis_config"]["categories"].as_array().unwrap();
    assert_eq!(labels.len(), 20);
    assert_eq!((labels[0].as_str(), labels[19].as_str()), (Some("Feb 19, 2025"), Some("Jun 17, 2026")));
}

pub(super) fn row(name: &str, domain: &str, score: u32) -> AccountRow {
    AccountRow {
        domain: domain.to_owned(),
        name: name.to_owned(),
        level: if score < 40 { Level::Critical } else { Level::AtRisk },
        score,
        reason: Some("Active users down 54% in 30 days (284 → 130, weekly averages)".to_owned()),
        arr: vec![Money::new(24_000_000, "USD")],
        renews_on: "2026-07-15".parse().ok(),
        on_that_day: "renews".to_owned(),
        owner: Some("jared@piedpiper.com".to_owned()),
    }
}

#[test]
fn a_list_is_bounded_and_names_what_is_left() {
    let mut critical = AccountList {
        title: "Critical accounts".to_owned(),
        rows: vec![row("Hooli", "hooli.com", 7), row("Mossbridge University", "mossbridge.edu", 22)],
        total: 2,
        arr: vec![Money::new(48_000_000, "USD")],
        empty: "None is critical now.".to_owned(),
    };
    shown!("list", &list(&critical, today()));
    critical.rows = vec![critical.rows[0].clone(); 20];
    critical.total = 31;
    let long = list(&critical, today());
    sound(&long);
    assert!(serde_json::to_string(&long.blocks).unwrap().contains("and 19 more"));
    critical.rows.clear();
    shown!("list_empty", &list(&critical, today()));
}

#[test]
fn progress_is_there_at_once_and_every_step_is_settled() {
    let mut steps = Steps::default();
    shown!("progress_first", &message(Some("Hooli"), steps.all()));
    assert_eq!(steps.begin("Reading the last 3 calls").len(), 1);
    assert!(steps.begin("Reading the last 3 calls").is_empty(), "the same step is not begun twice");
    let told = steps.begin("Looking at usage");
    let chunks: Vec<_> = [plan("Looking at Hooli")].into_iter().chain(told).collect();
    let chunks = serde_json::json!(chunks);
    assert_eq!(crate::slack::rules::check_stream_chunks(&chunks), []);
    insta::assert_json_snapshot!("progress_chunks", chunks);
    shown!("progress_steps", &message(Some("Hooli"), steps.all()));
    assert_eq!(steps.settle(StepState::Failed).len(), 1);
    assert!(steps.settle(StepState::Done).is_empty());
    for n in 0..40 {
        steps.begin(&format!("Step {n}"));
    }
    steps.settle(StepState::Done);
    assert!(steps.all().len() <= 12 && steps.all().iter().all(|step| step.state != StepState::Running));
}

#[test]
fn a_preview_names_account_and_owner_and_nothing_else() {
    let url = "https://agent.piedpiper.example/?account=hooli.com";
    let shown =
        preview(&Preview { posted: url, url, domain: "hooli.com", name: "Hooli", owner: Some("jared@piedpiper.com") });
    let text = shown.to_string();
    for secret in ["240,000", "critical", "July"] {
        assert!(!text.contains(secret));
    }
    insta::assert_json_snapshot!("unfurl_preview", shown);
    insta::assert_json_snapshot!("unfurl_details", details(&hooli(), url, today()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_words_keep_every_limit(name in any::<String>(), words in any::<String>()) {
        let mut any = hooli();
        any.name.clone_from(&name);
        any.domain.clone_from(&words);
        any.owner = Some(words.clone());
        any.factors = vec![factor(-3, &words, &name); 30];
        any.ours = vec![promise(&name, &words, "2026-06-01", true); 30];
        any.missing = vec![words.clone(); 30];
        any.last_touch = Some(Touch { what: words.repeat(9), at: at("2026-06-12") });
        for links in [public(), Links::NONE] {
            sound(&card(&any, links, today()));
        }
        sound(&history(&name, &path(13), today()));
        let rows = vec![row(&name, &words, 7); 30];
        sound(&list(&AccountList { title: name.clone(), rows, total: 90, arr: Vec::new(), empty: words.clone() }, today()));
        let mut steps = Steps::default();
        steps.begin(&words);
        sound(&message(Some(&name), steps.all()));
        let _ = id::<crate::domain::id::TurnId>("turn");
    }
}
