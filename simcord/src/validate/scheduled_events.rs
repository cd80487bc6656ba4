//! What Discord refuses of scheduled events:
//! <https://discord.com/developers/docs/resources/guild-scheduled-event>.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::Problems;

const WEEKLY: u64 = 2;

/// Checks the texts and the kind. An event as it would be after an edit is checked like a new one.
pub(crate) fn check_scheduled_event(problems: &mut Problems, event: &Value, now: DateTime<Utc>) {
    let text = |field: &str| event[field].as_str().unwrap_or_default();
    problems.length("name", text("name"), 1, 100);
    problems.length("description", text("description"), 0, 1000);
    if event["privacy_level"] != 2 {
        problems.add(
            "privacy_level",
            "BASE_TYPE_CHOICES",
            "Value must be one of (2,).",
        );
    }
    let starts_at = check_time(problems, "scheduled_start_time", event, true);
    let external = event["entity_type"] == 3;
    let ends_at = check_time(problems, "scheduled_end_time", event, external);
    if starts_at.is_some_and(|start| start < now) {
        problems.add(
            "scheduled_start_time",
            "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST",
            "Cannot schedule event in the past.",
        );
    }
    if let (Some(start), Some(end)) = (starts_at, ends_at)
        && end <= start
    {
        problems.add(
            "scheduled_end_time",
            "GUILD_SCHEDULED_EVENT_END_TIME_BEFORE_START_TIME",
            "The end time must be after the start time.",
        );
    }
    match event["entity_type"].as_u64() {
        Some(3) => {
            let location = event["entity_metadata"]["location"].as_str();
            problems.length(
                "entity_metadata.location",
                location.unwrap_or_default(),
                1,
                100,
            );
            if !event["channel_id"].is_null() {
                let explanation = "An external event has no channel.";
                problems.add("channel_id", "BASE_TYPE_CHOICES", explanation);
            }
        }
        Some(2) => {
            if event["channel_id"].is_null() {
                problems.required("channel_id");
            }
            if !event["entity_metadata"]["location"].is_null() {
                let explanation = "Only an external event has a location.";
                problems.add("entity_metadata", "BASE_TYPE_CHOICES", explanation);
            }
        }
        _ => problems.add(
            "entity_type",
            "BASE_TYPE_CHOICES",
            "Value must be one of (2, 3).",
        ),
    }
    if event["recurrence_rule"].is_object() {
        check_recurrence(problems, &event["recurrence_rule"]);
    }
}

fn check_time(
    problems: &mut Problems,
    field: &str,
    event: &Value,
    required: bool,
) -> Option<DateTime<Utc>> {
    match &event[field] {
        Value::Null => {
            if required {
                problems.required(field);
            }
            None
        }
        value => {
            let time = value.as_str().and_then(|text| text.parse().ok());
            if time.is_none() {
                problems.add(
                    field,
                    "DATETIME_TYPE_PARSE",
                    &format!("{value} is not a valid ISO8601 timestamp."),
                );
            }
            time
        }
    }
}

/// The part of iCalendar that Discord's clients can show:
/// <https://discord.com/developers/docs/resources/guild-scheduled-event#guild-scheduled-event-recurrence-rule-object>.
fn check_recurrence(problems: &mut Problems, rule: &Value) {
    let mut wrong = |field: &str, explanation: &str| {
        problems.add(
            &format!("recurrence_rule.{field}"),
            "GUILD_SCHEDULED_EVENT_RECURRENCE_RULE_INVALID",
            explanation,
        );
    };
    let count = |field: &str| rule[field].as_array().map_or(0, Vec::len);
    if !rule["start"].is_string() {
        wrong("start", "A rule has a start.");
    }
    for field in ["end", "count"] {
        if !rule[field].is_null() {
            wrong(field, "Applications cannot set this.");
        }
    }
    let frequency = rule["frequency"].as_u64().unwrap_or(u64::MAX);
    let most = if frequency == WEEKLY { 2 } else { 1 };
    if !(1..=most).contains(&rule["interval"].as_u64().unwrap_or(0)) {
        wrong("interval", "Only every week can become every other week.");
    }
    let (weekdays, nth, months, days) = (
        count("by_weekday"),
        count("by_n_weekday"),
        count("by_month"),
        count("by_month_day"),
    );
    let allowed = match frequency {
        // Yearly: one day of one month.
        0 => weekdays == 0 && nth == 0 && months == 1 && days == 1,
        // Monthly: one weekday, like the third Friday.
        1 => weekdays == 0 && nth == 1 && months == 0 && days == 0,
        WEEKLY => weekdays == 1 && nth == 0 && months == 0 && days == 0,
        3 => is_known_set_of_days(&rule["by_weekday"]) && nth == 0 && months == 0 && days == 0,
        _ => false,
    };
    if !allowed {
        wrong("frequency", "Its days do not go with the frequency.");
    }
}

/// Daily events may keep to some sets of weekdays (Monday is 0).
fn is_known_set_of_days(days: &Value) -> bool {
    let Some(days) = days.as_array() else {
        return true;
    };
    let mut days: Vec<u64> = days.iter().filter_map(Value::as_u64).collect();
    days.sort_unstable();
    let known: [&[u64]; 7] = [
        &[0, 1, 2, 3, 4],
        &[1, 2, 3, 4, 5],
        &[0, 1, 2, 3, 6],
        &[4, 5],
        &[5, 6],
        &[0, 6],
        &[],
    ];
    known.contains(&days.as_slice())
}
