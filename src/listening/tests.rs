//! Conversations as people have them, and texts as nobody writes them.

use chrono::DateTime;
use proptest::prelude::*;

use super::*;
use crate::practice::activity::ActivityKind;
use crate::practice::id::{ChannelId, MemberId};

const ANNA: i64 = 1;
const BEN: i64 = 2;
const CARL: i64 = 3;
const BOT: i64 = 9;

fn said(id: i64, author: i64, minute: i64, text: &str) -> Heard {
    let name = match author {
        ANNA => "Anna",
        BEN => "ben_77",
        CARL => "Carl",
        _ => "Helper Bot",
    };
    Heard {
        channel: ChannelId::new(7),
        id: MessageId::new(id),
        author: Some(Author {
            id: MemberId::new(author),
            name: name.to_owned(),
            is_bot: author == BOT,
        }),
        at: DateTime::from_timestamp(minute * 60, 0).unwrap(),
        edited_at: None,
        text: text.to_owned(),
        kind: MessageKind::Message,
        reply_to: Vec::new(),
        mentions: Vec::new(),
        reactions: Vec::new(),
        attachments: Vec::new(),
    }
}

fn replying(id: i64, author: i64, minute: i64, text: &str, target: i64) -> Heard {
    Heard {
        reply_to: vec![MessageId::new(target)],
        ..said(id, author, minute, text)
    }
}

const QUESTION: &str = "Hi all, how do I make the irrigation controller water only the left beds?";

fn alone(text: &str) -> Reading {
    Listener::new().hear(&said(1, ANNA, 0, text))
}

fn bearing_of(reading: &Reading) -> Option<(i64, Bearing)> {
    reading
        .concern
        .map(|concern| (concern.opener.get(), concern.bearing))
}

#[test]
fn a_question_to_all_opens_a_request() {
    let reading = alone(QUESTION);
    assert!(reading.is_request && reading.reply_to.is_empty() && reading.concern.is_none());
    assert_eq!(reading.activity, Some(ActivityKind::RequestForInformation));
    assert!((0.0..=1.0).contains(&reading.confidence));
}

#[test]
fn other_languages_are_read_by_their_marks() {
    for text in [
        "Hallo zusammen, wie kann ich die Pumpe nach einem Stromausfall wieder starten?",
        "Weiß jemand, warum der Regler nach dem Neustart immer eine Fehlermeldung zeigt?",
        "¿Alguien sabe cómo puedo reiniciar la bomba después de un corte de luz?",
        "¿Dónde puedo encontrar el manual del controlador de riego?",
        "Bonjour, est-ce que quelqu'un sait comment relancer la pompe après une panne ?",
        "Salut, pourquoi le capteur affiche une erreur après la mise à jour ?",
        "Olá, alguém sabe como reiniciar a bomba depois de uma queda de energia?",
        "Como posso ligar o sensor de umidade ao controlador antigo?",
        "有谁知道 停电 以后 怎么 重新 启动 水泵 吗？",
        "停電のあとでポンプを再起動する方法を知っている人はいますか？",
        "هل يعرف أحد كيف أعيد تشغيل المضخة بعد انقطاع الكهرباء؟",
    ] {
        assert!(alone(text).is_request, "{text}");
    }
    for text in [
        "Guten Morgen zusammen, schönen Tag noch",
        "Danke, das hat geklappt!",
        "Buenos días a todos",
        "Muchas gracias, todo bien",
        "Merci beaucoup, bonne soirée",
        "Obrigado, até amanhã",
        "ありがとうございます。",
        "شكرا جزيلا لكم",
    ] {
        assert!(!alone(text).is_request, "{text}");
    }
}

#[test]
fn what_asks_for_nothing_is_no_request() {
    for text in [
        "good morning everyone",
        "can I ask something?",
        "thanks a lot, have a nice evening!",
        "> how do I make the controller water only the left beds?",
        "```\nhow do I make the controller water only the left beds?\n```",
        "lol",
        "https://example.org/how?to=water&what=beds",
        "",
    ] {
        assert!(!alone(text).is_request, "{text}");
    }
}

#[test]
fn bots_and_the_platform_are_nobody() {
    let mut ear = Listener::new();
    assert!(!ear.hear(&said(1, BOT, 0, QUESTION)).is_request);
    let line = Heard {
        kind: MessageKind::System,
        ..said(2, ANNA, 0, QUESTION)
    };
    assert_eq!(ear.hear(&line), Reading::default());
}

