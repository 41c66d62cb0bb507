import { randomBytes } from "node:crypto";
import { extname } from "node:path";

/** A file of a workspace. It has no bytes before its upload, and nobody sees it before the upload is complete. */
export type StoredFile = {
  id: string;
  name: string;
  title: string;
  altText: string;
  mimetype: string;
  userId: string;
  createdAt: number;
  bytes: Buffer;
  state: "reserved" | "uploaded" | "complete" | "deleted";
  /** Whether Slack has looked at it: before that a block cannot show it. */
  isProcessed: boolean;
};
export type FileStore = ReturnType<typeof fileStore>;

const UPLOAD_URL_LIVES_MS = 15 * 60_000;

/** The files of a workspace, and the addresses where their bytes are sent to and fetched from. */
export function fileStore(url: (path: string) => string, monotonicMs = () => performance.now()) {
  const files = new Map<string, StoredFile>();
  const uploads = new Map<string, { file: StoredFile; length: number; since: number }>();
  let isHeld = false;

  const found = (id: string): StoredFile | undefined => files.get(id);

  return {
    reserve(wanted: { name: string; length: number; altText: string; userId: string; now: number }) {
      const { length, now, ...said } = wanted;
      const file: StoredFile = {
        ...said,
        id: `F${randomBytes(5).toString("hex").toUpperCase()}`,
        title: said.name,
        mimetype: MIMETYPES[extname(said.name).toLowerCase()] ?? "application/octet-stream",
        createdAt: now,
        bytes: Buffer.alloc(0),
        state: "reserved",
        isProcessed: false,
      };
      const ticket = randomBytes(12).toString("hex");
      files.set(file.id, file);
      uploads.set(ticket, { file, length, since: monotonicMs() });
      return { file, uploadUrl: url(`upload/v1/${ticket}`) };
    },

    /** The bytes of one upload. Each address takes as many as were announced, once, for a quarter of an hour. */
    receive(ticket: string, bytes: Buffer): { status: number; text: string } {
      const upload = uploads.get(ticket);
      if (!upload || monotonicMs() - upload.since > UPLOAD_URL_LIVES_MS) return { status: 404, text: "unknown ticket" };
      if (bytes.length !== upload.length)
        return { status: 400, text: `announced ${upload.length} bytes, got ${bytes.length}` };
      uploads.delete(ticket);
      Object.assign(upload.file, { bytes, state: "uploaded" });
      return { status: 200, text: `OK - ${bytes.length}` };
    },

    complete(file: StoredFile, title = file.title): void {
      Object.assign(file, { title, state: "complete", isProcessed: !isHeld });
    },
    delete(file: StoredFile): void {
      Object.assign(file, { state: "deleted", bytes: Buffer.alloc(0) });
    },

    uploaded: (id: string) => (found(id)?.state === "uploaded" ? found(id) : undefined),
    /** A file whose upload is complete, also a deleted one. */
    file: (id: string) => (["complete", "deleted"].includes(found(id)?.state ?? "") ? found(id) : undefined),
    address: ({ id, name }: StoredFile) => url(`files-pri/${id}/${encodeURIComponent(name)}`),

    /** Slack takes its time with each new file until the returned function is called. */
    hold(): () => void {
      isHeld = true;
      return () => {
        isHeld = false;
        for (const file of files.values()) file.isProcessed = file.state === "complete";
      };
    },
    clear(): void {
      files.clear();
      uploads.clear();
    },
  };
}

const MIMETYPES: Record<string, string> = {
  ".csv": "text/csv",
  ".gif": "image/gif",
  ".jpg": "image/jpeg",
  ".json": "application/json",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".txt": "text/plain",
};
