// The tagger, beside the page: the page stays quick while this loads and computes.
// Told {load: folder}, it answers with progress in bytes, then {ready: facts}. Told {id, text}, it
// answers with {id, logits, pieces, cut}. What fails is told as {failed: why}.
import * as ort from "./vendor/ort.wasm.bundle.min.mjs";
import { Tokenizer } from "./vendor/tokenizers.min.mjs";

const RUNTIME = new URL("./vendor/ort-wasm-simd-threaded.wasm", import.meta.url).href;
ort.env.wasm.numThreads = 1; // more want headers that a plain host of files does not send

let facts, tokenizer, session;

// Read a file, from the browser's store on a second visit, and tell how far it is.
async function read(url, store, tell) {
  const kept = store && (await store.match(url));
  const answer = kept || (await fetch(url));
  if (!answer.ok) throw new Error(`${url} is not there (${answer.status})`);
  const parts = [];
  const reader = answer.body.getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    parts.push(value);
    tell(value.length);
  }
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  if (store && !kept) await store.put(url, new Response(bytes)).catch(() => {}); // no room: no harm
  return bytes;
}

async function load(folder) {
  facts = await (await fetch(folder + "tagger.json", { cache: "no-cache" })).json();
  // A store for each exported model; those of older ones go. Absent where the page is not secure.
  const name = `tagger-${facts.mark}`;
  const store = self.caches ? await caches.open(name).catch(() => null) : null;
  if (store) for (const old of await caches.keys()) {
    if (old.startsWith("tagger-") && old !== name) await caches.delete(old);
  }
  let done = 0;
  const tell = (more) => postMessage({ progress: (done += more) });
  const [weights, words, runtime] = await Promise.all(
    [folder + "tagger.onnx", folder + "tokenizer.json", RUNTIME].map((url) => read(url, store, tell))
  );
  tokenizer = new Tokenizer(JSON.parse(new TextDecoder().decode(words)), {});
  ort.env.wasm.wasmBinary = runtime;
  session = await ort.InferenceSession.create(weights);
  postMessage({ ready: facts });
}

async function tag(id, text) {
  let ids = tokenizer.encode(text).ids;
  const pieces = ids.length;
  // What does not fit is cut before the last token, which ends every text.
  if (pieces > facts.limit) ids = [...ids.slice(0, facts.limit - 1), ids[pieces - 1]];
  const row = (values) => new ort.Tensor("int64", BigInt64Array.from(values, BigInt), [1, ids.length]);
  const found = await session.run({ input_ids: row(ids), attention_mask: row(ids.map(() => 1)) });
  postMessage({ id, logits: Array.from(found.logits.data), pieces, cut: pieces - ids.length });
}

self.onmessage = async ({ data }) => {
  try {
    if (data.load) await load(data.load);
    else await tag(data.id, data.text);
  } catch (error) {
    postMessage({ failed: String(error.message || error), id: data.id });
  }
};
