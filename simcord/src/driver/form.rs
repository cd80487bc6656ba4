//! Forms: filling them in and sending them.

use serde_json::{Map, Value, json};

use super::{Modal, ModalField, Person, Refused, Reply, options::Resolver, using::choose};
use crate::state::{InteractionKind, InteractionSource};

/// What became of one field, by its custom id.
enum Filled {
    Text(String),
    Choices(Vec<Value>),
}

impl Person {
    /// As [`Person::submits`], or why not.
    pub async fn try_submits(
        &self,
        form: &Reply,
        fields: &[(&str, &str)],
    ) -> Result<Reply, Refused> {
        let Some(modal) = &form.modal else {
            return Err(Refused::Impossible(format!(
                "{form:?} is no form to fill in"
            )));
        };
        let interaction = self.server.change(|state| {
            let Some(asked) = state.interactions.get(&form.interaction_id).cloned() else {
                return Err(Refused::Impossible("that form is gone".to_owned()));
            };
            let mut resolver = Resolver {
                state,
                guild: asked.guild,
                person: self.id(),
                resolved: Map::new(),
            };
            let filled = fill_in(modal, fields, &mut resolver)?;
            let named = resolver.resolved;
            let rows = modal.components.iter();
            let rows: Vec<Value> = rows.map(|row| submitted(row, &filled)).collect();
            let mut data = json!({"custom_id": modal.custom_id, "components": rows});
            if !named.is_empty() {
                data["resolved"] = json!(named);
            }
            Ok(state.interact(InteractionSource {
                kind: InteractionKind::Modal,
                person: self.id(),
                channel: asked.channel,
                name: asked.name,
                message: asked.message,
                data,
            }))
        })?;
        Ok(self.answer_to(interaction).await)
    }
}

fn bad(problem: String) -> Refused {
    Refused::BadForm { problem }
}

/// What stands in every field: what was typed or chosen, or what was in it.
fn fill_in(
    modal: &Modal,
    typed: &[(&str, &str)],
    resolver: &mut Resolver<'_>,
) -> Result<Vec<(String, Filled)>, Refused> {
    let is = |field: &ModalField, name: &str| field.label == name || field.custom_id == name;
    for (name, _) in typed {
        if !modal.fields.iter().any(|field| is(field, name)) {
            let labels: Vec<&str> = modal
                .fields
                .iter()
                .map(|field| field.label.as_str())
                .collect();
            return Err(bad(format!("there is no field {name:?}, only {labels:?}")));
        }
    }
    let mut filled = Vec::new();
    for field in &modal.fields {
        let given = typed.iter().filter(|(name, _)| is(field, name));
        let given: Vec<&str> = given.map(|(_, value)| *value).collect();
        let value = if field.is_select() {
            Filled::Choices(chosen(field, &given, resolver)?)
        } else {
            Filled::Text(text(field, given.first().copied())?)
        };
        filled.push((field.custom_id.clone(), value));
    }
    Ok(filled)
}

fn text(field: &ModalField, given: Option<&str>) -> Result<String, Refused> {
    let value = given.unwrap_or(&field.value);
    let length = value.chars().count() as u64;
    if value.is_empty() && field.required {
        return Err(bad(format!("{:?} must be filled in", field.label)));
    }
    if length > field.max_length || (length > 0 && length < field.min_length) {
        let (least, most) = (field.min_length, field.max_length);
        return Err(bad(format!(
            "{:?} takes {least} to {most} characters, not {length}",
            field.label
        )));
    }
    Ok(value.to_owned())
}

fn chosen(
    field: &ModalField,
    given: &[&str],
    resolver: &mut Resolver<'_>,
) -> Result<Vec<Value>, Refused> {
    let select = &field.component;
    let before: Vec<&str> = select["options"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|option| option["default"] == true)
        .filter_map(|option| option["value"].as_str())
        .collect();
    let choices = if given.is_empty() { &before } else { given };
    if choices.is_empty() && !field.required {
        return Ok(Vec::new());
    }
    let least = select["min_values"].as_u64().unwrap_or(1);
    let most = select["max_values"].as_u64().unwrap_or(1);
    if !(least..=most).contains(&(choices.len() as u64)) {
        return Err(bad(format!(
            "{:?} takes {least} to {most} choices",
            field.label
        )));
    }
    choices
        .iter()
        .map(|choice| choose(select, choice, resolver))
        .collect()
}

/// A row or label of a form as it is sent back: only types, ids and values.
fn submitted(row: &Value, filled: &[(String, Filled)]) -> Value {
    let number = |component: &Value| component["id"].as_u64().unwrap_or(1);
    let field = |component: &Value| {
        let value = filled
            .iter()
            .find(|(id, _)| component["custom_id"] == *id)
            .map(|(_, value)| value);
        let mut sent = json!({
            "type": component["type"],
            "custom_id": component["custom_id"],
            "id": number(component),
        });
        match value {
            Some(Filled::Choices(values)) => sent["values"] = json!(values),
            Some(Filled::Text(text)) => sent["value"] = json!(text),
            None => {}
        }
        sent
    };
    if row["component"].is_object() {
        return json!({"type": row["type"], "id": number(row), "component": field(&row["component"])});
    }
    if row["components"].is_array() {
        let inside = row["components"].as_array().into_iter().flatten();
        let fields: Vec<Value> = inside.map(field).collect();
        return json!({"type": row["type"], "id": number(row), "components": fields});
    }
    // A text between the fields.
    json!({"type": row["type"], "id": number(row)})
}
