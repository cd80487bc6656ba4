//! Meetups, as people plan, answer, change and miss them.

mod answering;
mod around;
mod calendar;
mod changing;
mod events;
mod hosting;
mod own;
mod planning;
mod polling;
mod reminding;

use serde_json::{Value, json};
use simcord::{Message, Reply};

use crate::world::World;

/// Plans a meetup and confirms it; the confirmation.
async fn plan(world: &mut World, options: Value) -> Reply {
    let proposal = world
        .lena
        .runs_in("#meetups", "/meetup schedule", options)
        .await;
    let kept = world.lena.clicks(&proposal, "Yes, plan it").await;
    world.settle().await;
    kept
}

/// Bench night, on Tuesdays at 18:30 in Berlin from the 3rd of March on; its announcement.
async fn bench_night(world: &mut World) -> Message {
    plan(
        world,
        json!({"title": "Bench night", "when": "tuesdays 6:30 pm"}),
    )
    .await;
    world.discord.next_message("#meetups").await
}

/// What is said in the thread of an announcement, taken.
async fn next_in_thread(world: &World, announcement: &Message) -> Message {
    let announcement = world.discord.message(announcement.id).unwrap();
    let thread = announcement.thread_id.unwrap();
    world.discord.next_message(thread).await
}

async fn runs(world: &mut World, command: &str, options: Value) -> Reply {
    let reply = world.lena.runs_in("#meetups", command, options).await;
    world.settle().await;
    reply
}
