//! Buttons and select menus.

use serde_json::{Value, json};

use super::{MessageRef, Person, Refused, Reply, message::flattened, options::Resolver};
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

/// The value that a choice in a select menu stands for, with what it names looked up.
pub(super) fn choose(
    select: &Value,
    choice: &str,
    resolver: &mut Resolver<'_>,
) -> Result<Value, Refused> {
    let found = match select["type"].as_u64() {
        Some(5) => resolver.user(choice),
        Some(6) => resolver.role(choice),
        Some(7) => resolver.user(choice).or_else(|| resolver.role(choice)),
        Some(8) => resolver.channel(choice).filter(|id| {
            let kind = resolver
                .state
                .channels
                .get(id)
                .map(|channel| json!(channel.kind as u64));
            let kinds = select["channel_types"].as_array();
            kinds.is_none_or(|kinds| kind.is_some_and(|kind| kinds.contains(&kind)))
        }),
        _ => {
            let options = select["options"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            let named = options
                .iter()
                .find(|option| option["value"] == choice || option["label"] == choice);
            // "#1" is the first option, whatever it is called.
            let numbered = || {
                let number: usize = choice.strip_prefix('#')?.parse().ok()?;
                options.get(number.checked_sub(1)?)
            };
            let option = named.or_else(numbered);
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
