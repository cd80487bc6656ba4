//! The archive of digests, opened with a link as leads do.

use std::net::SocketAddr;

use chrono::TimeDelta;
use serde_json::json;
use simcord::{Message, Person};

use crate::pages::{Fetched, fetch, pages};
use crate::world::World;

/// The path of the link that somebody gets.
async fn link(who: &Person) -> String {
    link_in("#leads", who).await
}

async fn link_in(place: &str, who: &Person) -> String {
    let reply = who.runs_in(place, "/digest link", json!({})).await;
    assert!(reply.ephemeral, "a link is a secret");
    let after = reply.content.strip_prefix("<https://example.org").unwrap();
    after.split_once('>').unwrap().0.to_owned()
}

async fn page(address: SocketAddr, path: &str) -> Fetched {
    fetch(address, path, "").await
}

/// A page that is there.
async fn body(address: SocketAddr, path: &str) -> String {
    let fetched = page(address, path).await;
    assert_eq!(fetched.status, 200, "{path}: {}", fetched.body);
    fetched.body
}

/// What stands in a row of a page's tables.
fn row<'a>(page: &'a str, name: &str) -> &'a str {
    let start = format!("<th scope=\"row\">{name}</th>");
    let (_, rest) = page
        .split_once(&start)
        .unwrap_or_else(|| panic!("no {name} in {page}"));
    rest.split_once("</tr>").unwrap().0
}

fn count(page: &str, what: &str) -> usize {
    page.matches(what).count()
}

/// A question that ben answers, and one of cleo's that waits.
async fn two_questions(world: &mut World) -> (Message, Message) {
    let (ana, ben, cleo) = (world.ana.clone(), world.ben.clone(), world.cleo.clone());
    let text = "Where can I find the wiring plan of the <b>rain</b> gauge?";
    let asked = world.says(&ana, "#help", text).await;
    let text = "It is in the wiki, on the page about gauges, with a photo.";
    world.replies(&ben, &asked, text).await;
    let text = "Has anyone tried lithium cells below minus twenty degrees?";
    let waiting = world.says(&cleo, "#help", text).await;
    (asked, waiting)
}

#[tokio::test]
async fn each_number_of_a_week_opens_to_its_messages() {
    let mut world = World::new().await;
    let (asked, waiting) = two_questions(&mut world).await;
    let address = pages(&world).await;
    world.advance_to("2026-03-11T12:00:00Z").await;
    let path = link(&world.lena).await;

    let weeks = body(address, &path).await;
    let secret = path.rsplit('/').next().unwrap();
    assert_eq!(secret.len(), 64, "256 bits");
    for week in ["2026-W10", "2026-W11"] {
        assert!(
            weeks.contains(&format!("href=\"{secret}/{week}\"")),
            "{weeks}"
        );
    }
    assert_eq!(count(&weeks, "<li>"), 2);
    assert!(weeks.contains("until 10 April 2026"), "{weeks}");

    let week_path = format!("{path}/2026-W10");
    let week = body(address, &week_path).await;
    assert!(week.contains("<h1>Makers: week 2026-W10</h1>"), "{week}");
    assert!(week.contains("href=\"2026-W11\"") && !week.contains("href=\"2026-W09\""));
    let (next_steps, requests) = week.split_once("<h2 id=\"requests\">").unwrap();
    assert!(next_steps.contains("1 request waits") && requests.contains("<svg"));
    for (name, number, slug, links) in [
        ("New", 2, "requests-new", vec![&asked, &waiting]),
        ("First answered", 1, "requests-answered", vec![&asked]),
        ("Waiting at the end", 1, "requests-waiting", vec![&waiting]),
        (
            "Seeking experience",
            1,
            "activity-seeking_experience",
            vec![&waiting],
        ),
    ] {
        let shown = row(&week, name);
        assert!(
            shown.contains(&format!("href=\"2026-W10/{slug}\""))
                && shown.contains(&format!(">{number}</a>")),
            "{shown}"
        );
        let listing = body(address, &format!("{week_path}/{slug}")).await;
        assert_eq!(
            count(&listing, "<li><p class=\"place\">"),
            links.len(),
            "{listing}"
        );
        for message in links {
            assert!(listing.contains(&message.link()), "{listing}");
        }
        assert!(listing.contains("in #help"), "{listing}");
    }
    assert!(
        row(&week, "Resolved").contains(">0<"),
        "what is none opens to nothing"
    );
    let messages = body(address, &format!("{week_path}/messages")).await;
    assert!(
        messages.contains("3 messages.")
            && messages.contains("the &#60;b&#62;rain&#60;/b&#62; gauge"),
        "{messages}"
    );
    assert!(
        !messages.contains("ana") && !messages.contains("<script"),
        "{messages}"
    );
    let of_help = format!("{week_path}/channel-{}", world.help.id());
    assert_eq!(
        count(&body(address, &of_help).await, ">open in Discord<"),
        3
    );
}

