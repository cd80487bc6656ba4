//! Serves a small community until it is interrupted, and prints what a bot needs to connect to it.
//!
//! `cargo run -p simcord --example serve`, then open the address in a browser and be somebody.

use simcord::{Permissions, Simcord};

#[tokio::main]
#[expect(clippy::print_stdout, reason = "an example talks to whoever runs it")]
async fn main() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let lead = guild.role("Lead", Permissions::MANAGE_GUILD);
    for channel in ["help", "lounge"] {
        guild.channel(channel);
    }
    guild.private_channel("core", &[&lead]);
    for member in ["ana", "ben", "cleo"] {
        guild.member(member);
    }
    guild.member("lena").has_role(&lead);
    println!("base:  {}\ntoken: {}", discord.base_url(), discord.token());
    drop(tokio::signal::ctrl_c().await);
}
