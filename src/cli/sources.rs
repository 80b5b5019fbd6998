//! `success-agent connect`, `disconnect`, `sources` and what `accounts` says of identity.

use std::collections::BTreeMap;
use std::path::Path;

use super::args::{AccountsAction, ConnectArgs, DisconnectArgs, SourcesAction, SourcesArgs};
use super::output::{Failure, Ink, Output};
use super::service::with_service;
use crate::config::{Config, secret_in_environment};
use crate::domain::connection::Vendor;
use crate::domain::time::Moment;
use crate::web::sources::{
    ConnectParams, IdentityParams, SourceMove, SourceResponse, SourcesResponse, VendorResponse, WaitingListResponse,
    since,
};

pub(super) async fn connect(args: ConnectArgs, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let Some(named) = &args.vendor else {
        let known = with_service(config, async |service| service.sources().await).await?;
        return vendors(&known, output);
    };
    let Some(vendor) = Vendor::parse(named) else {
        let known: Vec<&str> = Vendor::ALL.iter().map(|vendor| vendor.wire()).collect();
        return Err(Failure::usage(format!("`{named}` cannot be connected; there are {}", known.join(", "))));
    };
    let params = ConnectParams {
        vendor: vendor.wire().to_owned(),
        key: key(vendor, args.key_file.as_deref())?,
        webhook_secret: match &args.webhook_secret_file {
            Some(file) => Some(read(file)?),
            None => secret_in_environment(&format!("{}_WEBHOOK_SECRET", named.to_ascii_uppercase())),
        },
        settings: settings(&args.settings)?,
        again: args.again,
    };
    let (source, today) =
        with_service(config, async |service| Ok((service.connect_source(params).await?, service.now()))).await?;
    let of = source.of_whom.as_ref().map(|whom| format!(" of {whom}")).unwrap_or_default();
    output.line(format_args!("{} is connected{of} as `{}`.", source.label, source.name))?;
    for lack in &source.missing {
        output.line(output.paint(Ink::Yellow, format_args!("Missing permission {lack} cannot be seen.")))?;
    }
    if source.streams.is_empty() {
        output.line("It is being fetched from; `success-agent sources` shows how far it is.")
    } else {
        shown(&source, today, output)
    }
}

pub(super) async fn disconnect(args: DisconnectArgs, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let DisconnectArgs { name, forget } = args;
    let done = with_service(config, async |service| service.disconnect_source(&name, forget).await).await?;
    output.line(done.done)
}

pub(super) async fn run(args: SourcesArgs, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let (name, what) = match args.action {
        None => {
            let (known, now) =
                with_service(config, async |service| Ok((service.sources().await?, service.now()))).await?;
            return if args.json { output.json(&known.sources) } else { list(&known, now, output) };
        }
        Some(SourcesAction::Show { name }) => {
            let (known, now) =
                with_service(config, async |service| Ok((service.sources().await?, service.now()))).await?;
            let source = known.sources.iter().find(|source| source.name == name);
            let source = source.ok_or_else(|| Failure::failed(format!("there is no connection `{name}`")))?;
            return shown(source, now, output);
        }
        Some(SourcesAction::Emulate { listen, files }) => {
            return super::emulate::run(listen, files, config, output).await;
        }
        Some(SourcesAction::Sync { name, everything: false }) => (name, SourceMove::Sync),
        Some(SourcesAction::Sync { name, everything: true }) => (name, SourceMove::SyncEverything),
        Some(SourcesAction::Remap { name }) => (name, SourceMove::Remap),
        Some(SourcesAction::Pause { name }) => (name, SourceMove::Pause),
        Some(SourcesAction::Resume { name }) => (name, SourceMove::Resume),
    };
    let done = with_service(config, async |service| service.move_source(&name, what).await).await?;
    output.line(done.done)
}

pub(super) async fn identity(action: AccountsAction, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let params = match action {
        AccountsAction::Waiting { json } => {
            let waiting = with_service(config, async |service| service.waiting_list().await).await?;
            return if json { output.json(&waiting) } else { waits(&waiting, output) };
        }
        AccountsAction::Merge { from, into } => IdentityParams::Merge { from, into },
        AccountsAction::Alias { domain, account } => IdentityParams::Alias { domain, account },
        AccountsAction::Split { domain } => IdentityParams::Split { domain },
        AccountsAction::Confirm { source, company, account } => IdentityParams::Confirm { source, company, account },
    };
    let done = with_service(config, async |service| service.identify(params).await).await?;
    output.line(done.done)
}

