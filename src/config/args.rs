//! What every command accepts on its command line.

use std::path::PathBuf;

/// Options of every command.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Options of every command")]
pub struct ConfigArgs {
    /// Folder for everything the program keeps [env: `SUCCESS_AGENT_DATA_DIR`; default: the platform's folder for data]
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Workspace to work in [env: `SUCCESS_AGENT_WORKSPACE`; default: main]
    #[arg(long, global = true, value_name = "NAME")]
    pub workspace: Option<String>,
    /// Who you are, for the records of what is proposed and approved [env: `SUCCESS_AGENT_USER`; default: the machine's
    /// user]
    #[arg(long = "as", global = true, value_name = "WHO")]
    pub user: Option<String>,
    /// TOML file with settings [env: `SUCCESS_AGENT_CONFIG`; default: success-agent.toml in the data folder, if there]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
}
