//! The leads read a week on a page.

use chrono::TimeDelta;
use convener::practice::id::GuildId;
use convener::view::digest_export::markdown;
use serde_json::json;
use simcord::Permissions;

use crate::world::World;

#[tokio::test]
async fn the_digest_comes_once_on_monday_at_the_communitys_hour() {
    let mut world = World::new().await;
    let (ana, ben, cleo) = (world.ana.clone(), world.ben.clone(), world.cleo.clone());
    let asked = world
        .says(
            &ana,
            "#help",
            "Where can I find the wiring plan of the rain gauge?",
        )
        .await;
    world.advance(TimeDelta::minutes(30)).await;
    world
        .replies(
            &ben,
            &asked,
            "It is in the wiki, on the page about gauges, with a photo.",
        )
        .await;
    let waiting = world
        .says(
            &cleo,
            "#help",
            "Has anyone tried lithium cells below minus twenty degrees?",
        )
        .await;
    world.advance_to("2026-03-09T07:59:00Z").await;
    world.discord.assert_no_message("#leads");
    world.advance(TimeDelta::minutes(1)).await; // Nine o'clock in Berlin.
    let digest = world.discord.next_message("#leads").await;
    insta::assert_snapshot!(digest.text().replace(&waiting.link(), "LINK"), @r"
    Makers: week 2026-W10
    Mon 2 Mar to Sun 8 Mar 2026, as counted in Europe/Berlin.
    What to do next: • 1 request waits, the oldest for 6 days: the board of the core group shows it
    • 1 request waited so long that the next meetup is the place for it
    • No meetup is planned for the coming week: `/meetup schedule` plans one
    • [Has anyone tried lithium cells below minus twenty degrees?](LINK) has waited 6 days
    Requests: • 2 new, 1 answered, 0 resolved, 1 waiting, 0 closed without an answer
    • First answer: half within 30 min, nine in ten within 30 min
    The practice: • Request for information: 1
    • Seeking experience: 1
    • Not seen this week: problem solving, reusing assets, coordination and strategy, building an argument, growing confidence, discussing developments, documenting projects, visits, mapping knowledge and gaps
    The people: • 3 messages by 3 people, 0 newcomers
    • In ninety days: 0 core, 0 active, 3 now and then, 0 reading; 3 moved inwards this week, 0 outwards
    • 1 answer by 1 person in ninety days; 0 of 2 who asked answered somebody, too
    • Busiest: #help 3
    [What waits now]
    ");
    world.advance(TimeDelta::days(6)).await;
    world.discord.assert_no_message("#leads");
    world.advance(TimeDelta::days(1)).await;
    let quiet = world.discord.next_message("#leads").await;
    assert!(quiet.text().contains("quiet week"), "{}", quiet.text());
}

#[tokio::test]
async fn digest_now_shows_the_same_page_and_moves_nothing() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    world
        .says(
            &ana,
            "#help",
            "Where can I find the wiring plan of the rain gauge?",
        )
        .await;
    let refused = ana.runs_in("#help", "/digest now", json!({})).await;
    assert!(
        refused.content.contains("core group"),
        "{}",
        refused.content
    );
    let shown = world.lena.runs_in("#leads", "/digest now", json!({})).await;
    assert!(
        shown.ephemeral && shown.text().contains("1 message by 1 person"),
        "{}",
        shown.text()
    );
    world.settle().await;
    world.discord.assert_no_message("#leads");
}

#[tokio::test]
async fn an_absence_is_stated() {
    let mut world = World::new().await;
    world.advance(TimeDelta::hours(2)).await;
    let stopped = world.stop().await;
    stopped.advance(TimeDelta::hours(30));
    stopped
        .ana
        .says("#help", "Is anybody there who knows about the new gateway?")
        .await;
    let mut world = stopped.start().await;
    assert_eq!(
        world.kept(&world.help).await.len(),
        1,
        "what was said meanwhile is read later"
    );
    world.advance_to("2026-03-09T08:00:00Z").await;
    let digest = world.discord.next_message("#leads").await;
    assert!(
        digest.text().contains("I was away for 1 day 6 h"),
        "{}",
        digest.text()
    );
}

#[tokio::test]
async fn a_week_that_was_can_be_read_again() {
    let mut world = World::new().await;
    let (ana, lena) = (world.ana.clone(), world.lena.clone());
    let question = "Where can I find the wiring plan of the rain gauge?";
    world.says(&ana, "#help", question).await;
    world.advance(TimeDelta::days(8)).await;
    let last = lena.runs_in("#leads", "/digest week", json!({})).await;
    let text = last.text();
    assert!(
        text.contains("week 2026-W10") && text.contains("1 message by 1 person"),
        "{text}"
    );
    let running = json!({"week": "2026-W11"});
    let running = lena.runs_in("#leads", "/digest week", running).await;
    assert!(
        running.text().contains("nobody wrote"),
        "{}",
        running.text()
    );
    for (week, told) in [
        ("2026-W30", "has not come yet"),
        ("2026-W02", "the first that I heard of is 2026-W10"),
        ("next week", "not a week that I know"),
    ] {
        let refused = lena
            .runs_in("#leads", "/digest week", json!({"week": week}))
            .await;
        assert!(
            refused.content.contains(told),
            "{week}: {}",
            refused.content
        );
    }
    let refused = ana.runs_in("#help", "/digest week", json!({})).await;
    assert!(
        refused.content.contains("core group"),
        "{}",
        refused.content
    );
}

