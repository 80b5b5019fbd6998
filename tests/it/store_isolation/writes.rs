//! Everything that changes what is stored, done for one workspace with the identifiers of another.

use std::time::Duration;

use serde_json::json;
use success_agent::domain::access::SecretHash;
use success_agent::domain::action::ActionPolicy;
use success_agent::domain::answer::Usage;
use success_agent::domain::conversation::Conversation;
use success_agent::domain::digest::Destination;
use success_agent::domain::draft::{Decided, DraftState};
use success_agent::domain::health::HealthConfig;
use success_agent::domain::id::{ConversationId, ProposalId, TurnId, WorkspaceId};
use success_agent::domain::person::Role;
use success_agent::domain::task::Task;
use success_agent::model::reader::{Noted, Reading};
use success_agent::store::slack::{Received, Tokens, TurnState};
use success_agent::store::{BriefState, DraftMove, EditionState, Hearing, Projection, Read, Store};

use super::access::{session_of_all, token};
use super::digests::{brief, edition, scheduled, standing};
use super::filled::{
    Filled, absence, act, call, draft, feedback, item, member, message, now, post, proposal, rating, receive, records,
    refresh, seen, slack_turn, slack_user, state, team, turn, version,
};
use super::reads::Given;
use super::sources;

/// Whoever holds a thread.
const HOLDER: uuid::Uuid = uuid::Uuid::from_u128(7);

macro_rules! calls {
    ($of:expr, $first:expr; $($name:ident($($argument:expr),* $(,)?);)*) => {
        vec![$((stringify!($name), format!("{:?}", $of.$name($first, $($argument),*).await))),*]
    };
}

