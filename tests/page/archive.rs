//! The archive of digests, as a browser shows it and a keyboard uses it.

use std::net::SocketAddr;
use std::sync::Arc;

use chrono::TimeDelta;
use convener::practice::rhythm::Rhythm;
use convener::simulation::{SimulatedTime, Simulation};
use convener::storage::Store;
use serde_json::json;
use simcord::Permissions;

use crate::browser::{Browser, axe, chromium, pictures};

const CHECKS: &str = include_str!("checks.js");

/// How much the page has shifted while it was drawn.
const SHIFT: &str = "new Promise((resolve) => {
    let shift = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => { shift += entry.value; }))
        .observe({ type: 'layout-shift', buffered: true });
    requestAnimationFrame(() => setTimeout(() => resolve(shift)));
})";

const VIOLATIONS: &str = "axe.run(document).then((found) => found.violations.map((violation) =>
    `${violation.id}: ${violation.nodes.map((node) => node.html).join(', ')}`))";

/// What has the focus, and whether that shows.
const FOCUS: &str = "(() => {
    const focused = document.activeElement;
    const outline = getComputedStyle(focused);
    const { top, height } = focused.getBoundingClientRect();
    return {
        words: (focused.getAttribute('aria-label') || focused.textContent).trim().slice(0, 60),
        tag: focused.tagName,
        isSeen: outline.outlineStyle !== 'none' && top + height > 0,
        order: [...document.querySelectorAll('a,summary,[tabindex=\"0\"]')].indexOf(focused),
    };
})()";

struct Archive {
    /// What it is lived in.
    _simulation: Simulation,
    address: SocketAddr,
    path: String,
    week: String,
}

const CHANNELS: [&str; 4] = [
    "#help",
    "#sensors",
    "#power",
    "#everything-that-measures-rain-and-rivers-and-tides",
];

const QUESTIONS: [&str; 4] = [
    "How do I stop <b>this</b> sensor from drifting at night?",
    "Where can I find the wiring plan of the rain gauge?",
    "Has anyone tried lithium cells below minus twenty degrees?",
    "Does somebody know which logger survives a flood of two metres?",
];

