// Who acts in an iteration, and what they say. Each iteration is another user's turn, with a text of its own.
import exec from "k6/execution";
import { plan } from "./plan.js";

const SUBJECTS = ["the garden", "a delayed train", "my sister's birthday", "the quarterly report", "an old song",
  "the flat by the river", "a recipe with lentils", "the broken lamp", "our summer trip", "a difficult call"];
const DEEDS = ["must not be forgotten", "came up again today", "made everyone laugh", "needs an answer by Friday",
  "was better than expected", "reminds me of home", "has to wait until spring"];

export function turn() {
  return exec.scenario.iterationInTest;
}

export function whose(people) {
  const own = plan.acting[exec.scenario.name];
  return people[own === undefined ? turn() % people.length : own[turn() % own.length]];
}

// A sentence that nobody said before: it carries the run's mark and its own number.
export function sentence(number, seed = number) {
  return `${SUBJECTS[seed % SUBJECTS.length]} ${DEEDS[seed % DEEDS.length]}, ${plan.run} number ${number}`;
}

export function language(number) {
  return plan.languages[number % plan.languages.length];
}

export function pause(seconds) {
  return plan.think ? seconds * plan.think * (0.5 + Math.random()) : 0;
}
