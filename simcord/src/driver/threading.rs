//! Threads: starting them from messages and as posts of a forum, and changing them.

use super::{Channel, MessageRef, Person, Place, Refused, acting::a_moment, typed::with_mentions};
use crate::{
    permissions::Permissions,
    snowflake::Snowflake,
    state::{self, ChannelKind, Draft, MOST_APPLIED_TAGS, NewThread, State},
};

impl Person {
    /// As [`Person::starts_thread`], or why not.
    pub async fn try_starts_thread(
        &self,
        on: impl Into<MessageRef>,
        title: &str,
    ) -> Result<Channel, Refused> {
        let MessageRef(key) = on.into();
        let thread = self.server.change(|state| {
            self.see_message(state, key)?;
            self.need(state, key.0, Permissions::CREATE_PUBLIC_THREADS)?;
            if state.channels.contains_key(&key.1) {
                return Err(Refused::Impossible(
                    "that message has a thread already".to_owned(),
                ));
            }
            let thread = self.new_thread(state, key.0, title, Some(key.1), Vec::new());
            state.mark_thread_on(key);
            Ok(thread)
        })?;
        a_moment().await;
        Ok(Channel::new(&self.server, thread))
    }

    /// As [`Person::posts`] or [`Person::posts_tagged`], or why not.
    pub async fn try_posts(
        &self,
        forum: impl Into<Place>,
        title: &str,
        text: &str,
        tags: &[&str],
    ) -> Result<Channel, Refused> {
        let forum = forum.into();
        let thread = self.server.change(|state| {
            let channel = self.find_channel(state, &forum)?;
            if state
                .channels
                .get(&channel)
                .is_none_or(|channel| channel.kind != ChannelKind::Forum)
            {
                return Err(Refused::Impossible(format!("{forum} is no forum")));
            }
            self.need(state, channel, Permissions::SEND_MESSAGES)?;
            let tags = self.tags_named(state, channel, tags, &[])?;
            if tags.is_empty() && state.requires_tag(channel) {
                return Err(Refused::Impossible(format!(
                    "a post in {forum} must bear a tag"
                )));
            }
            let thread = self.new_thread(state, channel, title, None, tags);
            let draft = Draft {
                content: with_mentions(state, self.guild, text),
                ..Draft::default()
            };
            state.send_with_id(thread, self.id(), thread, draft);
            Ok(thread)
        })?;
        a_moment().await;
        Ok(Channel::new(&self.server, thread))
    }

    /// As [`Person::tags`], or why not.
    pub async fn try_tags(&self, post: impl Into<Place>, tags: &[&str]) -> Result<(), Refused> {
        let post = post.into();
        self.change_thread(&post, |person, state, id| {
            let channel = state.channels.get(&id);
            let forum = channel.and_then(|channel| channel.parent);
            let borne = channel
                .and_then(|channel| channel.thread.as_ref())
                .map(|thread| thread.applied_tags.clone())
                .unwrap_or_default();
            let tags = person.tags_named(state, forum.unwrap_or_default(), tags, &borne)?;
            state.change_channel(id, |channel| {
                if let Some(thread) = &mut channel.thread {
                    thread.applied_tags = tags;
                }
            });
            Ok(())
        })?;
        a_moment().await;
        Ok(())
    }

    /// As [`Person::renames`], or why not.
    pub async fn try_renames(&self, thread: impl Into<Place>, title: &str) -> Result<(), Refused> {
        if !(1..=100).contains(&title.chars().count()) {
            return Err(Refused::Impossible(
                "a title has 1 to 100 characters".to_owned(),
            ));
        }
        self.change_thread(&thread.into(), |_, state, id| {
            state.change_channel(id, |channel| title.clone_into(&mut channel.name));
            Ok(())
        })?;
        a_moment().await;
        Ok(())
    }

    /// As [`Person::archives`], or why not.
    pub async fn try_archives(&self, thread: impl Into<Place>) -> Result<(), Refused> {
        self.change_thread(&thread.into(), |_, state, id| {
            let now = state.now();
            state.change_channel(id, |channel| {
                if let Some(thread) = &mut channel.thread {
                    thread.archived = true;
                    thread.archive_changed_at = now;
                }
            });
            Ok(())
        })?;
        a_moment().await;
        Ok(())
    }

    /// Changes a thread that is theirs, or any with Manage Threads.
    fn change_thread(
        &self,
        place: &Place,
        change: impl FnOnce(&Self, &mut State, Snowflake) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        self.server.change(|state| {
            let id = self.find_channel(state, place)?;
            let thread = state
                .channels
                .get(&id)
                .and_then(|channel| channel.thread.as_ref());
            let Some(thread) = thread else {
                return Err(Refused::Impossible(format!("{place} is no thread")));
            };
            if thread.owner != self.id() || thread.locked {
                self.need(state, id, Permissions::MANAGE_THREADS)?;
            }
            change(self, state, id)
        })
    }

    /// The tags of those names that this person may give to a post which bears `borne` so far.
    fn tags_named(
        &self,
        state: &State,
        forum: Snowflake,
        names: &[&str],
        borne: &[Snowflake],
    ) -> Result<Vec<Snowflake>, Refused> {
        let offered = state.tags_of(forum);
        let find = |name: &&str| -> Result<&state::ForumTag, Refused> {
            let known = offered.iter().find(|tag| tag.name == **name);
            known.ok_or_else(|| Refused::NoSuchComponent {
                label: (*name).to_owned(),
                offered: offered.iter().map(|tag| tag.name.clone()).collect(),
            })
        };
        let found = names.iter().map(find).collect::<Result<Vec<_>, _>>()?;
        if found.len() > MOST_APPLIED_TAGS {
            return Err(Refused::Impossible(format!(
                "a post bears {MOST_APPLIED_TAGS} tags at most"
            )));
        }
        let ids: Vec<Snowflake> = found.iter().map(|tag| tag.id).collect();
        if offered
            .iter()
            .any(|tag| tag.moderated && ids.contains(&tag.id) != borne.contains(&tag.id))
        {
            self.need(state, forum, Permissions::MANAGE_THREADS)?;
        }
        Ok(ids)
    }

    fn new_thread(
        &self,
        state: &mut State,
        parent: Snowflake,
        name: &str,
        message: Option<Snowflake>,
        applied_tags: Vec<Snowflake>,
    ) -> Snowflake {
        state.start_thread(&NewThread {
            parent,
            name,
            kind: ChannelKind::PublicThread,
            owner: self.id(),
            message,
            auto_archive: 4320,
            applied_tags,
        })
    }
}
