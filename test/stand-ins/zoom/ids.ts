/** Ids shaped like Zoom's, from a source of randomness that may be seeded. */
export function zoomIds(random: () => number = Math.random) {
  const bytes = (count: number) => Buffer.from(Array.from({ length: count }, () => Math.floor(random() * 256)));

  return {
    /** A user or account: 22 characters, base64url. */
    userId: () => bytes(16).toString("base64url"),
    /** One instance of a meeting: 24 characters, base64, so `/`, `+` and `=` occur. */
    meetingUuid: () => bytes(16).toString("base64"),
    meetingNumber: () => String(80_000_000_000 + Math.floor(random() * 9_999_999_999)),
    /** One connection of one device: an upper-case UUID. */
    participantUuid: () => dashed(bytes(16).toString("hex")).toUpperCase(),
    requestId: () => dashed(bytes(16).toString("hex")).replaceAll("-", "_"),
  };
}

function dashed(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
