import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Certificate {
  cert: string;
  key: string;
  pem: string;
}

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** An authority of our own, and certificates for hosts like `DNS:localhost,IP:127.0.0.1`, made in this folder. */
export function authority(folder: string) {
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const made = (name: string): Certificate => {
    const cert = join(folder, `${name}.crt`);
    return { cert, key: join(folder, `${name}.key`), pem: readFileSync(cert, "utf8") };
  };
  const request = (name: string) => [...KEY, "-keyout", `${name}.key`, "-subj", `/CN=${name}`];
  const selfSigned = (name: string, extension: string): Certificate => {
    openssl("req", "-x509", ...request(name), "-days", "2", "-addext", extension, "-out", `${name}.crt`);
    return made(name);
  };
  return {
    ca: selfSigned("authority", "keyUsage=keyCertSign"),
    signed(name: string, hosts: string): Certificate {
      writeFileSync(join(folder, "hosts"), `subjectAltName=${hosts}\n`);
      openssl("req", "-new", ...request(name), "-out", `${name}.csr`);
      const by = ["-CA", "authority.crt", "-CAkey", "authority.key", "-CAcreateserial", "-extfile", "hosts"];
      openssl("x509", "-req", "-in", `${name}.csr`, "-days", "2", ...by, "-out", `${name}.crt`);
      return made(name);
    },
    selfSigned: (name: string, hosts: string) => selfSigned(name, `subjectAltName=${hosts}`),
  };
}
