// Translations into all languages: seven of ten texts were asked for before, three are new.
import { Counter } from "k6/metrics";
import { call, field } from "../lib/operation.js";
import { language, sentence, turn, whose } from "../lib/people.js";

const foreign = new Counter("golive_wrong_language");
const REPEATED = 7;
const OFTEN = 10;

export function translate(data) {
  const n = turn();
  const who = whose(data.people);
  const often = n % 10 < REPEATED;
  const text = often ? sentence(n % OFTEN) : sentence(2000000 + n);
  const to = language(often ? n % OFTEN : n);
  const values = { text, source_language: "en", target_language: to };
  call("translate", who, values, (answer) => {
    const said = field("translate", answer, "target_language")[0];
    const translated = field("translate", answer, "translated_text")[0];
    const same = to !== "en" && translated === text;
    if (said === to && translated && !same) return "";
    foreign.add(1, { name: "translate", tenant: who.tenant || who.name });
    return same ? "the source text came back" : `${said} instead of ${to}`;
  });
}
