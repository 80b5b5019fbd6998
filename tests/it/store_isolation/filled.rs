//! A workspace with at least one row in every table, and what it is asked for by.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgConnection};
use success_agent::domain::account::{Rating, Section};
use success_agent::domain::action::{Action, ActionPolicy, Preview, Proposal, State};
use success_agent::domain::activity::{Commitment, Noticed, Request};
use success_agent::domain::actor::{Actor, Surface};
use success_agent::domain::conversation::{Conversation, Feedback, Turn, Verdict};
use success_agent::domain::digest::Destination;
use success_agent::domain::draft::{Change, Draft, DraftState, Version};
use success_agent::domain::health::{Alert, AlertKind, FactorKind, HealthConfig, Refresh, RiskFactor, assess};
use success_agent::domain::id::{
    AccountId, ConversationId, DigestId, DraftId, PersonId, ProposalId, TokenId, TurnId, WorkspaceId,
};
use success_agent::domain::person::{Absence, Role, SlackUser};
use success_agent::domain::record::{Record, RecordKind, RecordRef};
use success_agent::domain::state::AccountState;
use success_agent::domain::task::{QueuedTask, Task};
use success_agent::domain::team::Member;
use success_agent::domain::time::Moment;
use success_agent::domain::unheard::Unheard;
use success_agent::model::reader::{Marked, Noted, Reading};
use success_agent::store::slack::{NewPost, Received, ReceivedMessage, Sorted, TeamRow, Tokens, TurnRow, TurnState};
use success_agent::store::{
    AccountData, Act, Claimed, Hearing, NewRefresh, PersonSeen, Projection, Read, Store, digest,
};
use uuid::Uuid;

use super::access;
use super::digests::{brief, edition, scheduled};

/// What reads the calls and e-mails.
pub const READER: &[u8] = b"a reader";

/// Identifiers that every workspace gives to its own things.
#[derive(Clone, Copy)]
pub struct Shared {
    /// A proposal that waits.
    pub pending: ProposalId,
    /// A proposal that was approved.
    pub done: ProposalId,
    /// A draft.
    pub draft: DraftId,
    /// A turn of a conversation.
    pub turn: TurnId,
    /// A turn in Slack.
    pub slack_turn: Uuid,
    /// A digest.
    pub digest: DigestId,
}

/// A workspace, and the identifiers that only its own things have.
pub struct Filled {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// A word that stands in every text of it, and in no other workspace's.
    pub word: &'static str,
    /// What the others have too.
    pub shared: Shared,
    /// Its account.
    pub account: AccountId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// Its person.
    pub person: PersonId,
    /// Its token.
    pub token: TokenId,
    /// Its thread in Slack.
    pub thread: Uuid,
    /// A button that was pressed.
    pub item: Uuid,
    /// A message that waits.
    pub message: Uuid,
    /// The task that was written down last.
    pub task: i64,
    /// Its Slack team.
    pub team: String,
    /// The e-mail that is being read.
    pub claimed: Claimed,
    /// A note that was taken back.
    pub gone: RecordRef,
}

/// An instant.
pub fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

/// When all this happens.
pub fn now() -> Moment {
    at("2026-06-15T12:00:00Z")
}

/// The call of each workspace.
pub fn call() -> RecordRef {
    RecordRef { kind: RecordKind::Call, id: "c1".to_owned() }
}

/// The user of Slack in each workspace.
pub fn slack_user() -> SlackUser {
    SlackUser { team: "T1".to_owned(), user: "U1".to_owned() }
}

/// The person in each workspace.
pub fn seen<'a>(name: &'a str, slack: &'a SlackUser) -> PersonSeen<'a> {
    PersonSeen { name, email: Some("monica@team.example"), slack: Some(slack), role: Role::Csm }
}

