"use strict";
// Draws what one person sees, and posts what they do. Text becomes nodes, never markup.

const byId = (id) => document.getElementById(id);
const chosen = { as: null, channel: null };
let view = { version: -1, names: {}, messages: [] };
let drawn = "";
let asking = null;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// The part of Discord's markdown that bots use.
const INLINE = /```(?:\w+\n)?([\s\S]+?)```|`([^`]+)`|\*\*(.+?)\*\*|__(.+?)__|~~(.+?)~~|\*([^*\s][^*]*?)\*|(?<!\w)_([^_\s][^_]*?)_(?!\w)|\[([^\]]+)\]\((https?:\/\/[^)\s]+)\)|<?(https?:\/\/[^\s<>)]+)>?|<t:(-?\d+)(?::([tTdDfFR]))?>|<(?:@[!&]?|#)(\d+)>/g;

function inline(text) {
  const nodes = [];
  let last = 0;
  for (const found of text.matchAll(INLINE)) {
    nodes.push(text.slice(last, found.index));
    last = found.index + found[0].length;
    const [, block, code, bold, under, struck, slanted, slanted2, label, target, link, seconds, style, id] = found;
    if (block) nodes.push(element("pre", { textContent: block }));
    else if (code) nodes.push(element("code", { textContent: code }));
    else if (bold) nodes.push(element("strong", {}, ...inline(bold)));
    else if (under) nodes.push(element("u", {}, ...inline(under)));
    else if (struck) nodes.push(element("s", {}, ...inline(struck)));
    else if (slanted || slanted2) nodes.push(element("em", {}, ...inline(slanted || slanted2)));
    else if (label) nodes.push(anchor(target, label));
    else if (link) nodes.push(anchor(link, link));
    else if (seconds) nodes.push(moment(Number(seconds), style || "f"));
    else nodes.push(element("span", { className: "mention", textContent: view.names[id] || `@${id}` }));
  }
  nodes.push(text.slice(last));
  return nodes;
}

const anchor = (href, label) => element("a", { href, textContent: label, rel: "noreferrer", target: "_blank" });

const STYLES = {
  t: { timeStyle: "short" }, T: { timeStyle: "medium" }, d: { dateStyle: "short" }, D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" }, F: { dateStyle: "full", timeStyle: "short" },
};

function moment(seconds, style) {
  const at = new Date(seconds * 1000);
  const text = style === "R" ? relative(at) : new Intl.DateTimeFormat(undefined, STYLES[style]).format(at);
  return element("time", { dateTime: at.toISOString(), textContent: text, title: at.toString() });
}

function relative(at) {
  const seconds = (at - new Date(view.now)) / 1000;
  const units = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) || units.at(-1);
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

function prose(text) {
  if (text.includes("```")) return [element("div", {}, ...inline(text))];
  return text.split("\n").map((line) => {
    const [, mark, rest] = line.match(/^(#{1,3} |-# |> |[-*] )?(.*)$/s);
    const kind = { "-# ": "small", "> ": "quote" }[mark] || (mark?.startsWith("#") ? "heading" : "");
    const bullet = mark === "- " || mark === "* " ? "• " : "";
    return element("div", { className: kind }, bullet, ...inline(rest), line === "" ? "\u00a0" : null);
  });
}

function embed(content) {
  const title = content.title && element("div", { className: "title" }, content.url ? anchor(content.url, content.title) : content.title);
  const fields = content.fields.flatMap(([name, value]) => [element("dt", {}, ...inline(name)), element("dd", {}, ...prose(value))]);
  return element("div", { className: "embed" },
    content.author ? element("div", { className: "small", textContent: content.author }) : null,
    title || null,
    content.description ? element("div", {}, ...prose(content.description)) : null,
    fields.length ? element("dl", { className: "fields" }, ...fields) : null,
    content.footer ? element("div", { className: "footer", textContent: content.footer }) : null);
}

function attachment(file) {
  if (!file.filename.endsWith(".png")) return anchor(file.path, file.filename);
  return element("img", { className: "picture", src: file.path, alt: file.description, title: file.description });
}

function uses(message) {
  const buttons = message.buttons.map((button) => button.url
    ? anchor(button.url, button.label)
    : element("button", { type: "button", textContent: button.label, disabled: button.disabled,
        onclick: () => act("click", { message: message.id, component: button.custom_id }) }));
  const selects = message.selects.map((select) => {
    const first = element("option", { value: "", textContent: select.placeholder || "Choose…" });
    const options = select.options.map(([label, value]) => element("option", { value, textContent: label }));
    return element("select", { ariaLabel: select.placeholder, disabled: select.disabled,
      onchange: (event) => event.target.value && act("select", { message: message.id, component: select.custom_id, choices: [event.target.value] }) },
      first, ...options);
  });
  return buttons.length + selects.length ? element("div", { className: "uses" }, ...buttons, ...selects) : null;
}

function bubble(message) {
  const at = new Date(message.sent_at);
  const when = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(at);
  const reactions = message.reactions.map(([emoji, people]) => element("span", { textContent: `${emoji} ${people.length}`, title: people.join(", ") }));
  return element("li", { className: message.ephemeral ? "private" : "" },
    message.replied ? element("div", { className: "reply", textContent: `↪ ${message.replied}` }) : null,
    element("span", { className: "author", textContent: message.name || message.author }), " ",
    message.bot ? element("span", { className: "badge", textContent: "APP" }) : null, " ",
    element("time", { className: "when", dateTime: message.sent_at, textContent: when }),
    message.edited_at ? element("span", { className: "edited", textContent: " (edited)" }) : null,
    element("div", {}, ...(message.content ? prose(message.content) : [])),
    ...message.embeds.map(embed),
    ...message.attachments.map(attachment),
    uses(message),
    reactions.length ? element("div", { className: "reactions" }, ...reactions) : null,
    message.ephemeral ? element("div", { className: "only", textContent: "Only you can see this" }) : null);
}

function drawChannels() {
  const item = (channel) => {
    const mark = { text: "# ", forum: "▤ ", thread: "↳ ", direct: "✉ " }[channel.kind] || "";
    const button = element("button", { type: "button", textContent: mark + channel.name, onclick: () => choose({ channel: channel.id }) });
    if (channel.id === view.open) button.setAttribute("aria-current", "page");
    return element("li", { className: channel.kind }, button);
  };
  const isThread = (channel) => channel.kind === "thread";
  const withThreads = (channel) => [item(channel), ...view.channels.filter((thread) => isThread(thread) && thread.parent === channel.id && !thread.archived).map(item)];
  const plain = view.channels.filter((channel) => !isThread(channel) && channel.kind !== "category");
  const categories = view.channels.filter((channel) => channel.kind === "category");
  const inside = (parent) => plain.filter((channel) => (channel.parent || null) === parent).flatMap(withThreads);
  byId("channels").replaceChildren(...inside(null),
    ...categories.flatMap((category) => [element("li", { className: "category", textContent: category.name }), ...inside(category.id)]));
}

function draw() {
  const { version, now, ...rest } = view;
  byId("now").textContent = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" }).format(new Date(now));
  const state = JSON.stringify(rest);
  // A redraw would take the focus from whoever is reading with the keyboard.
  if (state === drawn) return;
  drawn = state;
  document.title = byId("guild").textContent = view.guild || "simcord";
  byId("skip").hidden = !view.skip;
  byId("person").replaceChildren(...view.people.map((person) => element("option", { value: person.id, textContent: person.name, selected: person.id === view.as })));
  drawChannels();
  byId("channel").textContent = view.channels.find((channel) => channel.id === view.open)?.name || "";
  byId("topic").textContent = view.topic || "";
  byId("text").disabled = !view.writable;
  const list = byId("messages");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  list.replaceChildren(...view.messages.map(bubble));
  if (atEnd) list.scrollTop = list.scrollHeight;
  byId("commands").replaceChildren(...view.commands.flatMap((command) => [element("dt", { textContent: command.typed }), element("dd", { textContent: command.about })]));
  byId("hints").hidden = view.commands.length === 0;
}

function choose(change) {
  Object.assign(chosen, change);
  view.version = -1;
  asking?.abort();
}

async function act(what, body) {
  byId("status").textContent = "…";
  const request = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ as: view.as, channel: view.open, ...body }) };
  try {
    const answer = await (await fetch(`/simcord/${what}`, request)).json();
    byId("status").textContent = answer.refused || "";
    if (answer.form) fillIn(answer.form);
    return !answer.refused;
  } catch {
    byId("status").textContent = "The server is gone.";
    return false;
  }
}

