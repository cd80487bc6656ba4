//! Buttons, select menus and forms.

use serde_json::{Value, json};

use super::{MessageRef, Modal, Person, Refused, Reply, message::flattened, options::Resolver};
use crate::{
    snowflake::Snowflake,
    state::{InteractionKind, InteractionSource, MessageKey, State},
};

impl Person {
    /// As [`Person::clicks`], or why not.
    pub async fn try_clicks(
        &self,
        message: impl Into<MessageRef>,
        button: &str,
    ) -> Result<Reply, Refused> {
        let MessageRef(key) = message.into();
        let interaction = self.server.change(|state| {
            let component = self.find_component(state, key, button, |kind| kind == 2)?;
            let Some(id) = component["custom_id"].as_str() else {
                return Err(Refused::Impossible(format!("{button:?} is a link")));
            };
            let data = json!({"custom_id": id, "component_type": 2, "id": component["id"]});
            Ok(self.use_component(state, key, data))
        })?;
        Ok(self.answer_to(interaction).await)
    }

    /// As [`Person::selects`], or why not.
    pub async fn try_selects(
        &self,
        message: impl Into<MessageRef>,
        select: &str,
        choices: &[&str],
    ) -> Result<Reply, Refused> {
        let MessageRef(key) = message.into();
        let interaction = self.server.change(|state| {
            let component =
                self.find_component(state, key, select, |kind| matches!(kind, 3 | 5..=8))?;
            let (least, most) = (
                component["min_values"].as_u64().unwrap_or(1),
                component["max_values"].as_u64().unwrap_or(1),
            );
            if !(least..=most).contains(&(choices.len() as u64)) {
                return Err(Refused::Impossible(format!(
                    "{select:?} takes {least} to {most} choices"
                )));
            }
            let mut resolver = Resolver {
                state,
                guild: self.guild,
                person: self.id(),
                resolved: serde_json::Map::new(),
            };
            let values = choices
                .iter()
                .map(|choice| choose(&component, choice, &mut resolver));
            let values = values.collect::<Result<Vec<Value>, Refused>>()?;
            let mut data = json!({
                "custom_id": component["custom_id"],
                "component_type": component["type"],
                "id": component["id"],
                "values": values,
            });
            if !resolver.resolved.is_empty() {
                data["resolved"] = json!(resolver.resolved);
            }
            Ok(self.use_component(state, key, data))
        })?;
        Ok(self.answer_to(interaction).await)
    }

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
        let values = filled(modal, fields)?;
        let components: Vec<Value> = modal
            .components
            .iter()
            .map(|row| submitted(row, &values))
            .collect();
        let data = json!({"custom_id": modal.custom_id, "components": components});
        let interaction = self.server.change(|state| {
            let Some(asked) = state.interactions.get(&form.interaction_id).cloned() else {
                return Err(Refused::Impossible("that form is gone".to_owned()));
            };
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

    fn find_component(
        &self,
        state: &State,
        key: MessageKey,
        label: &str,
        kind: impl Fn(u64) -> bool,
    ) -> Result<Value, Refused> {
        let message = self.see_message(state, key)?;
        let components = flattened(&message.components);
        let of_kind: Vec<&Value> = components
            .into_iter()
            .filter(|component| component["type"].as_u64().is_some_and(&kind))
            .collect();
        let names = |component: &Value| {
            let texts = [
                &component["label"],
                &component["placeholder"],
                &component["emoji"]["name"],
                &component["custom_id"],
            ];
            texts
                .into_iter()
                .filter_map(|text| text.as_str().map(str::to_owned))
                .collect::<Vec<_>>()
        };
        let only = (label.is_empty() && of_kind.len() == 1).then(|| of_kind[0]);
        let found = only.or_else(|| {
            of_kind
                .iter()
                .copied()
                .find(|component| names(component).iter().any(|name| name == label))
        });
        let Some(component) = found else {
            let offered = of_kind
                .iter()
                .filter_map(|component| names(component).into_iter().next())
                .collect();
            return Err(Refused::NoSuchComponent {
                label: label.to_owned(),
                offered,
            });
        };
        if component["disabled"] == true {
            return Err(Refused::Disabled {
                label: label.to_owned(),
            });
        }
        Ok(component.clone())
    }

    fn use_component(&self, state: &mut State, key: MessageKey, data: Value) -> Snowflake {
        let asked = state
            .messages
            .get(&key)
            .and_then(|message| message.interaction);
        let name = asked
            .and_then(|id| state.interactions.get(&id))
            .map(|asked| asked.name.clone());
        state.interact(InteractionSource {
            kind: InteractionKind::Component,
            person: self.id(),
            channel: key.0,
            name: name.unwrap_or_default(),
            message: Some(key),
            data,
        })
    }
}

fn choose(select: &Value, choice: &str, resolver: &mut Resolver<'_>) -> Result<Value, Refused> {
    let found = match select["type"].as_u64() {
        Some(5) => resolver.user(choice),
        Some(6) => resolver.role(choice),
        Some(7) => resolver.user(choice).or_else(|| resolver.role(choice)),
        Some(8) => resolver.channel(choice),
        _ => {
            let options = select["options"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            let option = options
                .iter()
                .find(|option| option["value"] == choice || option["label"] == choice);
            let offered = || {
                options
                    .iter()
                    .filter_map(|option| option["label"].as_str().map(str::to_owned))
                    .collect()
            };
            return option.map(|option| option["value"].clone()).ok_or_else(|| {
                Refused::NoSuchComponent {
                    label: choice.to_owned(),
                    offered: offered(),
                }
            });
        }
    };
    let missing = || Refused::NoSuchComponent {
        label: choice.to_owned(),
        offered: Vec::new(),
    };
    found.map(|id| json!(id)).ok_or_else(missing)
}

/// The text of every field by custom id: what was typed, or what was in it.
fn filled(modal: &Modal, typed: &[(&str, &str)]) -> Result<Vec<(String, String)>, Refused> {
    let bad = |problem: String| Refused::BadForm { problem };
    for (name, _) in typed {
        if !modal
            .fields
            .iter()
            .any(|field| field.label == *name || field.custom_id == *name)
        {
            let labels: Vec<&str> = modal
                .fields
                .iter()
                .map(|field| field.label.as_str())
                .collect();
            return Err(bad(format!("there is no field {name:?}, only {labels:?}")));
        }
    }
    let mut values = Vec::new();
    for field in &modal.fields {
        let given = typed
            .iter()
            .find(|(name, _)| field.label == *name || field.custom_id == *name);
        let value = given.map_or(field.value.as_str(), |(_, value)| value);
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
        values.push((field.custom_id.clone(), value.to_owned()));
    }
    Ok(values)
}

/// A row or label of a form as it is sent back: only types, ids and values.
fn submitted(row: &Value, values: &[(String, String)]) -> Value {
    let input = |input: &Value| {
        let value = values
            .iter()
            .find(|(id, _)| input["custom_id"] == *id)
            .map(|(_, value)| value.as_str());
        json!({"type": input["type"], "custom_id": input["custom_id"], "id": 1, "value": value.unwrap_or_default()})
    };
    if row["component"].is_object() {
        return json!({"type": row["type"], "id": 1, "component": input(&row["component"])});
    }
    let inputs = row["components"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    json!({"type": row["type"], "id": 1, "components": inputs.iter().map(input).collect::<Vec<_>>()})
}
