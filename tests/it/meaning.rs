//! What passages mean: found in other words, within their scope, in both kinds of index; told in the background, anew when
//! the model changes, and never in the way of the search by words.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use serde_json::json;
use success_agent::app::{App, AppError, Search};
use success_agent::config::{Config, EmbeddingConfig};
use success_agent::domain::id::WorkspaceId;
use success_agent::domain::passage::{PassageHit, PassageQuery, Scope};
use success_agent::domain::record::{RecordKind, RecordRef};
use success_agent::domain::time::Clock;
use success_agent::knowledge::{EdgeMeaning, IndexError, Knowledge, Meaning, MeaningIndex, ServerMeaning, Space};
use success_agent::model::chat::ModelError;
use success_agent::model::embed::{Embedder, LocalEmbedder, Role};
use success_agent::model::openai::OpenAiEmbedder;

use crate::harness::database::TestDatabase;
use crate::harness::embedding_server::{EmbeddingServer, TOPICS, vector};
use crate::harness::intake::{NOW, silent};
use crate::index_conformance::{Subject, all, config, ids, note, only, query, subjects};
use crate::index_server::FakeQdrant;

#[path = "../../src/model/embed/bert/tests/model/mod.rs"]
mod untrained;

/// Tells meanings by what a text is about: one number for each topic, whatever its words.
#[derive(Default)]
pub struct Topics {
    /// How many texts it was asked about.
    asked: AtomicUsize,
    /// Whether it fails.
    fails: std::sync::atomic::AtomicBool,
}

#[async_trait]
impl Embedder for Topics {
    fn name(&self) -> &'static str {
        "topics"
    }

    async fn dimension(&self) -> Result<usize, ModelError> {
        Ok(TOPICS.len() + 1)
    }

    async fn embed(&self, texts: Vec<String>, _role: Role) -> Result<Vec<Vec<f32>>, ModelError> {
        self.asked.fetch_add(texts.len(), Ordering::Relaxed);
        tokio::task::yield_now().await;
        if self.fails.load(Ordering::Relaxed) {
            return Err(ModelError::Transient("out of reach".to_owned()));
        }
        Ok(texts.iter().map(|text| vector(text)).collect())
    }
}

fn space() -> Space {
    Space { model: "topics".to_owned(), dimension: TOPICS.len() + 1 }
}

/// Both indexes with both projections.
async fn understanding() -> Vec<(Option<tempfile::TempDir>, Subject, Arc<Topics>)> {
    let mut understanding = Vec::new();
    for subject in subjects().await {
        let topics = Arc::new(Topics::default());
        let (index, folder): (Arc<dyn MeaningIndex>, _) = if subject.name == "edge" {
            let folder = tempfile::tempdir().unwrap();
            (Arc::new(EdgeMeaning::open(folder.path(), &space()).await.unwrap()), Some(folder))
        } else {
            let address = FakeQdrant::start().await;
            (Arc::new(ServerMeaning::connect(&config(&format!("http://{address}")), &space()).await.unwrap()), None)
        };
        subject.knowledge.understand(Meaning::new(topics.clone(), index));
        understanding.push((folder, subject, topics));
    }
    understanding
}

