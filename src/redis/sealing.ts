import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";

/** Seals what may not be read in Redis. */
export interface Sealing {
  /** Only who has a key opens it, and only under this name. */
  seal(name: string, text: string): string;
  /** Undefined for what was sealed with none of our keys, or is not what was sealed. */
  open(name: string, sealed: string): { text: string; isOfCurrentKey: boolean } | undefined;
}

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Whoever knows one of our strings knows its key: it is the string that has to be hard to guess. */
const SALT = "zoom-meeting-notifier";

/** With AES-256-GCM. The first of the strings makes the key that seals; the others' open what they sealed before. */
export function sealing(strings: readonly string[]): Sealing {
  const keys = strings.map((one) => scryptSync(one, SALT, KEY_BYTES));
  const [current] = keys;
  if (!current) throw new Error("there is no key to seal with");
  return {
    seal(name, text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, current, nonce).setAAD(Buffer.from(name));
      const content = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), content]).toString("base64url");
    },
    open(name, sealed) {
      const bytes = Buffer.from(sealed, "base64url");
      for (const key of keys) {
        const text = opened(key, name, bytes);
        if (text !== undefined) return { text, isOfCurrentKey: key === current };
      }
      return undefined;
    },
  };
}

function opened(key: Buffer, name: string, sealed: Buffer): string | undefined {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(name)).setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString(
      "utf8",
    );
  } catch {
    return undefined; // another key made it
  }
}
