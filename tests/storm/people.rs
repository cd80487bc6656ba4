//! The community: people ask, answer, edit, delete, thank, and the core group clicks.

use chrono::TimeDelta;
use fastrand::Rng;
use serde_json::json;
use simcord::{
    Button, Channel, Message, Permissions, Person, ReplyKind, Select, Simcord, Snowflake,
};
use tokio::task::JoinSet;

use crate::process::Harness;

/// What the core group may do.
const CORE_MAY: Permissions = Permissions::from_bits(
    Permissions::MANAGE_GUILD.bits()
        | Permissions::MANAGE_MESSAGES.bits()
        | Permissions::PIN_MESSAGES.bits(),
);

/// Of how many of the last messages in a channel people speak.
const IN_SIGHT: usize = 20;

pub(crate) struct Community {
    /// What people have done so far.
    pub(crate) steps: u64,
    /// Where everybody talks.
    pub(crate) talked_in: Vec<Channel>,
    pub(crate) core: Channel,
    discord: Simcord,
    pub(crate) people: Vec<Person>,
    cleo: Person,
    /// What the core group deleted of the bot's messages.
    pub(crate) deleted: Vec<Snowflake>,
    rng: Rng,
    /// Questions whose asker was told that they will be posted.
    pub(crate) promised: Vec<String>,
    /// Commands and clicks whose answer nobody has waited for yet, and what was promised.
    waiting: JoinSet<Option<String>>,
}

/// Something of a message that can be used.
#[derive(Clone)]
enum Control {
    Button(String),
    /// A menu, and one of its options.
    Choice(String, String),
}

fn controls_of(buttons: &[Button], selects: &[Select]) -> Vec<Control> {
    let buttons = buttons.iter().filter(|button| !button.disabled);
    let buttons = buttons.map(|button| Control::Button(button.custom_id.clone()));
    let choices = selects.iter().flat_map(|select| {
        let options = select.options.iter();
        options.map(|(_, value)| Control::Choice(select.custom_id.clone(), value.clone()))
    });
    buttons.chain(choices).collect()
}

impl Community {
    pub(crate) fn found(discord: &Simcord, rng: Rng) -> Self {
        let guild = discord.guild("Makers");
        let core_role = guild.role("Core", CORE_MAY);
        let talked_in = vec![guild.channel("help"), guild.channel("garden")];
        let core = guild.private_channel("core", &[&core_role]);
        guild.private_channel("leads", &[&core_role]);
        let people = ["ana", "ben", "dora", "emil", "fay", "gus"];
        let people = people.map(|name| guild.member(name)).to_vec();
        let cleo = guild.member("cleo");
        cleo.has_role(&core_role);
        Self {
            steps: 0,
            talked_in,
            core,
            discord: discord.clone(),
            people,
            cleo,
            deleted: Vec::new(),
            rng,
            promised: Vec::new(),
            waiting: JoinSet::new(),
        }
    }

    pub(crate) async fn sets_up(&mut self, harness: &mut Harness) {
        let options =
            json!({"core_channel": "#core", "leads_channel": "#leads", "core_role": "@&Core"});
        self.cleo.runs_in("#leads", "/setup start", options).await;
        harness.settle().await;
    }

    /// A while of a good day: what is done is mostly heard before more is.
    pub(crate) async fn lives(&mut self, harness: &mut Harness) {
        for _ in 0..self.rng.usize(2..6) {
            self.acts().await;
            if self.rng.bool() {
                harness.settle().await;
            }
            let minutes = self.rng.i64(0..15);
            harness.advance(TimeDelta::minutes(minutes)).await;
        }
    }