function fillIn(form) {
  byId("form-title").textContent = form.title;
  const field = (asked) => element("label", {}, asked.label,
    element("textarea", { name: asked.id, value: asked.value, required: asked.required, maxLength: asked.max, rows: asked.max > 200 ? 4 : 1 }));
  byId("form-fields").replaceChildren(...form.fields.map(field));
  const dialog = byId("form");
  dialog.returnValue = "";
  dialog.onclose = () => {
    const inputs = [...byId("form-fields").querySelectorAll("textarea")];
    const fields = Object.fromEntries(inputs.map((input) => [input.name, input.value]));
    if (dialog.returnValue === "send") act("submit", { interaction: form.interaction, fields });
  };
  dialog.showModal();
}

byId("person").onchange = (event) => choose({ as: event.target.value });
byId("skip").onclick = () => act("skip", {});
byId("composer").onsubmit = async (event) => {
  event.preventDefault();
  const text = byId("text").value.trim();
  if (text && await act("say", { text })) byId("text").value = "";
  byId("text").focus();
};
byId("text").onkeydown = (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    byId("composer").requestSubmit();
  }
};

async function follow() {
  for (;;) {
    asking = new AbortController();
    const query = new URLSearchParams({ after: view.version });
    for (const [name, value] of Object.entries(chosen)) if (value) query.set(name, value);
    try {
      view = await (await fetch(`/simcord/view?${query}`, { signal: asking.signal })).json();
      draw();
    } catch (error) {
      if (error.name === "AbortError") continue;
      byId("status").textContent = "The server is gone; trying again.";
      await new Promise((resume) => setTimeout(resume, 2000));
    }
  }
}
// `/?channel=ID` opens a channel, so that it can be linked to; what is seen first comes with the page.
chosen.channel = new URLSearchParams(location.search).get("channel");
view = JSON.parse(byId("first").textContent);
draw();
follow();
