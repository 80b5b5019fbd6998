//! What people write in several ways: each row is one thing, its usual name first.

use std::sync::LazyLock;

use super::content_stems;

static SAME: [&[&str]; 38] = [
    &["sso", "single sign-on", "saml", "okta", "entra"],
    &["mfa", "two-factor authentication", "2fa"],
    &["scim", "provisioning", "provision"],
    &["rbac", "role-based permissions", "role-based access"],
    &["api", "endpoint"],
    &["gdpr", "data protection"],
    &["data residency", "residency", "eu data"],
    &["qbr", "quarterly business review", "ebr"],
    &["nps", "net promoter score"],
    &["csat", "satisfaction score"],
    &["arr", "annual recurring revenue"],
    &["mrr", "monthly recurring revenue"],
    &["poc", "proof of concept", "pilot"],
    &["sla", "service level agreement"],
    &["dpa", "data processing agreement"],
    &["msa", "master services agreement"],
    &["po", "purchase order"],
    &["roi", "return on investment"],
    &["renewal", "renew", "renewing", "contract extension"],
    &["price", "pricing", "cost", "expensive", "discount", "cheaper"],
    &["budget", "funding", "spend"],
    &["invoice", "bill", "billing", "charge", "charged"],
    &["outage", "downtime", "incident"],
    &["bug", "defect", "issue"],
    &["slow", "latency", "performance", "speed"],
    &["churn", "cancel", "leave", "terminate", "termination"],
    &["sms", "text message", "text alert"],
    &["add-on", "addon"],
    &["quote", "offer", "proposal"],
    &["percent", "per cent"],
    &["competitor", "competition", "alternative", "rival", "evaluating", "evaluate", "compare"],
    &["champion", "sponsor"],
    &["layoff", "layoffs", "reorg", "reorganisation", "restructuring"],
    &["onboarding", "rollout", "implementation", "deployment", "deploy"],
    &["training", "workshop", "onboarding session"],
    &["export", "exports", "download"],
    &["mobile", "phone", "ios", "android"],
    &["security", "compliance", "soc"],
];

/// One thing with the names it goes by.
pub struct Synonyms {
    /// As written, in lower case.
    pub names: &'static [&'static str],
    /// The stems of each name; never empty.
    pub stems: Vec<Vec<String>>,
}

/// All rows.
pub fn synonyms() -> &'static [Synonyms] {
    static ROWS: LazyLock<Vec<Synonyms>> = LazyLock::new(|| {
        let row = |names: &&'static [&'static str]| Synonyms {
            names,
            stems: names.iter().map(|name| content_stems(name)).filter(|stems| !stems.is_empty()).collect(),
        };
        SAME.iter().map(row).collect()
    });
    &ROWS
}