#[test]
fn a_request_lives_from_question_to_thanks() {
    let mut ear = Listener::new();
    assert!(ear.hear(&said(1, ANNA, 0, QUESTION)).is_request);
    let back = ear.hear(&replying(2, BEN, 1, "which controller do you have?", 1));
    assert_eq!(bearing_of(&back), Some((1, Bearing::Attention)));
    assert!(!back.is_request);
    let more = ear.hear(&replying(3, ANNA, 2, "the old one with two valves", 2));
    assert_eq!(bearing_of(&more), Some((1, Bearing::Elaboration)));
    let answer = ear.hear(&replying(4, BEN, 3, "then close valve two in its menu", 3));
    assert_eq!(bearing_of(&answer), Some((1, Bearing::Answer)));
    let thanks = ear.hear(&replying(5, ANNA, 4, "that worked, thank you!", 4));
    assert_eq!(bearing_of(&thanks), Some((1, Bearing::Thanks)));
    let again = ear.hear(&replying(
        6,
        ANNA,
        9,
        "and does it stay closed after a reboot?",
        4,
    ));
    assert_eq!(bearing_of(&again), Some((1, Bearing::NewQuestion)));
    let aside = ear.hear(&replying(7, CARL, 10, "mine has three valves by now", 4));
    assert_eq!(bearing_of(&aside), Some((1, Bearing::Aside)));
}

#[test]
fn who_asks_the_same_as_somebody_else_asks_too() {
    let mut ear = Listener::new();
    for (author, round) in (1..).zip([3, 5, 5, 7]) {
        let question = format!("How do I wire gauge {round} to the new gateway board?");
        let reading = ear.hear(&said(author, author, 0, &question));
        assert!(
            reading.is_request && reading.reply_to.is_empty(),
            "{author}"
        );
    }
}

#[test]
fn a_greeting_answers_nothing() {
    let has_substance = |text: &str| Shape::of(&text::Words::of(text, &NoOne)).has_substance();
    for text in [
        "And good evening!",
        "have a nice weekend everybody",
        "Guten Morgen zusammen, hello all",
    ] {
        assert!(!has_substance(text), "{text}");
    }
    assert!(has_substance("good evening, close the second valve"));
    let mut ear = Listener::new();
    ear.hear(&said(1, ANNA, 0, QUESTION));
    let greeting = ear.hear(&replying(2, BEN, 1, "And good evening!", 1));
    assert_eq!(bearing_of(&greeting), Some((1, Bearing::Attention)));
}

#[test]
fn how_people_speak_here_is_known_of_the_last_messages_only() {
    let mut ear = Listener::new();
    ear.hear(&said(0, ANNA, 0, QUESTION));
    for id in 1..=200 {
        ear.hear(&replying(id, BEN, id, "anna: close the second valve", 0));
    }
    let length = u16::try_from(window::LENGTH).unwrap();
    assert_eq!(ear.window.naming, length);
    ear.revise(&replying(200, BEN, 200, "close the second valve", 0));
    assert_eq!(ear.window.naming, length - 1);
    for id in 201..=400 {
        ear.hear(&said(id, CARL, id, "the beds are dry again today"));
    }
    assert_eq!(ear.window.naming, 0);
}

#[test]
fn one_turn_is_one_request() {
    let mut ear = Listener::new();
    let readings: Vec<Reading> = [
        "Hi all",
        "my controller does not start any more, how can I find out what is wrong with it?",
        "does anyone know how to reset it?",
    ]
    .iter()
    .zip(1..)
    .map(|(text, id)| ear.hear(&said(id, ANNA, id, text)))
    .collect();
    let requests = readings.iter().filter(|reading| reading.is_request);
    assert_eq!(requests.count(), 1, "{readings:?}");
    assert_eq!(
        bearing_of(&readings[2]).map(|(_, bearing)| bearing),
        Some(Bearing::Elaboration)
    );
}

#[test]
fn another_question_within_the_turn_is_heard_and_opens_nothing() {
    let mut ear = Listener::new();
    let first = "How do I reset the password of the wiki?";
    assert!(ear.hear(&said(0, 1, 0, first)).opens_request());
    let second = "Has anyone tried lithium cells below minus twenty degrees?";
    let reading = ear.clone().hear(&said(1, 1, 4, second));
    assert!(reading.is_request && !reading.opens_request());
    assert_eq!(bearing_of(&reading), Some((0, Bearing::Elaboration)));
    let mut other = ear.clone();
    other.hear(&said(1, 1, 4, second));
    let answer = "Lithium is fine down to minus thirty, the regulator gives up before.";
    let reading = other.hear(&replying(2, 2, 5, answer, 1));
    assert_eq!(bearing_of(&reading), Some((0, Bearing::Answer)));
    // Where somebody has answered meanwhile, it is a question anew; and later it is another request.
    let answer = "Ask Gwen for a link, it is good for an hour.";
    ear.hear(&said(1, 2, 1, answer));
    let reading = ear.clone().hear(&said(2, 1, 4, second));
    assert_eq!(bearing_of(&reading), Some((0, Bearing::NewQuestion)));
    assert!(ear.hear(&said(2, 1, 60, second)).opens_request());
}

