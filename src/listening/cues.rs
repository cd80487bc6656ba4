//! The words by which activities are told: what a phrase says, and which activities that speaks for.
//!
//! To add a phrase, put it in the list whose sense it shares. To add a list, give it a weight for
//! each activity that it speaks for or against, and measure. Phrases are lower case, without
//! apostrophes, at most four words; `^` is the beginning of a sentence.

use super::request::Asks;
use crate::practice::activity::ActivityKind;

/// An activity, or small talk.
pub(crate) type Meaning = Option<ActivityKind>;

const SMALL_TALK: Meaning = None;
const PROBLEM: Meaning = Some(ActivityKind::ProblemSolving);
const INFORMATION: Meaning = Some(ActivityKind::RequestForInformation);
const EXPERIENCE: Meaning = Some(ActivityKind::SeekingExperience);
const ASSET: Meaning = Some(ActivityKind::ReusingAssets);
const COORDINATION: Meaning = Some(ActivityKind::CoordinationStrategy);
const ARGUMENT: Meaning = Some(ActivityKind::BuildingArgument);
const CONFIDENCE: Meaning = Some(ActivityKind::GrowingConfidence);
const DEVELOPMENT: Meaning = Some(ActivityKind::DiscussingDevelopments);
const DOCUMENTATION: Meaning = Some(ActivityKind::DocumentingProjects);
const VISIT: Meaning = Some(ActivityKind::Visits);
const MAPPING: Meaning = Some(ActivityKind::MappingKnowledge);

/// Phrases of one sense, and what they speak for.
pub(crate) struct Cue {
    /// What the phrases have in common.
    #[expect(dead_code, reason = "it is for whoever reads the table")]
    pub(crate) says: &'static str,
    /// The phrases, between commas.
    pub(crate) phrases: &'static str,
    /// What they speak for, and how strongly.
    pub(crate) weights: &'static [(Meaning, f32)],
}

/// How likely each meaning is before a word is read.
pub(crate) const BIAS: &[(Meaning, f32)] = &[
    (ARGUMENT, -1.24),
    (COORDINATION, -0.93),
    (DEVELOPMENT, -0.93),
    (DOCUMENTATION, -0.69),
    (CONFIDENCE, -0.70),
    (MAPPING, 0.15),
    (SMALL_TALK, 4.31),
    (PROBLEM, 0.04),
    (INFORMATION, 1.40),
    (ASSET, -0.14),
    (EXPERIENCE, -0.15),
    (VISIT, -1.14),
];

/// What the shape of a message speaks for.
pub(crate) const SHAPES: &[(Asks, &[(Meaning, f32)])] = &[
    (
        Asks::HasQuestion,
        &[
            (INFORMATION, 1.15),
            (EXPERIENCE, 0.61),
            (COORDINATION, 0.11),
            (ASSET, -0.34),
            (DEVELOPMENT, -0.77),
            (SMALL_TALK, -1.46),
        ],
    ),
    (
        Asks::EndsInQuestion,
        &[(PROBLEM, 0.40), (CONFIDENCE, 0.29), (COORDINATION, -0.52)],
    ),
    (Asks::Calls, &[(MAPPING, 0.22), (SMALL_TALK, -0.68)]),
    (
        Asks::Greets,
        &[
            (MAPPING, 0.11),
            (INFORMATION, 0.05),
            (SMALL_TALK, -0.19),
            (DEVELOPMENT, -0.36),
        ],
    ),
    (Asks::Replies, &[(SMALL_TALK, 0.66)]),
    (Asks::GoesOn, &[(SMALL_TALK, 0.77)]),
    (Asks::JoinsIn, &[(PROBLEM, 0.14), (INFORMATION, -0.81)]),
    (
        Asks::Length,
        &[
            (DEVELOPMENT, 0.70),
            (COORDINATION, 0.54),
            (INFORMATION, -0.17),
            (SMALL_TALK, -0.34),
        ],
    ),
    (Asks::IsLong, &[(EXPERIENCE, 0.52), (CONFIDENCE, 0.48)]),
    (Asks::AddressesStranger, &[(SMALL_TALK, -0.18)]),
];

