//! Runs the tools of the scenes over their workspaces and keeps what they return.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use success_agent::agent::ledger::Ledger;
use success_agent::agent::scope::TurnScope;
use success_agent::agent::tools::Toolbox;
use success_agent::app::{App, Intake};
use success_agent::config::Config;
use success_agent::domain::health::HealthConfig;
use success_agent::domain::time::Clock;
use success_agent::knowledge::{EdgeIndex, Knowledge};
use success_agent::model::reader::BuiltInReader;

use super::scene::{Captured, Scene};
use crate::server::NOW;

/// Captures `scenes`, a workspace after the other.
///
/// # Errors
/// What could not be opened, imported or looked up.
pub async fn run(scenes: &[Arc<Scene>]) -> Result<()> {
    let mut by_workspace: BTreeMap<&str, Vec<&Scene>> = BTreeMap::new();
    for scene in scenes {
        by_workspace.entry(&scene.workspace).or_default().push(scene);
    }
    for (workspace, scenes) in by_workspace {
        let folder = tempfile::tempdir()?;
        let clock = Clock::fixed(NOW.parse().context("the clock of the evals")?);
        let mut config = Config::embedded(folder.path());
        config.clock = clock;
        let app = App::open(&config, Arc::new(|_| {})).await?;
        let index = EdgeIndex::open(&folder.path().join("captured")).await?;
        let (store, knowledge, health) =
            (app.store().clone(), Knowledge::new(Arc::new(index)), HealthConfig::default());
        let reader = Arc::new(BuiltInReader);
        let intake = Intake::new(store.clone(), knowledge.clone(), reader, app.workspace(), clock, health.clone());
        if workspace == "demo" {
            intake.load_demo(&(Arc::new(|_| {}) as _)).await?;
        } else {
            let records = std::fs::read_to_string(format!("evals/workspaces/{workspace}/records.jsonl"))?;
            intake.import(None, records.as_bytes(), &(Arc::new(|_| {}) as _)).await?;
        }
        let tools = Toolbox::new(store, knowledge.clone(), clock, health);
        for scene in scenes {
            let captured = capture(scene, &tools, &app).await.with_context(|| scene.place.1.clone())?;
            std::fs::write(scene.outputs(), serde_json::to_string_pretty(&captured)? + "\n")?;
            println!("{}: {} pieces of evidence", scene.place.1, captured.evidence.len());
        }
        knowledge.close().await?;
        app.close().await;
    }
    Ok(())
}

async fn capture(scene: &Scene, tools: &Toolbox, app: &App) -> Result<Captured> {
    let known = tools.known(app.workspace()).await.map_err(|error| anyhow!("{error}"))?;
    let scope = TurnScope {
        workspace: app.workspace(),
        pinned: scene.account.clone(),
        asker: None,
        wants_change: false,
        typed: None,
    };
    let mut ledger = Ledger::default();
    let mut outputs = Vec::new();
    for call in &scene.calls {
        let mut own = Ledger::default();
        let output = tools.call(&scope, &known, &mut own, &call.tool, call.with.clone()).await;
        let mut output = output.map_err(|error| anyhow!("{}: {error}", call.tool))?;
        ledger.take_in(own, &mut output);
        outputs.push(output);
    }
    let domains: BTreeSet<String> = scene.domains().map(str::to_owned).collect();
    let cited = ledger.entries().iter().filter_map(|evidence| evidence.account.clone());
    let domains: Vec<String> = domains.into_iter().chain(cited).collect::<BTreeSet<_>>().into_iter().collect();
    let accounts = known.directory.accounts(&domains).await?.into_values();
    let mut names: Vec<String> = accounts.flat_map(|account| [account.name, account.domain]).collect();
    names.sort();
    Ok(Captured { outputs, evidence: ledger.entries().to_vec(), names })
}