/// One record of every type. Whatever is a number is `number`, so that it tells its workspace too.
pub fn records(word: &str, number: u64) -> Vec<Record> {
    let of = |kind: &str, id: &str, rest: Value| {
        let mut all = json!({"type": kind, "id": id, "account": "hooli.com"});
        all.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        all
    };
    let mut release = of("release", "rel-1", json!({"title": word, "body": word, "shipped_at": "2026-05-04"}));
    release.as_object_mut().unwrap().remove("account");
    let values = vec![
        json!({"type": "account", "domain": "hooli.com", "name": format!("Hooli {word}"),
            "owner_email": "monica@team.example", "crm_url": "https://crm.example/1",
            "contacts": [{"name": format!("Dana {word}"), "email": "dana@hooli.com", "primary": true}]}),
        of(
            "call",
            "c1",
            json!({"title": word, "started_at": "2026-05-01T10:00:00Z", "duration_seconds": 600,
            "participants": [{"name": "Dana", "side": "customer"},
                {"name": format!("Jared {word}"), "email": "jared@team.example", "side": "team"},
                {"name": "Kim", "email": format!("kim@{word}.example"), "side": "team"}],
            "transcript": [{"speaker": "Dana", "text": word, "at_seconds": 1.5}]}),
        ),
        of(
            "email",
            "e1",
            json!({"sent_at": "2026-05-02T10:00:00Z", "from": "Dana <dana@hooli.com>",
            "to": ["jared@team.example"], "subject": word, "body": word, "thread_id": "t1"}),
        ),
        of("signal", "s1", json!({"kind": "complaint", "occurred_at": "2026-05-03", "text": word})),
        of(
            "revenue_source",
            "r1",
            json!({"system": "stripe", "product": word, "status": "active", "interval": "year",
            "amount_minor": number, "currency": "USD", "starts_on": "2025-07-01", "renews_on": "2026-07-01"}),
        ),
        of(
            "payment_event",
            "p1",
            json!({"occurred_at": "2026-04-01", "kind": "failed", "amount_minor": number,
            "currency": "USD"}),
        ),
        json!({"type": "usage", "account": "hooli.com", "day": "2026-05-01", "active_users": number}),
        of(
            "deal",
            "d1",
            json!({"name": word, "stage": "Proposal", "status": "open", "value_minor": number,
            "currency": "USD"}),
        ),
        of(
            "deal",
            "d2",
            json!({"name": word, "stage": "Proposal", "status": "lost", "value_minor": number,
            "currency": "USD", "closed_at": "2026-05-20T09:00:00Z"}),
        ),
        of("project", "j1", json!({"title": word, "status": "late", "updated_at": "2026-04-20"})),
        of(
            "meeting",
            "g1",
            json!({"title": word, "starts_at": "2026-06-20T10:00:00Z",
            "participants": [{"name": "Dana", "email": "dana@hooli.com"}, {"name": word}]}),
        ),
        of("note", "n1", json!({"written_at": "2026-04-21", "author": "Jared", "text": word})),
        release,
    ];
    values.into_iter().map(|value| serde_json::from_value(value).unwrap()).collect()
}

/// What was read in the call.
pub fn reading(word: &str) -> Reading {
    let promise = json!({"id": "c1#c0", "account": "hooli.com", "who": "Jared", "side": "team", "what": word,
        "quote": word, "occurred_at": "2026-05-01T10:00:00Z", "source": call(), "due": null, "due_text": null,
        "at_seconds": 1.5, "kept_by": null});
    let request = json!({"id": "c1#r0", "account": "hooli.com", "who": "Dana", "what": word, "quote": word,
        "occurred_at": "2026-05-01T10:00:00Z", "source": call(), "at_seconds": 1.5});
    let noticed = json!({"id": "c1#s0", "account": "hooli.com", "kind": "complaint", "who": "Dana", "quote": word,
        "occurred_at": "2026-05-01T10:00:00Z", "source": call(), "at_seconds": 1.5, "by": "a model"});
    let commitment: Commitment = serde_json::from_value(promise).unwrap();
    let request: Request = serde_json::from_value(request).unwrap();
    let noticed: Noticed = serde_json::from_value(noticed).unwrap();
    let commitments = vec![Marked { commitment, mark_key: format!("key of {word}") }];
    let unheard = vec![Unheard { kind: RecordKind::Call, language: "Polish".to_owned(), records: 1 }];
    let departure = json!({"who": "Dana", "gone": "left", "quote": word, "occurred_at": "2026-05-01T10:00:00Z",
        "source": call()});
    let unattributed = json!({"who": "Speaker 1", "what": word, "due": null, "quote": word,
        "occurred_at": "2026-05-01T10:00:00Z", "source": call(), "at_seconds": 1.5});
    let notice = json!({"quote": word, "occurred_at": "2026-05-01T10:00:00Z", "source": call()});
    let meeting = json!({"said": "planned", "title": word, "occurred_at": "2026-05-01T10:00:00Z", "source": call()});
    Reading {
        commitments,
        requests: vec![request],
        noticed: vec![noticed],
        unheard,
        departures: vec![serde_json::from_value(departure).unwrap()],
        unattributed: vec![serde_json::from_value(unattributed).unwrap()],
        notices: vec![serde_json::from_value(notice).unwrap()],
        meetings: vec![serde_json::from_value(meeting).unwrap()],
    }
}

