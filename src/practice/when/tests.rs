//! What people type, and how it is read on Wednesday, 4 March 2026, at noon in Berlin.

use chrono_tz::Europe::Berlin;

use super::*;

fn read_at_noon(text: &str) -> Result<When, Unclear> {
    read(text, "2026-03-04T11:00:00Z".parse().unwrap(), Berlin)
}

#[track_caller]
fn assert_read(text: &str, start: &str, rule: &str) {
    let when = read_at_noon(text).unwrap_or_else(|unclear| panic!("{text}: {unclear:?}"));
    let found = (
        when.start.format("%F %R").to_string(),
        when.rule.to_string(),
    );
    assert_eq!(found, (start.to_owned(), rule.to_owned()), "{text}");
}

const ONCE: &str = "FREQ=DAILY;COUNT=1";

#[test]
fn single_dates_are_read_as_people_speak() {
    for (text, start) in [
        ("next tue 6pm", "2026-03-10 18:00"),
        ("Tuesday 6:30 PM", "2026-03-10 18:30"),
        ("6:30 p.m. on Thursday", "2026-03-05 18:30"),
        ("wed 18:30", "2026-03-04 18:30"),
        ("wed 9:00", "2026-03-11 09:00"),
        ("next wed 18:30", "2026-03-11 18:30"),
        ("this wed 18:30", "2026-03-04 18:30"),
        ("tomorrow 7", "2026-03-05 07:00"),
        ("tomorrow at noon", "2026-03-05 12:00"),
        ("today 18h", "2026-03-04 18:00"),
        ("18.30", "2026-03-04 18:30"),
        ("9:05", "2026-03-05 09:05"),
        ("2026-03-05 18:30", "2026-03-05 18:30"),
        ("2026-03-05T18:30", "2026-03-05 18:30"),
        ("5.3.2026 18:30", "2026-03-05 18:30"),
        ("5.3. 18.30", "2026-03-05 18:30"),
        ("5 march 18:30", "2026-03-05 18:30"),
        ("the 5th of March, at 6pm", "2026-03-05 18:00"),
        ("March 5, 2027, 6 pm", "2027-03-05 18:00"),
        ("march 3 18:30", "2027-03-03 18:30"),
        ("29 feb 18:00", "2028-02-29 18:00"),
        ("in 2 weeks 18:30", "2026-03-18 18:30"),
        ("in 2 hours", "2026-03-04 14:00"),
        ("sept 1 noon", "2026-09-01 12:00"),
        ("thu 12 march 19:00", "2026-03-12 19:00"),
        ("2026-03-12, thursday, 19:00", "2026-03-12 19:00"),
    ] {
        assert_read(text, start, ONCE);
    }
}

#[test]
fn rhythms_are_read_as_people_speak() {
    for (text, start, rule) in [
        (
            "every 2nd thursday 18:30",
            "2026-03-05 18:30",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH",
        ),
        (
            "every other thursday 18:30",
            "2026-03-05 18:30",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH",
        ),
        (
            "every 2nd thursday of the month 18:30",
            "2026-03-12 18:30",
            "FREQ=MONTHLY;BYDAY=2TH",
        ),
        (
            "2nd thursday 18:30",
            "2026-03-12 18:30",
            "FREQ=MONTHLY;BYDAY=2TH",
        ),
        (
            "every first tuesday at 7pm",
            "2026-04-07 19:00",
            "FREQ=MONTHLY;BYDAY=1TU",
        ),
        (
            "1st and 3rd tuesday of every month 19:00",
            "2026-03-17 19:00",
            "FREQ=MONTHLY;BYDAY=1TU,3TU",
        ),
    ] {
        assert_read(text, start, rule);
    }
}

#[test]
fn rhythms_of_months_and_days_are_read_as_people_speak() {
    for (text, start, rule) in [
        (
            "last friday of the month 17:00",
            "2026-03-27 17:00",
            "FREQ=MONTHLY;BYDAY=-1FR",
        ),
        (
            "17:00 every last friday",
            "2026-03-27 17:00",
            "FREQ=MONTHLY;BYDAY=-1FR",
        ),
        (
            "every month on the 2nd thursday 18:30",
            "2026-03-12 18:30",
            "FREQ=MONTHLY;BYDAY=2TH",
        ),
        (
            "every 3 months on the 15th 18:30",
            "2026-03-15 18:30",
            "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15",
        ),
        (
            "15th of every month 18:30",
            "2026-03-15 18:30",
            "FREQ=MONTHLY;BYMONTHDAY=15",
        ),
        (
            "last day of the month noon",
            "2026-03-31 12:00",
            "FREQ=MONTHLY;BYMONTHDAY=-1",
        ),
        (
            "every 2nd day 8:00",
            "2026-03-05 08:00",
            "FREQ=DAILY;INTERVAL=2",
        ),
        ("daily 8am", "2026-03-05 08:00", "FREQ=DAILY"),
        (
            "every weekday 8:30",
            "2026-03-05 08:30",
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        ),
        (
            "tuesdays and thursdays 18:00",
            "2026-03-05 18:00",
            "FREQ=WEEKLY;BYDAY=TU,TH",
        ),
        (
            "every tue, thu and sat 18:00",
            "2026-03-05 18:00",
            "FREQ=WEEKLY;BYDAY=TU,TH,SA",
        ),
        (
            "weekly on monday 18:00",
            "2026-03-09 18:00",
            "FREQ=WEEKLY;BYDAY=MO",
        ),
        (
            "weekly from 5 march 18:00",
            "2026-03-05 18:00",
            "FREQ=WEEKLY",
        ),
        (
            "every monday from may 18:00",
            "2026-05-04 18:00",
            "FREQ=WEEKLY;BYDAY=MO",
        ),
        (
            "fortnightly on monday 18:00",
            "2026-03-09 18:00",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
        ),
        (
            "every year 24 december 18:00",
            "2026-12-24 18:00",
            "FREQ=YEARLY",
        ),
    ] {
        assert_read(text, start, rule);
    }
}