#[tokio::test]
async fn the_leads_choose_when_the_digest_comes() {
    let mut world = World::new().await;
    let (ana, lena) = (world.ana.clone(), world.lena.clone());
    let refused = ana
        .runs_in("#help", "/digest settings", json!({"hour": 7}))
        .await;
    assert!(
        refused.content.contains("for the leads"),
        "{}",
        refused.content
    );
    let chosen = json!({"day": "Wednesday", "hour": 17});
    let set = lena.runs_in("#leads", "/digest settings", chosen).await;
    // Wednesday, 11 March 2026, 17:00 in Berlin.
    assert!(set.content.contains("<t:1773244800:F>"), "{}", set.content);
    world.advance_to("2026-03-11T15:59:00Z").await;
    world.discord.assert_no_message("#leads");
    world.advance(TimeDelta::minutes(1)).await;
    let digest = world.discord.next_message("#leads").await;
    assert!(digest.text().contains("week 2026-W10"), "{}", digest.text());
    assert!(!digest.text().contains("late"), "{}", digest.text());
    world.advance_to("2026-03-18T15:59:00Z").await;
    world.discord.assert_no_message("#leads");
    world.advance(TimeDelta::minutes(1)).await;
    let next = world.discord.next_message("#leads").await;
    assert!(next.text().contains("week 2026-W11"), "{}", next.text());
}

#[tokio::test]
async fn weeks_that_were_missed_come_late_and_once() {
    let world = World::new().await;
    let stopped = world.stop().await;
    stopped.advance(TimeDelta::days(16));
    let mut world = stopped.start().await;
    world.settle().await;
    for week in ["2026-W10", "2026-W11"] {
        let digest = world.discord.next_message("#leads").await;
        let text = digest.text();
        assert!(
            text.contains(week) && text.contains("late, sorry"),
            "{text}"
        );
    }
    world.discord.assert_no_message("#leads");
    let blind = world
        .lena
        .runs_in("#leads", "/digest week", json!({}))
        .await;
    assert!(blind.text().contains("next to nothing"), "{}", blind.text());
}

#[tokio::test]
async fn the_digest_brings_pictures_that_are_told_in_words() {
    let mut world = World::new().await;
    for (asker, text, minutes) in [
        (
            world.ana.clone(),
            "Where can I find the wiring plan of the rain gauge?",
            20,
        ),
        (
            world.cleo.clone(),
            "Has anyone tried lithium cells below minus twenty degrees?",
            120,
        ),
    ] {
        let ben = world.ben.clone();
        let asked = world.says(&asker, "#help", text).await;
        world.advance(TimeDelta::minutes(minutes)).await;
        let text = "It is in the wiki, on the page about gauges, with a photo.";
        world.replies(&ben, &asked, text).await;
        world.advance(TimeDelta::days(7)).await;
    }
    let first = world.discord.next_message("#leads").await;
    assert!(first.attachments.is_empty(), "one week is no trend");
    let second = world.discord.next_message("#leads").await;
    let names: Vec<_> = second
        .attachments
        .iter()
        .map(|attachment| attachment.filename.as_str())
        .collect();
    assert_eq!(names, ["activities.png", "answer-times.png", "flows.png"]);
    for attachment in &second.attachments {
        assert!(attachment.bytes.starts_with(b"\x89PNG"));
    }
    let told = &second.attachments[1].description;
    assert!(
        told.ends_with("2026-W10 20 min and 20 min; 2026-W11 2 h and 2 h."),
        "{told}"
    );
}

#[tokio::test]
async fn without_the_right_to_attach_files_the_words_come_all_the_same() {
    let mut world = World::new().await;
    let leads = world.discord.channel("#leads").unwrap();
    leads.overwrite_bot(Permissions::VIEW_CHANNEL, Permissions::ATTACH_FILES);
    for _ in 0..2 {
        let ana = world.ana.clone();
        let text = "Where can I find the wiring plan of the rain gauge?";
        world.says(&ana, "#help", text).await;
        world.advance(TimeDelta::days(7)).await;
    }
    world.discord.next_message("#leads").await;
    let second = world.discord.next_message("#leads").await;
    assert!(second.text().contains("week 2026-W11"));
    assert!(second.attachments.is_empty());
}

