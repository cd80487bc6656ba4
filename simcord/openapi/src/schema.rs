//! Schemas read strictly, and what fails in them.

use jsonschema::{ValidationError, error::ValidationErrorKind};
use serde_json::{Map, Value, json};

/// Where shared schemas lie: read strictly, and as they are for the parts of an `allOf`.
const STRICT: &str = "#/shared/strict/";
const LOOSE: &str = "#/shared/loose/";

/// Every schema that others refer to, in both readings.
pub(crate) fn shared(schemas: &Value) -> Value {
    let every = |strictly: bool| -> Map<String, Value> {
        let schemas = schemas.as_object().into_iter().flatten();
        schemas
            .map(|(name, schema)| (name.clone(), read(schema, strictly)))
            .collect()
    };
    json!({"strict": every(true), "loose": every(false)})
}

/// A schema that forbids what it doesn't describe.
pub(crate) fn strict(schema: &Value) -> Value {
    read(schema, true)
}

fn read(schema: &Value, strictly: bool) -> Value {
    let Value::Object(schema) = schema else {
        return schema.clone();
    };
    let mut result = Map::new();
    for (keyword, value) in schema {
        let (keyword, value) = match (keyword.as_str(), value) {
            ("$ref", Value::String(target)) => {
                let name = target.rsplit('/').next().unwrap_or_default();
                let place = if strictly { STRICT } else { LOOSE };
                ("$ref", json!(format!("{place}{name}")))
            }
            ("properties", Value::Object(properties)) => {
                let read = properties
                    .iter()
                    .map(|(name, schema)| (name.clone(), read(schema, strictly)));
                ("properties", Value::Object(read.collect()))
            }
            ("items" | "additionalProperties", schema) => {
                (keyword.as_str(), read(schema, strictly))
            }
            // Variants overlap where they have no property of their own: one that fits is enough.
            ("oneOf" | "anyOf", Value::Array(variants)) => (
                "anyOf",
                variants
                    .iter()
                    .map(|variant| read(variant, strictly))
                    .collect(),
            ),
            // Parts don't see each other's properties.
            ("allOf", Value::Array(parts)) => (
                "allOf",
                parts.iter().map(|part| read(part, false)).collect(),
            ),
            (keyword, value) => (keyword, value.clone()),
        };
        result.insert(keyword.to_owned(), value);
    }
    let describes = schema
        .get("properties")
        .and_then(Value::as_object)
        .is_some_and(|properties| !properties.is_empty());
    let open = ["additionalProperties", "allOf", "anyOf", "oneOf"]
        .iter()
        .any(|keyword| schema.contains_key(*keyword));
    if strictly && describes && !open {
        result.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    Value::Object(result)
}

/// One thing that is wrong, and where: `/embeds/0/title`.
pub(crate) struct Problem {
    pub(crate) place: String,
    pub(crate) text: String,
    /// How deep in a variant this shows that another variant was meant.
    mistaken_at: Option<usize>,
}

/// What is wrong; of several variants, what is wrong in the one that was meant.
pub(crate) fn leaves(error: &ValidationError<'_>) -> Vec<Problem> {
    let place = error.instance_path().to_string();
    let mut mistaken_at = None;
    let mut text = error.to_string();
    match error.kind() {
        ValidationErrorKind::AnyOf { context } => {
            let variants = context
                .iter()
                .map(|errors| errors.iter().flat_map(leaves).collect::<Vec<_>>());
            let meant = variants.min_by_key(|problems| {
                let mistaken = problems.iter().any(|problem| {
                    let below = problem.place.strip_prefix(&place).unwrap_or_default();
                    problem.mistaken_at == Some(below.matches('/').count())
                });
                (mistaken, problems.len())
            });
            if let Some(problems) = meant {
                return problems;
            }
        }
        // What kind something is, it says by a property with one value.
        ValidationErrorKind::Enum { options } => {
            let single = options.as_array().is_some_and(|options| options.len() == 1);
            mistaken_at = single.then_some(1);
        }
        ValidationErrorKind::Type { .. } => mistaken_at = Some(0),
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let told: Vec<&String> = unexpected
                .iter()
                .filter(|name| !is_empty(&error.instance()[name.as_str()]))
                .collect();
            if told.is_empty() {
                return Vec::new();
            }
            text = format!("{told:?} is not described");
        }
        _ => {}
    }
    if text.chars().count() > 300 {
        text = text.chars().take(300).collect::<String>() + "…";
    }
    vec![Problem {
        place,
        text,
        mistaken_at,
    }]
}

/// Whether a property says nothing. Client libraries write all fields that one kind of a thing has, also for others.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    }
}
