// Syntax highlighting by language id. Each grammar is a chunk of its own, loaded when its language is chosen.
import { type LanguageSupport, StreamLanguage } from "@codemirror/language";
import type { Extension } from "@codemirror/state";

type Loader = () => Promise<LanguageSupport | Extension>;

const cpp: Loader = async () => (await import("@codemirror/lang-cpp")).cpp();

const GRAMMARS: Readonly<Record<string, Loader>> = {
  c: cpp,
  cpp,
  python3: async () => (await import("@codemirror/lang-python")).python(),
  java: async () => (await import("@codemirror/lang-java")).java(),
  javascript: async () => (await import("@codemirror/lang-javascript")).javascript(),
  go: async () => (await import("@codemirror/lang-go")).go(),
  rust: async () => (await import("@codemirror/lang-rust")).rust(),
  php: async () => (await import("@codemirror/lang-php")).php(),
  ruby: async () => StreamLanguage.define((await import("@codemirror/legacy-modes/mode/ruby")).ruby),
  perl: async () => StreamLanguage.define((await import("@codemirror/legacy-modes/mode/perl")).perl),
  lua: async () => StreamLanguage.define((await import("@codemirror/legacy-modes/mode/lua")).lua),
  bash: async () => StreamLanguage.define((await import("@codemirror/legacy-modes/mode/shell")).shell),
};

/** The grammar of a language; a language without one is plain text. */
export async function grammarOf(language: string): Promise<Extension> {
  const load = GRAMMARS[language];
  return load === undefined ? [] : load();
}
