//! A small community with Convener in it.

use chrono::{DateTime, TimeDelta, Utc};
use convener::practice::request::Request;
use convener::practice::rhythm::Rhythm;
use convener::simulation::{SimulatedTime, Simulation};
use convener::storage::{RequestFilter, Store};
use serde_json::json;
use simcord::{Builder, Channel, Guild, Message, Permissions, Person, Role, Simcord};
use tempfile::TempDir;

use crate::described::DescribedTraffic;

/// "Makers": ana and ben are members, cleo is of the core group, lena leads.
pub(crate) struct World {
    pub(crate) discord: Simcord,
    pub(crate) simulation: Simulation,
    pub(crate) guild: Guild,
    pub(crate) core_role: Role,
    pub(crate) help: Channel,
    pub(crate) ana: Person,
    pub(crate) ben: Person,
    pub(crate) cleo: Person,
    pub(crate) lena: Person,
    pub(crate) folder: TempDir,
    _described: DescribedTraffic,
}

/// A Monday, at noon in UTC.
pub(crate) fn monday() -> DateTime<Utc> {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

impl World {
    /// The community before anybody has set Convener up.
    pub(crate) async fn before_setup() -> Self {
        Self::before_setup_in(|discord| discord).await
    }

    /// The community before setup, in a Discord that gives Convener no privileged intents.
    pub(crate) async fn without_privileges() -> Self {
        Self::before_setup_in(|discord| discord.privileged_intents(false)).await
    }

    async fn before_setup_in(change: impl FnOnce(Builder) -> Builder) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let time = SimulatedTime::at(monday());
        let discord = change(time.discord()).start().await;
        let guild = discord.guild("Makers");
        guild.bot_may(Permissions::BOT_BY_DEFAULT | Permissions::CREATE_EVENTS);
        let core_role = guild.role("Core", Permissions::NONE);
        let lead_role = guild.role("Lead", Permissions::MANAGE_GUILD);
        let help = guild.channel("help");
        guild.channel("meetups");
        guild.private_channel("core", &[&core_role]);
        guild.private_channel("leads", &[&lead_role]);
        let [ana, ben, cleo, lena] = ["ana", "ben", "cleo", "lena"].map(|name| guild.member(name));
        cleo.has_role(&core_role);
        lena.has_role(&lead_role);
        let simulation = start(&folder, discord.clone(), time).await;
        Self {
            _described: DescribedTraffic(discord.clone()),
            discord,
            simulation,
            guild,
            core_role,
            help,
            ana,
            ben,
            cleo,
            lena,
            folder,
        }
    }

    /// The community after `/setup`, with the greetings of Convener taken.
    pub(crate) async fn new() -> Self {
        let mut world = Self::before_setup().await;
        world.set_up().await;
        for channel in ["#help", "#meetups", "#core"] {
            world.discord.next_message(channel).await;
        }
        world
    }

    /// The core group's board, as it stands.
    pub(crate) fn board(&self) -> Message {
        let messages = self.discord.messages("#core");
        let mut boards = messages.into_iter().filter(|message| message.pinned);
        let board = boards.next().expect("there is no board");
        assert!(boards.next().is_none(), "there are two boards");
        board
    }

    /// Picks the first request of the board, or of what was just heard, for what can be done about it.
    pub(crate) async fn pick(&mut self, who: &Person) -> simcord::Reply {
        let board = self.board();
        let waiting = board.selects().into_iter().next();
        let request = self.requests().await.last().unwrap().id.to_string();
        let picked = if waiting.is_some() {
            who.selects(&board, "Do something about a request", &[&request])
                .await
        } else {
            let heard = who.clicks(&board, "Just heard (1)").await;
            who.selects(&heard, "Do something about a request", &[&request])
                .await
        };
        self.settle().await;
        picked
    }

    pub(crate) async fn set_up(&mut self) -> simcord::Reply {
        let options = json!({
            "core_channel": "#core",
            "leads_channel": "#leads",
            "core_role": "@&Core",
            "zone": "Europe/Berlin",
        });
        let reply = self.lena.runs_in("#leads", "/setup start", options).await;
        self.settle().await;
        reply
    }

    pub(crate) async fn settle(&mut self) {
        self.simulation.settle().await.unwrap();
    }

    pub(crate) async fn advance(&mut self, by: TimeDelta) {
        self.simulation.advance(by).await.unwrap();
    }

    pub(crate) async fn advance_to(&mut self, instant: &str) {
        self.simulation
            .advance_to(instant.parse().unwrap())
            .await
            .unwrap();
    }

    /// Says it, and waits until Convener has heard it.
    pub(crate) async fn says(&mut self, who: &Person, place: &str, text: &str) -> Message {
        let message = who.says(place, text).await;
        self.settle().await;
        message
    }

    /// Replies, and waits until Convener has heard it.
    pub(crate) async fn replies(&mut self, who: &Person, to: &Message, text: &str) -> Message {
        let message = who.replies(to, text).await;
        self.settle().await;
        message
    }

    /// Every request, in the order of asking.
    pub(crate) async fn requests(&self) -> Vec<Request> {
        let mut transaction = self.simulation.facilitation().store.read().await.unwrap();
        transaction
            .requests(RequestFilter::default())
            .await
            .unwrap()
    }

    /// The only request.
    pub(crate) async fn request(&self) -> Request {
        let mut requests = self.requests().await;
        assert_eq!(requests.len(), 1, "{requests:#?}");
        requests.remove(0)
    }

    /// How many messages are kept of a channel.
    pub(crate) async fn kept(&self, channel: &Channel) -> Vec<String> {
        let channel = channel.id().get().try_into().unwrap();
        let mut transaction = self.simulation.facilitation().store.read().await.unwrap();
        let channel = convener::practice::id::ChannelId::new(channel);
        let kept = transaction
            .messages_until(channel, self.simulation.now(), 1_000)
            .await
            .unwrap();
        kept.into_iter().map(|message| message.heard.text).collect()
    }

    /// Stops Convener; what happens then, it does not hear. Answers what it takes to go on.
    pub(crate) async fn stop(self) -> Stopped {
        let Self {
            simulation,
            guild,
            core_role,
            help,
            ana,
            ben,
            cleo,
            lena,
            folder,
            ..
        } = self;
        let (discord, time) = simulation.stop().await.unwrap();
        Stopped {
            discord,
            time,
            guild,
            core_role,
            help,
            ana,
            ben,
            cleo,
            lena,
            folder,
        }
    }
}

