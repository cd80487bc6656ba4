//! The playground's page.

use std::process::Command;
use std::time::Duration;

use convener::practice::rhythm::Rhythm;
use convener::simulation::{SimulatedTime, Simulation};
use convener::storage::Store;
use serde_json::json;
use simcord::Permissions;

use crate::browser::chromium;

/// How long the browser may take, in machine time.
const PATIENCE: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_what_people_and_convener_say() {
    let Some(chromium) = chromium() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let time = SimulatedTime::at("2026-03-02T12:00:00Z".parse().unwrap());
    let discord = time.discord().bot_name("Convener").start().await;
    let guild = discord.guild("Makers");
    let lead_role = guild.role("Lead", Permissions::MANAGE_GUILD);
    let help = guild.channel("help");
    let core = guild.private_channel("core", &[&lead_role]);
    let lena = guild.member("lena");
    lena.has_role(&lead_role);
    let store = Store::open(&folder.path().join("page.db").display().to_string())
        .await
        .unwrap();
    let mut simulation = Simulation::start(store, discord.clone(), time, Rhythm::default())
        .await
        .unwrap();
    let options = json!({"core_channel": "#core", "leads_channel": "#core"});
    lena.runs_in("#core", "/setup start", options).await;
    lena.says(
        "#help",
        "How do I stop <b>this</b> sensor from drifting at night?",
    )
    .await;
    simulation
        .advance(chrono::TimeDelta::hours(5))
        .await
        .unwrap();

    for (channel, seen) in [
        (&help, "How do I stop &lt;b&gt;this&lt;/b&gt; sensor"),
        (&core, "Do something about a request"),
    ] {
        let url = format!("{}/?channel={}", discord.base_url(), channel.id());
        let profile = folder.path().join(channel.name()).display().to_string();
        let chromium = chromium.clone();
        let dumping = tokio::task::spawn_blocking(move || dump(&chromium, &url, &profile));
        let page = tokio::time::timeout(PATIENCE, dumping)
            .await
            .unwrap()
            .unwrap();
        let (_, drawn) = page.split_once("<body>").unwrap();
        let (drawn, _) = drawn.split_once("id=\"first\"").unwrap();
        assert!(
            drawn.contains("Makers") && drawn.contains(seen),
            "{}: {drawn}",
            channel.name()
        );
    }
}

/// The page as the browser has drawn it when it was loaded.
fn dump(chromium: &str, url: &str, profile: &str) -> String {
    let output = Command::new(chromium)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ])
        .arg(format!("--user-data-dir={profile}"))
        .args(["--dump-dom", url])
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}
