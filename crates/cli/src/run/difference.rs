//! How one state differs from another.

use crate::error::CommandError;
use ifctl_virtual::State;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Write;

/// What two kernels may differ in that were brought to be the same: their time, when something was done, and
/// how many things they have had.
const PASSING: [&str; 10] = [
    "now",
    "last_number",
    "number",
    "last_index",
    "drawn_addresses",
    "timers",
    "created",
    "updated",
    "confirmed",
    "used",
];

/// The most lines that a message has.
const LINES: usize = 40;

/// Fails where a state is not the expected one, with the difference.
pub(super) fn compare(expected: &State, found: &State) -> Result<(), CommandError> {
    let value = |state: &State| -> Result<Value, CommandError> {
        let mut value = serde_json::to_value(state)?;
        forget_times(&mut value);
        Ok(value)
    };
    let mut lines = Vec::new();
    differ("state", &value(expected)?, &value(found)?, &mut lines);
    if lines.is_empty() {
        return Ok(());
    }
    let count = lines.len();
    lines.truncate(LINES);
    if count > LINES {
        lines.push(format!("and {} more", count - LINES));
    }
    // Nothing is left to tell where stderr itself cannot be written.
    let _ = anstream::stderr().write_all((lines.join("\n") + "\n").as_bytes());
    Err(CommandError::failed("the end state is not the expected one"))
}

/// Takes what passes out of a state.
fn forget_times(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !PASSING.contains(&name.as_str()));
            fields.values_mut().for_each(forget_times);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_times),
        _ => {}
    }
}

/// Lists what differs, each with its place; `-` is expected, `+` was found.
fn differ(place: &str, expected: &Value, found: &Value, lines: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(one), Value::Object(other)) => {
            let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for name in names {
                let place = format!("{place}.{name}");
                let of = |fields: &serde_json::Map<String, Value>| {
                    fields.get(name).cloned().unwrap_or(Value::Null)
                };
                differ(&place, &of(one), &of(other), lines);
            }
        }
        (Value::Array(one), Value::Array(other)) => {
            for nth in 0..one.len().max(other.len()) {
                let of = |items: &[Value]| items.get(nth).cloned().unwrap_or(Value::Null);
                differ(&format!("{place}[{nth}]"), &of(one), &of(other), lines);
            }
        }
        (one, other) if one == other => {}
        (one, other) => {
            let of = |sign: char, value: &Value| format!("{sign} {place} = {value}");
            lines.extend((!one.is_null()).then(|| of('-', one)));
            lines.extend((!other.is_null()).then(|| of('+', other)));
        }
    }
}