#[tokio::test]
async fn a_digest_names_nothing_that_became_private_or_was_forgotten() {
    let mut world = World::new().await;
    let (ana, ben, cleo, lena) = (
        world.ana.clone(),
        world.ben.clone(),
        world.cleo.clone(),
        world.lena.clone(),
    );
    let pilot = world.guild.channel("pilot");
    world.settle().await;
    let budget = "Where can I find the budget of the pilot project?";
    let (plan, cells) = (
        "Where can I find the wiring plan of the rain gauge?",
        "Has anyone tried lithium cells below minus twenty degrees?",
    );
    world.says(&cleo, "#pilot", budget).await;
    let of_ana = world.says(&ana, "#help", plan).await;
    world.says(&ben, "#meetups", cells).await;
    let now = lena.runs_in("#leads", "/digest now", json!({})).await;
    assert!(now.text().contains("budget"), "{}", now.text());
    world.guild.make_private(&pilot, &[&world.core_role]);
    world.settle().await;
    world.advance(TimeDelta::days(7)).await;
    ana.runs_in("#help", "/privacy forget", json!({})).await;
    world.settle().await;
    let was = json!({"week": "2026-W10"});
    let was = lena.runs_in("#leads", "/digest week", was).await;
    let text = was.text();
    assert!(
        text.contains("not everybody reads") && !text.contains("budget"),
        "{text}"
    );
    assert!(text.contains("3 requests wait"), "{text}");
    assert!(
        text.contains("lithium cells") && !text.contains(&of_ana.link()),
        "{text}"
    );
    // Half a year later nothing is left of the words.
    world.advance(TimeDelta::days(190)).await;
    let was = json!({"week": "2026-W10"});
    let was = lena.runs_in("#leads", "/digest week", was).await;
    assert!(
        was.text().contains("words are not kept") && !was.text().contains("[]("),
        "{}",
        was.text()
    );
}

#[tokio::test]
async fn a_lead_who_is_not_of_the_core_group_reads_it_with_what_waits() {
    let mut world = World::before_setup().await;
    let (ana, dora) = (world.ana.clone(), world.guild.member("dora"));
    let role = world.guild.role("Readers", Permissions::NONE);
    dora.has_role(&role);
    let options = json!({
        "core_channel": "#core",
        "leads_channel": "#leads",
        "core_role": "@&Core",
        "lead_role": "@&Readers",
        "zone": "Europe/Berlin",
    });
    world.lena.runs_in("#leads", "/setup start", options).await;
    world.settle().await;
    let question = "Where can I find the wiring plan of the rain gauge?";
    world.says(&ana, "#help", question).await;
    for command in ["/digest now", "/digest week"] {
        let refused = ana.runs_in("#help", command, json!({})).await;
        assert!(
            refused.content.contains("core group"),
            "{}",
            refused.content
        );
    }
    let now = dora.runs_in("#help", "/digest now", json!({})).await;
    assert!(now.text().contains("1 request waits"), "{}", now.text());
    let waiting = dora.clicks(&now, "What waits now").await;
    assert!(
        !waiting.text().contains("This is for the core group"),
        "{}",
        waiting.text()
    );
}

#[tokio::test]
async fn a_digest_that_is_moved_to_where_it_would_be_over_is_not_late() {
    let mut world = World::new().await;
    let friday = json!({"day": "Friday", "hour": 9});
    let lena = world.lena.clone();
    lena.runs_in("#leads", "/digest settings", friday).await;
    world.advance_to("2026-03-11T12:00:00Z").await;
    world.discord.assert_no_message("#leads");
    let monday = json!({"day": "Monday"});
    lena.runs_in("#leads", "/digest settings", monday).await;
    world.settle().await;
    let digest = world.discord.next_message("#leads").await;
    assert!(
        digest.text().contains("week 2026-W10") && !digest.text().contains("late"),
        "{}",
        digest.text()
    );
}

#[tokio::test]
async fn what_was_not_seen_is_told_exactly() {
    let world = World::new().await;
    let facilitation = world.simulation.facilitation();
    let guild = world.guild.id().get().try_into().unwrap();
    let digest = facilitation.digest_now(GuildId::new(guild)).await;
    let mut digest = digest.unwrap();
    digest.coverage.listens_since = Some(digest.period.from);
    for (number, told) in [
        (4, "read a, b, c, d."),
        (5, "read a, b, c, d, e."),
        (6, "read a, b, c, d, e and 1 more."),
    ] {
        let names = ["a", "b", "c", "d", "e", "f"];
        digest.coverage.unreadable_channels =
            names[..number].iter().map(ToString::to_string).collect();
        let text = markdown(&digest);
        assert!(text.contains(told), "{text}");
        assert!(
            text.contains("since Sun 1 Mar 2026 23:00 UTC") && !text.contains("<t:"),
            "{text}"
        );
    }
}
