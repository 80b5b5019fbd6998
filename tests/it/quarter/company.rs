//! The company whose quarter is lived: accounts, what happens to them day by day, who gets which digest, and when nobody
//! could send one.

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use serde_json::{Value, json};
use success_agent::app::DigestWanted;

use crate::harness::dice::Dice;

/// Owners, each with as many accounts.
const OWNERS: usize = 5;

/// Accounts whose usage stops for some weeks.
pub const SILENT: usize = 3;

/// A company.
pub struct Company {
    /// When it begins.
    pub begins: DateTime<Utc>,
    days: i64,
    /// How many accounts it has.
    pub accounts: usize,
    measured: usize,
    schedules: usize,
    /// When nobody could send anything.
    pub outages: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    /// When somebody changes the weights.
    pub rules_change_on: Option<NaiveDate>,
}

/// A digest somebody asks for.
pub struct Plan {
    /// As it is asked for.
    pub wanted: DigestWanted,
    /// Its zone.
    pub zone: Tz,
    /// The weekdays it comes on.
    days: &'static [Weekday],
    /// The time of day.
    at: NaiveTime,
    /// Whose accounts; everybody's where none.
    pub owner: Option<String>,
    /// The numbers of the levels it is about: 0 critical, 1 at risk, 2 healthy.
    pub levels: &'static [i16],
}

pub fn domain(number: usize) -> String {
    format!("customer-{number:03}.example")
}

pub fn owner(number: usize) -> String {
    format!("owner-{}@team.example", number % OWNERS)
}

fn at(day: &str) -> DateTime<Utc> {
    format!("{day}T00:00:00Z").parse().unwrap()
}

impl Company {
    /// Seven weeks over the changes of clocks in Auckland, Sydney, Berlin and New York.
    pub fn small() -> Self {
        Self {
            begins: at("2026-09-21"),
            days: 45,
            accounts: 24,
            measured: 6,
            schedules: 8,
            outages: vec![(at("2026-10-06"), at("2026-10-07") + Duration::hours(9))],
            rules_change_on: Some(at("2026-10-14").date_naive()),
        }
    }

    /// The same over a quarter.
    pub fn full() -> Self {
        let more = (at("2026-11-12") + Duration::hours(3), at("2026-11-12") + Duration::hours(7));
        let mut outages = Self::small().outages;
        outages.push(more);
        Self { days: 92, accounts: 200, measured: 40, schedules: 30, outages, ..Self::small() }
    }

    pub fn ends(&self) -> DateTime<Utc> {
        self.begins + Duration::days(self.days)
    }

    /// What is there when it begins.
    pub fn records(&self) -> Vec<Value> {
        let mut records = Vec::new();
        for number in 0..self.accounts {
            let domain = domain(number);
            records.push(json!({"type": "account", "domain": domain, "name": format!("Customer {number:03}"),
                "owner_email": owner(number), "licensed_seats": 50}));
            let renews = self.begins.date_naive() + Days::new(20 + number as u64 * 7 % 300);
            records.push(json!({"type": "revenue_source", "id": format!("contract-{number}"), "account": domain,
                "system": "stripe", "product": "Platform", "status": "active", "interval": "year",
                "amount_minor": 1_000_000 + number * 77_000, "currency": "USD", "starts_on": "2025-09-01",
                "renews_on": renews}));
            if number % 3 == 0 {
                let when = self.begins - Duration::days(i64::try_from(number % 20).unwrap() + 1);
                records.extend(["escalation", "churn_risk"].map(|kind| signal(number, kind, 0, when)));
            }
        }
        for ago in 1..15 {
            let day = self.begins.date_naive() - Days::new(ago);
            records.extend((0..self.measured).map(|number| usage(number, day)));
        }
        records
    }

