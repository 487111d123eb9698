// Says of each content that was looked at whether it was right.
import { check } from "k6";
import { Counter } from "k6/metrics";
import { plan } from "./plan.js";

const looked = new Counter("golive_contents");
const wrong = new Counter("golive_wrong_contents");

export function judge(right, tags) {
  check(right, { content: () => right }, tags);
  if (!plan.pushes) return;
  // To a Prometheus k6 writes only which share of the checks held, and no count.
  looked.add(1, tags);
  if (!right) wrong.add(1, tags);
}
