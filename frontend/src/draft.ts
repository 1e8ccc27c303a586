// Remembers the language and each problem's draft in this browser. A browser that keeps nothing (private
// windows, a full quota) is fine: the page then simply forgets.

export interface Drafts {
  language(): string | null;
  rememberLanguage(language: string): void;
  source(language: string): string;
  rememberSource(language: string, source: string): void;
}

export function draftsOf(problemId: string): Drafts {
  const sourceKey = (language: string): string => `assay:draft:${problemId}:${language}`;
  return {
    language: () => read("assay:language"),
    rememberLanguage: (language) => write("assay:language", language),
    source: (language) => read(sourceKey(language)) ?? "",
    rememberSource: (language, source) => write(sourceKey(language), source),
  };
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage is switched off
  }
}

function write(key: string, value: string): void {
  try {
    if (value === "") localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Storage is switched off or full: the draft lives as long as the page.
  }
}
