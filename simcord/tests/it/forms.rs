//! Select menus, forms, suggestions, and all the ways to answer.

use crate::by_hand::ByHand;
use crate::raw::call;
use serde_json::{Value, json};
use simcord::{Permissions, Refused, ReplyKind, Simcord};

#[tokio::test]
async fn menus_of_people_roles_and_channels_say_what_was_chosen() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let (help, forum) = (guild.channel("help"), guild.forum("showcase"));
    let core = guild.role("Core", Permissions::NONE);
    let (ana, ben) = (guild.member("ana"), guild.member("ben"));
    let mut bot = ByHand::start(&discord, &json!([])).await;
    let row = |menu: Value| json!({"type": 1, "components": [menu]});
    let menus = json!({"content": "Choose", "components": [
        row(json!({"type": 5, "custom_id": "people", "max_values": 2})),
        row(json!({"type": 6, "custom_id": "roles"})),
        row(json!({"type": 7, "custom_id": "anybody", "min_values": 0})),
        row(json!({"type": 8, "custom_id": "places", "channel_types": [0]})),
    ]});
    call(
        &discord,
        "POST",
        &format!("/channels/{}/messages", help.id()),
        &menus,
    )
    .await;
    let offer = discord.next_message(&help).await;

    let (reply, (chosen, _)) = tokio::join!(
        ana.selects(&offer, "people", &["@ben", "@ana"]),
        bot.answers(6, Value::Null),
    );
    assert_eq!(reply.kind, ReplyKind::Acknowledged);
    let data = &chosen["data"];
    assert_eq!(
        (&data["component_type"], &data["values"]),
        (&json!(5), &json!([ben.id(), ana.id()]))
    );
    assert_eq!(
        data["resolved"]["users"][ben.id().to_string()]["username"],
        "ben"
    );
    assert!(data["resolved"]["members"][ana.id().to_string()]["roles"].is_array());

    let role = core.id().to_string();
    let choices = ["@&Core"];
    for menu in ["roles", "anybody"] {
        let (_, (chosen, _)) = tokio::join!(
            ben.selects(&offer, menu, &choices),
            bot.answers(6, Value::Null),
        );
        assert_eq!(chosen["data"]["resolved"]["roles"][&role]["name"], "Core");
    }
    let (_, (chosen, _)) = tokio::join!(
        ben.selects(&offer, "places", &["#help"]),
        bot.answers(6, Value::Null),
    );
    assert_eq!(
        chosen["data"]["resolved"]["channels"][help.id().to_string()]["name"],
        "help"
    );
    let refused = ben
        .try_selects(&offer, "places", &[forum.name()])
        .await
        .unwrap_err();
    assert!(
        matches!(refused, Refused::NoSuchComponent { .. }),
        "{refused}"
    );
    let refused = ben
        .try_selects(&offer, "people", &["@ana", "@ben", "@founder"])
        .await
        .unwrap_err();
    assert!(matches!(refused, Refused::Impossible(_)), "{refused}");
}

#[tokio::test]
async fn a_form_has_texts_and_menus() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let _help = guild.channel("help");
    let (ana, ben) = (guild.member("ana"), guild.member("ben"));
    let mut bot = ByHand::start(&discord, &json!([{"name": "ask", "description": "Ask"}])).await;
    let field =
        |label: &str, component: Value| json!({"type": 18, "label": label, "component": component});
    let options = json!([{"label": "Today", "value": "0", "default": true}, {"label": "This week", "value": "7"}]);
    let form = json!({"custom_id": "ask", "title": "Ask", "components": [
        field("Question", json!({"type": 4, "custom_id": "text", "style": 2})),
        field("By when", json!({"type": 3, "custom_id": "when", "options": options})),
        field("Whom", json!({"type": 5, "custom_id": "whom", "max_values": 2, "required": false})),
    ]});
    let (shown, _) = tokio::join!(ana.runs("/ask", json!({})), bot.answers(9, form));
    assert_eq!(shown.kind, ReplyKind::Modal);
    let labels: Vec<String> = shown
        .modal
        .iter()
        .flat_map(|modal| &modal.fields)
        .map(|field| field.label.clone())
        .collect();
    assert_eq!(labels, ["Question", "By when", "Whom"]);
    let refused = ana
        .try_submits(&shown, &[("Whom", "@ben")])
        .await
        .unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("\"Question\" must be filled in"),
        "{refused}"
    );
    let refused = ana
        .try_submits(&shown, &[("Question", "?"), ("By when", "Never")])
        .await
        .unwrap_err();
    assert!(
        matches!(refused, Refused::NoSuchComponent { .. }),
        "{refused}"
    );

    let filled = [
        ("Question", "Which tip?"),
        ("Whom", "@ben"),
        ("whom", "@ana"),
    ];
    let (reply, (sent, _)) = tokio::join!(
        ana.submits(&shown, &filled),
        bot.answers(4, json!({"content": "Asked", "flags": 64})),
    );
    assert!(reply.ephemeral && reply.content == "Asked");
    let values: Vec<&Value> = sent["data"]["components"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["component"])
        .collect();
    assert_eq!(values[0]["value"], "Which tip?");
    assert_eq!(values[1]["values"], json!(["0"]), "what was in it");
    assert_eq!(values[2]["values"], json!([ben.id(), ana.id()]));
    assert_eq!(
        sent["data"]["resolved"]["users"][ben.id().to_string()]["username"],
        "ben"
    );

    let long = json!({"custom_id": "ask", "title": "Ask", "components": [
        field(&"l".repeat(46), json!({"type": 3, "custom_id": "when", "options": []})),
    ]});
    let (_, (_, status)) = tokio::join!(ana.runs("/ask", json!({})), bot.answers(9, long));
    assert_eq!(status, 400);
}