/// What `workspace` changes, told of the identifiers of `owner`. What it writes says `word`.
pub async fn changes(store: &Store, workspace: WorkspaceId, owner: &Filled, word: &'static str) -> Vec<Given> {
    let Filled { shared, conversation, thread, claimed, .. } = owner;
    let policy = ActionPolicy::default();
    let data = store.account_data(owner.workspace, "hooli.com").await.unwrap();
    let (version_seen, rules) = (data.version, HealthConfig::default());
    let stricter = HealthConfig { base: 60, ..HealthConfig::default() };
    let said = store
        .alert_posts_to_say(owner.workspace, 1)
        .await
        .unwrap()
        .pop()
        .map_or_else(uuid::Uuid::now_v7, |post| post.id);
    let hearing = Hearing { source: call(), key: vec![9], content: word.to_owned() };
    let read = Read { noted: Noted::default(), summary: Some(word.to_owned()) };
    let usage = Usage { requests: 7, ..Usage::default() };
    let body = json!({"text": word, "ts": "1.2"});
    let step = |to| DraftMove {
        version: 2,
        from: &[DraftState::Draft],
        to,
        decided: Some(Decided { by: act(word).by, at: now() }),
        trouble: None,
        request: None,
    };
    let answer = turn(shared.turn, *conversation, word).answer;
    let same = Conversation { id: *conversation, ..Conversation::begun(None, now()) };
    let their_turn = slack_turn(shared.slack_turn, *thread, word);
    let mut given = calls![store, workspace;
        put(now(), &records(word, 5));
        refresh_names(10);
        append_turn(&same, &turn(TurnId::new(), *conversation, word));
        append_turn(&same, &turn(shared.turn, *conversation, word));
        put_title(*conversation, Some(word), word);
        put_feedback(*conversation, shared.turn, Some(&feedback(word)));
        put_feedback(*conversation, shared.turn, None);
        put_meta("key", &word);
        put_states(now(), &stricter, &[(owner.account, 1_000, state(&data, word))], &[refresh(&data, word)]);
        settle_alerts(said, (EditionState::Failed, Some(word)));
        put_absence(&absence(word), word, now());
        put_rating("hooli.com", &rating(word));
        put_health_setting(1, None, (word, Some(word)), now());
        refresh_states(now() + chrono::Duration::days(1), &rules, 100);
        put_heard("hooli.com", &[hearing]);
        count_reading(&claimed.source, usage);
        put_notes(claimed, word, &read);
        unclaim(claimed);
        claim_unread(b"another reader", 3);
        mark_projected(Projection::Words, &[(claimed.source.clone(), 1_000)]);
        forget_projected(Projection::Meaning);
        mark_forgotten(std::slice::from_ref(&owner.gone));
        mark_all_unread();
        add_to_team(&[member(word)], now());
        remove_from_team(&[member(owner.word)]);
        replace_reading("hooli.com", &Reading::default(), 1_000_000);
        put_digest(&scheduled(shared.digest, word), word, now());
        advance_digest(shared.digest, (Some(now() + chrono::Duration::days(7)), Some(now())), Some(word));
        settle_edition(shared.digest, now(), (EditionState::Failed, Some(word)), now());
        change_standing(shared.digest, owner.account, |changed| *changed = standing(word));
        keep_edition(&edition(shared.digest, now() + chrono::Duration::days(1), owner.account, word));
        keep_brief(&brief(word));
        settle_brief(("g1", brief("").starts_at), (BriefState::Failed, Some(word)), now());
        insert_draft(&draft(shared.draft, ConversationId::new(), word), None);
        add_draft_version(shared.draft, &version(2, word), None);
        move_draft(shared.draft, step(DraftState::Approved));
        propose(&proposal(shared.pending, version_seen, word), None);
        approve(shared.pending, None, act(word), &policy);
        replace(shared.pending, &proposal(ProposalId::new(), version_seen, word), act(word));
        decline(shared.pending, act(word), &policy);
        undo(shared.done, act(word), &policy);
        expire_proposals(&[shared.pending], now() + chrono::Duration::days(1));
        put_person(&seen(word, &slack_user()), now());
        set_role(owner.person, Role::Viewer);
        add_session(SecretHash::of(word.as_bytes()), &json!(word), now() + chrono::Duration::days(1), now());
        put_session(session_of_all(), &json!(word), now() + chrono::Duration::days(1));
        add_login_link(SecretHash::of(word.as_bytes()), owner.person, now() + chrono::Duration::days(1), now());
        use_login_link(session_of_all(), now());
        use_api_token(session_of_all(), now());
        add_api_token(&token(owner.person, word), SecretHash::of(word.as_bytes()));
        retry_task(owner.task);
        drop_task(owner.task);
        finish_slack_item(owner.item);
        keep_as_slack_context(&[owner.message]);
        put_slack_known("T1", "U1", &word, now());
        forget_slack_known("T1", "U1");
        set_slack_link(("T1", "C1"), Some("other.com"), word, now());
        set_slack_link(("T1", "C1"), None, word, now());
        claim_slack_post(&post("sent"), now());
        mark_slack_post_sent("sent", "9.9");
        release_slack_post("sending");
        repoint_slack_posts("prop_1", word);
        set_slack_conversation(*thread, *conversation);
        set_slack_quiet(*thread, true);
        join_slack_thread(("T1", "C1", "1.0"), true, "U2", now());
        begin_slack_thread(("T1", "C1", "9.0"), true, *conversation, now());
        begin_slack_turn(&their_turn, &[owner.message], now());
        hold_slack_thread(*thread, HOLDER, Duration::from_mins(1));
        release_slack_thread(*thread, HOLDER);
        wish_slack_stop(*thread);
        keep_slack_answer(shared.slack_turn, &answer, Some(word));
        end_slack_turn(&their_turn, TurnState::Done, Some("9.9"), now());
        revoke_slack_team(&owner.team, now());
    ];
    let begun = store.alerts(owner.workspace, chrono::DateTime::UNIX_EPOCH.into(), 10).await.unwrap();
    given.extend(calls![store, workspace; plan_alerts((shared.digest, &Destination::Web), &begun, 5, now());]);
    // These say in what they are given which workspace they are for.
    let stolen = store.put_slack_team(&team(&owner.team, workspace, word), &Tokens::default(), now()).await;
    given.push(("put_slack_team", format!("{stolen:?}")));
    for task in [
        Task::CatchUp { workspace },
        Task::AnswerThread { workspace, thread: *thread },
        Task::HandleSlack { workspace, inbox: owner.item },
        Task::RefreshCards { workspace, subject: owner.word.to_owned() },
        Task::SendDigest { workspace, digest: shared.digest },
        Task::SendBrief { workspace, meeting: "g1".to_owned() },
    ] {
        given.push(("enqueue", format!("{:?}", store.enqueue(&task, None).await)));
        given.push(("enqueue_in", format!("{:?}", store.enqueue_in(&task, Duration::from_mins(1)).await)));
    }
    for received in [
        message("m2", &body),
        message("m3", &body),
        item("i1", &body),
        item("i2", &body),
        Received::Changed { key: "m2".to_owned(), text: word.to_owned(), addressed: true },
        Received::Deleted { key: "m2".to_owned() },
    ] {
        let written = [received.writable(workspace, now()).unwrap()];
        given.push(("receive_slack", format!("{:?}", store.receive_slack(&written).await)));
        given.push(("sort_slack", format!("{:?}", store.sort_slack(1).await)));
    }
    receive(store, workspace, &[message("m4", &body)]).await;
    given.extend(sources::changes(store, workspace, word).await);
    // A turn at work on one workspace holds up nobody on another.
    let _theirs = store.lease(owner.workspace, "work").await.unwrap();
    if workspace != owner.workspace {
        let own = tokio::time::timeout(Duration::from_secs(90), store.lease(workspace, "work")).await;
        given.push(("lease", format!("{:?}", own.unwrap().map(drop))));
    }
    given
}

/// What `workspace` deletes, named as `owner` names it.
pub async fn deletions(store: &Store, workspace: WorkspaceId, owner: &Filled) -> Vec<Given> {
    let mut given = sources::deletions(store, workspace).await;
    given.extend(calls![store, workspace;
        end_session(session_of_all());
        remove_api_token(owner.token, None);
        remove_digest(owner.shared.digest);
        end_absence(&format!("{}@team.example", owner.word));
        delete_releases(&["rel-1"]);
        delete_accounts(&["hooli.com"]);
    ]);
    given
}
