//! A small serenity bot to try the server with: it echoes, notes what it hears, and answers commands.

use std::time::Duration;

use serenity::{
    all::{
        ActionRowComponent, ButtonStyle, ClientBuilder, CommandInteraction, CommandOptionType,
        CommandType, ComponentInteraction, ComponentInteractionDataKind, Context, CreateActionRow,
        CreateButton, CreateCommand, CreateCommandOption, CreateInputText,
        CreateInteractionResponse, CreateInteractionResponseFollowup,
        CreateInteractionResponseMessage, CreateMessage, CreateModal, CreateSelectMenu,
        CreateSelectMenuKind, CreateSelectMenuOption, EditInteractionResponse, GatewayIntents,
        Http, HttpBuilder, InputTextStyle, Interaction, ModalInteraction, RawEventHandler,
    },
    async_trait,
    model::event::Event,
};
use simcord::Simcord;
use tokio::{sync::watch, task::JoinHandle};

/// A bot that runs until it is dropped.
pub(crate) struct Bot {
    heard: watch::Receiver<Vec<String>>,
    task: JoinHandle<()>,
}

impl Drop for Bot {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) fn http(discord: &Simcord, token: &str) -> Http {
    HttpBuilder::new(token)
        .application_id(discord.application_id().get().into())
        .proxy(discord.base_url())
        .ratelimiter_disabled(true)
        .build()
}

pub(crate) const EVERYTHING: GatewayIntents = GatewayIntents::all();

impl Bot {
    /// Registers the commands and connects.
    pub(crate) async fn start(discord: &Simcord) -> Self {
        Self::start_with(discord, EVERYTHING).await
    }

    pub(crate) async fn start_with(discord: &Simcord, intents: GatewayIntents) -> Self {
        let http = http(discord, &discord.token());
        serenity::all::Command::set_global_commands(&http, commands())
            .await
            .unwrap();
        let (sender, heard) = watch::channel(Vec::new());
        let mut client = ClientBuilder::new_with_http(http, intents)
            .raw_event_handler(Handler { heard: sender })
            .await
            .unwrap();
        let task = tokio::spawn(async move { client.start().await.unwrap() });
        discord.gateway().connection().await;
        Self { heard, task }
    }

    /// Waits until the bot has heard so many events of this name.
    pub(crate) async fn hears(&mut self, event: &str, times: usize) {
        let enough =
            |heard: &Vec<String>| heard.iter().filter(|name| *name == event).count() >= times;
        let waited = tokio::time::timeout(Duration::from_secs(10), self.heard.wait_for(enough))
            .await
            .is_ok();
        assert!(
            waited,
            "waited for {event}, heard {:?}",
            self.heard.borrow()
        );
    }

    /// Waits until it has heard all that it was told.
    pub(crate) async fn settles(&mut self, discord: &Simcord) {
        let enough = |heard: &Vec<String>| heard.len() as u64 == discord.gateway().delivered();
        let waited = tokio::time::timeout(Duration::from_secs(10), self.heard.wait_for(enough))
            .await
            .is_ok();
        assert!(
            waited,
            "told {}, heard {:?}",
            discord.gateway().delivered(),
            self.heard.borrow()
        );
    }

    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.borrow().clone()
    }
}

fn commands() -> Vec<CreateCommand> {
    let question = CreateCommandOption::new(CommandOptionType::String, "question", "What to ask")
        .required(true);
    let whom = CreateCommandOption::new(CommandOptionType::User, "whom", "Whom to ask");
    let place = CreateCommandOption::new(CommandOptionType::Channel, "place", "Where to ask");
    let day = CreateCommandOption::new(CommandOptionType::String, "day", "When");
    let schedule = CreateCommandOption::new(CommandOptionType::SubCommand, "schedule", "Plan")
        .add_sub_option(day);
    vec![
        CreateCommand::new("ask")
            .description("Ask")
            .add_option(question)
            .add_option(whom)
            .add_option(place),
        CreateCommand::new("slow").description("Think first"),
        CreateCommand::new("form").description("Fill in"),
        CreateCommand::new("silent").description("Never answers"),
        CreateCommand::new("twice").description("Answers twice"),
        CreateCommand::new("meetup")
            .description("Meetups")
            .add_option(schedule),
        CreateCommand::new("Keep").kind(CommandType::Message),
    ]
}

struct Handler {
    heard: watch::Sender<Vec<String>>,
}

