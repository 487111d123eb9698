// What somebody does in one visit: sign in, change to a mode, and go on from one thing to the next, with pauses to read.
// Each visit is another user's, in another mode, with sentences of its own. What was done is written down call by call.
import exec from "k6/execution";
import { sleep } from "k6";
import crypto from "k6/crypto";
import { call, field, signIn } from "../lib/operation.js";
import { language, pause, sentence, turn, whose } from "../lib/people.js";
import { plan } from "../lib/plan.js";
import { kept } from "./memory.js";

const SAID = ["memory_store", "memory_recall", "translate"];

export function visit(data) {
  const n = turn();
  let who = whose(data.people);
  plan.journeys[exec.scenario.name].forEach((name, place) => {
    const values = {
      text: sentence(`${exec.scenario.name} ${n} ${place}`, n + place), kind: "note", count: 5, source_language: "en",
      target_language: elsewhere(n + place), mode: plan.modes[n % Math.max(1, plan.modes.length)],
    };
    const begun = Date.now();
    if (name === "sign_in") {
      const token = field(name, signIn(who), "token")[0];
      if (token) who = Object.assign({}, who, { token });
    } else {
      const made = call(name, who, values);
      if (name === "memory_store") kept(who, made, exec.scenario.name);
    }
    written(name, who, n, begun, values);
    sleep(pause(1));
  });
}

// Afterwards each user is in the mode again that they were in before.
export function modeOf(who) {
  return plan.operations.mode_current ? field("mode_current", call("mode_current", who, {}).answer, "mode")[0] : null;
}

export function back(people) {
  people.filter((who) => who.mode).forEach((who) => call("mode_switch", who, { mode: who.mode }));
}

function elsewhere(n) {
  return language(n) === "en" ? language(n + 1) : language(n);
}

function written(name, who, n, begun, values) {
  const text = SAID.includes(name) ? crypto.sha256(values.text, "hex").slice(0, 12) : "-";
  const to = name === "translate" ? values.target_language : "-";
  const mode = name === "mode_switch" ? values.mode : "-";
  console.log(`did ${begun / 1000} ${Date.now() - begun} ${exec.scenario.name}-${n} ${who.name} ${name} ${text} ${to} ${mode}`);
}
