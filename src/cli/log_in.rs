//! `success-agent log-in`: a link by which somebody logs in to the pages once.

use super::args::LogInArgs;
use super::output::{Failure, Ink, Output};
use super::service::with_service;
use crate::config::Config;
use crate::domain::person::reads_as_address;
use crate::web::log_in::LinkParams;

pub(super) async fn run(args: LogInArgs, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let LogInArgs { email, name, role } = args;
    let own = Some(config.user.clone()).filter(|user| reads_as_address(user));
    let Some(email) = email.or(own) else {
        return Err(Failure::usage("name the e-mail address of whoever logs in: success-agent log-in ADDRESS"));
    };
    let params = LinkParams { email, name, role };
    let link = with_service(config, async |service| service.login_link(params).await).await?;
    output.line(format_args!("{} ({}) logs in with this link, once, within half an hour:", link.email, link.role))?;
    output.line(output.paint(Ink::Bold, &link.url))
}