    /// Somebody does something.
    pub(crate) async fn acts(&mut self) {
        self.steps += 1;
        let place = self.rng.choice(&self.talked_in).unwrap().clone();
        let who = self.rng.choice(&self.people).unwrap().clone();
        let number = self.steps;
        match self.rng.u8(0..22) {
            0..=6 => {
                let question = format!("How do I wire gauge {number} to the new gateway board?");
                who.says(&place, &question).await;
            }
            7..=9 => {
                let answer = format!(
                    "Connect the yellow wire of {number} to pin 4 and restart the board, that worked for me."
                );
                if let Some(message) =
                    self.message_in(&place, |message| message.author != who.handle())
                {
                    who.try_replies(&message, &answer).await.ok();
                }
            }
            10 | 11 => {
                let thanks = format!("Thanks, {number} works now!");
                if let Some(message) =
                    self.message_in(&place, |message| message.author != who.handle())
                {
                    who.try_replies(&message, &thanks).await.ok();
                }
            }
            12 | 13 => {
                let own = |message: &Message| message.author == who.handle();
                if let Some(message) = self.message_in(&place, own) {
                    let text = format!("{} (edit {number})", message.content);
                    who.edits(&message, &text).await;
                }
            }
            14 => {
                let own = |message: &Message| message.author == who.handle();
                if let Some(message) = self.message_in(&place, own) {
                    who.deletes(&message).await;
                }
            }
            15 => {
                let quiet = |message: &Message| message.thread_id.is_none();
                if let Some(message) = self.message_in(&place, quiet) {
                    let thread = who.starts_thread(&message, &format!("On {number}")).await;
                    let answer = format!("Here is how: solder {number} first, then flash it.");
                    who.says(&thread, &answer).await;
                }
            }
            16 => self.clicks(),
            17 => self.tidies_up().await,
            18 => self.asks(who, place),
            19 => {
                if let Some(message) = self.message_in(&place, |_| true) {
                    who.reacts(&message, "✅").await;
                }
            }
            _ => {
                who.says(&place, &format!("Good morning, {number} lamps are on."))
                    .await;
            }
        }
    }

    /// Somebody of the core group unpins the board, or deletes something that the bot said there.
    async fn tidies_up(&mut self) {
        let messages = self.core.messages();
        let Some(message) = self.rng.choice(&messages).cloned() else {
            return;
        };
        if message.pinned && self.rng.bool() {
            self.cleo.unpins(&message).await;
        } else {
            self.cleo.deletes(&message).await;
            self.deleted.push(message.id);
        }
    }

    /// Somebody of the core group uses a button or a menu, and one of what comes of it, beside everything else.
    fn clicks(&mut self) {
        let messages = self.core.messages().into_iter().rev().take(IN_SIGHT);
        let offered: Vec<(Message, Control)> = messages
            .flat_map(|message| {
                let controls = controls_of(&message.buttons(), &message.selects());
                controls
                    .into_iter()
                    .map(move |control| (message.clone(), control))
            })
            .collect();
        let Some((message, control)) = self.rng.choice(&offered).cloned() else {
            return;
        };
        let (cleo, mut rng) = (self.cleo.clone(), self.rng.fork());
        self.waiting.spawn(async move {
            let used = match &control {
                Control::Button(id) => cleo.try_clicks(&message, id).await,
                Control::Choice(id, value) => cleo.try_selects(&message, id, &[value]).await,
            };
            if let Ok(reply) = used
                && let Some(button) = rng.choice(reply.buttons())
            {
                cleo.try_clicks(&reply, &button.custom_id).await.ok();
            }
            None
        });
    }

    /// Somebody asks by the command, and posts it also where similar questions are known.
    fn asks(&mut self, who: Person, place: Channel) {
        let question = format!("Which resistor goes with gauge {}?", self.steps);
        self.waiting.spawn(async move {
            let options = json!({"question": question});
            let mut reply = who.try_runs(Some(&place), "/ask", options).await.ok()?;
            if let Some(post_it) = reply.buttons().first() {
                reply = who.try_clicks(&reply, &post_it.custom_id).await.ok()?;
            }
            let is_promised = matches!(reply.kind, ReplyKind::Message | ReplyKind::Updated)
                && reply
                    .content
                    .starts_with("Your question will be here in a moment");
            is_promised.then_some(question)
        });
    }

    /// A message in sight that people wrote.
    fn message_in(
        &mut self,
        place: &Channel,
        wanted: impl Fn(&Message) -> bool,
    ) -> Option<Message> {
        let by_people = |message: &Message| message.author_id != self.discord.application_id();
        let messages = place.messages().into_iter().rev();
        let messages: Vec<Message> = messages
            .filter(by_people)
            .take(IN_SIGHT)
            .filter(|message| wanted(message))
            .collect();
        self.rng.choice(&messages).cloned()
    }

    /// Waits for every answer that was still to come.
    pub(crate) async fn hears_last_answers(&mut self) {
        while let Some(answered) = self.waiting.join_next().await {
            self.promised.extend(answered.unwrap());
        }
    }

    /// Every channel and thread whose messages are kept.
    pub(crate) fn recorded(&self) -> Vec<Channel> {
        let mut recorded = self.talked_in.clone();
        for channel in &self.talked_in {
            recorded.extend(channel.threads());
        }
        recorded
    }

    /// Every channel and thread.
    pub(crate) fn everywhere(&self) -> Vec<Channel> {
        let mut everywhere = self.recorded();
        everywhere.push(self.core.clone());
        everywhere.extend(self.discord.channel("#leads"));
        everywhere
    }
}
