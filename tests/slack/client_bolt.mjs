// An app made with Bolt for JavaScript, in Socket Mode, against the emulator: a mention, a command, a button, a modal.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.env.SLACK_TOOLS_DIR, 'package.json'));
const { App, LogLevel } = require('@slack/bolt');

const { API_URL, BOT_TOKEN, APP_TOKEN, DRIVER_URL } = process.env;
const CHANNEL = 'C_GENERAL';
const USER = 'U_JARED';
const PATIENCE = 20_000;

class Differs extends Error {}

function expect(condition, sentence, got) {
  if (!condition) throw new Differs(`${sentence}\n  got: ${JSON.stringify(got)}`);
  console.log(`ok: ${sentence}`);
}

async function driver(path, body) {
  const request = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(DRIVER_URL + path, request);
  const text = await response.text();
  if (!response.ok) throw new Differs(`the driver refused ${path} ${JSON.stringify(body)}: ${text}`);
  return JSON.parse(text);
}

const message = async (ts) => (await driver(`/transcript?channel=${CHANNEL}`)).messages.find((one) => one.ts === ts);
const plain = (text) => ({ type: 'plain_text', text });

// What listeners have done, so that nothing here waits by the clock.
const done = [];
let wake = () => {};
const tell = (name, found) => {
  done.push([name, found]);
  wake();
};

async function after(what) {
  if (done.length === 0) {
    await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Differs(`Bolt does not hear the ${what}`)), PATIENCE);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
  const [name, found] = done.shift();
  expect(name === what, `Bolt hears the ${what}`, [name, found]);
  return found;
}

const app = new App({
  token: BOT_TOKEN,
  appToken: APP_TOKEN,
  socketMode: true,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: `${API_URL}/` },
});

app.event('app_mention', async ({ event, say }) => {
  const button = { type: 'button', action_id: 'approve', value: 'p1', text: plain('Approve') };
  const said = await say({
    text: `Asked by <@${event.user}>`,
    thread_ts: event.ts,
    blocks: [{ type: 'actions', block_id: 'card', elements: [button] }],
  });
  tell('mention', said.ts);
});

app.command('/account', async ({ ack, command, respond }) => {
  await ack({ text: `Looking for ${command.text}` });
  await respond({ text: 'Hooli: critical', response_type: 'ephemeral' });
  tell('command', command);
});

app.action('approve', async ({ ack, body, client }) => {
  await ack();
  await client.views.open({
    trigger_id: body.trigger_id,
    view: {
      type: 'modal',
      callback_id: 'reason',
      title: plain('Route'),
      submit: plain('Save'),
      private_metadata: body.container.message_ts,
      blocks: [{ type: 'input', block_id: 'why', label: plain('Why?'), element: { type: 'plain_text_input', action_id: 'text' } }],
    },
  });
  tell('click', body);
});

app.view('reason', async ({ ack, view, client }) => {
  const why = view.state.values.why.text.value;
  await ack();
  await client.chat.update({ channel: CHANNEL, ts: view.private_metadata, text: `Routed: ${why}`, blocks: [] });
  tell('submission', why);
});

async function streams(root) {
  const args = { channel: CHANNEL, thread_ts: root, recipient_user_id: USER, recipient_team_id: 'T_PIEDPIPER', buffer_size: 4 };
  const stream = app.client.chatStream(args);
  await stream.append({ markdown_text: 'Hooli is ' });
  await stream.stop({ markdown_text: '**critical**' });
  const shown = await message(stream.ts);
  expect(!shown.streaming && shown.stream.text === 'Hooli is **critical**', 'a stream of the Node client is put together', shown);
}

async function script() {
  await app.start();
  const asked = await driver('/message', { user: USER, channel: CHANNEL, text: '<@BOT> route Hooli' });
  const card = await after('mention');
  const reply = await message(card);
  expect(reply.thread_ts === asked.ts && reply.bot, 'and answers in its thread', reply);

  const answered = await driver('/command', { user: USER, channel: CHANNEL, command: '/account', text: 'Hooli' });
  expect(answered.response.text === 'Looking for Hooli', "a command's acknowledgement is shown", answered);
  const command = await after('command');
  expect(command.user_id === USER && command.channel_id === CHANNEL, 'with who typed it and where', command);

  await driver('/click', { user: USER, channel: CHANNEL, ts: card, action_id: 'approve' });
  const click = await after('click');
  expect(click.actions[0].value === 'p1' && click.user.id === USER, 'with its value and who clicked', click);
  const { modals } = await driver(`/views?user=${USER}`);
  expect(modals.at(-1).callback_id === 'reason', 'a modal is opened by its trigger', modals);
  const incomplete = await driver('/submit', { user: USER, values: {} });
  expect(incomplete.response_action === 'errors' && incomplete.errors.why, 'what is required must be filled in', incomplete);
  await driver('/submit', { user: USER, values: { why: { text: 'usage fell by half' } } });
  expect((await after('submission')) === 'usage fell by half', 'what a person types comes in');
  expect((await message(card)).text === 'Routed: usage fell by half', 'and the card says so', await message(card));
  await streams(asked.ts);
}

try {
  await script();
  console.log('done');
  process.exit(0);
} catch (error) {
  console.error(error instanceof Differs ? `differs: ${error.message}` : error);
  process.exit(1);
}
