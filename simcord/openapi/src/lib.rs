//! Discord's own description of its API, to check traffic against: <https://github.com/discord/discord-api-spec>.
//!
//! The description allows unknown properties nearly everywhere, since that is what JSON Schema does unless told
//! otherwise. Here it is read strictly: a property that isn't described is most likely a typing mistake.

mod difference;
mod schema;

use std::{
    collections::HashMap,
    env, fs,
    io::{self, Write},
    path::Path,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use jsonschema::Validator;
use serde_json::{Value, json};

/// The environment variable that says where the description lies: the path of Discord's `openapi.json`.
pub const PLACE: &str = "DISCORD_OPENAPI";

const NOT_CHECKED: &[u8] =
    b"\nTraffic is NOT checked against Discord's description: DISCORD_OPENAPI is not set\n";

/// Discord's description, with what was compiled of it so far.
pub struct Description {
    /// The schemas that others refer to.
    shared: Value,
    /// Those with the most literal segments first.
    paths: Vec<DescribedPath>,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

struct DescribedPath {
    template: String,
    operations: Value,
}

impl DescribedPath {
    fn matches(&self, path: &str) -> bool {
        let is_parameter = |segment: &str| segment.starts_with('{');
        let (mut wanted, mut given) = (self.template.split('/'), path.split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some(wanted), Some(given)) if wanted == given || is_parameter(wanted) => {}
                _ => return false,
            }
        }
    }
}

impl Description {
    /// Reads the description.
    pub fn open(place: &Path) -> io::Result<Self> {
        let text = fs::read_to_string(place)?;
        Ok(Self::of(&serde_json::from_str(&text)?))
    }