#[async_trait]
impl RawEventHandler for Handler {
    async fn raw_event(&self, context: Context, event: Event) {
        let name = match &event {
            Event::Unknown(unknown) => format!("unknown {unknown:?}"),
            known => known.name().unwrap_or_default(),
        };
        self.heard.send_modify(|heard| heard.push(name));
        match event {
            Event::MessageCreate(event) if event.message.content.starts_with("echo ") => {
                event
                    .message
                    .reply(&context.http, &event.message.content[5..])
                    .await
                    .unwrap();
            }
            Event::MessageCreate(event) if event.message.content == "offer" => {
                let help = CreateButton::new("help:1")
                    .label("I'll help")
                    .style(ButtonStyle::Primary);
                let options = ["a", "b"]
                    .map(|name| CreateSelectMenuOption::new(format!("Option {name}"), name))
                    .to_vec();
                let menu = CreateSelectMenu::new("pick", CreateSelectMenuKind::String { options })
                    .placeholder("Pick one");
                let rows = vec![
                    CreateActionRow::Buttons(vec![help]),
                    CreateActionRow::SelectMenu(menu),
                ];
                let message = CreateMessage::new().content("Who helps?").components(rows);
                event
                    .message
                    .channel_id
                    .send_message(&context.http, message)
                    .await
                    .unwrap();
            }
            Event::InteractionCreate(event) => match event.interaction {
                Interaction::Command(command) => answer_command(&context, &command).await,
                Interaction::Component(component) => answer_component(&context, &component).await,
                Interaction::Modal(modal) => answer_modal(&context, &modal).await,
                _ => {}
            },
            _ => {}
        }
    }
}

fn say(text: &str) -> CreateInteractionResponse {
    CreateInteractionResponse::Message(CreateInteractionResponseMessage::new().content(text))
}

async fn answer_command(context: &Context, command: &CommandInteraction) {
    let http = &context.http;
    match command.data.name.as_str() {
        "ask" => {
            let options: Vec<String> = command
                .data
                .options()
                .iter()
                .map(|option| format!("{}={:?}", option.name, kind(&option.value)))
                .collect();
            let message = CreateInteractionResponseMessage::new()
                .content(options.join(" "))
                .ephemeral(true);
            command
                .create_response(http, CreateInteractionResponse::Message(message))
                .await
                .unwrap();
        }
        "slow" => {
            command.defer(http).await.unwrap();
            command
                .edit_response(http, EditInteractionResponse::new().content("thought"))
                .await
                .unwrap();
            let more = CreateInteractionResponseFollowup::new()
                .content("and more")
                .ephemeral(true);
            command.create_followup(http, more).await.unwrap();
        }
        "form" => {
            let input =
                CreateInputText::new(InputTextStyle::Short, "Your idea", "idea").max_length(10);
            let modal = CreateModal::new("idea-form", "An idea")
                .components(vec![CreateActionRow::InputText(input)]);
            command
                .create_response(http, CreateInteractionResponse::Modal(modal))
                .await
                .unwrap();
        }
        "twice" => {
            command.create_response(http, say("once")).await.unwrap();
            let error = command
                .create_response(http, say("twice"))
                .await
                .unwrap_err();
            let more =
                CreateInteractionResponseFollowup::new().content(error_code(&error).to_string());
            command.create_followup(http, more).await.unwrap();
        }
        "meetup" => command
            .create_response(http, say(&format!("{:?}", command.data.options().len())))
            .await
            .unwrap(),
        "Keep" => {
            let message = command.data.resolved.messages.values().next().unwrap();
            command
                .create_response(http, say(&format!("kept: {}", message.content)))
                .await
                .unwrap();
        }
        _ => {}
    }
}

fn kind(value: &serenity::all::ResolvedValue<'_>) -> String {
    use serenity::all::ResolvedValue;
    match value {
        ResolvedValue::String(text) => (*text).to_owned(),
        ResolvedValue::User(user, Some(_)) => user.name.clone(),
        ResolvedValue::Channel(channel) => channel.name.clone().unwrap_or_default(),
        other => format!("{other:?}"),
    }
}

async fn answer_component(context: &Context, component: &ComponentInteraction) {
    let text = match &component.data.kind {
        ComponentInteractionDataKind::StringSelect { values } => format!("picked {values:?}"),
        _ => format!("{} helps", component.user.name),
    };
    let message = CreateInteractionResponseMessage::new()
        .content(text)
        .components(Vec::new());
    component
        .create_response(
            &context.http,
            CreateInteractionResponse::UpdateMessage(message),
        )
        .await
        .unwrap();
}

async fn answer_modal(context: &Context, modal: &ModalInteraction) {
    let ActionRowComponent::InputText(input) = &modal.data.components[0].components[0] else {
        return;
    };
    let text = format!(
        "{}: {}",
        modal.data.custom_id,
        input.value.clone().unwrap_or_default()
    );
    modal
        .create_response(&context.http, say(&text))
        .await
        .unwrap();
}

/// Discord's error code in an error of serenity.
pub(crate) fn error_code(error: &serenity::Error) -> isize {
    match error {
        serenity::Error::Http(serenity::http::HttpError::UnsuccessfulRequest(response)) => {
            response.error.code
        }
        other => panic!("not an answer of Discord: {other}"),
    }
}
