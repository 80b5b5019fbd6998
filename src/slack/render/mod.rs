//! What people see in Slack: messages and views made of answers, proposals, drafts and accounts.