/// The key: from a file, from the environment, or asked for.
fn key(vendor: Vendor, file: Option<&Path>) -> Result<String, Failure> {
    if let Some(file) = file {
        return read(file);
    }
    let name = format!("{}_KEY", vendor.wire().to_ascii_uppercase());
    if let Some(key) = secret_in_environment(&name) {
        return Ok(key);
    }
    if vendor == Vendor::Feed {
        return Ok(String::new());
    }
    if !std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        if vendor == Vendor::GitHub {
            return Ok(String::new());
        }
        return Err(Failure::usage(format!("there is no key; put it into {name}, or name a file with --key-file")));
    }
    let asked = match vendor {
        Vendor::GitHub => "Token of GitHub (empty for a public repository): ".to_owned(),
        Vendor::Salesforce => "Consumer key and secret of Salesforce, as KEY:SECRET: ".to_owned(),
        _ => format!("Key of {}: ", vendor.label()),
    };
    rpassword::prompt_password(asked).map_err(|error| Failure::failed(format!("the key cannot be read: {error}")))
}

fn read(file: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::failed(format!("{} cannot be read: {error}", file.display())))?;
    Ok(text.trim().to_owned())
}

fn settings(texts: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let pair = |text: &String| {
        let (name, value) =
            text.split_once('=').ok_or_else(|| Failure::usage(format!("`{text}` is not NAME=VALUE")))?;
        Ok((name.trim().to_owned(), value.trim().to_owned()))
    };
    texts.iter().map(pair).collect()
}

fn vendors(known: &SourcesResponse, output: &mut Output) -> Result<(), Failure> {
    output.line("What can be connected, with `success-agent connect NAME`:")?;
    known.vendors.iter().try_for_each(|vendor| vendor_line(vendor, output))
}

fn vendor_line(vendor: &VendorResponse, output: &mut Output) -> Result<(), Failure> {
    output.line(format_args!("  {:<12} {}", vendor.vendor, vendor.brings.join(", ")))?;
    for setting in vendor.settings.iter().filter(|setting| setting.required) {
        output.line(format_args!("               --set {}=…   {}", setting.name, setting.means))?;
    }
    Ok(())
}

fn list(known: &SourcesResponse, now: Moment, output: &mut Output) -> Result<(), Failure> {
    if known.sources.is_empty() {
        return output.line("Nothing is connected yet; `success-agent connect` shows what can be.");
    }
    for source in &known.sources {
        let items: u64 = source.streams.iter().map(|stream| stream.items).sum();
        let fetched = source.succeeded_at.map_or_else(|| "never".to_owned(), |at| since(at, now));
        output.line(format_args!("{:<16} {:<8} fetched {fetched}, {items} items", source.name, source.state))?;
        if let (Some(failure), Some(remedy)) = (&source.failure, &source.remedy) {
            output.line(output.paint(Ink::Red, format_args!("  {failure} {remedy}")))?;
        }
    }
    Ok(())
}

fn shown(source: &SourceResponse, now: Moment, output: &mut Output) -> Result<(), Failure> {
    let fetched = source.succeeded_at.map_or_else(|| "never".to_owned(), |at| since(at, now));
    output.line(format_args!("{} ({}): {}, last fetched {fetched}", source.name, source.label, source.state))?;
    for (name, value) in &source.settings {
        output.line(format_args!("  {name} = {value}"))?;
    }
    output.line(format_args!("  webhooks to {}", source.webhook))?;
    for stream in &source.streams {
        let waiting =
            if stream.waiting > 0 { format!(", {} wait for their account", stream.waiting) } else { String::new() };
        let aside = if stream.set_aside > 0 { format!(", {} need a look", stream.set_aside) } else { String::new() };
        output.line(format_args!("  {:<14} {} items{waiting}{aside}", stream.stream, stream.items))?;
    }
    for lack in &source.missing {
        output.line(output.paint(Ink::Yellow, format_args!("  missing permission {lack} cannot be seen")))?;
    }
    if let (Some(failure), Some(remedy)) = (&source.failure, &source.remedy) {
        output.line(output.paint(Ink::Red, format_args!("  {failure} {remedy}")))?;
    }
    Ok(())
}

fn waits(waiting: &WaitingListResponse, output: &mut Output) -> Result<(), Failure> {
    if waiting.waiting.is_empty() {
        output.line("Nothing waits for your word.")?;
    }
    for item in &waiting.waiting {
        output.line(format_args!("{} {} {}: {}", item.source, item.stream, item.id, item.reason))?;
    }
    for alias in &waiting.aliases {
        output.line(format_args!("{} is known as {} as well ({} said so)", alias.account, alias.domain, alias.by))?;
    }
    Ok(())
}