    /// What happens on a day.
    pub fn day(&self, day: NaiveDate, dice: &mut Dice) -> Vec<Value> {
        let noon = day.and_hms_opt(12, 0, 0).unwrap().and_utc();
        let gap = (at("2026-10-08").date_naive(), at("2026-10-28").date_naive());
        let silent = |number: usize| number < SILENT && gap.0 <= day && day < gap.1;
        let mut records: Vec<Value> =
            (0..self.measured).filter(|number| !silent(*number)).map(|number| usage(number, day)).collect();
        for number in (0..self.accounts).filter(|_| dice.one_in(12)).collect::<Vec<_>>() {
            let kind = ["escalation", "churn_risk", "complaint", "praise", "praise", "nps"][dice.below(6) as usize];
            records.push(signal(number, kind, dice.below(11), noon));
        }
        if dice.one_in(2) {
            let number = dice.below(self.accounts as u64) as usize;
            let kind = ["failed", "paid"][dice.below(2) as usize];
            records.push(json!({"type": "payment_event", "id": format!("payment-{number}-{day}"),
                "account": domain(number), "occurred_at": noon, "kind": kind, "amount_minor": 10_000,
                "currency": "USD"}));
        }
        records
    }

    /// Who gets which digest.
    pub fn digests(&self) -> Vec<Plan> {
        const EVERY_DAY: [Weekday; 7] =
            [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
        const WEEKDAYS: [Weekday; 5] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
        // At half past two the clocks of three of these zones are put on, on a Sunday, and those of two put back.
        let times: [(&str, &[Weekday], (u32, u32)); 5] = [
            ("30 8 * * 1", &[Weekday::Mon], (8, 30)),
            ("0 9 * * 1-5", &WEEKDAYS, (9, 0)),
            ("30 2 * * *", &EVERY_DAY, (2, 30)),
            ("30 2 * * 0", &[Weekday::Sun], (2, 30)),
            ("15 17 * * 5", &[Weekday::Fri], (17, 15)),
        ];
        let zones = [
            Tz::America__New_York,
            Tz::Australia__Sydney,
            Tz::Europe__Berlin,
            Tz::Pacific__Auckland,
            Tz::Asia__Kolkata,
            Tz::UTC,
        ];
        let levels: [(&str, &[i16]); 3] = [("critical", &[0]), ("at risk", &[1]), ("all", &[0, 1, 2])];
        let plan = |number: usize| {
            let (schedule, days, (hour, minute)) = times[number % times.len()];
            let (zone, (level, levels)) = (zones[number % zones.len()], levels[number % levels.len()]);
            let owner = (!number.is_multiple_of(4)).then(|| owner(number));
            let to = if number % 3 == 1 { format!("mail:reader-{number}@team.example") } else { "web".to_owned() };
            let wanted = DigestWanted {
                name: Some(format!("digest {number}")),
                to: Some(to),
                schedule: Some(schedule.to_owned()),
                zone: Some(zone.name().to_owned()),
                owner: Some(owner.clone().unwrap_or_else(|| "all".to_owned())),
                levels: Some(vec![level.to_owned()]),
                ..DigestWanted::default()
            };
            let at = NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
            Plan { wanted, zone, days, at, owner, levels }
        };
        (0..self.schedules).map(plan).collect()
    }
}

impl Plan {
    /// The instants it is to come at, told day by day in its zone: on a day whose clocks skip its time, as soon as they
    /// have; on one that has it twice, the first time.
    pub fn times(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let mut day = from.date_naive().pred_opt().unwrap();
        let mut times = Vec::new();
        while day <= to.date_naive().succ_opt().unwrap() {
            if self.days.contains(&day.weekday()) {
                let local = day.and_time(self.at);
                let first = self.zone.from_local_datetime(&local).earliest();
                let after_gap = || {
                    (1..=180).find_map(|late| {
                        let whole =
                            local.date().and_hms_opt(local.time().format("%H").to_string().parse().unwrap(), 0, 0);
                        self.zone.from_local_datetime(&(whole.unwrap() + Duration::minutes(late))).earliest()
                    })
                };
                times.extend(first.or_else(after_gap).map(|time| time.to_utc()));
            }
            day = day.succ_opt().unwrap();
        }
        times.retain(|time| from < *time && *time < to);
        times
    }
}

fn signal(number: usize, kind: &str, score: u64, when: DateTime<Utc>) -> Value {
    let mut signal = json!({"type": "signal", "id": format!("{kind}-{number}-{}", when.date_naive()),
        "account": domain(number), "kind": kind, "occurred_at": when, "text": "The export stopped"});
    if kind == "nps" {
        signal["score"] = json!(score);
    }
    signal
}

fn usage(number: usize, day: NaiveDate) -> Value {
    json!({"type": "usage", "account": domain(number), "day": day, "active_users": 30 + number})
}
