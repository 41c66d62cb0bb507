/**
 * How often an app may call each method. Rates are Slack's; bursts are ours, for Slack does not publish them.
 * Time is the machine's own, also where a test or the demo simulates the clock on the wall.
 */
export function rateLimits(monotonicMs: () => number = () => performance.now()) {
  const buckets = new Map<string, { calls: number; at: number }>();

  return {
    /** 0 if the call may pass, else the seconds to wait. A call that may not pass is not counted. */
    secondsToWait(method: string, channelId: string | undefined): number {
      const { perMinute, burst } = method === "chat.postMessage" ? PER_CHANNEL : workspaceLimit(method);
      const key = method === "chat.postMessage" ? `${method} ${channelId}` : method;
      const now = monotonicMs();
      const bucket = buckets.get(key) ?? { calls: 0, at: now };
      const calls = Math.max(0, bucket.calls - ((now - bucket.at) * perMinute) / 60_000);
      if (calls > burst - 1) return Math.max(1, Math.ceil(((calls - burst + 1) * 60) / perMinute));
      buckets.set(key, { calls: calls + 1, at: now });
      return 0;
    },
  };
}

const PER_CHANNEL = { perMinute: 60, burst: 3 };
const TIER_1 = { perMinute: 1, burst: 10 };
const TIER_2 = { perMinute: 20, burst: 10 };
const TIER_3 = { perMinute: 50, burst: 10 };
const TIER_4 = { perMinute: 100, burst: 20 };
const PLENTY = { perMinute: 600, burst: 60 };

const workspaceLimit = (method: string) => WORKSPACE_LIMITS[method] ?? TIER_3;
const WORKSPACE_LIMITS: Record<string, { perMinute: number; burst: number }> = {
  "apps.connections.open": TIER_1,
  "apps.uninstall": TIER_1,
  "auth.test": PLENTY,
  "chat.getPermalink": PLENTY,
  "chat.postEphemeral": TIER_4,
  "conversations.list": TIER_2,
  "conversations.members": TIER_4,
  "files.completeUploadExternal": TIER_4,
  "files.getUploadURLExternal": TIER_4,
  "files.info": TIER_4,
  "oauth.v2.access": TIER_4,
  "users.conversations": TIER_2,
  "users.info": TIER_4,
  "users.list": TIER_2,
  "views.open": TIER_4,
  "views.publish": TIER_4,
  "views.push": TIER_4,
  "views.update": TIER_4,
};
