// The embedded Discord as a page: shows what one person sees, and performs their actions. Knows nothing about the bot's purpose.

const $ = (id) => document.getElementById(id);
const EPHEMERAL = 64n, LOADING = 128n, MANAGE = (1n << 3n) | (1n << 5n);
const state = { me: null, channel: null, people: [], channels: [], messages: [], commands: [], bot: null, reply: null, edit: null, command: null, target: null };

/** Creates an element with attributes and children. Strings become text nodes, never markup. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, '');
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

// Requests to the server.

async function get(path, query = {}) {
  const response = await fetch(`${path}?${new URLSearchParams(query)}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

/** Performs an action as the selected person; reports what is not possible. */
async function act(what) {
  const response = await fetch('do', {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ as: state.me, ...what }),
  });
  return told(response);
}

async function told(response) {
  const text = await response.text();
  $('alert').textContent = response.ok ? '' : text || `Not done (${response.status}).`;
  return response.ok ? JSON.parse(text) : null;
}

let asked = 0;
async function refresh() {
  const turn = ++asked;
  const query = { as: state.me };
  if (state.channel) query.channel = state.channel;
  let view;
  try {
    view = await get('view', query);
  } catch {
    return;
  }
  if (turn !== asked) return;
  state.channels = view.channels;
  if (!state.channels.some((channel) => channel.id === state.channel)) {
    state.channel = state.channels[0]?.id ?? null;
    if (state.channel) return refresh();
  }
  history.replaceState(null, '', `#${state.me}/${state.channel}`);
  state.messages = view.messages ?? [];
  state.commands = view.commands ?? [];
  drawChannels();
  drawMessages();
  $('typing').textContent = view.typing ? `${botName()} is typing…` : '';
}

let planned;
function changed() {
  clearTimeout(planned);
  planned = setTimeout(refresh, 30);
}

// Names.

const botName = () => state.bot?.username ?? 'The bot';
const shownName = (user) => user.global_name ?? user.username;
const nameOf = (id) => state.people.find((person) => person.id === id)?.name ?? (id === state.bot?.id ? botName() : 'somebody');
function channelName(channel) {
  if (channel.type === 1) return botName();
  if (channel.type === 11) return `${state.channels.find((one) => one.id === channel.parent_id)?.name ?? ''} › ${channel.name}`;
  return `#${channel.name}`;
}

// Discord's Markdown, as elements.

const INLINE = new RegExp([
  String.raw`\\(?<escape>[^\w\s])`,
  '`(?<code>[^`\\n]+)`',
  String.raw`<@!?(?<user>\d+)>`,
  String.raw`<@&(?<role>\d+)>`,
  String.raw`<#(?<channel>\d+)>`,
  String.raw`<t:(?<time>-?\d+)(?::\w)?>`,
  String.raw`\[(?<label>(?:\\.|[^\[\]\\\n])+)\]\(<?(?<link>https?:\/\/(?:[^\s<>()]|\([^\s<>()]*\))+)>?\)`,
  String.raw`<(?<bare>https?:\/\/[^\s<>]+)>`,
  String.raw`(?<url>https?:\/\/[^\s<>]+[^\s<>.,:;!?)'"\]])`,
  String.raw`\|\|(?<spoiler>[^]+?)\|\|`,
  String.raw`\*\*(?<bold>(?:\\[^]|[^\\])+?)\*\*(?!\*)`,
  String.raw`__(?<under>(?:\\[^]|[^\\])+?)__(?!_)`,
  String.raw`~~(?<strike>(?:\\[^]|[^\\])+?)~~`,
  String.raw`\*(?<star>(?:\\[^]|[^\\*\s])(?:(?:\\[^]|[^\\*])*?(?:\\[^]|[^\\*\s]))?)\*`,
  String.raw`(?<!\w)_(?<low>(?:\\[^]|[^\\_])+?)_(?!\w)`,
].join('|'), 'g');