#[tokio::test]
async fn an_answer_is_changed_followed_and_taken_back() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let help = guild.channel("help");
    let ana = guild.member("ana");
    let mut bot = ByHand::start(&discord, &json!([{"name": "ask", "description": "Ask"}])).await;

    let (reply, (asked, _)) = tokio::join!(
        ana.runs("/ask", json!({})),
        bot.answers(4, json!({"content": "One"}))
    );
    assert_eq!(
        bot.answers_again(&asked, 4, json!({"content": "Again"}))
            .await,
        400
    );
    let original = "/messages/@original";
    let (_, found) = bot.webhook(&asked, "GET", original, &Value::Null).await;
    assert_eq!(found["content"], "One");
    bot.webhook(&asked, "PATCH", original, &json!({"content": "Two"}))
        .await;
    assert_eq!(reply.now().content, "Two");
    let (_, more) = bot
        .webhook(&asked, "POST", "", &json!({"content": "Psst", "flags": 64}))
        .await;
    let path = format!("/messages/{}", more["id"].as_str().unwrap());
    bot.webhook(&asked, "PATCH", &path, &json!({"content": "Psst!"}))
        .await;
    assert_eq!(ana.private_replies()[0].content, "Psst!");
    assert_eq!(
        bot.webhook(&asked, "DELETE", &path, &Value::Null).await.0,
        204
    );
    assert!(ana.private_replies().is_empty());
    assert_eq!(
        bot.webhook(&asked, "DELETE", original, &Value::Null)
            .await
            .0,
        204
    );
    assert_eq!(reply.now().kind, ReplyKind::Deleted);
    assert!(discord.messages(&help).is_empty());
    let (status, error) = bot
        .webhook(&asked, "PATCH", original, &json!({"content": "Three"}))
        .await;
    assert_eq!((status, &error["code"]), (404, &json!(10008)));

    // A click that is taken at once, and the message changed later.
    let button = json!({"type": 1, "components": [{"type": 2, "style": 1, "label": "Help", "custom_id": "help"}]});
    let body = json!({"content": "Who helps?", "components": [button]});
    call(
        &discord,
        "POST",
        &format!("/channels/{}/messages", help.id()),
        &body,
    )
    .await;
    let offer = discord.next_message(&help).await;
    let (taken, (click, _)) = tokio::join!(ana.clicks(&offer, "Help"), bot.answers(6, Value::Null));
    assert_eq!(taken.kind, ReplyKind::Acknowledged);
    bot.webhook(
        &click,
        "PATCH",
        original,
        &json!({"content": "Ana helps", "components": []}),
    )
    .await;
    assert_eq!(taken.now().kind, ReplyKind::Updated);
    assert_eq!(discord.message(offer.id).unwrap().text(), "Ana helps");
}

#[tokio::test]
async fn options_are_suggested_while_they_are_typed() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let _help = guild.channel("help");
    let ana = guild.member("ana");
    let option = |name: &str, suggested: bool| json!({"type": 3, "name": name, "description": "d", "required": true, "autocomplete": suggested});
    let show = json!({"type": 1, "name": "show", "description": "d", "options": [option("name", true), option("day", false)]});
    let mut bot = ByHand::start(
        &discord,
        &json!([{"name": "meetup", "description": "d", "options": [show]}]),
    )
    .await;

    let choices = json!({"choices": [{"name": "Monday call", "value": "monday"}]});
    let (suggested, (typed, status)) = tokio::join!(
        ana.is_suggested("/meetup show", json!({"name": "mo"}), "name"),
        bot.answers(8, choices),
    );
    assert_eq!(status, 204);
    assert_eq!(suggested, [("Monday call".to_owned(), json!("monday"))]);
    assert_eq!(typed["type"], 4);
    assert_eq!(
        typed["data"]["options"][0]["options"],
        json!([{"name": "name", "type": 3, "value": "mo", "focused": true}])
    );

    let refused = ana
        .try_is_suggested(Some("#help"), "/meetup show", json!({}), "day")
        .await
        .unwrap_err();
    assert!(
        refused.to_string().contains("nothing is suggested for day"),
        "{refused}"
    );
    let many: Vec<Value> = (0..26)
        .map(|number| json!({"name": format!("n{number}"), "value": number}))
        .collect();
    for wrong in [
        json!({"choices": many}),
        json!({"choices": [{"name": "", "value": "v"}]}),
        json!({}),
    ] {
        let (suggested, (typed, status)) =
            tokio::join!(ana.is_suggested("/meetup show", json!({}), "name"), async {
                let (typed, status) = bot.answers(8, wrong).await;
                // A message is no suggestion.
                assert_eq!(
                    bot.answers_again(&typed, 4, json!({"content": "?"})).await,
                    400
                );
                assert_eq!(
                    bot.answers_again(&typed, 8, json!({"choices": []})).await,
                    204
                );
                (typed, status)
            },);
        assert_eq!((status, suggested.len()), (400, 0), "{typed}");
    }
}
