//! The process that plays Discord: a few busy communities, and a flood of what is said in them.

use std::io::Write;
use std::time::Duration;

use serde_json::json;
use simcord::{Channel, Permissions, Person, Simcord};

/// How busy it is.
const GUILDS: usize = 8;
const CHANNELS: usize = 16;
const MEMBERS: usize = 60;

/// How many different messages there are; then they come again, with other ids.
const LINES: usize = 4_096;

/// One message of so many asks for something.
const ONE_ASKS: usize = 40;

const TALK: [&str; 15] = [
    "did you look at the second menu, there is a switch for each valve",
    "thanks, that worked",
    "good morning everyone",
    "mine did that until I cleaned the contacts with vinegar",
    "I have written down how we built the raised beds: https://example.org/beds",
    "no idea, sorry",
    "you could try to update the firmware of the pump first, it is in the shed on the blue stick",
    "the small one behind the gate",
    "lol",
    "we should agree on a day for the common watering, please vote until friday",
    "ok, I will have a look tonight and tell you what I find",
    "it rained all night, so the tanks are full again and the pump may rest for a while",
    "that is what the manual says, but the older ones have a fuse below the lid",
    "nice work, the new beds look great",
    "I am away next week, somebody else has to open the gate on thursday",
];

const QUESTIONS: [&str; 5] = [
    "How do I water only the left beds with the old controller?",
    "The moisture sensor shows nonsense since the thunderstorm, has anyone seen that before?",
    "Which battery do you use for the gauge at the river, and how long does it last in winter?",
    "Can somebody help me? The display says `error 14` and stops, I turned it off and on again.",
    "Does anybody know how to calibrate the ultrasonic level sensor without emptying the tank?",
];

struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

/// A guild.
pub(crate) struct Place {
    pub(crate) channels: Vec<Channel>,
    pub(crate) members: Vec<Person>,
    lead: Person,
    number: usize,
}

pub(crate) async fn play() {
    let messages = crate::setting("FIREHOSE_MESSAGES", 100_000);
    let sets_up = std::env::var("FIREHOSE_SETS_UP").is_ok_and(|sets_up| sets_up == "true");
    let (discord, places) = open(sets_up).await;
    let lines = lines(&places);
    let spoken: Vec<_> = lines
        .iter()
        .map(|(channel, person, text)| (*channel, *person, text.as_str()))
        .collect();
    say("ready");
    let mut told = String::new();
    std::io::stdin().read_line(&mut told).unwrap();
    let count = u64::try_from(messages).unwrap();
    let last = discord.gateway().flood(&spoken, count);
    let (channel, ..) = lines[(messages - 1) % lines.len()];
    say(&format!("{} {last}", channel.id()));
    until_the_end().await;
}

/// Stays until whoever measures is done.
pub(crate) async fn until_the_end() {
    let mut told = String::new();
    tokio::task::spawn_blocking(move || std::io::stdin().read_line(&mut told))
        .await
        .unwrap()
        .ok();
}

/// A Discord to which the client has come, and found its communities; they are set up where that is wished.
pub(crate) async fn open(sets_up: bool) -> (Simcord, Vec<Place>) {
    let discord = Simcord::start().await;
    let places: Vec<_> = (0..GUILDS).map(|number| found(&discord, number)).collect();
    say(&format!("{} {}", discord.base_url(), discord.token()));
    discord.gateway().connection().await;
    if sets_up {
        discord.offers("/setup").await;
        for place in &places {
            let core = format!("#core-{}", place.number);
            set_up(&place.lead, &core).await;
        }
    }
    come_to_rest(&discord).await;
    (discord, places)
}

/// Sets a community up, with one channel for all reports.
pub(crate) async fn set_up(lead: &Person, core: &str) {
    let options = json!({"core_channel": core, "leads_channel": core});
    // A command may overtake the telling of its guild; then it is refused, and asked again.
    loop {
        let run = lead.runs_in(core, "/setup start", options.clone());
        if run.await.content.starts_with("All set") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn found(discord: &Simcord, number: usize) -> Place {
    let guild = discord.guild(&format!("Gardeners {number}"));
    let lead_role = guild.role("Lead", Permissions::MANAGE_GUILD);
    let channels = (0..CHANNELS)
        .map(|channel| guild.channel(&format!("beds-{number}-{channel}")))
        .collect();
    guild.private_channel(&format!("core-{number}"), &[&lead_role]);
    let lead = guild.member(&format!("lead{number}"));
    lead.has_role(&lead_role);
    let members = (0..MEMBERS)
        .map(|member| guild.member(&format!("gardener{number}x{member}")))
        .collect();
    Place {
        channels,
        members,
        lead,
        number,
    }
}

/// Waits until the client asks for nothing any more.
pub(crate) async fn come_to_rest(discord: &Simcord) {
    let mut requests = usize::MAX;
    while requests != discord.requests().len() {
        requests = discord.requests().len();
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
}

/// What is said, two or three conversations in a channel at once.
pub(crate) fn lines(places: &[Place]) -> Vec<(&Channel, &Person, String)> {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    (0..LINES)
        .map(|line| {
            let place = &places[numbers.below(places.len())];
            let channel = numbers.below(CHANNELS);
            // Some six people talk in a channel at a time.
            let person =
                &place.members[(channel * 3 + line / 512 * 7 + numbers.below(6)) % MEMBERS];
            let piece = if line % ONE_ASKS == ONE_ASKS / 2 {
                QUESTIONS[numbers.below(QUESTIONS.len())]
            } else {
                TALK[numbers.below(TALK.len())]
            };
            let text = match numbers.below(4) {
                0 => format!(
                    "{} {piece}",
                    place.members[numbers.below(MEMBERS)].mention()
                ),
                1 => format!("{piece} {}", TALK[numbers.below(TALK.len())]),
                _ => piece.to_owned(),
            };
            (&place.channels[channel], person, text)
        })
        .collect()
}

/// Writes a line to whoever measures.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}