/// What the phrases in a message speak for.
pub(crate) const CUES: &[Cue] = &[
    Cue {
        says: "what a machine says when it fails",
        phrases: "error, errors, exception, traceback, crash, crashes, crashed, crashing, fails, \
                  failed, failing, failure, bug, broken, segfault, stack trace, fehler, error message, \
                  errno, denied, not found, undefined, invalid, timeout, freezes, frozen, hangs, \
                  stuck, refuses, corrupt, breaks, broke",
        weights: &[(PROBLEM, 2.39)],
    },
    Cue {
        says: "what it fails to do",
        phrases: "doesnt work, does not work, not working, doesnt seem, wont, cannot, cant, cant get, \
                  unable to, keeps, no longer, stopped working, nothing happens, problem, problems, \
                  issue, issues, trouble, weird, strange, reason it, instead of, but it, but when, \
                  when i try, when i run, doesnt, isnt, didnt, not able to, couldnt, funktioniert \
                  nicht, no funciona, wrong, missing, blank, slow, only shows",
        weights: &[(PROBLEM, 1.43), (CONFIDENCE, 0.20), (DEVELOPMENT, -0.24)],
    },
    Cue {
        says: "what was tried, and what came of it",
        phrases: "ive tried, i tried, tried, im trying, i am trying, trying to, i try, tried to, i \
                  have tried, after i, i followed, im getting, i get, i got, i am getting, getting, \
                  gives me, it says, says, complains, returns, throws, shows, seems to",
        weights: &[(PROBLEM, 1.00), (COORDINATION, -0.07)],
    },
    Cue {
        says: "how something is done",
        phrases: "how do i, how do you, how can i, how to, how would i, how should i, how does one, \
                  how can we, how do we, how could i, way to, ways to, is it possible, possible to, \
                  can i, could i, do i need, how does, how is, what command, wie kann, como puedo, ^ \
                  how",
        weights: &[
            (INFORMATION, 1.39),
            (PROBLEM, 0.57),
            (DEVELOPMENT, 0.07),
            (COORDINATION, -0.05),
            (SMALL_TALK, -0.62),
        ],
    },
    Cue {
        says: "a fact",
        phrases: "where, whats the, what is, what are, which, who, when, what does, what do, whats, \
                  why, why is, why does, what command, was ist, wo, que es, donde, where can i, where \
                  is, where do i, difference between, how much, how many, how long",
        weights: &[
            (INFORMATION, 0.56),
            (EXPERIENCE, 0.29),
            (PROBLEM, 0.05),
            (MAPPING, -0.08),
        ],
    },
    Cue {
        says: "whether there is such a thing",
        phrases: "is there, are there, is there a, is there any, is there anyway, any way, does it, \
                  does the, does, is it, is this, is the, are the, do they, can it, can you, can the, \
                  gibt es, hay algun, do you know, know if, know how, anyone know, does anyone know, \
                  anybody know, someone know, tell me, wondering if, wondering",
        weights: &[
            (INFORMATION, 1.03),
            (CONFIDENCE, 0.50),
            (PROBLEM, 0.25),
            (COORDINATION, 0.10),
            (DOCUMENTATION, -0.06),
            (VISIT, -0.08),
            (SMALL_TALK, -0.40),
        ],
    },
    Cue {
        says: "what others know from use",
        phrases: "has anyone, have anyone, anyone used, anyone use, anyone using, anyone tried, anyone \
                  have experience, experience with, experiences, any experience, anyone here use, \
                  anyone had, anyone else, recommend, recommended, recommendation, recommendations, \
                  suggestion, suggestions, suggest, what do you use, do you use, do people, do you \
                  guys, what do people, whats the best, what is the best, best, favorite, favourite, \
                  good, better, worth, anyone familiar, familiar with, hat jemand, who uses, advice, \
                  opinions, how do people, anybody use, anybody used, your experience, prefer",
        weights: &[(EXPERIENCE, 1.41), (CONFIDENCE, 0.11), (INFORMATION, -0.79)],
    },
    Cue {
        says: "what to choose",
        phrases: "best, recommend, recommended, recommendations, recommendation, suggestions for, \
                  good, favorite, favourite, worth, better, cheapest, advice on, preferred",
        weights: &[(PROBLEM, -0.28), (DEVELOPMENT, -0.43)],
    },
    Cue {
        says: "whether somebody has done it",
        phrases: "has anyone, has anybody, have you, anyone used, anyone tried, anyone using, anyone \
                  use, anybody use, anyone had, anyone here use, anyone here using, anyone have \
                  experience, experience with, experiences with, do people, do you guys, how do \
                  people, anyone got, do any of you, what do you use, who uses, are people, do you use",
        weights: &[(EXPERIENCE, 0.51), (INFORMATION, -0.32)],
    },
    Cue {
        says: "something of one's own, for others",
        phrases: "i made, i have made, ive made, i wrote, i have written, ive written, i built, ive \
                  built, i created, i have created, ive created, ive been working, i have been \
                  working, i published, ive published, released, just released, i released, im \
                  releasing, available, feel free, open source, open sourced, here is, heres, here \
                  are, check out, check it out, sharing, share, i have a, i can send, if anyone wants, \
                  if anyone needs, for anyone, free to use, my repo, i put together, put together, \
                  give it a try, try it, new version, in case anyone, you can use, i forked",
        weights: &[(ASSET, 2.13), (CONFIDENCE, 0.57), (SMALL_TALK, -0.70)],
    },
    Cue {
        says: "somebody's thing, to use it",
        phrases: "example, examples, template, templates, sample, does anyone have a, anyone have a, \
                  anyone have an, share your, have a copy, config i can, sample code, send me, code i \
                  can, existing, snippet, boilerplate, can someone share, spare",
        weights: &[(ASSET, 0.89)],
    },
    Cue {
        says: "things that are used again",
        phrases: "script, tool, library, plugin, package, repo, template, files, stl, config, project, \
                  code, module, extension, app, bot, crate, fork",
        weights: &[
            (PROBLEM, 1.17),
            (ASSET, 1.03),
            (COORDINATION, 0.36),
            (CONFIDENCE, 0.05),
            (MAPPING, -0.22),
        ],
    },
    Cue {
        says: "the community as one",
        phrases: "we, us, our, lets, let us, we should, should we, we could, we can, we need, we need \
                  to, can we, shall we, do we, wir, everyone, everybody, all of us, together, team, \
                  our project",
        weights: &[(COORDINATION, 0.93), (MAPPING, -0.17)],
    },
    Cue {
        says: "joint action",
        phrases: "meeting, meetings, agenda, vote, voting, poll, deadline, schedule, release, \
                  milestone, roadmap, policy, proposal, propose, proposed, plan, plans, plan to, \
                  volunteer, volunteers, maintainers, maintainer, review, merge, pr, pull request, \
                  pull requests, test, testing, testers, help test, group buy, order, call, sync, sign \
                  up, register, reminder, remember to, please make sure, please use, please dont, \
                  settings, switch to, migrate, move to, standard, discuss, decide, agree, coordinate, \
                  organize, organise, next week, tomorrow, participate, contribute, contributing, \
                  contributors, join us, rules, naming, convention, assigned, project manager, keep \
                  this channel",
        weights: &[(COORDINATION, 0.52), (SMALL_TALK, -0.18), (PROBLEM, -0.51)],
    },
    Cue {
        says: "a plea to everybody",
        phrases: "please, pls, please do, please dont, everyone, everybody, all, guys please, \
                  reminder, make sure, <all>, folks",
        weights: &[(DEVELOPMENT, -0.08)],
    },
    Cue {
        says: "grounds to convince with",
        phrases: "convince, argument, argue, arguments, justify, evidence, case for, make the case, \
                  precedent, why should, reasons to, pros and cons, pros, cons, versus, compared to, \
                  comparison, benchmark, benchmarks, statistics, proof, my boss, management, \
                  stakeholders, persuade, rationale, support for this, advantage, advantages, benefit, \
                  benefits, other countries, do other, data on, numbers, research, studies, adoption, \
                  companies using, large, examples of companies, in production, outweigh",
        weights: &[(ARGUMENT, 2.30), (DEVELOPMENT, 0.52)],
    },
    Cue {
        says: "whether one's own plan is right",
        phrases: "does this look, look right, looks right, am i right, is this right, is that right, \
                  is this correct, am i correct, correct way, right way, does that make sense, make \
                  sense, makes sense, makes any sense, sane, feedback, thoughts on my, review my, any \
                  thoughts, is it ok, is it okay, okay to, ok to, is this a good, good idea, bad idea, \
                  idiomatic, am i missing, am i doing, correct me, would this work, will this work, \
                  should i, thinking of, im thinking, i was thinking, i plan to, planning to, i think \
                  i, my understanding, i understand, if i understand, sanity check, wanted to check, \
                  be correct, does this seem, reasonable, anything wrong, criticism, is it safe, safe \
                  to, my first, critique, i assume, so if i, would that, right ?, correct ?",
        weights: &[
            (CONFIDENCE, 1.93),
            (INFORMATION, 0.13),
            (DEVELOPMENT, -0.21),
        ],
    },
    Cue {
        says: "something new",
        phrases: "news, released, announcement, announced, article, blog, paper, new release, new \
                  version, launch, launched, interesting, just saw, saw this, came across, found this, \
                  have you seen, did you see, seen this, what do you think, thoughts, thoughts on, \
                  opinion, opinions, looks like, just read, heard, heard about, trend, future of, \
                  upcoming, video, talk, version, out now, cool, support for, feature, features, would \
                  be nice, it would be, would be great, would be cool, wish, feature request, idea",
        weights: &[
            (DEVELOPMENT, 0.98),
            (SMALL_TALK, -0.16),
            (INFORMATION, -0.18),
        ],
    },
    Cue {
        says: "writing that lasts",
        phrases: "docs, doc, documentation, documented, wiki, readme, tutorial, tutorials, guide, \
                  guides, faq, howto, write up, writeup, blog post, article, manual, post mortem, \
                  notes, cheat sheet, book, write it down, examples in, instructions, page, how to \
                  guide, walkthrough, doku, explains, explain",
        weights: &[(DOCUMENTATION, 2.28), (SMALL_TALK, -0.10)],
    },
    Cue {
        says: "seeing each other",
        phrases: "meetup, meet up, meetups, meet, in person, conference, visit, visiting, in town, \
                  come along, coming to, attending, going to be, see you, drinks, beer, pub, dinner, \
                  lunch, hackathon, workshop, event, events, ill be, ill be at, be there, who is \
                  going, anyone going, whos going, tour, hang out, venue, come and, drop by, stop by, \
                  weekend, saturday, sunday, booth, tickets, travel, treffen, field day, open day, \
                  show",
        weights: &[(VISIT, 2.68), (MAPPING, 0.76), (COORDINATION, 0.36)],
    },
    Cue {
        says: "where people are",
        phrases: "in the area, area, near, nearby, around, local, located, in my area, anyone in, \
                  anybody in, who is in, who is near, anyone around, anyone near, close to, based in, \
                  from, here from, coverage, north, south, east, west, city, town, county, valley, \
                  region, country, state, europe, map",
        weights: &[(MAPPING, 1.39), (COORDINATION, -0.15), (DEVELOPMENT, -0.22)],
    },
    Cue {
        says: "who knows or does what",
        phrases: "who is, whos, who here, who knows, who works, who else, anyone working on, anyone \
                  else working, anyone here from, are there any, anybody working, any other, groups, \
                  group, communities, community, someone who, expert, experts, anyone who, people who, \
                  who can, who has, whom, list of, contact, connect with, lurking, maintains, network, \
                  looking for people, looking for someone",
        weights: &[
            (COORDINATION, 0.58),
            (MAPPING, 0.21),
            (PROBLEM, -0.13),
            (INFORMATION, -0.51),
        ],
    },
    Cue {
        says: "who one is",
        phrases: "im new, i am new, new here, new to, introduce, introduction, my name is, i work, im \
                  a, i am a, i live, im from, i am from, just joined, newbie, hi all, hello all, hello \
                  everyone, hi everyone, hey everyone, hey all, nice to meet, excited to, looking \
                  forward, background, student, by day, just got, just set up, located in, based in",
        weights: &[(MAPPING, 0.40), (EXPERIENCE, 0.23)],
    },
    Cue {
        says: "a greeting",
        phrases: "hi, hello, hey, good morning, morning, hi all, hello all, howdy, welcome, hallo, \
                  hola, evening, night",
        weights: &[(MAPPING, 0.11), (COORDINATION, -0.14), (DEVELOPMENT, -0.23)],
    },
    Cue {
        says: "thanks, assent, a sigh",
        phrases: "thanks, thank you, thx, ty, cheers, appreciate, lol, haha, congrats, great job, \
                  awesome, cool, nice, wow, yay, sorry, oh, hmm, ok, okay, yes, no, yeah, yep, nope, \
                  nah, yup, ah, well, indeed, exactly",
        weights: &[
            (SMALL_TALK, 0.35),
            (CONFIDENCE, 0.31),
            (INFORMATION, -0.08),
            (COORDINATION, -0.15),
        ],
    },
    Cue {
        says: "an answer",
        phrases: "you can, you could, you should, you need, you need to, you have to, try, you might, \
                  you may, youll, your, use the, it should, i think, i believe, probably, because, \
                  thats, that is, its, it is, he, she, they, that, i guess, id, maybe, i would, should \
                  be, just use, if you, then you, you",
        weights: &[
            (SMALL_TALK, 0.28),
            (DOCUMENTATION, 0.17),
            (EXPERIENCE, -0.14),
            (VISIT, -0.26),
            (PROBLEM, -0.51),
        ],
    },
    Cue {
        says: "what has been",
        phrases: "was, had, did, were, been, now, yesterday, finally, already, works, worked, fixed, \
                  done, got it, managed, it works, solved, just, still",
        weights: &[
            (DOCUMENTATION, 0.20),
            (ASSET, 0.20),
            (PROBLEM, -0.08),
            (EXPERIENCE, -0.60),
        ],
    },
    Cue {
        says: "trade",
        phrases: "hiring, job, jobs, salary, remote, freelance, developer with, years of experience, \
                  vacancy, buy, sell, selling, discount, offer, promo, apply, cv, crypto, investment, \
                  giveaway, dm me",
        weights: &[(SMALL_TALK, 0.64)],
    },
    Cue {
        says: "one's own case",
        phrases: "my, i have, i am, im, ive, mine, i had, i need, i want, im using, i use, i run, on \
                  my, i installed, i set, i was",
        weights: &[
            (PROBLEM, 0.97),
            (INFORMATION, 0.17),
            (COORDINATION, -0.12),
            (ASSET, -0.49),
            (DEVELOPMENT, -0.51),
        ],
    },
    Cue {
        says: "a call for help",
        phrases: "help, can anyone help, can someone help, help me, any help, need help, any ideas, \
                  any idea, some help, please help, ideas, whats wrong, what am i, what could, what \
                  might, how can i fix, fix, solve, debug, troubleshoot, diagnose, hilfe, ayuda, \
                  stuck, why am i, what is wrong, any clue, any suggestions, what should i",
        weights: &[(PROBLEM, 0.99), (SMALL_TALK, 0.12)],
    },
    Cue {
        says: "whoever is there",
        phrases: "anyone, anybody, someone, somebody, guys, folks, everyone, jemand, alguien, people, \
                  any of you, does anyone, can anyone, can someone, is anyone",
        weights: &[
            (VISIT, 0.78),
            (MAPPING, 0.54),
            (EXPERIENCE, 0.43),
            (CONFIDENCE, -0.13),
            (INFORMATION, -0.15),
            (SMALL_TALK, -0.18),
            (DEVELOPMENT, -0.21),
        ],
    },
    Cue {
        says: "a wish for oneself",
        phrases: "i want, i want to, i need, i need to, id like, i would like, want to, looking for, \
                  im looking, i am looking, need to, trying to find, searching for, like to know, \
                  curious, i wonder, wondering, question, got a question, have a question, quick \
                  question, interested in",
        weights: &[
            (INFORMATION, 0.52),
            (EXPERIENCE, 0.29),
            (SMALL_TALK, -0.09),
            (ASSET, -0.17),
        ],
    },
    Cue {
        says: "what will be",
        phrases: "will, going to, gonna, plan, soon, next, tomorrow, tonight, today, later, this week, \
                  next week, weekend, month, year",
        weights: &[
            (VISIT, 0.47),
            (CONFIDENCE, 0.06),
            (PROBLEM, -0.07),
            (INFORMATION, -0.17),
        ],
    },
];