/// Somebody of our side.
pub fn member(word: &str) -> Member {
    Member::Person(format!("{word}@team.example"))
}

/// The state of an account whose texts say `word`.
pub fn state(data: &AccountData, word: &str) -> AccountState {
    let state = AccountState::computed(&data.state_input(), now(), &HealthConfig::default());
    AccountState { segment: Some(word.to_owned()), ..state }
}

/// A turn of a conversation.
pub fn turn(id: TurnId, conversation: ConversationId, word: &str) -> Turn {
    let turn = crate::store::turn(conversation, word);
    let answer = success_agent::domain::answer::Answer { answer: word.to_owned(), turn: Some(id), ..turn.answer };
    Turn { id, answer, ..turn }
}

/// A refresh of an account's health whose texts say `word`.
pub fn refresh(data: &AccountData, word: &str) -> NewRefresh {
    let mut health = assess(&data.health_input(), now(), &HealthConfig::default());
    health.factors.push(RiskFactor {
        kind: FactorKind::Complaint,
        magnitude: -3,
        reason: word.to_owned(),
        source: word.to_owned(),
        records: Vec::new(),
    });
    let alert = Alert { kind: AlertKind::Escalation, subject: word.to_owned(), text: word.to_owned() };
    let refresh = Refresh { at: now(), health, data_version: data.version, program: 1, receipt: None };
    NewRefresh { account: data.account.id, previous: None, refresh, begun: vec![alert], standing: Vec::new() }
}

/// What somebody thinks of an account.
pub fn rating(word: &str) -> Rating {
    Rating { rating: 3, note: Some(word.to_owned()), by: word.to_owned(), at: now() }
}

/// That somebody is away.
pub fn absence(word: &str) -> Absence {
    let email = format!("{word}@team.example");
    Absence { email, until: now().day(), stand_in: word.to_owned() }
}

/// What a reader thought.
pub fn feedback(word: &str) -> Feedback {
    Feedback { verdict: Verdict::Down, comment: Some(word.to_owned()), given_at: now() }
}

/// Somebody who acts on a proposal.
pub fn act(word: &str) -> Act {
    Act { by: Actor::new(&format!("{word}@team.example"), Surface::Chat), at: now(), request: None }
}

/// A proposal that waits.
pub fn proposal(id: ProposalId, version: i64, word: &str) -> Proposal {
    let action = Action::RouteAccount { section: Section::Pipeline, reason: Some(word.to_owned()) };
    Proposal {
        id,
        account: "hooli.com".to_owned(),
        account_name: format!("Hooli {word}"),
        digest: digest("hooli.com", &action),
        action,
        version,
        preview: Preview::default(),
        typed: None,
        proposed_by: act(word).by,
        proposed_at: now(),
        expires_at: now() + ActionPolicy::default().to_approve(),
        approvals_needed: 1,
        approvals: Vec::new(),
        state: State::Pending,
    }
}

/// A version of a draft.
pub fn version(number: u32, word: &str) -> Version {
    let letter = json!({"goal": "renewal", "recipient": {"name": "Dana", "email": "dana@hooli.com"},
        "sender": {"name": "Monica", "email": "monica@team.example"}, "options": {}, "subject": word, "body": word,
        "facts": [], "ask": word, "next_step": word, "written_by": "analyst"});
    let change = if number == 1 { Change::Written } else { Change::Edited };
    Version { number, change, by: act(word).by, at: now(), letter: serde_json::from_value(letter).unwrap() }
}

/// A draft.
pub fn draft(id: DraftId, conversation: ConversationId, word: &str) -> Draft {
    Draft {
        id,
        account: "hooli.com".to_owned(),
        account_name: format!("Hooli {word}"),
        conversation: Some(conversation),
        state: DraftState::Draft,
        decided: None,
        trouble: None,
        first: version(1, word),
        later: Vec::new(),
    }
}

/// A message to the agent.
pub fn message(key: &str, body: &Value) -> Received {
    let [key, team, channel, thread_ts, user] = [key, "T1", "C1", "1.0", "U1"].map(str::to_owned);
    let (direct, begins, addressed, body) = (false, false, true, body.clone());
    Received::Message(ReceivedMessage { key, team, channel, thread_ts, direct, begins, addressed, user, body })
}

/// The press of a button.
pub fn item(key: &str, body: &Value) -> Received {
    Received::Item { key: key.to_owned(), kind: "click".to_owned(), body: body.clone() }
}

/// Takes something in from Slack, up to its task.
pub async fn take(store: &Store, workspace: WorkspaceId, received: &[Received]) -> Vec<Sorted> {
    receive(store, workspace, received).await;
    store.sort_slack(100).await.unwrap()
}