async fn search(knowledge: &Knowledge, scope: &Scope, text: &str) -> Vec<PassageHit> {
    knowledge.search(scope, &query(text)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passage_is_found_in_other_words_and_says_by_what() {
    for (_folder, subject, _) in understanding().await {
        let (workspace, name) = (WorkspaceId::new(), subject.name);
        let scope = only(workspace, "hooli.com");
        let records = [
            note("lag", "hooli.com", 1, "The dashboard has terrible lag."),
            note("budget", "hooli.com", 2, "Their budget was cut in half."),
            note("elsewhere", "aviato.com", 3, "It is sluggish at best."),
        ];
        subject.knowledge.put(workspace, &records).await.unwrap();
        assert!(search(&subject.knowledge, &scope, "latency").await.is_empty(), "{name}: no word is shared");

        subject.knowledge.meaning().unwrap().put(workspace, &records).await.unwrap();
        let hits = search(&subject.knowledge, &scope, "latency").await;
        assert_eq!(ids(&hits)[0], "lag", "{name}");
        assert!(hits[0].dense.unwrap() > 0.9 && hits[0].lexical.is_none(), "{name}: {hits:?}");
        let hits = search(&subject.knowledge, &scope, "lag of the dashboard").await;
        assert!(hits[0].lexical.is_some() && hits[0].dense.is_some(), "{name}: {hits:?}");
        assert_eq!(ids(&search(&subject.knowledge, &only(workspace, "aviato.com"), "latency").await), ["elsewhere"]);
        assert!(search(&subject.knowledge, &all(WorkspaceId::new()), "latency").await.is_empty(), "{name}");
        let mails = PassageQuery { kinds: vec![RecordKind::Email], ..query("latency") };
        assert!(subject.knowledge.search(&scope, &mails).await.unwrap().is_empty(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_replaced_or_removed_is_no_longer_near() {
    for (_folder, subject, topics) in understanding().await {
        let (workspace, name) = (WorkspaceId::new(), subject.name);
        let scope = only(workspace, "hooli.com");
        let meaning = subject.knowledge.meaning().unwrap();
        let before = [note("a", "hooli.com", 1, "Far too expensive."), note("b", "hooli.com", 2, "The login fails.")];
        subject.knowledge.put(workspace, &before).await.unwrap();
        assert_eq!(meaning.put(workspace, &before).await.unwrap(), 2, "{name}");
        let asked = topics.asked.load(Ordering::Relaxed);
        let after = [note("a", "hooli.com", 1, "They want to leave."), note("b", "hooli.com", 5, "The login fails.")];
        subject.knowledge.put(workspace, &after).await.unwrap();
        meaning.put(workspace, &after).await.unwrap();
        assert_eq!(topics.asked.load(Ordering::Relaxed), asked + 1, "{name}: the same words are not embedded again");
        assert_eq!(meaning.count(&scope).await.unwrap(), 2, "{name}");
        let near = search(&subject.knowledge, &scope, "churn").await;
        assert_eq!(ids(&near)[0], "a", "{name}");
        let far = search(&subject.knowledge, &scope, "cost").await;
        assert!(far.iter().all(|hit| hit.dense.unwrap() < 0.5), "{name}: {far:?}");

        let gone = RecordRef { kind: RecordKind::Note, id: "a".to_owned() };
        subject.knowledge.remove(workspace, &[gone]).await.unwrap();
        assert_eq!(meaning.count(&scope).await.unwrap(), 1, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_fails_leaves_the_search_by_words() {
    for (_folder, subject, topics) in understanding().await {
        let (workspace, name) = (WorkspaceId::new(), subject.name);
        let scope = only(workspace, "hooli.com");
        let records = [note("lag", "hooli.com", 1, "The dashboard has terrible lag.")];
        subject.knowledge.put(workspace, &records).await.unwrap();
        subject.knowledge.meaning().unwrap().put(workspace, &records).await.unwrap();
        topics.fails.store(true, Ordering::Relaxed);
        let hits = search(&subject.knowledge, &scope, "terrible dashboard").await;
        assert!(hits[0].lexical.is_some() && hits[0].dense.is_none(), "{name}: {hits:?}");
        let asked = topics.asked.load(Ordering::Relaxed);
        search(&subject.knowledge, &scope, "a dashboard with lag").await;
        assert_eq!(topics.asked.load(Ordering::Relaxed), asked, "{name}: it is left alone for a while");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_side_by_side_embed_their_query_once() {
    for (_folder, subject, topics) in understanding().await {
        let (workspace, name) = (WorkspaceId::new(), subject.name);
        let records = [
            note("lag", "hooli.com", 1, "The dashboard has terrible lag."),
            note("sluggish", "aviato.com", 2, "It is sluggish at best."),
        ];
        subject.knowledge.put(workspace, &records).await.unwrap();
        subject.knowledge.meaning().unwrap().put(workspace, &records).await.unwrap();
        let asked = topics.asked.load(Ordering::Relaxed);
        let (hooli, aviato) = (only(workspace, "hooli.com"), only(workspace, "aviato.com"));
        let (hooli, aviato) =
            tokio::join!(search(&subject.knowledge, &hooli, "latency"), search(&subject.knowledge, &aviato, "latency"));
        assert_eq!((ids(&hooli), ids(&aviato)), (vec!["lag"], vec!["sluggish"]), "{name}");
        assert_eq!(topics.asked.load(Ordering::Relaxed), asked + 1, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn vectors_of_another_space_ask_to_be_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let first = EdgeMeaning::open(folder.path(), &space()).await.unwrap();
    first.close().await.unwrap();
    EdgeMeaning::open(folder.path(), &space()).await.unwrap().close().await.unwrap();
    for other in [Space { dimension: 3, ..space() }, Space { model: "others".to_owned(), ..space() }] {
        let opened = EdgeMeaning::open(folder.path(), &other).await;
        assert!(matches!(opened, Err(IndexError::NeedsRebuild(_))), "{other:?}");
    }
}

/// Writes a small model with weights nobody trained, in the files models are published as; another seed gives others.
fn write_model(folder: &Path, seed: u32) {
    let config = json!({
        "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 48, "vocab_size": 40,
        "max_position_embeddings": 64, "type_vocab_size": 2, "hidden_act": "gelu", "hidden_dropout_prob": 0.1,
        "initializer_range": 0.02, "layer_norm_eps": 1e-12, "pad_token_id": 0, "position_embedding_type": "absolute",
        "use_cache": true, "model_type": "bert"
    });
    let mut vocabulary = serde_json::Map::new();
    let letters = ('a'..='z').map(|letter| format!("##{letter}"));
    let pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "export", "is", "slow", "price", "high", "x"];
    for (number, piece) in pieces.iter().map(|piece| (*piece).to_owned()).chain(letters).enumerate() {
        vocabulary.insert(piece, number.into());
    }
    let special = |id: u32, content: &str| {
        json!({ "id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true })
    };
    let tokenizer = json!({
        "version": "1.0", "truncation": null, "padding": { "strategy": { "Fixed": 32 }, "direction": "Right",
            "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]" },
        "added_tokens": [special(0, "[PAD]"), special(1, "[UNK]"), special(2, "[CLS]"), special(3, "[SEP]")],
        "normalizer": { "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
            "strip_accents": null, "lowercase": true },
        "pre_tokenizer": { "type": "BertPreTokenizer" },
        "post_processor": { "type": "TemplateProcessing",
            "single": [{ "SpecialToken": { "id": "[CLS]", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } },
                { "SpecialToken": { "id": "[SEP]", "type_id": 0 } }],
            "pair": [{ "Sequence": { "id": "A", "type_id": 0 } }, { "Sequence": { "id": "B", "type_id": 1 } }],
            "special_tokens": { "[CLS]": { "id": "[CLS]", "ids": [2], "tokens": ["[CLS]"] },
                "[SEP]": { "id": "[SEP]", "ids": [3], "tokens": ["[SEP]"] } } },
        "decoder": { "type": "WordPiece", "prefix": "##", "cleanup": true },
        "model": { "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": vocabulary }
    });
    std::fs::write(folder.join("config.json"), config.to_string()).unwrap();
    std::fs::write(folder.join("tokenizer.json"), tokenizer.to_string()).unwrap();
    let weights = untrained::weights(&serde_json::from_value(config).unwrap(), seed);
    std::fs::write(folder.join("model.safetensors"), weights).unwrap();
}

async fn embed(embedder: &LocalEmbedder, texts: &[&str]) -> Vec<Vec<f32>> {
    let texts = texts.iter().map(|text| (*text).to_owned()).collect();
    embedder.embed(texts, Role::Passage).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_read_from_its_published_files() {
    let folder = tempfile::tempdir().unwrap();
    assert!(LocalEmbedder::open(folder.path()).unwrap().is_none());
    write_model(folder.path(), 1);
    let model = LocalEmbedder::open(folder.path()).unwrap().unwrap();
    assert_eq!(model.dimension().await.unwrap(), 24);
    let long = "the export is slow ".repeat(500);
    let together = embed(&model, &["the export is slow", "the price is high", "", &long, "東京 🚀"]).await;
    assert_eq!(together.len(), 5);
    for vector in &together {
        let length: f32 = vector.iter().map(|number| number * number).sum();
        assert!(vector.len() == 24 && (length - 1.0).abs() < 1e-4, "{vector:?}");
    }
    assert_eq!(embed(&model, &["the price is high"]).await[0], together[1], "whatever stands beside it");
    let queried = model.embed(vec!["The EXPORT is slow".to_owned()], Role::Query).await.unwrap();
    assert_eq!(queried[0], together[0], "whatever it is for, and in whatever case");
    assert_ne!(together[0], together[1]);

    let name = model.name().to_owned();
    write_model(folder.path(), 2);
    assert_ne!(LocalEmbedder::open(folder.path()).unwrap().unwrap().name(), name, "other weights are another model");
    let weights = folder.path().join("model.safetensors");
    std::fs::write(&weights, &std::fs::read(&weights).unwrap()[..1000]).unwrap();
    let broken = LocalEmbedder::open(folder.path()).unwrap().unwrap();
    let error = broken.embed(vec!["the".to_owned()], Role::Query).await.unwrap_err().to_string();
    assert!(error.contains("model.safetensors") && error.contains("models fetch"), "{error}");
    std::fs::remove_file(&weights).unwrap();
    let error = LocalEmbedder::open(folder.path()).err().unwrap().to_string();
    assert!(error.contains("model.safetensors") && error.contains("EMBEDDING_MODEL_DIR"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn vectors_come_in_batches_over_the_api_and_what_is_wrong_is_said() {
    let server = EmbeddingServer::start().await;
    let embedder = OpenAiEmbedder::new(server.api(), None).unwrap();
    assert_eq!(embedder.dimension().await.unwrap(), TOPICS.len() + 1);
    let texts = ["too slow", "too expensive", "goodbye"].map(str::to_owned).to_vec();
    let vectors = embedder.embed(texts.clone(), Role::Passage).await.unwrap();
    assert_eq!(vectors, texts.iter().map(|text| vector(text)).collect::<Vec<_>>());
    assert_eq!(server.batches(), [1, 3], "one to ask for the dimension, one for all three");
    server.shorten(1);
    let error = embedder.embed(texts.clone(), Role::Passage).await.unwrap_err().to_string();
    assert!(error.contains("OPENAI_EMBEDDING_MODEL"), "{error}");
    for (status, hint) in [(401, "OPENAI_API_KEY"), (404, "OPENAI_EMBEDDING_MODEL"), (400, "refused")] {
        server.answer(status);
        let error = embedder.embed(texts.clone(), Role::Passage).await.unwrap_err();
        assert!(matches!(&error, ModelError::Permanent(text) if text.contains(hint)), "{status}: {error}");
    }
}

fn found(hits: &[PassageHit]) -> Vec<(&str, bool)> {
    hits.iter().map(|hit| (hit.passage.source.id.as_str(), hit.dense.is_some())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn meanings_are_told_after_the_import_and_anew_by_another_model() {
    let (database, directory) = (TestDatabase::new().await, tempfile::tempdir().unwrap());
    let server = EmbeddingServer::start().await;
    let mut config = Config::embedded(directory.path());
    config.database.url = Some(database.url.clone());
    config.clock = Clock::fixed(NOW.parse().unwrap());
    let search =
        |words: &str| Search { query: words.to_owned(), account: Some("a.com".to_owned()), ..Search::default() };
    let lines = [
        json!({ "type": "account", "domain": "a.com", "name": "A" }),
        json!({ "type": "note", "id": "n1", "account": "a.com", "written_at": NOW, "text": "Everything has lag." }),
    ];
    let lines = lines.map(|line| line.to_string()).join("\n");

    let app = App::open(&config, silent()).await.unwrap();
    app.import(None, Box::new(std::io::Cursor::new(lines.into_bytes())), silent()).await.unwrap();
    assert_eq!((app.embed().await.unwrap(), app.readiness().await.unembedded), (0, None));
    assert_eq!(found(&app.search(search("lag")).await.unwrap()), [("n1", false)]);
    app.close().await;

    config.embedding = EmbeddingConfig::Api(server.api());
    server.answer(503);
    let app = App::open(&config, silent()).await.unwrap();
    assert!(matches!(app.embed().await, Err(AppError::Unavailable(_))));
    assert_eq!(app.readiness().await.unembedded, Some(1));
    assert_eq!(found(&app.search(search("lag")).await.unwrap()), [("n1", false)], "words are enough");
    server.answer(0);
    assert_eq!(app.embed().await.unwrap(), 1);
    assert_eq!(app.readiness().await.unembedded, Some(0));
    assert_eq!(found(&app.search(search("latency")).await.unwrap()), [("n1", true)]);
    app.close().await;

    let asked = server.batches().len();
    let app = App::open(&config, silent()).await.unwrap();
    assert_eq!(server.batches().len(), asked, "nothing is asked at the start");
    assert_eq!(found(&app.search(search("sluggish")).await.unwrap()), [("n1", true)]);
    assert_eq!(app.embed().await.unwrap(), 0);
    app.reindex(silent()).await.unwrap();
    let asked = server.batches().len();
    assert_eq!(app.embed().await.unwrap(), 1);
    assert_eq!(server.batches().len(), asked, "what was embedded before is kept");
    app.close().await;

    write_model(directory.path(), 1);
    config.embedding = EmbeddingConfig::Folder { path: directory.path().to_owned(), named: true };
    let app = App::open(&config, silent()).await.unwrap();
    assert_eq!(app.readiness().await.unembedded, Some(1), "another model begins anew");
    assert_eq!(found(&app.search(search("lag")).await.unwrap()), [("n1", false)]);
    assert_eq!(app.embed().await.unwrap(), 1);
    assert_eq!(found(&app.search(search("lag")).await.unwrap()), [("n1", true)]);
    app.close().await;

    config.embedding = EmbeddingConfig::Folder { path: directory.path().join("nowhere"), named: true };
    match App::open(&config, silent()).await {
        Err(AppError::Invalid(text)) => assert!(text.contains("EMBEDDING_MODEL_DIR"), "{text}"),
        other => panic!("{:?}", other.err()),
    }
}
