//! `success-agent draft`

use super::args::DraftArgs;
use super::output::{Failure, Ink, Output};
use super::service::with_service;
use crate::config::Config;
use crate::web::drafts::{DraftParams, DraftResponse};

pub(super) async fn run(args: DraftArgs, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let params = DraftParams {
        account: Some(args.account),
        version: None,
        goal: args.goal,
        recipient: args.to,
        tone: args.tone,
        length: args.short.then(|| "short".to_owned()),
        language: args.language,
        mention: args.mention,
        instructions: None,
        release: None,
    };
    let wants_file = args.eml.is_some();
    let (draft, file) = with_service(config, async |service| {
        let draft = service.draft(params).await?;
        if !wants_file {
            return Ok((draft, None));
        }
        // Whoever has it written to a file has read neither more nor less than whoever clicks: it is their approval.
        let draft = service.approve_draft(&draft.id, draft.version).await?;
        let file = service.draft_file(&draft.id).await?;
        Ok((draft, Some(file)))
    })
    .await?;
    if let (Some(path), Some(bytes)) = (&args.eml, &file) {
        std::fs::write(path, bytes)
            .map_err(|error| Failure::failed(format!("{} cannot be written: {error}", path.display())))?;
    }
    if args.json {
        return output.json(&draft);
    }
    print(&draft, output)?;
    match &args.eml {
        Some(path) => output.line(format_args!("Approved, and written to {}. Nothing was sent.", path.display())),
        None => output.line(format_args!(
            "Nothing was sent. To approve it, write it to a file with --eml FILE, or POST {{\"version\": {}}} to \
             /api/drafts/{}/approve.",
            draft.version, draft.id
        )),
    }
}

/// Prints a draft: the mail, and beside it what it leans on.
pub(super) fn print(draft: &DraftResponse, output: &mut Output) -> Result<(), Failure> {
    let Some(version) = draft.versions.last() else { return Ok(()) };
    let title = version.to.title.as_ref().map(|title| format!(", {title}")).unwrap_or_default();
    output.line(output.paint(Ink::Dim, format_args!("{} ({} mail)", draft.id, version.goal_label)))?;
    output.line(format_args!("To:      {} <{}>{title}", version.to.name, version.to.email))?;
    output.line(format_args!("From:    {} <{}>", version.from.name, version.from.email))?;
    output.line(format_args!("Subject: {}", output.paint(Ink::Bold, &version.subject)))?;
    output.line("")?;
    output.line(&version.body)?;
    output.line("")?;
    output.line(output.paint(Ink::Bold, "It leans on"))?;
    for fact in &version.facts {
        output.line(format_args!(
            "• {} {}",
            fact.text,
            output.paint(Ink::Dim, format_args!("({})", fact.citation.title))
        ))?;
    }
    for reason in [&version.goal_reason, &version.to_reason].into_iter().flatten() {
        output.line(output.paint(Ink::Dim, format_args!("Chosen because: {reason}")))?;
    }
    for notice in &version.notices {
        output.line(format_args!("! {notice}"))?;
    }
    output.line("")
}
