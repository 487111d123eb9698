// Translations into all languages, of texts that were asked for before and of new ones.
import { Counter } from "k6/metrics";
import { call, field } from "../lib/operation.js";
import { language, sentence, turn, whose } from "../lib/people.js";

const foreign = new Counter("golive_wrong_language");
const cached = new Counter("golive_cached");
const REPEATED = 7; // of ten
const OFTEN = 10;

export function translate(data) {
  const n = turn();
  const often = n % 10 < REPEATED;
  asked(data, often ? sentence(n % OFTEN) : sentence(2000000 + n), language(often ? n % OFTEN : n));
}

// Nearly all texts are new: what a cache can't answer is the provider's to keep up with.
export function interpret(data) {
  const n = turn();
  const known = n % 10 === 9;
  asked(data, sentence(known ? 4000000 : 4000000 + n), known ? foreignTo(0) : foreignTo(n));
}

function foreignTo(n) {
  return language(n) === "en" ? language(n + 1) : language(n);
}

function asked(data, text, to) {
  const who = whose(data.people);
  const tags = { name: "translate", tenant: who.tenant || who.name };
  const values = { text, source_language: "en", target_language: to };
  const made = call("translate", who, values, (answer) => {
    const said = field("translate", answer, "target_language")[0];
    const translated = field("translate", answer, "translated_text")[0];
    const same = to !== "en" && translated === text;
    if (said === to && translated && !same) return "";
    foreign.add(1, tags);
    return same ? "the source text came back" : `${said} instead of ${to}`;
  });
  if (made.right && field("translate", made.answer, "cache_hit")[0] === true) cached.add(1, tags);
}