#[test]
fn what_asks_whatever_its_words_are_is_followed() {
    let mut ear = Listener::new();
    let post = "The new mast, from below";
    assert!(!ear.clone().hear(&said(0, 1, 0, post)).is_request);
    assert!(ear.hear_request(&said(0, 1, 0, post)).opens_request());
    let answer = "The lower stay is too loose, give it two turns.";
    let reading = ear.hear(&replying(1, 2, 5, answer, 0));
    assert_eq!(bearing_of(&reading), Some((0, Bearing::Answer)));
}

#[test]
fn two_conversations_at_once_are_told_by_whom_they_address() {
    let mut ear = Listener::new();
    ear.hear(&said(1, ANNA, 0, QUESTION));
    ear.hear(&said(
        2,
        BEN,
        1,
        "does anyone know where the spare batteries are stored?",
    ));
    let to_anna = ear.hear(&said(
        3,
        CARL,
        2,
        "anna: close the second valve in the menu",
    ));
    let to_ben = ear.hear(&said(4, CARL, 3, "@ben_77 they are in the blue cupboard"));
    let mention = Heard {
        mentions: vec![MemberId::new(ANNA)],
        ..said(5, BEN, 4, "<@1> close it with the red key, it is stiff")
    };
    let by_mention = ear.hear(&mention);
    assert_eq!(bearing_of(&to_anna), Some((1, Bearing::Answer)));
    assert_eq!(bearing_of(&to_ben), Some((2, Bearing::Answer)));
    assert_eq!(bearing_of(&by_mention), Some((1, Bearing::Answer)));
}

#[test]
fn a_known_reply_is_taken_as_it_is() {
    let mut ear = Listener::new();
    ear.hear(&said(1, ANNA, 0, QUESTION));
    ear.hear(&said(2, BEN, 1, "nice weather for the beds today"));
    let reading = ear.hear(&replying(
        3,
        CARL,
        900,
        "close the second valve in the menu",
        1,
    ));
    assert_eq!(reading.reply_to, [MessageId::new(1)]);
    assert_eq!(bearing_of(&reading), Some((1, Bearing::Answer)));
    let unknown = ear.hear(&replying(4, CARL, 901, QUESTION, 555));
    assert_eq!(unknown.reply_to, [MessageId::new(555)]);
    assert!(!unknown.is_request);
}

#[test]
fn what_is_withdrawn_is_linked_to_no_more() {
    let mut ear = Listener::new();
    ear.hear(&said(1, ANNA, 0, QUESTION));
    ear.withdraw(MessageId::new(1));
    let reading = ear.hear(&said(2, BEN, 1, "anna: close the second valve in the menu"));
    assert!(reading.reply_to.is_empty() && reading.concern.is_none());
}

#[test]
fn what_is_edited_is_heard_with_its_new_words() {
    let mut ear = Listener::new();
    ear.hear(&said(
        1,
        ANNA,
        0,
        "the moisture sensor shows nonsense since the thunderstorm",
    ));
    ear.hear(&said(2, ANNA, 60, "hm"));
    let before = ear.window.line(MessageId::new(1)).unwrap().matter;
    ear.revise(&said(1, ANNA, 0, "the greenhouse thermometer is broken?"));
    let line = ear.window.line(MessageId::new(1)).unwrap();
    assert!(line.matter != before && line.shape.has_question);
}

#[test]
fn a_recalled_window_reads_on_as_if_it_had_heard() {
    let past = [
        said(1, ANNA, 0, QUESTION),
        said(2, CARL, 1, "does anybody here have a spare pump to lend?"),
        Heard {
            mentions: vec![MemberId::new(CARL)],
            ..replying(3, BEN, 2, "I have one, come by tonight", 2)
        },
    ];
    let mut heard = Listener::new();
    let mut recalled = Listener::new();
    for message in &past {
        let reading = heard.hear(message);
        // As it is kept: with what it was found to reply to, and without mentions.
        let kept = Heard {
            reply_to: reading.reply_to.clone(),
            mentions: Vec::new(),
            ..message.clone()
        };
        // What it brings to a request is not kept.
        let reading = Reading {
            is_request: reading.opens_request(),
            concern: None,
            ..reading
        };
        recalled.recall(&kept, &reading);
    }
    for next in [
        said(4, BEN, 3, "anna: close the second valve in the menu"),
        said(5, CARL, 4, "thanks ben_77, I will be there at eight"),
        said(6, ANNA, 9, "and does it stay closed after a reboot?"),
    ] {
        assert_eq!(heard.hear(&next), recalled.hear(&next));
    }
}