/// Some weeks of a community, and a link to them.
async fn archive(folder: &std::path::Path) -> Archive {
    let time = SimulatedTime::at("2026-03-02T12:00:00Z".parse().unwrap());
    let discord = time.discord().bot_name("Convener").start().await;
    let guild = discord.guild("Makers of a very long name that has to be broken somewhere");
    let lead_role = guild.role("Lead", Permissions::MANAGE_GUILD);
    for channel in CHANNELS {
        guild.channel(channel.trim_start_matches('#'));
    }
    guild.private_channel("core", &[&lead_role]);
    let lena = guild.member("lena");
    lena.has_role(&lead_role);
    let people: Vec<_> = ["ana", "ben", "cleo", "dora", "emil"]
        .map(|name| guild.member(name))
        .into();
    let file = folder.join("archive.db").display().to_string();
    let store = Store::open(&file).await.unwrap();
    let mut simulation = Simulation::start(store, discord, time, Rhythm::default())
        .await
        .unwrap();
    let options = json!({"core_channel": "#core", "leads_channel": "#core"});
    lena.runs_in("#core", "/setup start", options).await;
    for week in 0..5 {
        for (index, (place, question)) in CHANNELS.iter().zip(QUESTIONS).enumerate() {
            if (week + index) % 4 == 3 {
                continue;
            }
            let person = &people[(week + index) % people.len()];
            let asked = person.says(*place, question).await;
            let minutes = 10 + 90 * i64::try_from(index * week).unwrap();
            simulation
                .advance(TimeDelta::minutes(minutes))
                .await
                .unwrap();
            if index < 3 {
                let answerer = &people[(week + index + 2) % people.len()];
                let answer = "You could take the shielded cable, that helped here: https://example.org/a/very/long/path";
                answerer.replies(&asked, answer).await;
            }
            simulation.advance(TimeDelta::hours(20)).await.unwrap();
        }
        simulation.advance(TimeDelta::days(4)).await.unwrap();
    }
    let facilitation = Arc::clone(simulation.facilitation());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    facilitation
        .public_url
        .get_or_init(|| format!("http://{address}"));
    let router = convener::web::router(facilitation);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let reply = lena.runs_in("#core", "/digest link", json!({})).await;
    let url = reply
        .content
        .strip_prefix('<')
        .unwrap()
        .split_once('>')
        .unwrap()
        .0;
    let path = url
        .strip_prefix(&format!("http://{address}"))
        .unwrap()
        .to_owned();
    let week = convener::practice::week::Week::of(simulation.now(), chrono_tz::Tz::UTC);
    Archive {
        _simulation: simulation,
        address,
        path,
        week: week.previous().to_string(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_archive_is_for_everybody() {
    let Some(chromium) = chromium() else {
        return;
    };
    let axe = axe();
    let folder = tempfile::tempdir().unwrap();
    let archive = archive(folder.path()).await;
    let mut browser = Browser::open(&chromium, &folder.path().join("profile")).await;
    let Archive {
        address,
        path,
        week,
        ..
    } = &archive;
    for (name, below) in [
        ("weeks", String::new()),
        ("first-week", "/2026-W10".to_owned()),
        ("week", format!("/{week}")),
        ("listing", format!("/{week}/messages")),
        ("not-there", "/2031-W01".to_owned()),
    ] {
        let url = format!("http://{address}{path}{below}");
        for width in [320, 1_024] {
            for (media, scheme) in [("screen", "light"), ("screen", "dark"), ("print", "light")] {
                browser.is_wide(width).await;
                browser.looks(media, scheme).await;
                browser.goes_to(&url).await;
                let place = format!("{name} at {width}, {media}, {scheme}");
                let wrong = browser.evaluates(CHECKS).await;
                assert_eq!(wrong, json!([]), "{place}");
                assert_eq!(browser.evaluates(SHIFT).await, json!(0), "{place}");
                let complaints = browser.complaints();
                let is_expected = |text: &String| text.contains("404");
                assert!(
                    complaints.iter().all(is_expected),
                    "{place}: {complaints:?}"
                );
                if let Some(axe) = &axe {
                    browser.evaluates(axe).await;
                    assert_eq!(browser.evaluates(VIOLATIONS).await, json!([]), "{place}");
                }
                if let Some(folder) = pictures() {
                    let file = folder.join(format!("{name}-{width}-{media}-{scheme}.png"));
                    browser.draws(&file).await;
                }
            }
        }
        let size = browser
            .evaluates("document.documentElement.outerHTML.length")
            .await;
        assert!(size.as_u64().unwrap() < 200_000, "{name}: {size}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyboard_reaches_everything_in_its_order() {
    let Some(chromium) = chromium() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let archive = archive(folder.path()).await;
    let mut browser = Browser::open(&chromium, &folder.path().join("profile")).await;
    let Archive {
        address,
        path,
        week,
        ..
    } = &archive;
    browser.is_wide(1_024).await;
    browser
        .goes_to(&format!("http://{address}{path}/{week}"))
        .await;
    browser.presses("Tab").await;
    let first = browser.evaluates(FOCUS).await;
    assert_eq!(first["words"], "Skip to the content");
    assert_eq!(first["isSeen"], true, "{first}");
    browser.presses("Enter").await;
    let content = browser.evaluates("document.activeElement.id").await;
    assert_eq!(content, "content");
    let reachable = browser
        .evaluates("document.querySelectorAll('main a, main summary').length")
        .await;
    let mut last = 0;
    for _ in 0..reachable.as_u64().unwrap() {
        browser.presses("Tab").await;
        let focus = browser.evaluates(FOCUS).await;
        assert_eq!(focus["isSeen"], true, "{focus}");
        let order = focus["order"].as_u64().unwrap();
        assert!(order > last, "{focus} comes after {last}");
        last = order;
    }
}
