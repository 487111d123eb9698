// Somebody speaks over the product's stream, hears the translation, and looks whether it was what they had said.
import ws from "k6/ws";
import { Counter, Trend } from "k6/metrics";
import { judge } from "../lib/contents.js";
import { find } from "../lib/jsonpath.js";
import { call, field, filled } from "../lib/operation.js";
import { language, sentence, turn, whose } from "../lib/people.js";
import { plan } from "../lib/plan.js";

const clips = plan.clips.map((clip) => ({ text: clip.text, sound: open(clip.file, "b") }));
const firstAudio = new Trend("golive_first_audio", true);
const lasted = new Trend("golive_session", true);
const begun = new Counter("golive_sessions");
const failed = new Counter("golive_failed_sessions");
const cached = new Counter("golive_cached_sessions");
const LONGEST = 30000; // ms that a session may last

export function speak(data) {
  const n = turn();
  const who = whose(data.people);
  const clip = clips[n % clips.length];
  const tags = { name: "speech", tenant: who.tenant || who.name };
  const values = { source_language: "en", target_language: target(n) };
  begun.add(1, tags);
  const heard = { sent: 0, first: 0, transcript: "", done: false, error: "" };
  try {
    session(address(who), who, clip, values, heard, tags);
  } catch (error) {
    heard.error = `${error}`;
  }
  // A session that ends without its audio, in whatever way, was no translation.
  const good = heard.done && heard.first > 0 && same(heard.transcript, clip.text);
  judge(good, tags);
  if (good) firstAudio.add(heard.first - heard.sent, tags);
  else failed.add(1, tags);
  if (!good && __ENV.GOLIVE_VERBOSE) console.warn(`speech: ${JSON.stringify(heard)}`);
}

// Somebody is told a sentence that nobody was told before. What comes from a cache is counted apart.
export function listen(data) {
  const who = whose(data.people);
  const tags = { name: "voice", tenant: who.tenant || who.name };
  begun.add(1, tags);
  const heard = { sent: 0, first: 0, old: false, error: "" };
  const opened = Date.now();
  try {
    told(address(who), who, { text: sentence(3000000 + turn()) }, heard, tags);
  } catch (error) {
    heard.error = `${error}`;
  }
  lasted.add(Date.now() - opened, tags);
  judge(heard.first > 0, tags);
  if (!heard.first) failed.add(1, tags);
  else if (heard.old) cached.add(1, tags);
  else firstAudio.add(heard.first - heard.sent, tags);
  if (!heard.first && __ENV.GOLIVE_VERBOSE) console.warn(`voice: ${JSON.stringify(heard)}`);
}

function told(url, who, values, heard, tags) {
  const stream = plan.stream;
  const greeted = Object.keys(stream.greeting).length > 0;
  ws.connect(url, { headers: headersOf(who), tags }, (socket) => {
    const ask = () => {
      socket.send(JSON.stringify(filled(stream.speak.send, Object.assign({}, who.values, values))));
      heard.sent = Date.now();
    };
    socket.on("open", () => {
      if (!greeted) ask();
    });
    socket.on("binaryMessage", () => {
      if (heard.sent && !heard.first) heard.first = Date.now();
      socket.close();
    });
    socket.on("message", (text) => {
      const message = { json: () => JSON.parse(text), headers: {} };
      const at = (word) => (stream.fields[word] ? find(message, stream.fields[word])[0] : undefined);
      if (!heard.sent && fits(message, stream.greeting)) ask();
      else if (at("audio")) {
        heard.first = Date.now();
        heard.old = at("cache_hit") === true;
        socket.close();
      } else if (stream.messages.error && fits(message, stream.messages.error)) {
        heard.error = `${at("detail")}`;
        socket.close();
      }
    });
    socket.setTimeout(() => socket.close(), LONGEST);
  });
}

function headersOf(who) {
  const headers = Object.assign({}, plan.stream.headers);
  if (plan.stream.auth === "header") headers[plan.auth_header] = plan.auth_format.replace("{token}", who.token);
  return headers;
}

function session(url, who, clip, values, heard, tags) {
  const stream = plan.stream;
  ws.connect(url, { headers: headersOf(who), tags }, (socket) => {
    const speak = () => {
      socket.sendBinary(clip.sound);
      if (stream.finish) socket.send(JSON.stringify(filled(stream.finish, values)));
      heard.sent = Date.now();
    };
    socket.on("open", () => {
      if (stream.begin) socket.send(JSON.stringify(filled(stream.begin.send, values)));
      if (!stream.begin || !Object.keys(stream.begin.expect).length) speak();
    });
    socket.on("binaryMessage", () => {
      if (heard.sent && !heard.first) heard.first = Date.now();
    });
    socket.on("message", (text) => {
      const message = { json: () => JSON.parse(text), headers: {} };
      const is = (word) => stream.messages[word] && fits(message, stream.messages[word]);
      const at = (word) => (stream.fields[word] ? find(message, stream.fields[word])[0] : undefined);
      if (!heard.sent && stream.begin && fits(message, stream.begin.expect)) speak();
      if (is("transcript") || at("transcript")) heard.transcript = at("transcript") || heard.transcript;
      if (heard.sent && !heard.first && stream.audio !== "binary" && at("audio")) heard.first = Date.now();
      if (is("error")) heard.error = `${at("detail")}`;
      if (is("done")) heard.done = true;
      if (is("done") || is("error")) socket.close();
    });
    socket.on("error", (error) => {
      heard.error = `${error.error ? error.error() : error}`;
    });
    socket.setTimeout(() => socket.close(), LONGEST);
  });
}

function address(who) {
  const stream = plan.stream;
  let url = stream.url.replace("{session_id}", stream.session ? "{session_id}" : `${plan.run}-${turn()}`);
  if (stream.session) {
    const made = call(stream.session, who, {});
    url = url.replace("{session_id}", encodeURIComponent(field(stream.session, made.answer, "id")[0]));
  }
  const query = filled(stream.query, who.values);
  if (stream.auth === "query") query[stream.token_parameter] = who.token;
  const pairs = Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return pairs.length ? `${url}?${pairs.join("&")}` : url;
}

function fits(message, expected) {
  return Object.entries(expected).every(([place, value]) => find(message, place)[0] === value);
}

function target(n) {
  const to = language(n);
  return to === "en" ? language(n + 1) : to;
}

function same(heard, said) {
  const plain = (text) => `${text}`.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  return plain(heard) === plain(said);
}