function inline(text, into) {
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    into.append(text.slice(at, match.index));
    at = match.index + match[0].length;
    const g = match.groups;
    const inner = (name, source, attributes) => inline(source, make(name, attributes));
    const mention = (words) => make('span', { class: 'mention' }, words);
    const link = (href, label) => inner('a', label, { href, target: '_blank', rel: 'noopener noreferrer' });
    if (g.escape) into.append(g.escape);
    else if (g.code) into.append(make('code', {}, g.code));
    else if (g.user) into.append(mention(`@${nameOf(g.user)}`));
    else if (g.role) into.append(mention(`@${botName()} (role)`));
    else if (g.channel) {
      const channel = state.channels.find((one) => one.id === g.channel);
      into.append(mention(channel ? channelName(channel) : '#unknown'));
    } else if (g.time) into.append(make('time', {}, new Date(g.time * 1000).toLocaleString()));
    else if (g.link) into.append(link(g.link, g.label));
    else if (g.bare || g.url) into.append(make('a', { href: g.bare ?? g.url, target: '_blank', rel: 'noopener noreferrer' }, g.bare ?? g.url));
    else if (g.spoiler) {
      const hidden = make('button', { type: 'button', class: 'spoiler', 'aria-label': 'Spoiler, show' });
      hidden.addEventListener('click', () => {
        hidden.classList.add('shown');
        hidden.removeAttribute('aria-label');
      });
      into.append(inline(g.spoiler, hidden));
    } else if (g.bold) into.append(inner('strong', g.bold));
    else if (g.under) into.append(inner('u', g.under));
    else if (g.strike) into.append(inner('s', g.strike));
    else into.append(inner('em', g.star ?? g.low));
  }
  into.append(text.slice(at));
  return into;
}

function markdown(text, into) {
  const parts = text.split(/```(?:\w*\n)?([^]*?)```/);
  parts.forEach((part, at) => {
    if (at % 2) into.append(make('pre', {}, make('code', {}, part)));
    else blocks(part.split('\n'), into);
  });
  return into;
}

