//! Phrases of one sense: what a handful of examples can't teach of rare activities.
//!
//! To add a phrase, put it in the list whose sense it shares, lower case and without apostrophes; what
//! the lists speak for is learnt. A new list is learnt with the next training.

use std::sync::LazyLock;

use super::ngram::Runs;
use super::phrases::Phrases;
use super::text::{Word, Words};

/// The lists, each with its phrases between commas.
const CUES: [&str; 31] = [
    // What a machine says when it fails.
    "error, errors, exception, traceback, crash, crashes, crashed, crashing, fails, failed, \
     failing, failure, bug, broken, segfault, stack trace, fehler, error message, errno, denied, \
     not found, undefined, invalid, timeout, freezes, frozen, hangs, stuck, refuses, corrupt, \
     breaks, broke",
    // What it fails to do.
    "doesnt work, does not work, not working, doesnt seem, wont, cannot, cant, cant get, unable \
     to, keeps, no longer, stopped working, nothing happens, problem, problems, issue, issues, \
     trouble, weird, strange, reason it, instead of, but it, but when, when i try, when i run, \
     doesnt, isnt, didnt, not able to, couldnt, funktioniert nicht, no funciona, wrong, missing, \
     blank, slow, only shows",
    // What was tried, and what came of it.
    "ive tried, i tried, tried, im trying, i am trying, trying to, i try, tried to, i have tried, \
     after i, i followed, im getting, i get, i got, i am getting, getting, gives me, it says, \
     says, complains, returns, throws, shows, seems to",
    // How something is done.
    "how do i, how do you, how can i, how to, how would i, how should i, how does one, how can \
     we, how do we, how could i, way to, ways to, is it possible, possible to, can i, could i, do \
     i need, how does, how is, what command, wie kann, como puedo, ^ how",
    // A fact.
    "where, whats the, what is, what are, which, who, when, what does, what do, whats, why, why \
     is, why does, what command, was ist, wo, que es, donde, where can i, where is, where do i, \
     difference between, how much, how many, how long",
    // Whether there is such a thing.
    "is there, are there, is there a, is there any, is there anyway, any way, does it, does the, \
     does, is it, is this, is the, are the, do they, can it, can you, can the, gibt es, hay \
     algun, do you know, know if, know how, anyone know, does anyone know, anybody know, someone \
     know, tell me, wondering if, wondering",
    // What others know from use.
    "has anyone, have anyone, anyone used, anyone use, anyone using, anyone tried, anyone have \
     experience, experience with, experiences, any experience, anyone here use, anyone had, \
     anyone else, recommend, recommended, recommendation, recommendations, suggestion, \
     suggestions, suggest, do you use, do people, do you guys, what do people, whats the best, \
     best, favorite, favourite, good, better, worth, anyone familiar, familiar with, hat jemand, \
     who uses, advice, opinions, how do people, anybody use, anybody used, your experience, \
     prefer",
    // What to choose.
    "best, recommend, recommended, recommendations, recommendation, suggestions for, good, \
     favorite, favourite, worth, better, cheapest, advice on, preferred",
    // Whether somebody has done it.
    "has anyone, has anybody, have you, anyone used, anyone tried, anyone using, anyone use, \
     anybody use, anyone had, anyone here use, anyone here using, anyone have experience, \
     experience with, experiences with, do people, do you guys, how do people, anyone got, who \
     uses, are people, do you use",
    // Something of one's own, for others.
    "i made, i have made, ive made, i wrote, i have written, ive written, i built, ive built, i \
     created, i have created, ive created, ive been working, i published, ive published, \
     released, just released, i released, im releasing, available, feel free, open source, open \
     sourced, here is, heres, here are, check out, check it out, sharing, share, i have a, i can \
     send, if anyone wants, if anyone needs, for anyone, free to use, my repo, i put together, \
     put together, try it, new version, in case anyone, you can use, i forked",
    // Somebody's thing, to use it.
    "example, examples, template, templates, sample, anyone have a, anyone have an, share your, \
     have a copy, config i can, sample code, send me, code i can, existing, snippet, boilerplate, \
     can someone share, spare",
    // Things that are used again.
    "script, tool, library, plugin, package, repo, template, files, stl, config, project, code, \
     module, extension, app, bot, crate, fork",
    // The community as one.
    "we, us, our, lets, let us, we should, should we, we could, we can, we need, we need to, can \
     we, shall we, do we, wir, everyone, everybody, all of us, together, team, our project",
    // Joint action.
    "meeting, meetings, agenda, vote, voting, poll, deadline, schedule, release, milestone, \
     roadmap, policy, proposal, propose, proposed, plan, plans, plan to, volunteer, volunteers, \
     maintainers, maintainer, review, merge, pr, pull request, pull requests, test, testing, \
     testers, help test, group buy, order, call, sync, sign up, register, reminder, remember to, \
     please make sure, please use, please dont, settings, switch to, migrate, move to, standard, \
     discuss, decide, agree, coordinate, organize, organise, next week, tomorrow, participate, \
     contribute, contributing, contributors, join us, rules, naming, convention, assigned, \
     project manager, keep this channel",
    // Grounds to convince with.
    "convince, argument, argue, arguments, justify, evidence, case for, make the case, precedent, \
     why should, reasons to, pros and cons, pros, cons, versus, compared to, comparison, \
     benchmark, benchmarks, statistics, proof, my boss, management, stakeholders, persuade, \
     rationale, support for this, advantage, advantages, benefit, benefits, other countries, do \
     other, data on, numbers, research, studies, adoption, companies using, large, examples of \
     companies, in production, outweigh",
    // Whether one's own plan is right.
    "does this look, look right, looks right, am i right, is this right, is that right, is this \
     correct, am i correct, correct way, right way, make sense, makes sense, makes any sense, \
     sane, feedback, thoughts on my, review my, any thoughts, is it ok, is it okay, okay to, ok \
     to, good idea, bad idea, idiomatic, am i missing, am i doing, correct me, would this work, \
     will this work, should i, thinking of, im thinking, i was thinking, i plan to, planning to, \
     i think i, my understanding, i understand, if i understand, sanity check, wanted to check, \
     be correct, does this seem, reasonable, anything wrong, criticism, is it safe, safe to, my \
     first, critique, i assume, so if i, would that",
    // Something new.
    "news, released, announcement, announced, article, blog, paper, new release, new version, \
     launch, launched, interesting, just saw, saw this, came across, found this, have you seen, \
     did you see, seen this, thoughts, thoughts on, opinion, opinions, looks like, just read, \
     heard, heard about, trend, future of, upcoming, video, talk, version, out now, cool, support \
     for, feature, features, would be nice, it would be, would be great, would be cool, wish, \
     feature request, idea",
    // Writing that lasts.
    "docs, doc, documentation, documented, wiki, readme, tutorial, tutorials, guide, guides, faq, \
     howto, write up, writeup, blog post, article, manual, post mortem, notes, cheat sheet, book, \
     write it down, examples in, instructions, page, how to guide, walkthrough, doku, explains, \
     explain",
    // Seeing each other.
    "meetup, meet up, meetups, meet, in person, conference, visit, visiting, in town, come along, \
     coming to, attending, going to be, see you, drinks, beer, pub, dinner, lunch, hackathon, \
     workshop, event, events, ill be, ill be at, be there, who is going, anyone going, whos \
     going, tour, hang out, venue, come and, drop by, stop by, weekend, saturday, sunday, booth, \
     tickets, travel, treffen, field day, open day, show",
    // Where people are.
    "in the area, area, near, nearby, around, local, located, in my area, anyone in, anybody in, \
     who is in, who is near, anyone around, anyone near, close to, based in, from, here from, \
     coverage, north, south, east, west, city, town, county, valley, region, country, state, \
     europe, map",
    // Who knows or does what.
    "who is, whos, who here, who knows, who works, who else, anyone working on, anyone else \
     working, anyone here from, are there any, anybody working, any other, groups, group, \
     communities, community, someone who, expert, experts, anyone who, people who, who can, who \
     has, whom, list of, contact, connect with, lurking, maintains, network, looking for people, \
     looking for someone",
    // Who one is.
    "im new, i am new, new here, new to, introduce, introduction, my name is, i work, im a, i am \
     a, i live, im from, i am from, just joined, newbie, hi all, hello all, hello everyone, hi \
     everyone, hey everyone, hey all, nice to meet, excited to, looking forward, background, \
     student, by day, just got, just set up, located in, based in",
    // Thanks, assent, a sigh.
    "thanks, thank you, thx, ty, cheers, appreciate, lol, haha, congrats, great job, awesome, \
     cool, nice, wow, yay, sorry, oh, hmm, ok, okay, yes, no, yeah, yep, nope, nah, yup, ah, \
     well, indeed, exactly",
    // An answer.
    "you can, you could, you should, you need, you need to, you have to, try, you might, you may, \
     youll, your, use the, it should, i think, i believe, probably, because, thats, that is, its, \
     it is, he, she, they, that, i guess, id, maybe, i would, should be, just use, if you, then \
     you, you",
    // What has been.
    "was, had, did, were, been, now, yesterday, finally, already, works, worked, fixed, done, got \
     it, managed, it works, solved, just, still",
    // Trade.
    "hiring, job, jobs, salary, remote, freelance, developer with, years of experience, vacancy, \
     buy, sell, selling, discount, offer, promo, apply, cv, crypto, investment, giveaway, dm me",
    // One's own case.
    "my, i have, i am, im, ive, mine, i had, i need, i want, im using, i use, i run, on my, i \
     installed, i set, i was",
    // A call for help.
    "help, can anyone help, can someone help, help me, any help, need help, any ideas, any idea, \
     some help, please help, ideas, whats wrong, what am i, what could, what might, fix, solve, \
     debug, troubleshoot, diagnose, hilfe, ayuda, stuck, why am i, what is wrong, any clue, any \
     suggestions, what should i",
    // Whoever is there.
    "anyone, anybody, someone, somebody, guys, folks, everyone, jemand, alguien, people, any of \
     you, does anyone, can anyone, can someone, is anyone",
    // A wish for oneself.
    "i want, i want to, i need, i need to, id like, i would like, want to, looking for, im \
     looking, i am looking, need to, trying to find, searching for, like to know, curious, i \
     wonder, wondering, question, got a question, have a question, quick question, interested in",
    // What will be.
    "will, going to, gonna, plan, soon, next, tomorrow, tonight, today, later, this week, next \
     week, weekend, month, year",
];

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| Phrases::of((0..).zip(CUES)));

/// Adds a number for each list of which the words hold a phrase, and another where they hold several.
pub(crate) fn add_cues(words: &Words, found: &mut Vec<Word>) {
    let (mut once, mut again) = (0, 0);
    let phrases = &*PHRASES;
    for run in Runs::of(&words.tokens) {
        let lists = phrases.lists_of(run.number);
        again |= once & lists;
        once |= lists;
    }
    for (place, lists) in [once, again].into_iter().enumerate() {
        let mut left = lists;
        while left != 0 {
            let number = left.trailing_zeros() | u32::try_from(place).unwrap_or_default() << 8;
            // No run of words has it but by chance.
            found.push((0xc0e0_0000 | number).wrapping_mul(0x9e37_79b1));
            left &= left - 1;
        }
    }
}