#[tokio::test]
async fn what_a_link_does_not_open_tells_nothing() {
    let mut world = World::new().await;
    two_questions(&mut world).await;
    let address = pages(&world).await;
    let path = link(&world.lena).await;
    let other = link_in("#core", &world.cleo).await;
    assert_ne!(path, other);
    assert_eq!(page(address, &path).await.status, 200);
    let forged = format!("/archive/{}", "0".repeat(64));
    let without_date = |fetched: &Fetched| {
        let lines = fetched.headers.lines();
        let kept = lines.filter(|line| !line.starts_with("date:"));
        (
            kept.map(str::to_owned).collect::<Vec<_>>(),
            fetched.body.clone(),
        )
    };
    let nothing = page(address, &forged).await;
    assert_eq!(nothing.status, 404);
    let nothing = without_date(&nothing);
    let reply = world
        .cleo
        .runs_in("#core", "/digest link", json!({"revoke": true}))
        .await;
    assert!(reply.content.contains("2 links"), "{}", reply.content);
    world.advance(TimeDelta::minutes(1)).await;
    let expired = link(&world.lena).await;
    world
        .advance(TimeDelta::days(30) - TimeDelta::seconds(1))
        .await;
    assert_eq!(page(address, &expired).await.status, 200);
    world.advance(TimeDelta::seconds(1)).await;
    for path in [
        &path,
        &other,
        &expired,
        &forged,
        "/archive/x",
        "/archive/%00",
    ] {
        for below in [
            "",
            "/2026-W10",
            "/2026-W10/messages",
            "/2026-W10/messages?page=2",
            "/x",
            "/x/y",
        ] {
            let path = format!("{path}{below}");
            assert_eq!(without_date(&page(address, &path).await), nothing, "{path}");
        }
    }
    let log = world.lena.runs_in("#leads", "/setup log", json!({})).await;
    for deed in ["got a link to the digests' archive", "revoked every link"] {
        assert!(log.text().contains(deed), "{}", log.text());
    }
}

#[tokio::test]
async fn a_page_that_is_not_there_says_so_in_a_sentence() {
    let mut world = World::new().await;
    two_questions(&mut world).await;
    let address = pages(&world).await;
    let path = link(&world.lena).await;
    for (below, sentence) in [
        ("/2026-W11", "has not come yet"),
        ("/2026-W09", "before anything was heard"),
        ("/2026-W54", "no such page"),
        ("/1", "no such page"),
        ("/2026-W10/secrets", "no such page"),
        ("/2026-W10/channel-1", "no such page"),
        ("/2026-W10/messages?page=2", "no such page"),
        ("/2026-W10/messages?page=-1", "no such page"),
        ("/2026-W10/messages?page=x", "no such page"),
        (
            "/2026-W10/messages?page=9223372036854775807",
            "no such page",
        ),
    ] {
        let fetched = page(address, &format!("{path}{below}")).await;
        assert_eq!(fetched.status, 404, "{below}");
        assert!(fetched.body.contains(sentence), "{below}: {}", fetched.body);
    }
}