function blocks(lines, into) {
  let open = [];
  const close = () => {
    if (open.some((line) => line.trim())) into.append(inline(open.join('\n'), make('p')));
    open = [];
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    const found = /^(>>> |> |-# |#{1,3} |[-*] )(.*)$/.exec(line) ?? (line === '>' ? ['', '> ', ''] : null);
    if (!found) {
      open.push(line);
      continue;
    }
    close();
    const [, sign, rest] = found;
    if (sign === '>>> ') {
      const quote = make('blockquote');
      blocks([rest, ...lines.slice(at + 1)], quote);
      into.append(quote);
      return;
    }
    const follow = (pattern) => {
      const all = [rest];
      while (at + 1 < lines.length && pattern.test(lines[at + 1])) all.push(lines[++at].replace(pattern, ''));
      return all;
    };
    if (sign === '> ') {
      const quote = make('blockquote');
      blocks(follow(/^>(?: |$)/), quote);
      into.append(quote);
    } else if (sign === '-# ') into.append(inline(rest, make('small')));
    else if (sign.startsWith('#')) into.append(inline(rest, make(`h${sign.length + 1}`)));
    else into.append(make('ul', {}, ...follow(/^[-*] /).map((item) => inline(item, make('li')))));
  }
  close();
}

// Channels.

function drawChannels() {
  const groups = new Map();
  for (const channel of state.channels) {
    const group = channel.guild ?? 'Direct messages';
    groups.set(group, [...(groups.get(group) ?? []), channel]);
  }
  const button = (channel) => make('li', {}, make('button', {
    type: 'button', 'data-key': channel.id, class: channel.type === 11 ? 'thread' : null, 'aria-current': channel.id === state.channel ? 'page' : null,
    onclick: () => choose(channel.id),
  }, channel.type === 11 ? `› ${channel.name}` : channelName(channel)));
  const parts = [...groups].map(([name, all]) => make('section', {}, make('h2', {}, name), make('ul', {}, ...all.filter((one) => ![4, 15].includes(one.type)).map(button))));
  keepFocus($('channels'), () => $('channels').replaceChildren(...parts));
  const here = state.channels.find((one) => one.id === state.channel);
  $('title').textContent = here ? channelName(here) : '';
  $('write').disabled = !here?.may_write;
}

function choose(channel) {
  state.channel = channel;
  state.drawn = null;
  cancel();
  setOpen(false);
  $('messages').replaceChildren();
  refresh().then(() => $('write').focus());
}

function setOpen(open) {
  document.body.classList.toggle('open', open);
  $('open').setAttribute('aria-expanded', open);
}

/** Redraws, then restores the focus to the element with the same key. */
function keepFocus(root, redraw) {
  const key = root.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  redraw();
  if (key) root.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

// Messages.

function drawMessages() {
  const list = $('messages');
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const first = state.drawn !== state.channel;
  state.drawn = state.channel;
  for (const message of state.messages) if (message.author.bot) state.bot ??= message.author;
  const old = new Map([...list.children].map((item) => [item.dataset.id, item]));
  let grew = false;
  const items = state.messages.map((message) => {
    const source = JSON.stringify(message);
    const known = old.get(message.id);
    if (known?.source === source) return known;
    grew = true;
    const item = article(message);
    item.source = source;
    return item;
  });
  if (!items.length) items.push(make('p', { class: 'empty', 'data-id': 'none' }, 'Nothing has been written here yet. Type / to see what the bot offers, or @ to mention it.'));
  if (items.length === list.children.length && items.every((item, at) => item === list.children[at])) return;
  keepFocus(list, () => {
    // Unchanged items stay in place, so that screen readers announce only new ones.
    for (const item of [...list.children]) if (!items.includes(item)) item.remove();
    items.forEach((item, at) => {
      if (list.children[at] !== item) list.insertBefore(item, list.children[at] ?? null);
    });
  });
  if (first || (grew && atEnd)) list.scrollTop = list.scrollHeight;
}

function article(message) {
  const flags = BigInt(message.flags ?? 0);
  const isPrivate = (flags & EPHEMERAL) !== 0n;
  const name = shownName(message.author);
  const time = new Date(message.timestamp);
  const head = make('h2', { class: 'head' }, name, message.author.bot && make('span', {}, ' '), message.author.bot && make('span', { class: 'app' }, 'APP'),
    make('time', { datetime: message.timestamp }, time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })));
  const body = make('div', {}, head);
  if (flags & LOADING) body.append(make('p', { class: 'note' }, `${name} is thinking…`));
  const text = make('div', { class: 'text' });
  if (message.content) markdown(message.content, text);
  if (message.edited_timestamp) text.append(make('span', { class: 'edited' }, '(edited)'));
  body.append(text);
  for (const shot of message.message_snapshots ?? []) {
    const quote = make('blockquote', {}, make('small', {}, 'Forwarded'));
    markdown(shot.message.content ?? '', quote);
    quote.append(...(shot.message.embeds ?? []).map(embed));
    body.append(make('div', { class: 'text' }, quote));
  }
  body.append(...(message.embeds ?? []).map(embed));
  if (message.attachments?.length) body.append(make('ul', { class: 'files' }, ...message.attachments.map(file)));
  for (const row of message.components ?? []) body.append(make('div', { class: 'row' }, ...row.components.map((part) => component(message, part))));
  for (const reaction of message.reactions ?? []) body.append(make('span', { class: 'mention' }, `${reaction.emoji.name} ${reaction.count}`));
  if (isPrivate) body.append(make('p', { class: 'note' }, 'Only you can see this. ',
    make('button', { type: 'button', class: 'small', 'data-key': `dismiss ${message.id}`, onclick: () => act({ do: 'dismiss', message: message.id }) }, 'Dismiss')));
  const classes = [isPrivate && 'private', message.mentions?.some((user) => user.id === state.me) && 'pinged'].filter(Boolean);
  return make('article', { 'data-id': message.id, class: classes.join(' '), 'aria-label': `${name}, ${time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}` },
    above(message),
    make('span', { class: message.author.bot ? 'face bot' : 'face', 'aria-hidden': 'true' }, name.slice(0, 1)),
    body, tools(message, isPrivate || Boolean(flags & LOADING)));
}

