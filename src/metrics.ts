import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";

/** Numbers for operators. Labels are names of ours, of Zoom's events and of Slack's errors; never what people wrote. */
export function metrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const deliveries = new Counter({
    name: "zoom_deliveries_total",
    help: "Requests to /zoom/webhook, by what they were answered",
    labelNames: ["status", "because"],
    registers: [registry],
  });
  const facts = new Counter({
    name: "meeting_facts_total",
    help: "Facts from Zoom, by whether they were new, known already, or too old to keep",
    labelNames: ["event", "kept"],
    registers: [registry],
  });
  const cards = new Counter({
    name: "meeting_cards_total",
    help: "What couriers decided about due cards",
    labelNames: ["platform", "outcome", "because"],
    registers: [registry],
  });
  const workspaces = new Gauge({
    name: "slack_workspaces",
    help: "Workspaces by whether they accept us, when /readyz was last asked",
    labelNames: ["state"],
    registers: [registry],
  });
  return { registry, deliveries, facts, cards, workspaces };
}
