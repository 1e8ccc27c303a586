// Syntax highlighting by language id. Each grammar is a chunk of its own, loaded when its language is chosen.
import { type LanguageSupport, StreamLanguage } from "@codemirror/language";
import type { Extension } from "@codemirror/state";

type Loader = () => Promise<LanguageSupport | Extension>;

type Stream = Parameters<typeof StreamLanguage.define>[0];

const cpp: Loader = async () => (await import("@codemirror/lang-cpp")).cpp();
const stream = (load: () => Promise<Stream>): Loader => async () => StreamLanguage.define(await load());
const clike = (dialect: "csharp" | "kotlin" | "scala"): Loader =>
  stream(async () => (await import("@codemirror/legacy-modes/mode/clike"))[dialect]);

const GRAMMARS: Readonly<Record<string, Loader>> = {
  c: cpp,
  cpp,
  python3: async () => (await import("@codemirror/lang-python")).python(),
  java: async () => (await import("@codemirror/lang-java")).java(),
  javascript: async () => (await import("@codemirror/lang-javascript")).javascript(),
  typescript: async () => (await import("@codemirror/lang-javascript")).javascript({ typescript: true }),
  go: async () => (await import("@codemirror/lang-go")).go(),
  rust: async () => (await import("@codemirror/lang-rust")).rust(),
  php: async () => (await import("@codemirror/lang-php")).php(),
  csharp: clike("csharp"),
  kotlin: clike("kotlin"),
  scala: clike("scala"),
  vala: clike("csharp"),
  ruby: stream(async () => (await import("@codemirror/legacy-modes/mode/ruby")).ruby),
  perl: stream(async () => (await import("@codemirror/legacy-modes/mode/perl")).perl),
  lua: stream(async () => (await import("@codemirror/legacy-modes/mode/lua")).lua),
  bash: stream(async () => (await import("@codemirror/legacy-modes/mode/shell")).shell),
  clojure: stream(async () => (await import("@codemirror/legacy-modes/mode/clojure")).clojure),
  cobol: stream(async () => (await import("@codemirror/legacy-modes/mode/cobol")).cobol),
  coffeescript: stream(async () => (await import("@codemirror/legacy-modes/mode/coffeescript")).coffeeScript),
  crystal: stream(async () => (await import("@codemirror/legacy-modes/mode/crystal")).crystal),
  d: stream(async () => (await import("@codemirror/legacy-modes/mode/d")).d),
  erlang: stream(async () => (await import("@codemirror/legacy-modes/mode/erlang")).erlang),
  fortran: stream(async () => (await import("@codemirror/legacy-modes/mode/fortran")).fortran),
  groovy: stream(async () => (await import("@codemirror/legacy-modes/mode/groovy")).groovy),
  haskell: stream(async () => (await import("@codemirror/legacy-modes/mode/haskell")).haskell),
  haxe: stream(async () => (await import("@codemirror/legacy-modes/mode/haxe")).haxe),
  lisp: stream(async () => (await import("@codemirror/legacy-modes/mode/commonlisp")).commonLisp),
  ocaml: stream(async () => (await import("@codemirror/legacy-modes/mode/mllike")).oCaml),
  octave: stream(async () => (await import("@codemirror/legacy-modes/mode/octave")).octave),
  pascal: stream(async () => (await import("@codemirror/legacy-modes/mode/pascal")).pascal),
  r: stream(async () => (await import("@codemirror/legacy-modes/mode/r")).r),
  racket: stream(async () => (await import("@codemirror/legacy-modes/mode/scheme")).scheme),
  scheme: stream(async () => (await import("@codemirror/legacy-modes/mode/scheme")).scheme),
  sqlite: stream(async () => (await import("@codemirror/legacy-modes/mode/sql")).sqlite),
  tcl: stream(async () => (await import("@codemirror/legacy-modes/mode/tcl")).tcl),
};

/** The grammar of a language; a language without one is plain text. */
export async function grammarOf(language: string): Promise<Extension> {
  const load = GRAMMARS[language];
  return load === undefined ? [] : load();
}
