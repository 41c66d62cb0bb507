/**
 * A time zone whose clocks show this hour now, so that the notifier may keep the real time: at noon, say, what happened
 * in the last hours was today, whenever a test is run.
 */
export function zoneWhereItIs(hour: number, now = Date.now()): string {
  const ahead = hour - new Date(now).getUTCHours();
  const eastward = ahead > 12 ? ahead - 24 : ahead < -11 ? ahead + 24 : ahead;
  return `Etc/GMT${eastward > 0 ? "-" : "+"}${Math.abs(eastward)}`;
}