#[test]
fn an_end_is_a_day_a_month_a_while_or_a_number() {
    for (text, end) in [
        ("until june", "UNTIL=20260630T235959"),
        ("until the end of february", "UNTIL=20270228T235959"),
        ("until june 2027", "UNTIL=20270630T235959"),
        ("until 5 june", "UNTIL=20260605T235959"),
        ("until 2026-05-01", "UNTIL=20260501T235959"),
        ("for 6 weeks", "UNTIL=20260419T235959"),
        ("for 3 months", "UNTIL=20260608T235959"),
        ("10 times", "COUNT=10"),
        ("for ten dates", "COUNT=10"),
    ] {
        assert_read(
            &format!("every 2 weeks on monday 6:30 pm {text}"),
            "2026-03-09 18:30",
            &format!("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;{end}"),
        );
    }
}

#[test]
fn what_is_unclear_is_named() {
    let local = |text: &str| text.parse::<NaiveDateTime>().unwrap();
    for (text, unclear) in [
        ("", Unclear::Empty),
        ("yesterday", Unclear::Yesterday),
        ("25:00", Unclear::NoSuchTime("25:00".to_owned())),
        ("tue 13 pm", Unclear::NoSuchTime("13 pm".to_owned())),
        ("31 Feb 18:00", Unclear::NoSuchDay(2, 29)),
        ("29 Feb 2027 18:00", Unclear::NoSuchDay(2, 28)),
        ("2026-04-31 18:00", Unclear::NoSuchDay(4, 30)),
        ("3/5 18:00", Unclear::Slashes("3/5".to_owned())),
        (
            "every 0 weeks on monday 18:00",
            Unclear::Rule(RuleError::Interval(0)),
        ),
        (
            "every 5000000000 weeks",
            Unclear::Word("5000000000".to_owned()),
        ),
        (
            "every monday 18:00 10000 times",
            Unclear::Rule(RuleError::TooMany(10_000)),
        ),
        (
            "every monday 18:00 0 times",
            Unclear::Rule(RuleError::NoDates),
        ),
        (
            "7th tuesday of the month 18:00",
            Unclear::Rule(RuleError::Nth(7)),
        ),
        ("tue", Unclear::NoTime),
        ("weekly 18:00", Unclear::NoDay),
        ("tue 18:00 until june", Unclear::EndOfNothing),
        ("tue wed 18:00", Unclear::Twice("wed".to_owned())),
        ("tue 18:00 19:00", Unclear::Twice("19:00".to_owned())),
        (
            "fri 12 march 19:00",
            Unclear::OtherWeekday("2026-03-12".parse().unwrap(), Weekday::Fri),
        ),
        ("whenever", Unclear::Word("whenever".to_owned())),
        ("every blue moon", Unclear::Word("blue".to_owned())),
        ("next year", Unclear::Word("next year".to_owned())),
        (
            "2026-03-03 18:00",
            Unclear::Past(local("2026-03-03T18:00:00")),
        ),
        ("today 9:00", Unclear::Past(local("2026-03-04T09:00:00"))),
        (
            "2062-03-03 18:00",
            Unclear::TooFar(local("2062-03-03T18:00:00")),
        ),
        (
            "every monday from 1 june 18:00 until 1 may",
            Unclear::EndBeforeStart("2026-05-01".parse().unwrap(), local("2026-06-01T18:00:00")),
        ),
    ] {
        assert_eq!(read_at_noon(text), Err(unclear), "{text}");
    }
}

#[test]
fn a_time_in_a_gap_is_kept_as_it_was_typed() {
    assert_read("29 march 2:30", "2026-03-29 02:30", ONCE);
}

proptest::proptest! {
    #[test]
    fn no_text_whatever_makes_it_panic(text in "\\PC{0,40}") {
        drop(read_at_noon(&text));
    }

    #[test]
    fn no_order_of_known_words_makes_it_panic(
        words in proptest::collection::vec(
            proptest::sample::select(vec![
                "every", "2nd", "last", "other", "tue", "thursdays", "and", "of", "the", "month", "week",
                "until", "june", "for", "4294967295", "times", "6pm", "am", "in", "hours", "years", "5.3.",
                "2026-03-05", "march", "31", "from", "fortnights", "next", "24:00", "9999", "0", "day",
            ]),
            0..8,
        )
    ) {
        drop(read_at_noon(&words.join(" ")));
    }
}
