//! `success-agent health …` and `success-agent rate`

use serde_json::{Map, Value, json};

use super::args::{ChangeArgs, HealthAction, RateArgs};
use super::output::{Failure, Output};
use super::service::with_service;
use crate::app::AppError;
use crate::config::Config;
use crate::web::scores::{PreviewResponse, RatingParams, RefreshResponse, SettingsParams, SettingsResponse};

pub(super) async fn run(action: HealthAction, config: &Config, output: &mut Output) -> Result<(), Failure> {
    match action {
        HealthAction::Settings { json } => {
            let found = with_service(config, async |service| service.health_settings().await).await?;
            shown(&found, json, output)
        }
        HealthAction::Preview(args) => {
            let (params, json) = params(args)?;
            let found = with_service(config, async |service| service.preview_health(params).await).await?;
            if json { output.json(&found) } else { previewed(&found, output) }
        }
        HealthAction::Set(args) => {
            let (params, json) = params(args)?;
            let set = with_service(config, async |service| service.set_health(params).await).await?;
            shown(&set, json, output)
        }
        HealthAction::Reset { note, json } => {
            let params = SettingsParams { note, ..SettingsParams::default() };
            let set = with_service(config, async |service| service.set_health(params).await).await?;
            shown(&set, json, output)
        }
        HealthAction::History { account, since, json } => {
            let found = with_service(config, async |service| service.health_history(&account, since).await).await?;
            if json {
                return output.json(&found);
            }
            if found.refreshes.is_empty() {
                return output.line("No score is on record for that time.");
            }
            found.refreshes.iter().try_for_each(|refresh| line(refresh, output))
        }
    }
}

pub(super) async fn rate(args: RateArgs, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let RateArgs { account, rating, note, json } = args;
    let params = RatingParams { rating, note };
    let kept = with_service(config, async |service| service.rate(&account, params).await).await?;
    if json {
        return output.json(&kept);
    }
    output.line(format_args!("{account}: {} of 5, by {}. The score does not count it.", kept.rating, kept.by))
}

/// `usage.none=25` as `{"usage": {"none": 25}}`.
fn params(args: ChangeArgs) -> Result<(SettingsParams, bool), AppError> {
    let mut all = Map::new();
    for change in &args.changes {
        let wrong = || {
            AppError::Invalid(format!("`{change}` is no change; write it as `critical_below=45` or `usage.none=25`."))
        };
        let (name, number) = change.split_once('=').ok_or_else(wrong)?;
        let number: Value = serde_json::from_str::<serde_json::Number>(number.trim()).map_err(|_| wrong())?.into();
        match name.trim().split_once('.') {
            None => {
                all.insert(name.trim().to_owned(), number);
            }
            Some((group, name)) => {
                let group = all.entry(group).or_insert_with(|| json!({}));
                group.as_object_mut().ok_or_else(wrong)?.insert(name.to_owned(), number);
            }
        }
    }
    let ChangeArgs { note, json, .. } = args;
    Ok((SettingsParams { changes: Some(all.into()), note, after: None }, json))
}

fn shown(settings: &SettingsResponse, json: bool, output: &mut Output) -> Result<(), Failure> {
    if json {
        return output.json(settings);
    }
    let rules = serde_json::to_value(&settings.rules).unwrap_or_default();
    for (name, value) in rules.as_object().into_iter().flatten() {
        match value.as_object() {
            Some(group) => {
                for (inner, value) in group {
                    output.line(format_args!("{name}.{inner} = {value}"))?;
                }
            }
            None => output.line(format_args!("{name} = {value}"))?,
        }
    }
    match settings.history.first() {
        None => output.line("Nobody changed them; they are those of the configuration."),
        Some(last) => {
            let note = last.note.as_deref().map(|note| format!(" (“{note}”)")).unwrap_or_default();
            let what = if last.rules.is_some() { "Set" } else { "Back to the configuration," };
            output.line(format_args!("{what} by {} on {}{note}.", last.by, last.at.day()))
        }
    }
}

fn previewed(preview: &PreviewResponse, output: &mut Output) -> Result<(), Failure> {
    output.line(format_args!(
        "Of {} tracked accounts, {} would have another score and {} another level.",
        preview.looked_at, preview.moved, preview.switched
    ))?;
    for switch in &preview.switches {
        output.line(format_args!(
            "  {} ({}): {} {} → {} {}",
            switch.name,
            switch.domain,
            switch.before.score,
            switch.before.level.replace('_', " "),
            switch.after.score,
            switch.after.level.replace('_', " ")
        ))?;
    }
    let more = usize::try_from(preview.switched).unwrap_or(usize::MAX).saturating_sub(preview.switches.len());
    if more > 0 {
        output.line(format_args!("  and {more} more"))?;
    }
    Ok(())
}

fn line(refresh: &RefreshResponse, output: &mut Output) -> Result<(), Failure> {
    let at = refresh.at.format("%Y-%m-%d %H:%M");
    let level = refresh.mark.level.replace('_', " ");
    let Some(receipt) = &refresh.receipt else {
        return output.line(format_args!("{at}  {} ({level}), the first on record", refresh.mark.score));
    };
    output.line(format_args!("{at}  {} → {} ({level})", receipt.before.score, refresh.mark.score))?;
    for moved in &receipt.moves {
        output.line(format_args!("    {:+} {}: {}", moved.points, moved.words, moved.reason))?;
    }
    if receipt.bounds != 0 {
        output.line(format_args!("    {:+} because a score lies between 0 and 100", receipt.bounds))?;
    }
    Ok(())
}