#[tokio::test]
async fn who_may_not_gets_no_link_and_a_page_lets_nothing_out() {
    let world = World::new().await;
    let unpublished = world
        .lena
        .runs_in("#leads", "/digest link", json!({}))
        .await;
    assert!(
        unpublished.content.contains("`web.public_url`"),
        "{}",
        unpublished.content
    );
    let address = pages(&world).await;
    let refused = world.ana.runs_in("#help", "/digest link", json!({})).await;
    assert!(
        refused.content.contains("core group"),
        "{}",
        refused.content
    );
    let path = link(&world.lena).await;
    let fetched = page(address, &path).await;
    let policy = fetched.header("content-security-policy");
    for rule in [
        "default-src 'none'",
        "style-src 'sha256-",
        "frame-ancestors 'none'",
        "form-action 'none'",
    ] {
        assert!(policy.contains(rule), "{policy}");
    }
    assert!(!policy.contains("unsafe"));
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "private, no-store"),
        ("x-robots-tag", "noindex"),
    ] {
        assert_eq!(fetched.header(name), value);
    }
}

#[tokio::test]
async fn the_forgotten_count_and_the_private_stays_private() {
    let mut world = World::new().await;
    two_questions(&mut world).await;
    let cleo = world.cleo.clone();
    let hidden = "I think we should ask the council for a budget of nine hundred.";
    world.guild.private_channel("pilot", &[&world.core_role]);
    world.settle().await;
    let private = world.says(&cleo, "#pilot", hidden).await;
    let address = pages(&world).await;
    let path = link(&world.lena).await;
    let messages = body(address, &format!("{path}/2026-W10/messages")).await;
    assert!(
        messages.contains(&private.link()) && !messages.contains("council"),
        "{messages}"
    );
    assert!(
        messages.contains("Not everybody may read there"),
        "{messages}"
    );
    world
        .ana
        .runs_in("#help", "/privacy forget", json!({}))
        .await;
    world.settle().await;
    let messages = body(address, &format!("{path}/2026-W10/messages")).await;
    assert!(messages.contains("4 messages, 1 forgotten"), "{messages}");
    assert!(
        !messages.contains("wiring plan") && count(&messages, ">open in Discord<") == 3,
        "{messages}"
    );
    let answered = body(address, &format!("{path}/2026-W10/requests-answered")).await;
    assert!(answered.contains("1 request, 1 forgotten"), "{answered}");
}

#[tokio::test]
async fn a_long_list_has_pages() {
    let mut world = World::new().await;
    for number in 1..=103 {
        world
            .ben
            .says("#help", &format!("Reading number {number} of the gauge."))
            .await;
        world.settle().await;
    }
    let address = pages(&world).await;
    let path = format!("{}/2026-W10/messages", link(&world.lena).await);
    let first = body(address, &path).await;
    assert_eq!(count(&first, "<li><p class=\"place\">"), 100);
    assert!(
        first.contains("103 messages.") && first.contains("Page 1 of 2"),
        "{first}"
    );
    assert!(first.contains("number 1 of") && !first.contains("number 101 of"));
    assert!(first.len() < 200_000, "{}", first.len());
    let second = body(address, &format!("{path}?page=2")).await;
    assert_eq!(count(&second, "<li><p class=\"place\">"), 3);
    assert!(
        second.contains("start=\"101\"") && second.contains("href=\"?page=1\""),
        "{second}"
    );
}

#[tokio::test]
async fn what_newcomers_ask_without_a_name_counts_and_is_not_listed() {
    let mut world = World::new().await;
    let dora = world.guild.member("dora");
    world.settle().await;
    let question = "Where can I find the wiring plan of the rain gauge?";
    let options = json!({"question": question, "without_name": true});
    dora.runs_in("#help", "/ask", options).await;
    world.settle().await;
    let posted = world.discord.next_message("#help").await;
    let address = pages(&world).await;
    let path = format!("{}/2026-W10", link(&world.lena).await);
    let asked = body(address, &format!("{path}/newcomers-asked")).await;
    assert!(asked.contains("1 asked without a name"), "{asked}");
    assert!(!asked.contains(&posted.link()), "{asked}");
    let wrote = body(address, &format!("{path}/newcomers")).await;
    assert!(!wrote.contains(&posted.link()), "{wrote}");
    let new = body(address, &format!("{path}/requests-new")).await;
    assert!(new.contains(&posted.link()), "{new}");
}
