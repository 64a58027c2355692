import { describe, expect, test } from 'vitest';
import type { RequestView } from '../../../src-shared/control.ts';
import { readPins } from '../../../src-main/engine/gateway/read-pins.ts';
import { hashAppKey } from '../../../src-main/engine/spend/app-keys.ts';
import { startTwoTracks, type TwoTracks } from '../../support/start-two-tracks.ts';
import { postJson, PROTOCOLS, refusal, type Surface } from '../../robustness/surfaces.ts';

const SURFACES = Object.entries(PROTOCOLS);

async function ask(bench: TwoTracks, surface: Surface, headers: Record<string, string>, model = 'pointsman/auto') {
  const reply = await postJson(bench.url + surface.path, surface.body(model), {
    headers: { 'content-type': 'application/json', ...headers },
  });
  return reply;
}

/** The record of the only request. */
async function recordOf(bench: TwoTracks): Promise<RequestView> {
  const [record] = await bench.recorded();
  if (record === undefined) throw new Error('nothing was recorded');
  return record;
}

describe.each(SURFACES)('what a request on the surface of %s pins by its headers', (_name, surface) => {
  test('the track', async () => {
    for (const track of ['local', 'cloud']) {
      const bench = await startTwoTracks();
      const reply = await ask(bench, surface, { 'x-pointsman-track': track });
      expect([reply.status, reply.headers.get('x-pointsman-track')]).toEqual([200, track]);
      expect(reply.headers.get('x-pointsman-reason')).toBe(`${track}: pinned to the ${track} track by the request`);
      await reply.text();
    }
  });

  test('the strategy', async () => {
    const bench = await startTwoTracks();
    await (await ask(bench, surface, { 'x-pointsman-strategy': 'cost_focused' })).text();
    expect((await recordOf(bench)).decision).toMatchObject({ strategy: 'cost_focused', actsAs: 'cost_focused' });
  });

  test('that it is private', async () => {
    const bench = await startTwoTracks();
    const reply = await ask(bench, surface, { 'x-pointsman-privacy': 'private' }, 'pointsman/best');
    expect([reply.status, reply.headers.get('x-pointsman-track')]).toEqual([200, 'local']);
    await reply.text();
    expect((await recordOf(bench)).decision?.keptPrivate).toBe('this request is private');
    expect(bench.cloud.calls).toHaveLength(0);
  });

  test('that a deadline and its importance count', async () => {
    const bench = await startTwoTracks();
    const headers = { 'x-pointsman-deadline-ms': '1', 'x-pointsman-importance': 'high' };
    await (await ask(bench, surface, headers)).text();
    const { decision } = await recordOf(bench);
    // Nobody makes it in a millisecond: that costs every candidate.
    for (const { parts } of decision?.candidates ?? []) expect(parts.preference).toBeLessThan(0);
    expect(decision?.explored).toBe(false);
  });

  test.each([
    ['x-pointsman-track', 'moon', 'local, cloud'],
    ['x-pointsman-strategy', 'fastest', 'balanced'],
    ['x-pointsman-privacy', 'secret', 'private, public'],
    ['x-pointsman-deadline-ms', '0', 'milliseconds'],
    ['x-pointsman-deadline-ms', 'soon', 'milliseconds'],
    ['x-pointsman-deadline-ms', '86400001', 'milliseconds'],
    ['x-pointsman-importance', '', 'low, normal, high'],
  ])('%s: %s is refused with what it may be', async (header, value, values) => {
    const bench = await startTwoTracks();
    const message = await refusal(await ask(bench, surface, { [header]: value }), 400, surface);
    expect(message).toContain(header);
    expect(message).toContain(values);
    expect([bench.local.calls.length, bench.cloud.calls.length]).toEqual([0, 0]);
  });

  test('an exact name on another track than the one that is pinned is refused', async () => {
    const bench = await startTwoTracks();
    const reply = await ask(bench, surface, { 'x-pointsman-track': 'local' }, 'up/big');
    expect(await refusal(reply, 403, surface)).toContain('pinned to the local track');
  });
});

describe('a session that a client names in a header', () => {
  test.each(['x-claude-code-session-id', 'x-opencode-session', 'x-openwebui-chat-id', 'session_id', 'conversation_id'])(
    '(%s) is one conversation, whatever it opens with',
    async (header) => {
      const bench = await startTwoTracks();
      const said = ['Hello', 'And now something else'];
      for (const content of said) {
        const body = { model: 'pointsman/auto', messages: [{ role: 'user', content }] };
        const headers = { 'content-type': 'application/json', [header]: 'session-7' };
        await (await postJson(`${bench.url}/v1/chat/completions`, body, { headers })).text();
      }
      const status = (await (await bench.control('/control/v1/optimizer')).json()) as { conversations: number };
      expect(status.conversations).toBe(1);
    },
  );
});

describe('a pin on a call that we do not understand', () => {
  test('keeps it off the other track', async () => {
    const bench = await startTwoTracks();
    const body = { model: 'up/big', prompt: 'A cat' };
    const headers = { 'content-type': 'application/json', 'x-pointsman-track': 'local' };
    const reply = await postJson(`${bench.url}/v1/images/generations`, body, { headers });
    expect(reply.status).toBe(403);
    expect(await reply.text()).toContain('pinned to the local track');
    expect(bench.cloud.received.filter(({ method }) => method === 'POST')).toEqual([]);
  });
});

describe('an app on a call that we do not understand', () => {
  test('keeps to its tracks there too', async () => {
    const key = `pm-${'a1'.repeat(24)}`;
    for (const [track, model] of [
      ['local', 'up/big'],
      ['cloud', 'tiny:0.5b'],
    ]) {
      const app = { id: 'editor', name: 'Editor', keyHash: hashAppKey(key), createdAtMs: 0, tracks: [track] };
      const bench = await startTwoTracks({ settings: { apps: [app] } });
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
      const reply = await postJson(`${bench.url}/v1/images/generations`, { model, prompt: 'A cat' }, { headers });
      expect(reply.status).toBe(403);
      await reply.text();
      const posted = [...bench.cloud.received, ...bench.local.received].filter(({ path }) => path.includes('images'));
      expect(posted).toEqual([]);
    }
  });
});

describe('reading pins', () => {
  test('takes every word in any case, and says nothing of headers that are not there', () => {
    expect(readPins({})).toEqual({});
    const headers = {
      'x-pointsman-track': ' LOCAL ',
      'x-pointsman-strategy': 'Quality_Focused',
      'x-pointsman-privacy': 'Private',
      'x-pointsman-deadline-ms': '1500',
      'x-pointsman-importance': 'Low',
    };
    expect(readPins(headers)).toEqual({
      track: 'local',
      strategy: 'quality_focused',
      private: true,
      deadlineMs: 1_500,
      importance: 'low',
    });
  });

  test('never loosens anything: "public" adds nothing', () => {
    expect(readPins({ 'x-pointsman-privacy': 'public' })).toEqual({});
  });

  test('refuses a header that is sent twice with different words', () => {
    expect(() => readPins({ 'x-pointsman-track': 'local, cloud' })).toThrow('x-pointsman-track');
  });
});