/// Only writes it down.
pub async fn receive(store: &Store, workspace: WorkspaceId, received: &[Received]) {
    let written: Vec<_> = received.iter().map(|one| one.writable(workspace, now()).unwrap()).collect();
    store.receive_slack(&written).await.unwrap();
}

/// A message of the agent.
pub fn post(key: &str) -> NewPost<'_> {
    NewPost { key, team: "T1", channel: "C1", thread_ts: Some("1.0"), shows: Some("prop_1") }
}

/// A turn in Slack.
pub fn slack_turn(id: Uuid, thread: Uuid, word: &str) -> TurnRow {
    TurnRow {
        id,
        thread,
        asker: "U1".to_owned(),
        question: word.to_owned(),
        context: word.to_owned(),
        message_ts: "1.0".to_owned(),
        state: TurnState::Open,
        elsewhere: None,
        answer: None,
        stop_wished: false,
    }
}

/// A Slack team.
pub fn team(team: &str, workspace: WorkspaceId, word: &str) -> TeamRow {
    TeamRow {
        team: team.to_owned(),
        workspace,
        name: word.to_owned(),
        enterprise: None,
        app: None,
        bot_user: "UBOT".to_owned(),
        scopes: Vec::new(),
        installed_by: None,
        revoked_at: None,
    }
}