/** Returns what a message replies to: another message, or a command. */
function above(message) {
  const replied = message.referenced_message;
  if (message.message_reference && message.type === 19) {
    const line = make('p', { class: 'to' }, replied ? `↪ ${shownName(replied.author)}: ` : '↪ a message that was deleted');
    return replied ? inline(replied.content.split('\n')[0], line) : line;
  }
  const by = message.interaction;
  return by ? make('p', { class: 'to' }, `${shownName(by.user)} used ${message.interaction_metadata?.target_message_id ? '' : '/'}${by.name}`) : null;
}

function embed(one) {
  const part = (name, text) => text && inline(text, make(name));
  const title = one.title && make('p', {}, make('strong', {}, one.url ? make('a', { href: one.url, target: '_blank', rel: 'noopener noreferrer' }, one.title) : one.title));
  const fields = (one.fields ?? []).map((field) => make('p', {}, part('strong', field.name), make('br'), part('span', field.value)));
  return make('div', { class: 'embed' }, one.author && make('p', {}, one.author.name), title, one.description && markdown(one.description, make('div', { class: 'text' })),
    ...fields, one.footer && make('small', {}, one.footer.text));
}

function file(one) {
  const url = new URL(one.url);
  const href = url.pathname.slice(1) + url.search;
  const picture = /^image\/(png|jpeg|webp|gif)/.test(one.content_type ?? '');
  return make('li', {}, picture ? make('a', { href, target: '_blank', rel: 'noopener' }, make('img', { src: href, alt: one.description ?? one.filename })) : make('a', { href, download: one.filename }, one.filename),
    picture && one.description ? make('details', { class: 'note' }, make('summary', {}, 'Alt text'), one.description)
      : make('span', { class: 'note' }, ` ${Math.ceil(one.size / 1024)} kB`));
}

function component(message, part) {
  const key = `${message.id} ${part.custom_id ?? part.url}`;
  if (part.type === 2) {
    const label = [part.emoji?.name, part.label].filter(Boolean).join(' ');
    if (part.url) return make('a', { href: part.url, target: '_blank', rel: 'noopener noreferrer', class: 'button' }, label);
    const button = make('button', { type: 'button', disabled: part.disabled, 'data-key': key }, label);
    button.addEventListener('click', async () => {
      const done = await act({ do: 'click', message: message.id, button: part.custom_id });
      if (done?.modal) ask(done.id, done.modal, button);
    });
    return button;
  }
  const select = make('select', { 'aria-label': part.placeholder ?? 'Choose', 'data-key': key, disabled: part.disabled },
    make('option', { value: '' }, part.placeholder ?? 'Choose'), ...(part.options ?? []).map((option) => make('option', { value: option.value, selected: option.default }, option.label)));
  select.addEventListener('change', () => select.value && act({ do: 'select', message: message.id, menu: part.custom_id, values: [select.value] }));
  return select;
}

