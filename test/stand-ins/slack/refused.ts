/** A call Slack answers with `ok: false`. */
export class Refused extends Error {
  readonly error: string;
  readonly details: { messages?: string[]; needed?: string };
  constructor(error: string, details: { messages?: string[]; needed?: string } = {}) {
    super(error);
    this.error = error;
    this.details = details;
  }
}

export function refuse(error: string, details?: { messages?: string[]; needed?: string }): never {
  throw new Refused(error, details);
}