#[test]
fn texts_of_any_length_are_read_from_their_ends() {
    for sign in [
        "a ",
        "😀",
        "\u{200b}",
        "e\u{301}",
        "\u{5e9}\u{5dc} ",
        "`",
        "<",
        "@",
        "?",
        "\n> ",
    ] {
        let long = format!("{}{QUESTION}", sign.repeat(100_000 / sign.chars().count()));
        let words = text::Words::of(&long, &NoOne);
        assert!(words.tokens.len() <= 4_100, "{sign:?}");
        alone(&long);
    }
    let prose = "the beds are dry and the water is warm. ".repeat(2_500);
    assert!(text::Words::of(&format!("{prose}{QUESTION}"), &NoOne).ends_in_question());
}

#[test]
fn nothing_grows_with_the_history() {
    let mut ear = Listener::new();
    for id in 0..2_000 {
        let message = Heard {
            author: Some(Author {
                id: MemberId::new(id),
                name: format!("member {id}"),
                is_bot: false,
            }),
            ..said(
                id,
                ANNA,
                id * 10,
                &format!("how do I reach bed number {id} from the gate?"),
            )
        };
        ear.hear(&message);
    }
    assert_eq!(ear.window.lines.len(), window::LENGTH);
    assert!(ear.window.size() <= 3 * 1024 + 512 + 64);
}

struct NoOne;

impl text::Roster for NoOne {
    fn find(&self, _: text::Word) -> Option<MemberId> {
        None
    }
}

proptest! {
    #[test]
    fn any_conversation_is_read(
        texts in prop::collection::vec("(\\PC|[\\s`<>@?:,\u{200b}\u{301}\u{202e}]){0,60}", 1..30),
        authors in prop::collection::vec(1_i64..5, 30),
        minutes in prop::collection::vec(-90_i64..90, 30),
    ) {
        let mut ear = Listener::new();
        let mut known = Vec::new();
        for (id, text) in (0..).zip(&texts) {
            let place = usize::try_from(id).unwrap();
            let reading = ear.hear(&said(id, authors[place], minutes[place], text));
            prop_assert!((0.0..=1.0).contains(&reading.confidence));
            prop_assert!(reading.reply_to.iter().all(|target| known.contains(target)));
            // Who asks within the turn of a request goes on with it.
            let goes_on = [Bearing::Elaboration, Bearing::NewQuestion];
            prop_assert!(
                !reading.is_request || reading.concern.is_none_or(|concern| goes_on.contains(&concern.bearing))
            );
            prop_assert!(!reading.is_request || reading.activity.is_some());
            known.push(MessageId::new(id));
        }
    }
}

#[test]
fn the_model_that_comes_with_the_reader_is_whole() {
    let model = Model::read(include_bytes!("model.bin")).unwrap();
    assert!(!model.links.0.is_empty() && !model.opens.0.is_empty());
    assert!(include_bytes!("model.bin").len() < 4 * 1024 * 1024);
}

#[test]
fn a_model_that_is_cut_short_is_refused() {
    let file = include_bytes!("model.bin");
    for length in (0..file.len()).step_by(9_973) {
        assert!(Model::read(&file[..length]).is_err(), "{length}");
    }
}

#[test]
fn the_words_that_decided_are_told() {
    let ear = Listener::new();
    let text = "Has anyone here used the new moisture sensors, which would you recommend?";
    let kind = alone(text).activity;
    assert_eq!(kind, Some(ActivityKind::SeekingExperience));
    let why = ear.why(text, kind);
    assert!((1..=3).contains(&why.len()), "{why:?}");
    assert!(why.iter().all(|piece| text.contains(piece)), "{why:?}");
    assert!(ear.why("", None).is_empty());
}

#[test]
fn a_quotation_in_the_middle_hides_nothing_else() {
    let words = |text: &str| text::Words::of(text, &NoOne);
    let quoted = words("first line\n> quoted words\nlast line?");
    assert!(quoted.ends_in_question());
    assert_eq!(quoted.count(), 4);
    assert_eq!(words("first\n>>> all of\nthis is quoted").count(), 1);
    let code = words("run `cargo test` then\n```\nlet x = 1;\n```\nbut it fails");
    assert!(code.has_code);
    assert_eq!(code.count(), 5);
}

proptest! {
    #[test]
    fn every_piece_that_is_told_is_of_the_text(text in "(\\PC|[\\s`<>@?:,\u{200b}\u{301}]){0,200}") {
        let ear = Listener::new();
        for kind in ActivityKind::ALL.into_iter().map(Some).chain([None]) {
            prop_assert!(ear.why(&text, kind).len() <= 3);
        }
    }

    #[test]
    fn no_file_breaks_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut file = include_bytes!("model.bin")[..16].to_vec();
        file.extend(bytes);
        let _ = Model::read(&file);
    }
}