/// The community without Convener.
pub(crate) struct Stopped {
    pub(crate) discord: Simcord,
    pub(crate) time: SimulatedTime,
    pub(crate) guild: Guild,
    pub(crate) core_role: Role,
    pub(crate) help: Channel,
    pub(crate) ana: Person,
    pub(crate) ben: Person,
    pub(crate) cleo: Person,
    pub(crate) lena: Person,
    pub(crate) folder: TempDir,
}

impl Stopped {
    /// Lives on while nobody listens.
    pub(crate) fn advance(&self, by: TimeDelta) {
        let clock = &self.time.clock;
        clock.advance_to(convener::clock::Clock::now(clock) + by);
    }

    /// Starts Convener again, over the same database, as a new process would.
    pub(crate) async fn start(self) -> World {
        let Self {
            discord,
            time,
            guild,
            core_role,
            help,
            ana,
            ben,
            cleo,
            lena,
            folder,
        } = self;
        let simulation = start(&folder, discord.clone(), time.restarted()).await;
        World {
            _described: DescribedTraffic(discord.clone()),
            discord,
            simulation,
            guild,
            core_role,
            help,
            ana,
            ben,
            cleo,
            lena,
            folder,
        }
    }
}

async fn start(folder: &TempDir, discord: Simcord, time: SimulatedTime) -> Simulation {
    let file = folder.path().join("convener.db").display().to_string();
    let store = Store::open(&file).await.unwrap();
    Simulation::start(store, discord, time, Rhythm::default())
        .await
        .unwrap()
}