/** Shows the form that a click has opened, and sends what is written into it. */
function ask(opened, modal, from) {
  const inputs = (modal.components ?? []).map((row) => row.components[0]);
  const field = (input) => make('label', {}, input.label, make(input.style === 2 ? 'textarea' : 'input', {
    name: input.custom_id, required: input.required !== false, minlength: input.min_length, maxlength: input.max_length ?? 4000, placeholder: input.placeholder,
  }));
  const form = make('form', { method: 'dialog' }, make('h2', {}, modal.title), ...inputs.map(field),
    make('button', { type: 'submit' }, 'Submit'), ' ', make('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'));
  const dialog = make('dialog', { 'aria-label': modal.title }, form);
  form.addEventListener('submit', () => act({ do: 'submit', opened, texts: Object.fromEntries(new FormData(form)) }));
  dialog.addEventListener('close', () => {
    dialog.remove();
    from.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function tools(message, isAlone) {
  if (isAlone) return null;
  const tool = (label, onclick) => make('button', { type: 'button', class: 'small', 'data-key': `${label} ${message.id}`, onclick }, label);
  const menus = state.commands.filter((command) => command.type === 3);
  return make('div', { class: 'tools', role: 'group', 'aria-label': 'What to do with this message' },
    tool('Reply', () => about('reply', message, `Replying to ${shownName(message.author)}`)),
    message.author.id === state.me && tool('Edit', () => {
      about('edit', message, 'Editing your message');
      $('write').value = spoken(message.content);
    }),
    ...menus.map((menu) => tool(menu.name, () => act({ do: 'menu', command: menu.name, message: message.id }))));
}

// The message box.

function about(what, message, words) {
  cancel();
  state[what] = message;
  $('context').hidden = false;
  $('context').firstElementChild.textContent = words;
  $('write').focus();
}

function cancel() {
  Object.assign(state, { reply: null, edit: null, command: null });
  $('context').hidden = true;
  $('options').hidden = true;
  $('write').closest('.row').querySelector('.file').hidden = false;
  $('write').hidden = false;
  $('send').textContent = 'Send';
  close($('suggestions'), $('write'));
}

/** Converts mentions to readable names, and back. */
const named = () => [...state.people, ...(state.bot ? [{ id: state.bot.id, name: botName() }] : [])];
const spoken = (text) => text.replace(/<@!?(\d+)>/g, (_, id) => `@${nameOf(id)}`);
const written = (text) => named().sort((a, b) => b.name.length - a.name.length).reduce((out, one) => out.replace(new RegExp(`@${RegExp.escape?.(one.name) ?? one.name}`, 'gi'), `<@${one.id}>`), text);

async function send(event) {
  event.preventDefault();
  if (state.command) return use();
  const content = written($('write').value.trim());
  const upload = $('file').files[0];
  if (!content && !upload) return;
  const reply = state.reply?.id;
  let done;
  if (state.edit) done = await act({ do: 'rewrite', message: state.edit.id, content });
  else if (upload) {
    const query = new URLSearchParams({ as: state.me, channel: state.channel, content, name: upload.name, kind: upload.type, ...(reply && { reply }) });
    done = await told(await fetch(`attach?${query}`, { method: 'POST', body: upload }));
  } else done = await act({ do: 'say', channel: state.channel, content, ...(reply && { reply }) });
  if (!done) return;
  $('write').value = '';
  $('file').value = '';
  cancel();
}

/** Shows a list of suggestions for a text field; `pick` is called with the chosen entry. Nothing is preselected while the field is empty. */
function suggest(list, field, entries, pick) {
  list.picks = entries.map((entry) => () => {
    close(list, field);
    pick(entry);
  });
  list.replaceChildren(...entries.map((entry, at) => make('li', { role: 'option', id: `${list.id}-${at}`, 'aria-selected': 'false', onmousedown: (event) => {
    event.preventDefault();
    list.picks[at]();
  } }, entry.label, entry.about && make('small', {}, entry.about))));
  list.hidden = !entries.length;
  expand(field, !list.hidden);
  mark(list, field, field.value ? 0 : -1);
}

function close(list, field) {
  list.hidden = true;
  list.replaceChildren();
  expand(field, false);
  field.removeAttribute('aria-activedescendant');
}

/** Sets `aria-expanded` on comboboxes only: a multi-line text box does not have it. */
function expand(field, open) {
  if (field.role === 'combobox') field.setAttribute('aria-expanded', open);
}

function mark(list, field, at) {
  [...list.children].forEach((item, place) => item.setAttribute('aria-selected', place === at));
  const item = list.children[at];
  if (!item) return;
  field.setAttribute('aria-activedescendant', item.id);
  item.scrollIntoView({ block: 'nearest' });
}

/** Handles arrows, Enter, Tab and Escape in a list; returns whether it used the key. */
function steer(event, list, field) {
  if (list.hidden) return false;
  const count = list.children.length;
  const at = [...list.children].findIndex((item) => item.getAttribute('aria-selected') === 'true');
  if (event.key === 'ArrowDown') mark(list, field, (at + 1) % count);
  else if (event.key === 'ArrowUp') mark(list, field, at > 0 ? at - 1 : count - 1);
  else if (at >= 0 && (event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey))) list.picks[at]();
  else if (event.key === 'Escape') close(list, field);
  else return false;
  event.preventDefault();
  return true;
}

/** Returns all slash commands and subcommands by their full names. */
function commands() {
  const out = [];
  const add = (name, command) => {
    const subs = (command.options ?? []).filter((option) => option.type <= 2);
    if (subs.length) subs.forEach((sub) => add(`${name} ${sub.name}`, sub));
    else out.push({ name, about: command.description, options: command.options ?? [] });
  };
  state.commands.filter((command) => (command.type ?? 1) === 1).forEach((command) => add(command.name, command));
  return out;
}

function typed() {
  const field = $('write');
  const list = $('suggestions');
  const text = field.value;
  const before = text.slice(0, field.selectionStart);
  if (text.startsWith('/')) {
    const words = text.slice(1).toLowerCase();
    const whole = commands().filter((one) => words.startsWith(`${one.name} `)).sort((a, b) => b.name.length - a.name.length)[0];
    if (whole) return open(whole, text.slice(whole.name.length + 2));
    const found = commands().filter((one) => one.name.startsWith(words));
    return suggest(list, field, found.map((one) => ({ label: `/${one.name}`, about: one.about, one })), ({ one }) => open(one, ''));
  }
  const at = /(^|\s)@([^\s@]*)$/.exec(before);
  if (at) {
    const start = before.length - at[2].length - 1;
    const found = named().filter((one) => one.id !== state.me && one.name.toLowerCase().startsWith(at[2].toLowerCase()));
    found.sort((a, b) => (b.id === state.bot?.id) - (a.id === state.bot?.id));
    return suggest(list, field, found.map((one) => ({ label: `@${one.name}`, one })), ({ one }) => {
      field.value = `${text.slice(0, start)}@${one.name} ${text.slice(before.length)}`;
      field.selectionStart = field.selectionEnd = start + one.name.length + 2;
    });
  }
  close(list, field);
}

/** Shows the option fields of a command. */
function open(command, rest) {
  cancel();
  state.command = command;
  $('write').value = '';
  $('write').hidden = true;
  $('write').closest('.row').querySelector('.file').hidden = true;
  $('context').hidden = false;
  $('context').firstElementChild.textContent = command.about;
  $('send').textContent = `Use /${command.name}`;
  $('options').hidden = !command.options.length;
  $('options').firstElementChild.textContent = `/${command.name}`;
  $('options').lastElementChild.replaceChildren(...command.options.map(option));
  const first = $('options').querySelector('input, select');
  if (first && rest) {
    const [text, ...named] = rest.split(new RegExp(`(?:^|\\s)(${command.options.map((one) => one.name).join('|')}):`));
    first.value = text.trim();
    for (let at = 0; at < named.length; at += 2) $(`option-${named[at]}`).value = named[at + 1].trim();
  }
  (first ?? $('send')).focus();
}

/** Moves to another option if its name and a colon were typed, as in Discord: `speaker:Lund after:May`. */
function moved(field) {
  const typed = /(^|\s)([\w-]+):$/.exec(field.value);
  const next = typed && $(`option-${typed[2]}`);
  if (!next) return;
  field.value = field.value.slice(0, typed.index);
  next.focus();
}

function option(one) {
  const id = `option-${one.name}`;
  const choices = (list) => make('select', { id, name: one.name }, make('option', { value: '' }, one.required ? 'Choose' : 'Not set'), ...list.map(([value, label]) => make('option', { value }, label)));
  let field;
  if (one.choices?.length) field = choices(one.choices.map((choice) => [choice.value, choice.name]));
  else if (one.type === 5) field = choices([['true', 'True'], ['false', 'False']]);
  else if (one.type === 6) field = choices(named().map((person) => [person.id, person.name]));
  else if (one.type === 7) field = choices(state.channels.filter((channel) => channel.guild_id).map((channel) => [channel.id, channelName(channel)]));
  else field = make('input', { id, name: one.name, type: one.type === 4 || one.type === 10 ? 'number' : 'text', min: one.min_value, max: one.max_value, maxlength: one.max_length });
  if (one.required) field.required = true;
  field.addEventListener('input', () => moved(field));
  const label = make('label', { for: id }, one.required ? one.name : `${one.name} (optional)`, make('small', {}, one.description));
  const parts = [label, field];
  if (one.autocomplete) {
    const list = make('ul', { class: 'choices', role: 'listbox', id: `${id}-list`, 'aria-label': `Suggestions for ${one.name}`, hidden: true });
    for (const [name, value] of Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-controls': list.id, 'aria-expanded': 'false' })) field.setAttribute(name, value);
    let turn = 0;
    const complete = async () => {
      // The command may have been used since the last key.
      if (document.activeElement !== field) return;
      delete field.dataset.value;
      const mine = ++turn;
      const found = await act({ do: 'complete', channel: state.channel, command: state.command?.name, option: one.name, options: { ...entered(), [one.name]: field.value } });
      if (mine !== turn || document.activeElement !== field) return;
      suggest(list, field, (found?.choices ?? []).map((choice) => ({ label: choice.name, choice })), ({ choice }) => {
        turn++;
        field.value = choice.name;
        field.dataset.value = choice.value;
      });
    };
    let pause;
    field.addEventListener('input', () => {
      clearTimeout(pause);
      pause = setTimeout(complete, 120);
    });
    field.addEventListener('focus', complete);
    field.addEventListener('blur', () => close(list, field));
    field.addEventListener('keydown', (event) => {
      if (steer(event, list, field)) event.stopPropagation();
    });
    parts.push(list);
  }
  return make('div', {}, ...parts);
}

function entered() {
  const out = {};
  for (const one of state.command?.options ?? []) {
    const field = document.getElementById(`option-${one.name}`);
    const value = field?.dataset.value ?? field?.value;
    if (!value) continue;
    if (one.type === 5) out[one.name] = value === 'true';
    else out[one.name] = one.type === 4 || one.type === 10 ? Number(value) : value;
  }
  return out;
}

async function use() {
  const { name } = state.command;
  if (await act({ do: 'slash', channel: state.channel, command: name, options: entered() })) {
    cancel();
    $('write').focus();
  }
}

// Start.

$('form').addEventListener('submit', send);
$('write').addEventListener('input', typed);
$('write').addEventListener('blur', () => close($('suggestions'), $('write')));
$('write').addEventListener('keydown', (event) => {
  if (steer(event, $('suggestions'), $('write'))) return;
  if (event.key === 'Enter' && !event.shiftKey) send(event);
});
$('form').addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !(state.command || state.reply || state.edit)) return;
  cancel();
  $('write').focus();
});
$('context').lastElementChild.addEventListener('click', () => {
  cancel();
  $('write').focus();
});
$('file').addEventListener('change', () => {
  const upload = $('file').files[0];
  $('alert').textContent = upload ? `Attached: ${upload.name}` : '';
});
$('open').addEventListener('click', () => setOpen(!document.body.classList.contains('open')));
$('person').addEventListener('change', () => {
  state.me = $('person').value;
  cancel();
  $('messages').replaceChildren();
  state.drawn = null;
  refresh();
});

const { people, bot } = await get('people');
state.people = people;
state.bot = bot;
$('person').append(...people.map((person) => make('option', { value: person.id }, BigInt(person.permissions) & MANAGE ? `${person.name} (manager)` : person.name)));
const [, person, channel] = /^#(\d+)\/(\d+)$/.exec(location.hash) ?? [];
state.me = (people.find((one) => one.id === person) ?? people[0])?.id;
state.channel = channel ?? null;
$('person').value = state.me;
await refresh();
const events = new EventSource('changes');
events.addEventListener('message', changed);
events.addEventListener('error', () => ($('typing').textContent = 'The connection is lost; trying again…'));
