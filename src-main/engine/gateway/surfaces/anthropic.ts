import { inferChat, inferTokenCount } from '../infer.ts';
import type { RouteTable } from '../router.ts';
import type { GatewayServices } from '../services.ts';

/** `/v1/messages` and what belongs to it. */
export function anthropicRoutes(services: GatewayServices): RouteTable {
  return {
    'POST /v1/messages': inferChat(services, 'anthropic-messages'),
    'POST /v1/messages/count_tokens': inferTokenCount(services),
  };
}
