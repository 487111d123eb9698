// An evening at the studio: sign in, look at projects, avatars and effects, and ask for the mode, with pauses to read.
// k6 run -e BASE_URL=https://... -e EMAIL=... -e PASSWORD=... load/evening.js
import http from "k6/http";
import { check, sleep } from "k6";

const base = __ENV.BASE_URL;
const PLACES = ["/api/account", "/api/projects/", "/api/avatars/", "/api/effects/"];

export const options = {
  scenarios: {
    evening: {
      executor: "ramping-vus",
      stages: [
        { duration: "5m", target: 1000 },
        { duration: "10m", target: 1000 },
        { duration: "1m", target: 0 },
      ],
    },
  },
  thresholds: {
    http_req_duration: ["p(99)<500"],
    http_req_failed: ["rate<0.02"],
    checks: ["rate>0.98"],
  },
};

export default function () {
  if (!base) throw new Error("BASE_URL says which deployment is meant");
  const who = { email: __ENV.EMAIL, password: __ENV.PASSWORD };
  const opened = http.post(`${base}/api/auth/login`, JSON.stringify(who), {
    headers: { "Content-Type": "application/json" },
  });
  if (!check(opened, { "signed in": (answer) => answer.status === 200 })) return;
  const headers = { Authorization: `Bearer ${opened.json("access_token")}` };
  for (const place of PLACES) {
    const answer = http.get(base + place, { headers });
    check(answer, { answered: (found) => found.status === 200 && found.body.length > 1 });
    sleep(0.2 + 0.4 * Math.random());
  }
}
