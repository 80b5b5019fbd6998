//! Everything that can be asked of the store, asked for one workspace by the identifiers of another.

use serde_json::Value;
use success_agent::domain::account::Section;
use success_agent::domain::action::AuditQuery;
use success_agent::domain::activity::{CommitmentStatus, SignalKind};
use success_agent::domain::health::HealthConfig;
use success_agent::domain::id::{AccountId, WorkspaceId};
use success_agent::domain::ledger::LedgerWanted;
use success_agent::domain::pipeline::DealsWanted;
use success_agent::domain::record::{RecordKind, RecordRef};
use success_agent::domain::revenue::DealStatus;
use success_agent::domain::section::SectionWanted;
use success_agent::domain::time::Window;
use success_agent::domain::tool::activity::Place;
use success_agent::domain::tool::portfolio::{Grouping, Holding, Portfolio};
use success_agent::store::{Among, Opening, Projection, PromisesWanted, Store, StoreError};

use super::access::session_of_all;
use super::digests::brief;
use super::filled::{Filled, READER, call, now, slack_user};
use super::sources;

/// The function that was called, and what it gave, as text.
pub type Given = (&'static str, String);

macro_rules! calls {
    ($of:expr, $first:expr; $($name:ident $(::<$kind:ty>)? ($($argument:expr),* $(,)?);)*) => {
        vec![$((stringify!($name), format!("{:?}", $of.$name$(::<$kind>)?($first, $($argument),*).await))),*]
    };
}

/// What the functions of [`Store`] that read give to `workspace` for the identifiers of `owner`.
pub async fn of_the_store(store: &Store, workspace: WorkspaceId, owner: &Filled) -> Vec<Given> {
    let Filled { shared, conversation, thread, item, task, .. } = owner;
    let always = Window::ALWAYS;
    let kinds = [RecordKind::Account, RecordKind::Call];
    let everything = AuditQuery { limit: 1_000, ..AuditQuery::default() };
    let owned =
        Portfolio { owner: Some("monica".to_owned()), contact: Some("Dana".to_owned()), ..Portfolio::default() };
    let (tomorrow, rules) = (now() + chrono::Duration::days(1), HealthConfig::default());
    let before = now() - chrono::Duration::days(1);
    let starts_at = brief("").starts_at;
    let jareds = PromisesWanted { person: Some("Jared".to_owned()), ..PromisesWanted::default() };
    let mut next = store.slack_thread(owner.workspace, *thread).await.unwrap();
    next.thread_ts = "2.0".to_owned();
    let opening = Opening { account: Some("hooli.com"), asker: Some("Monica Hall") };
    let begins = async || {
        let opened = store.open_turn(workspace, opening).await?;
        let account = opened.records.briefs(&["hooli.com".to_owned()]).await?;
        Ok::<_, StoreError>((opened.asker, opened.asker_owns, account))
    };
    let path = async || {
        let data = store.account_data(workspace, "hooli.com").await?;
        store.health_path(workspace, &data, &always, tomorrow, &rules).await
    };
    let mut given =
        vec![("open_turn", format!("{:?}", begins().await)), ("health_path", format!("{:?}", path().await))];
    given.extend(calls![store, workspace;
        account("hooli.com");
        account_id("hooli.com");
        accounts();
        called(&["hooli".to_owned(), "hooli com".to_owned()], &["dana".to_owned(), "jared".to_owned()]);
        accounts_beginning("hoo", 5);
        accounts_beginning("", 5);
        customers_beginning("da", 5);
        conversations_on("hooli.com", "monica@piedpiper.com", 5);
        briefs(&["hooli.com".to_owned()]);
        words_alike(&["hooli".to_owned()]);
        people_at("dana@hooli.com");
        team();
        customers_of("hooli.com");
        known_accounts();
        example_account();
        activity("hooli.com", &[], &always, None, 100);
        activity_after("hooli.com", &[], &Place::at(tomorrow), 100);
        last_seen("hooli.com", tomorrow, 100);
        audit(&everything);
        gone_records(10);
        proposal_of_request("req-pending");
        draft_of_request("req-draft");
        calendar_meetings("hooli.com", now(), 100);
        meetings_of("monica@team.example", now(), 100);
        meetings_ahead(now(), 100);
        due_briefs(now(), now() + chrono::Duration::days(10));
        brief("g1", starts_at);
        briefs_of(&["g1".to_owned()]);
        calls("hooli.com", &always, None, 100);
        conversation(*conversation);
        turn(shared.turn);
        turns(*conversation, 100);
        workspace_counts(&kinds);
        account_data("hooli.com");
        deals(Some("hooli.com"));
        deals(None);
        decisions("hooli.com");
        digest(shared.digest);
        digests();
        due_digests(tomorrow);
        absence(&format!("{}@team.example", owner.word), now().day());
        alerts(before, 10);
        alert_posts_to_say(10);
        digest_standings(shared.digest);
        edition(shared.digest, now());
        editions(shared.digest, 10);
        watched(&Portfolio::default(), now());
        domains_of(&[owner.account]);
        newest_of(&[owner.account]);
        draft(shared.draft);
        drafts(Some("hooli.com"), 100);
        drafts(None, 100);
        last_draft(*conversation);
        emails("hooli.com", &always, None, 100);
        thread("hooli.com", "t1");
        last_answered(Some(*conversation));
        last_answered(None);
        account_data_of(&[owner.account], now().day());
        stale_states(tomorrow, &rules, 100);
        tracked_after(None, 100);
        health_history("hooli.com", &always, 100);
        health_settings(100);
        portfolio(&owned, now());
        portfolio_sums(&owned, Grouping::Owner, now());
        portfolio_at_any_level(&Portfolio::default(), now());
        tracked_without(Holding::Nps);
        tracked_without_usage();
        portfolio_first(&owned, now());
        account_owners();
        ledger(&LedgerWanted::default(), None, 100, now());
        ledger_totals(&LedgerWanted::default(), now());
        billing_systems();
        any_in_crm();
        deal_page(&DealsWanted::default(), None, 100);
        deal_stages();
        deal_board(&["Proposal".to_owned()], 100);
        deals_closed(DealStatus::Lost, now() - chrono::Duration::days(60));
        section_list(&SectionWanted::default(), now());
        section_figures(Section::Health, now());
        count_tracked(Among::Owner("monica@team.example"));
        tracked_besides(AccountId::new());
        heard("hooli.com");
        behind(Projection::Words, 100);
        behind(Projection::Meaning, 100);
        count_behind(Projection::Words);
        count_behind(Projection::Meaning);
        meta::<Value>("key");
        notes("hooli.com", &always);
        notes_on("hooli.com");
        summaries(&["c1".to_owned()]);
        reading_state(READER, 3);
        noticed("hooli.com", &[], &always);
        payments(Some("hooli.com"), &always);
        payments(None, &always);
        people();
        colleagues_called("monica");
        person(owner.person);
        has_admin();
        session(session_of_all(), now());
        login_link(session_of_all(), now());
        api_tokens(None);
        api_tokens(Some(owner.person));
        person_by_email("monica@team.example");
        person_in_slack(&slack_user());
        owns_accounts("monica@team.example");
        projects("hooli.com", &always);
        proposal(shared.pending);
        proposals(Some("hooli.com"), 100);
        proposals(None, 100);
        commitments("hooli.com", &always);
        commitments("hooli.com", &always);
        promises(&PromisesWanted::default(), now().day(), 100);
        requests("hooli.com", &always);
        requests("hooli.com", &always);
        latest_requests(&always, &[], 100);
        count_promises(&jareds, now().day(), CommitmentStatus::Open);
        count_promises_made(&always);
        accounts_to_read(None, 100);
        count_to_read();
        marks("hooli.com");
        records(&[call()]);
        titles(&[call()]);
        releases(&always);
        revenue_sources(Some("hooli.com"));
        revenue_sources(None);
        signals("hooli.com", &[], &always);
        signals("hooli.com", &[], &always);
        latest_signals(SignalKind::Complaint, &always, 100);
        tasks(100);
        task(*task);
        untitled();
        usage(Some("hooli.com"), &always);
        usage(None, &always);
        slack_item(*item);
        slack_known::<Value>("T1", "U1", before);
        slack_link("T1", "C1");
        slack_post("sent");
        slack_posts_showing("prop_1");
        known_slack_posts("T1", "C1", &["1.1".to_owned()]);
        slack_teams();
        slack_thread(*thread);
        slack_thread_at("T1", "C1", "1.0");
        slack_conversation_before(&next, "0");
        open_slack_turn(*thread);
        slack_turn(shared.slack_turn);
        slack_question_before("U1", 1);
        said_in_slack_thread(*thread);
    ]);
    for (kind, id) in [
        (RecordKind::Account, "hooli.com"),
        (RecordKind::Call, "c1"),
        (RecordKind::Email, "e1"),
        (RecordKind::Signal, "s1"),
        (RecordKind::RevenueSource, "r1"),
        (RecordKind::PaymentEvent, "p1"),
        (RecordKind::Usage, "hooli.com/2026-05-01"),
        (RecordKind::Deal, "d1"),
        (RecordKind::Project, "j1"),
        (RecordKind::Note, "n1"),
        (RecordKind::Release, "rel-1"),
        (RecordKind::Meeting, "g1"),
        (RecordKind::Commitment, "c1#c0"),
        (RecordKind::Request, "c1#r0"),
    ] {
        let reference = RecordRef { kind, id: id.to_owned() };
        given.push(("record", format!("{:?}", store.record(workspace, &reference).await)));
    }
    given.extend(sources::reads(store, workspace).await);
    given
}

macro_rules! calls_of_a_snapshot {
    ($of:expr; $($name:ident($($argument:expr),* $(,)?);)*) => {
        vec![$((stringify!($name), format!("{:?}", $of.$name($($argument),*).await))),*]
    };
}

/// What a snapshot of `workspace` gives. All snapshots of a store share one memory.
pub async fn of_a_snapshot(store: &Store, workspace: WorkspaceId, account: AccountId) -> Vec<Given> {
    let always = Window::ALWAYS;
    let snapshot = store.snapshot(workspace).await.unwrap();
    calls_of_a_snapshot![snapshot;
        account_data("hooli.com");
        account_data_of(&[account], now().day());
        counts("hooli.com");
        activity("hooli.com", &[], &always, None, 100);
        calls("hooli.com", &always, None, 100);
        emails("hooli.com", &always, None, 100);
        thread("hooli.com", "t1");
        signals("hooli.com", &[], &always);
        latest_signals(SignalKind::Complaint, &always, 100);
        noticed("hooli.com", &[], &always);
        summaries("hooli.com", &["c1".to_owned()]);
        commitments("hooli.com", &always);
        promises(&PromisesWanted::default(), now().day(), 100);
        requests("hooli.com", &always);
        latest_requests(&always, &[], 100);
        releases(&always);
        records(&[call()]);
        called(&["hooli".to_owned(), "hooli com".to_owned()], &["dana".to_owned(), "jared".to_owned()]);
        accounts_beginning("hoo", 5);
        briefs(&["hooli.com".to_owned()]);
        words_alike(&["hooli".to_owned()]);
        people_at("dana@hooli.com");
        customers_of("hooli.com");
        example_account();
        titles(&[call()]);
    ]
}
