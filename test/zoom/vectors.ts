/** Deliveries with signatures that were computed outside this project. */
export const SECRET = "zm_test_secret_01";

export const ENDED = {
  timestamp: "1772443642",
  raw: '{"event":"meeting.ended","payload":{"account_id":"Kq7vT2mRSXe0aYb4LwNc1A","object":{"duration":30,"start_time":"2026-03-02T09:00:41Z","timezone":"Europe/Vienna","end_time":"2026-03-02T09:27:05Z","topic":"Platform weekly","id":"86412345678","type":8,"uuid":"/fJ3kP+9Q2Gq7uXyZ0aBcw==","host_id":"p9XrLmQ2T4uWfGhJkYz0cA","host_email":"mara.lind@example.com"}},"event_ts":1772443625934}',
  signature: "v0=536d49f521f5e44b90ec99916dbe09d89140a617c085d491696db37e255bf793",
};

/** Its JSON is escaped as nobody's `JSON.stringify` would: only the bytes themselves give this signature. */
export const STARTED_ESCAPED = {
  timestamp: "1772442042",
  raw: '{"event":"meeting.started","payload":{"account_id":"Kq7vT2mRSXe0aYb4LwNc1A","object":{"duration":30,"start_time":"2026-03-02T09:00:41Z","timezone":"Europe/Vienna","topic":"Caf\\u00e9 planning","id":"86412345678","type":8,"uuid":"\\/fJ3kP+9Q2Gq7uXyZ0aBcw==","host_id":"p9XrLmQ2T4uWfGhJkYz0cA"}},"event_ts":1772442042118}',
  signature: "v0=2e96b226e15c4c6a97259ee3b45c484428be9778b1a9f3c124c9648ddcd050ce",
};

export const TOKENS = {
  qgg8vlvZRS6UYooatFL8Aw: "3923b89d243109ced22cff2381c69b31a097173aeff484d09f39c881350d824d",
  aB3dE5fG7hJ9kL1mN3pQ5r: "1f19a7094f86fb3771ea36e4db9013deb3d9c343ed186266cb46baaf7477ff9f",
};