    /// The description that [`PLACE`] names, read once. Where it is not set, that is said aloud, once.
    ///
    /// # Panics
    /// If it names no description: better no check than one that seems to be made.
    #[must_use]
    pub fn from_environment() -> Option<&'static Self> {
        static DESCRIPTION: OnceLock<Option<Description>> = OnceLock::new();
        let read = || {
            #[expect(
                clippy::disallowed_methods,
                reason = "tests have no configuration file, and this is theirs alone"
            )]
            let place = env::var_os(PLACE);
            let Some(place) = place else {
                // Past the capture of the test harness: a check that is not made must not look as if it were.
                io::stderr().write_all(NOT_CHECKED).ok();
                return None;
            };
            let description = Self::open(Path::new(&place));
            Some(description.unwrap_or_else(|error| panic!("{PLACE}={}: {error}", place.display())))
        };
        DESCRIPTION.get_or_init(read).as_ref()
    }

    fn of(document: &Value) -> Self {
        let operations = document["paths"].as_object().into_iter().flatten();
        let mut paths: Vec<DescribedPath> = operations
            .map(|(template, operations)| DescribedPath {
                template: template.clone(),
                operations: operations.clone(),
            })
            .collect();
        paths.sort_by_key(|path| path.template.matches('{').count());
        Self {
            shared: schema::shared(&document["components"]["schemas"]),
            paths,
            validators: Mutex::default(),
        }
    }

    /// What is wrong with a request by the description. `path` is without `/api/v10`; a query is ignored.
    #[must_use]
    pub fn problems_of_request(&self, method: &str, path: &str, body: &Value) -> Vec<String> {
        let (template, operation) = match self.operation(method, path) {
            Ok(found) => found,
            Err(problem) => return vec![problem],
        };
        let described = &operation["requestBody"];
        let place = format!("{method} {template}");
        let is_nothing = body.is_null() || body.as_object().is_some_and(serde_json::Map::is_empty);
        if described.is_null() && is_nothing {
            return Vec::new();
        }
        if described.is_null() {
            return vec![format!(
                "{place}: no body is described, but {body} was sent"
            )];
        }
        if body.is_null() {
            let required = described["required"] == true;
            return required
                .then(|| format!("{place}: a body is required"))
                .into_iter()
                .collect();
        }
        let content = &described["content"];
        let schema = ["application/json", "multipart/form-data"]
            .iter()
            .map(|kind| &content[*kind]["schema"])
            .find(|schema| schema.is_object());
        schema.map_or_else(Vec::new, |schema| self.problems(&place, schema, body))
    }

    /// What is wrong with an answer by the description.
    #[must_use]
    pub fn problems_of_answer(
        &self,
        method: &str,
        path: &str,
        status: u16,
        answer: &Value,
    ) -> Vec<String> {
        let (template, operation) = match self.operation(method, path) {
            Ok(found) => found,
            Err(problem) => return vec![problem],
        };
        let answers = &operation["responses"];
        let place = format!("{method} {template} → {status}");
        let wide = format!("{}XX", status / 100);
        let described = [status.to_string(), wide]
            .iter()
            .map(|status| &answers[status])
            .find(|described| described.is_object());
        let Some(described) = described else {
            return vec![format!("{place}: no such status is described")];
        };
        let schema = &described["content"]["application/json"]["schema"];
        if !schema.is_object() {
            // Errors are described once for all, and planned ones may be anything.
            let silent = answer.is_null() || status >= 400;
            return (!silent)
                .then(|| format!("{place}: no body is described, but {answer} came"))
                .into_iter()
                .collect();
        }
        self.problems(&place, schema, answer)
    }

    fn operation(&self, method: &str, path: &str) -> Result<(&str, &Value), String> {
        let path = path.split('?').next().unwrap_or_default();
        let method = method.to_lowercase();
        let mut matching = self.paths.iter().filter(|known| known.matches(path));
        let found = matching.find(|known| known.operations[&method].is_object());
        found
            .map(|known| (known.template.as_str(), &known.operations[&method]))
            .ok_or_else(|| format!("{} {path} is not described", method.to_uppercase()))
    }

    fn problems(&self, place: &str, schema: &Value, value: &Value) -> Vec<String> {
        let validator = self.validator(place, schema);
        let mut problems = Vec::new();
        for error in validator.iter_errors(value) {
            problems.extend(schema::leaves(&error));
        }
        problems.retain(|problem| !difference::is_known(place, problem));
        problems
            .iter()
            .map(|problem| format!("{place} {}: {}", problem.place, problem.text))
            .collect()
    }

    fn validator(&self, place: &str, schema: &Value) -> Arc<Validator> {
        let mut known = self
            .validators
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let compiled = known.entry(place.to_owned()).or_insert_with(|| {
            let mut whole = schema::strict(schema);
            whole["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
            whole["shared"] = self.shared.clone();
            let validator = jsonschema::options()
                .should_validate_formats(true)
                .should_ignore_unknown_formats(true)
                .with_format("snowflake", |text: &str| text.parse::<u64>().is_ok())
                .build(&whole);
            Arc::new(validator.unwrap_or_else(|error| panic!("the schema of {place}: {error}")))
        });
        Arc::clone(compiled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A description in small, with all that is read in the large one.
    fn described() -> Description {
        let integer = json!({"type": "integer", "enum": [1]});
        Description::of(&json!({
            "paths": {
                "/things/{id}": {"get": {"responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}}}},
                "/things/@me": {
                    "post": {
                        "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                        "responses": {"204": {}},
                    },
                },
                "/parts": {"put": {"requestBody": {"content": {"application/json": {"schema": {"allOf": [
                    {"$ref": "#/components/schemas/Thing"},
                    {"type": "object", "properties": {"extra": {"type": "string"}}},
                ]}}}}, "responses": {}}},
            },
            "components": {"schemas": {
                "Thing": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {
                        "name": {"type": "string", "maxLength": 5},
                        "id": {"$ref": "#/components/schemas/Id"},
                        "parts": {"type": "array", "items": {"oneOf": [
                            {"type": "object", "required": ["type"], "properties": {"type": integer, "label": {"type": "string"}}},
                            {"type": "null"},
                        ]}},
                    },
                },
                "Id": {"type": "string", "format": "snowflake"},
            }},
        }))
    }

    #[test]
    fn what_is_described_passes_and_what_is_not_is_told() {
        let described = described();
        let post =
            |body: Value| described.problems_of_request("POST", "/things/@me?wait=true", &body);
        let part = |part: Value| json!({"name": "a", "parts": [part]});
        assert!(
            post(json!({"name": "a", "id": "7", "parts": [{"type": 1, "label": "b"}, null]}))
                .is_empty()
        );
        let wrong = [
            (json!({"name": "too long"}), "/name"),
            (json!({"name": "a", "nmae": "b"}), "nmae"),
            (json!({"name": "a", "id": "x"}), "/id"),
            (part(json!({"type": 1, "lable": "b"})), "/parts/0"),
            (part(json!({"type": 2})), "/parts/0/type"),
            (json!({}), "name"),
            (Value::Null, "a body is required"),
        ];
        for (body, told) in wrong {
            let problems = post(body.clone());
            assert_eq!(problems.len(), 1, "{body}: {problems:?}");
            assert!(problems[0].contains(told), "{body}: {problems:?}");
        }
    }

    #[test]
    fn parts_of_a_whole_do_not_forbid_each_others_properties() {
        let put = |body: &Value| described().problems_of_request("PUT", "/parts", body);
        assert!(put(&json!({"name": "a", "extra": "b"})).is_empty());
        assert_eq!(put(&json!({"extra": "b"})).len(), 1);
    }

    #[test]
    fn routes_methods_and_answers_are_checked() {
        let described = described();
        let get = |status: u16, answer: Value| {
            described.problems_of_answer("GET", "/things/5", status, &answer)
        };
        assert!(get(200, json!({"name": "a"})).is_empty());
        assert_eq!(get(200, json!({"name": 5})).len(), 1);
        assert_eq!(get(201, json!({"name": "a"})).len(), 1);
        assert_eq!(
            described
                .problems_of_request("GET", "/nothing", &Value::Null)
                .len(),
            1
        );
        assert_eq!(
            described
                .problems_of_request("DELETE", "/things/5", &Value::Null)
                .len(),
            1
        );
        assert_eq!(
            described
                .problems_of_request("GET", "/things/5", &json!({"a": 1}))
                .len(),
            1
        );
        assert_eq!(
            described
                .problems_of_answer("POST", "/things/@me", 204, &json!({}))
                .len(),
            1
        );
    }
}
