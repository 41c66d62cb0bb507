import { distance } from "fastest-levenshtein";
import { IANAZone } from "luxon";

/** The time zone that somebody means: by its name in any case, or by the city in it; undefined when there is none. */
export function timeZoneCalled(said: string): string | undefined {
  const name = withoutAccents(said.trim().replaceAll(/\s+/g, "_"));
  if (!NAME.test(name)) return undefined;
  const known = ZONES.get(name.toLowerCase()) ?? CITIES.get(name.toLowerCase());
  if (known) return known;
  const spelled = /[A-Z]/.test(name) ? name : spell(name);
  if (IANAZone.isValidZone(spelled)) return spelled;
  // names of which the list has only another one
  return REGIONS.map((region) => `${region}/${spell(name)}`).find(IANAZone.isValidZone);
}

/** The time zone whose name or city looks most like what somebody said, if few letters are wrong. */
export function timeZoneLike(said: string): string | undefined {
  const name = said.trim().replaceAll(/\s+/g, "_").toLowerCase().slice(0, LONGEST);
  const names = [...ZONES, ...CITIES].map(([known, zone]) => ({ zone, edits: distance(name, known) }));
  const [nearest] = names.toSorted((a, b) => a.edits - b.edits);
  return nearest && nearest.edits <= Math.floor(name.length / 4) ? nearest.zone : undefined;
}

const LONGEST = 64;
/** No offsets like +02:00: they know no summer. */
const NAME = /^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/;
const ALL = Intl.supportedValuesOf("timeZone");
const REGIONS = [...new Set(ALL.flatMap((zone) => zone.split("/")[0] ?? []))];
const ZONES = new Map(ALL.map((zone) => [zone.toLowerCase(), zone]));
const CITIES = new Map(ALL.map((zone) => [zone.slice(zone.lastIndexOf("/") + 1).toLowerCase(), zone]));

/** "Zürich" is "Zurich" in the list. */
const withoutAccents = (text: string) => text.normalize("NFKD").replaceAll(/\p{M}/gu, "");

function spell(name: string): string {
  if (!name.includes("/") && name.length <= 4) return name.toUpperCase(); // UTC, CET, …
  return name.toLowerCase().replaceAll(/(?<=^|[/_-])[a-z]/g, (letter) => letter.toUpperCase());
}
