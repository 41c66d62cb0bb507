import { createHmac, randomUUID } from "node:crypto";

/** What Zoom writes into `x-zm-signature` for these bytes, sent in this second. */
export function zoomSignature(secret: string, timestampS: number | string, raw: string | Buffer): string {
  return `v0=${createHmac("sha256", secret).update(`v0:${timestampS}:`).update(raw).digest("hex")}`;
}

/** A request id as Zoom forms it: `64eb154e_52f5_5a1b_1b38_bd82e32abadf`. */
export function newRequestId(): string {
  return randomUUID().replaceAll("-", "_");
}

export interface Signed {
  secret: string;
  raw: string | Buffer;
  timestampS: number | string;
  requestId: string;
}

/** The headers of one delivery. Only `x-zm-*` mean something; the rest is what Zoom's requests look like. */
export function zoomHeaders({ secret, raw, timestampS, requestId }: Signed): Record<string, string> {
  return {
    "user-agent": "Zoom Marketplace/1.0a",
    "content-type": "application/json; charset=utf-8",
    authorization: "InventedVerificationToken",
    clientid: "inventedClientId0001",
    "x-zm-request-timestamp": String(timestampS),
    "x-zm-signature": zoomSignature(secret, timestampS, raw),
    "x-zm-request-id": requestId,
    "x-zm-trackingid": `v=2.0;clid=us02;rid=WEB_${requestId.replaceAll("_", "")}`,
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-02",
    "zm-trace-upstream": "Meeting_Web_marketplace-consumer",
    "accept-encoding": "gzip",
  };
}