/// Fills a workspace of that name with texts in which that word stands.
pub async fn fill(store: &Store, word: &'static str, number: u64, shared: Shared) -> Filled {
    let workspace = store.workspace(word).await.unwrap();
    store.add_to_team(workspace, &[member(word)], now()).await.unwrap();
    store.put(workspace, chrono::DateTime::UNIX_EPOCH, &records(word, number)).await.unwrap();
    let data = store.account_data(workspace, "hooli.com").await.unwrap();
    let account = data.account.id;
    let states = [(account, data.version, state(&data, word))];
    let refreshes = [refresh(&data, word)];
    store.put_states(workspace, now(), &HealthConfig::default(), &states, &refreshes).await.unwrap();
    store.put_absence(workspace, &absence(word), word, now()).await.unwrap();
    store.put_rating(workspace, "hooli.com", &rating(word)).await.unwrap();
    let rules = HealthConfig::default();
    store.put_health_setting(workspace, 0, Some(&rules), (word, Some(word)), now()).await.unwrap();
    assert_eq!(store.refresh_names(workspace, 10).await.unwrap(), 1);
    let hearing = Hearing { source: call(), key: vec![1], content: word.to_owned() };
    store.put_heard(workspace, "hooli.com", &[hearing]).await.unwrap();
    let unread = store.accounts_to_read(workspace, None, 100).await.unwrap().remove(0);
    store.replace_reading(workspace, "hooli.com", &reading(word), unread.version).await.unwrap();
    store.mark_all_unread(workspace).await.unwrap();
    let claimed = store.claim_unread(workspace, READER, 3).await.unwrap().unwrap();
    let second = store.claim_unread(workspace, READER, 3).await.unwrap().unwrap();
    assert_eq!((claimed.source.id.as_str(), &second.source), ("e1", &call()));
    let read = Read { noted: Noted::default(), summary: Some(word.to_owned()) };
    store.put_notes(workspace, &second, word, &read).await.unwrap();
    store.mark_projected(workspace, Projection::Words, &[(call(), 1)]).await.unwrap();
    store.put_meta(workspace, "key", &word).await.unwrap();

    let asked_by = Some("monica@piedpiper.com".to_owned());
    let begun = Conversation { asked_by, ..Conversation::begun(Some("hooli.com".to_owned()), now()) };
    let conversation = begun.id;
    store.append_turn(workspace, &begun, &turn(shared.turn, conversation, word)).await.unwrap();
    store.put_feedback(workspace, conversation, shared.turn, Some(&feedback(word))).await.unwrap();
    let draft = draft(shared.draft, conversation, word);
    store.insert_draft(workspace, &draft, Some("req-draft")).await.unwrap();

    store.keep_brief(workspace, &brief(word)).await.unwrap().unwrap();
    store.put_digest(workspace, &scheduled(shared.digest, word), word, now()).await.unwrap();
    let alerts = store.alerts(workspace, chrono::DateTime::UNIX_EPOCH.into(), 10).await.unwrap();
    store.plan_alerts(workspace, (shared.digest, &Destination::Web), &alerts, 5, now()).await.unwrap();
    store.keep_edition(workspace, &edition(shared.digest, now(), account, word)).await.unwrap();

    let policy = ActionPolicy::default();
    // A note that was taken back, and that the index has yet to forget.
    let version = store.account_data(workspace, "hooli.com").await.unwrap().version;
    let action = Action::AddNote { text: word.to_owned() };
    let note = Proposal { digest: digest("hooli.com", &action), action, ..proposal(ProposalId::new(), version, word) };
    store.propose(workspace, &note, None).await.unwrap();
    assert!(store.approve(workspace, note.id, None, act(word), &policy).await.unwrap().changed);
    assert!(store.undo(workspace, note.id, act(word), &policy).await.unwrap().changed);
    let gone = store.gone_records(workspace, 1).await.unwrap().remove(0);
    for (id, request) in [(shared.done, "req-done"), (shared.pending, "req-pending")] {
        let version = store.account_data(workspace, "hooli.com").await.unwrap().version;
        store.propose(workspace, &proposal(id, version, word), Some(request.to_owned())).await.unwrap();
        if id == shared.done {
            let settled = store.approve(workspace, id, None, act(word), &policy).await.unwrap();
            assert!(settled.changed, "{settled:?}");
        }
    }
    let person = store.put_person(workspace, &seen("Monica Hall", &slack_user()), now()).await.unwrap().id;

    let token = access::fill(store, workspace, person, word).await;

    let team_id = format!("T-{word}");
    let tokens = Tokens { token: Some(word.as_bytes().to_vec()), ..Tokens::default() };
    store.put_slack_team(&team(&team_id, workspace, word), &tokens, now()).await.unwrap();
    let thread = store.join_slack_thread(workspace, ("T1", "C1", "1.0"), false, "U1", now()).await.unwrap();
    store.set_slack_conversation(workspace, thread, conversation).await.unwrap();
    let body = json!({"text": word, "ts": "1.0"});
    take(store, workspace, &[message("m1", &body)]).await;
    let taken = store.said_in_slack_thread(workspace, thread).await.unwrap().remove(0).id;
    store.begin_slack_turn(workspace, &slack_turn(shared.slack_turn, thread, word), &[taken], now()).await.unwrap();
    take(store, workspace, &[message("m2", &body)]).await;
    let message = store.said_in_slack_thread(workspace, thread).await.unwrap().remove(0).id;
    take(store, workspace, &[item("i1", &body)]).await;
    let pressed = |queued: QueuedTask| match queued.task {
        Task::HandleSlack { inbox, .. } => Some(inbox),
        _ => None,
    };
    let item = store.tasks(workspace, 100).await.unwrap().into_iter().find_map(pressed).unwrap();
    store.claim_slack_post(workspace, &post("sent"), now()).await.unwrap();
    store.mark_slack_post_sent(workspace, "sent", "1.1").await.unwrap();
    store.claim_slack_post(workspace, &post("sending"), now()).await.unwrap();
    store.put_slack_known(workspace, "T1", "U1", &word, now()).await.unwrap();
    store.set_slack_link(workspace, ("T1", "C1"), Some("hooli.com"), word, now()).await.unwrap();
    store.enqueue(&Task::RefreshCards { workspace, subject: word.to_owned() }, None).await.unwrap();
    let task = store.tasks(workspace, 1).await.unwrap()[0].id;
    Filled {
        workspace,
        word,
        shared,
        account,
        conversation,
        person,
        token,
        thread,
        item,
        message,
        task,
        team: team_id,
        claimed,
        gone,
    }
}

/// Every row of a workspace as text, by table; its tasks too.
pub async fn rows(connection: &mut PgConnection, workspace: WorkspaceId) -> BTreeMap<String, Vec<String>> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.columns
         where table_schema = 'public' and column_name = 'workspace_id'
         -- Nothing writes it any more; it stays for a release that still runs.
         and table_name <> 'health_snapshots'",
    )
    .fetch_all(&mut *connection)
    .await
    .unwrap();
    let mut all = BTreeMap::new();
    let queries = tables.into_iter().map(|table| {
        let query = format!("select t::text from {table} t where workspace_id = $1 order by 1");
        (table, query)
    });
    let itself = "select t::text from workspaces t where id = $1";
    let queue = "select t::text from success_agent_jobs._private_jobs t
                 where replace(t.payload ->> 'workspace', 'ws_', '')::uuid = $1 order by 1";
    let others = [("workspaces".to_owned(), itself.to_owned()), ("tasks".to_owned(), queue.to_owned())];
    for (table, query) in queries.chain(others) {
        let query = sqlx::query_scalar(AssertSqlSafe(query)).bind(workspace.uuid());
        all.insert(table, query.fetch_all(&mut *connection).await.unwrap());
    }
    all
}
