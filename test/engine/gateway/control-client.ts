import { expect, onTestFinished } from 'vitest';
import type { z } from 'zod';
import { controlError } from '../../../src-shared/control.ts';
import { startGateway, type TestGateway, type TestGatewayOptions } from '../../support/start-gateway.ts';
import { startUpstream, type Upstream, type UpstreamOptions } from '../../support/upstreams/start-upstream.ts';

/** A gateway that ends with the test. */
export async function start(options?: TestGatewayOptions): Promise<TestGateway> {
  const gateway = await startGateway(options);
  onTestFinished(() => gateway.stop());
  return gateway;
}

/** One more provider, which ends with the test. */
export async function other(options: UpstreamOptions): Promise<Upstream> {
  const upstream = await startUpstream(options);
  onTestFinished(() => upstream.stop());
  return upstream;
}

/** Reads what a control call tells, checked against the contract. */
export async function read<Shape extends z.ZodType>(
  gateway: TestGateway,
  path: string,
  shape: Shape,
): Promise<z.infer<Shape>> {
  const reply = await gateway.control(path);
  expect(reply.status).toBe(200);
  return shape.parse(await reply.json());
}

/** A control call that changes something. */
export function send(gateway: TestGateway, method: string, path: string, body?: unknown): Promise<Response> {
  return gateway.control(path, body === undefined ? { method } : { method, body: JSON.stringify(body) });
}

/** An error answer of the control API. */
export async function problemOf(reply: Response): Promise<{ status: number; code: string; message: string }> {
  return { status: reply.status, ...controlError.parse(await reply.json()).error };
}

/** One chat request, read to its end. */
export async function ask(gateway: TestGateway, model = 'gpt-4o', more: object = {}): Promise<Response> {
  const body = { model, messages: [{ role: 'user', content: 'Hello' }], ...more };
  const headers = { 'content-type': 'application/json' };
  const reply = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  await reply.clone().text();
  return reply;
}
