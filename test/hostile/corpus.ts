import type { Chapter, Entry, Target } from "./entry.ts";
import { addresses, framing, pipelines, protocols } from "./http.ts";
import { slackRequests } from "./slack-requests.ts";
import { dates, fields, notJson, plans, sizes, strangeJson, unknownEvents } from "./zoom-bodies.ts";
import { freshness, oracles, wrongSignatures } from "./zoom-headers.ts";

/** Each is a question that an attacker, a bug or an old program might put to us. */
export const CHAPTERS: Record<string, Chapter> = {
  "signatures that are not Zoom's": wrongSignatures,
  "the five minutes of a signature": freshness,
  "attempts to have something signed": oracles,
  "signed bodies that are no JSON": notJson,
  "JSON that no delivery is like": strangeJson,
  "events of no use": unknownEvents,
  "fields that are missing or strange": fields,
  "what is planned": plans,
  "wild dates": dates,
  "bodies that are too large": sizes,
  "framing that can be read in two ways": framing,
  "other protocols": protocols,
  "addresses and methods": addresses,
  "requests in one breath": pipelines,
  "Slack's door": slackRequests,
};

/** Every hostile request there is, signed for now. */
export const corpus = (target: Target): Entry[] => Object.values(CHAPTERS).flatMap((chapter) => chapter(target));
