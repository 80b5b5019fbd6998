//! What the settings of a connection to PostHog say: what its properties are called, and who does not count.

use crate::sources::{Access, Setting};

pub(super) const SETTINGS: &[Setting] = &[
    Setting { name: "project", means: "the project's number, from its address: 12345", required: true },
    Setting {
        name: "address",
        means: "where PostHog is, if not at https://us.posthog.com: https://eu.posthog.com",
        required: false,
    },
    Setting {
        name: "group_index",
        means: "which group type is the company, 0 to 4; 0 if left out, none to go by e-mail domains",
        required: false,
    },
    Setting {
        name: "domain_property",
        means: "the group's property with its domain; domain if left out",
        required: false,
    },
    Setting {
        name: "seats_property",
        means: "the property of groups and events with the seats paid for; seats if left out",
        required: false,
    },
    Setting {
        name: "internal",
        means: "domains of your own people, who do not count: acme.com, acme.dev",
        required: false,
    },
    Setting {
        name: "quiet_days",
        means: "count: days without any event are days without users (if left out); leave: they are not known",
        required: false,
    },
];

/// What is read, as the settings say.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub group_index: Option<u8>,
    pub domain: String,
    pub seats: String,
    pub internal: Vec<String>,
    pub quiet_days_count: bool,
}

impl Plan {
    pub(super) fn read(access: &Access) -> Result<Self, String> {
        let group_index = match access.setting("group_index").unwrap_or("0") {
            "none" => None,
            index => Some(
                index
                    .parse()
                    .ok()
                    .filter(|index| *index < 5)
                    .ok_or("the setting group_index is a number from 0 to 4, or none")?,
            ),
        };
        let property = |name: &str, usual: &str| {
            let property = access.setting(name).unwrap_or(usual);
            let odd = |letter: char| matches!(letter, '`' | '\\' | '{' | '}') || letter.is_control();
            if property.contains(odd) {
                return Err(format!("the setting {name} names a property with signs that cannot be asked for"));
            }
            Ok(property.to_owned())
        };
        let internal = access.setting("internal").unwrap_or_default().split(',');
        let internal = internal.map(|domain| domain.trim().trim_start_matches('@').to_lowercase());
        let quiet_days_count = match access.setting("quiet_days").unwrap_or("count") {
            "count" => true,
            "leave" => false,
            _ => return Err("the setting quiet_days is count or leave".to_owned()),
        };
        Ok(Self {
            group_index,
            domain: property("domain_property", "domain")?,
            seats: property("seats_property", "seats")?,
            internal: internal.filter(|domain| !domain.is_empty()).collect(),
            quiet_days_count,
        })
    }
}
