"""A program of 200 lines or somewhat more in each language, of functions as people write them."""

LINES_MIN = 200

_PYTHON = '''
def shortest_{n}(graph, start, goal):
    """The length of a way, or None."""
    seen = {{start: 0}}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        if node == goal:
            return seen[node]
        for other, weight in graph.get(node, {{}}).items():
            if other not in seen or seen[other] > seen[node] + weight:
                seen[other] = seen[node] + weight
                queue.append(other)
    return None
'''
_JAVASCRIPT = """
async function load{n}(client, names, options = {{}}) {{
  const found = new Map();
  for (const name of names) {{
    try {{
      const answer = await client.get(`/items/${{name}}`, {{ ...options, retries: {n} }});
      if (answer.status === 200 && answer.data.length > 0) {{
        found.set(name, answer.data.map((item) => item.value * {n}).filter(Boolean));
      }}
    }} catch (error) {{
      console.error(name, error.message);
    }}
  }}
  return [...found.entries()].sort((a, b) => a[1].length - b[1].length);
}}
"""
_TYPESCRIPT = """
export async function load{n}(client: Client, names: string[], options: Options = {{}}): Promise<Item[]> {{
  const found: Item[] = [];
  for (const name of names) {{
    try {{
      const answer = await client.get<Item>(`/items/${{name}}`, {{ ...options, retries: {n} }});
      if (answer.status === 200 && answer.data.value > 0) {{
        found.push(answer.data);
      }}
    }} catch (error) {{
      console.error(name, (error as Error).message);
    }}
  }}
  return found.sort((a, b) => a.value - b.value);
}}
"""
_JAVA = """
    static int longest{n}(List<String> words, Map<String, Integer> weights) {{
        int best = 0;
        for (String word : words) {{
            int total = 0;
            for (char letter : word.toCharArray()) {{
                if (Character.isLetter(letter)) {{
                    total += weights.getOrDefault(String.valueOf(letter), {n});
                }} else {{
                    total--;
                }}
            }}
            best = Math.max(best, total);
        }}
        return best;
    }}
"""
_GO = """
func longest{n}(words []string, weights map[rune]int) (int, error) {{
	best := 0
	for _, word := range words {{
		total := 0
		for _, letter := range word {{
			weight, ok := weights[letter]
			if !ok {{
				return 0, fmt.Errorf("no weight for %q", letter)
			}}
			total += weight * {n}
		}}
		if total > best {{
			best = total
		}}
	}}
	return best, nil
}}
"""
_CPP = """
int longest{n}(const std::vector<std::string>& words, const std::map<char, int>& weights) {{
    int best = 0;
    for (const auto& word : words) {{
        int total = 0;
        for (char letter : word) {{
            auto at = weights.find(letter);
            if (at == weights.end()) {{
                throw std::runtime_error("no weight");
            }}
            total += at->second * {n};
        }}
        best = std::max(best, total);
    }}
    return best;
}}
"""
_CSHARP = """
    static int Longest{n}(IEnumerable<string> words, IDictionary<char, int> weights) {{
        var best = 0;
        foreach (var word in words) {{
            var total = 0;
            foreach (var letter in word) {{
                if (!weights.TryGetValue(letter, out var weight)) {{
                    throw new ArgumentException($"no weight for {{letter}}");
                }}
                total += weight * {n};
            }}
            best = Math.Max(best, total);
        }}
        return best;
    }}
"""
_RUST = """
fn longest_{n}(words: &[String], weights: &HashMap<char, i32>) -> Result<i32, Missing> {{
    let mut best = 0;
    for word in words {{
        let mut total = 0;
        for letter in word.chars() {{
            let weight = weights.get(&letter).ok_or(Missing {{ letter }})?;
            total += weight * {n};
        }}
        if total > best {{
            best = total;
        }}
    }}
    Ok(best)
}}
"""


def _repeated(part: str, before: str = "", after: str = "") -> str:
    count = LINES_MIN // part.count("\n") + 1
    return before + "".join(part.format(n=number) for number in range(1, count + 1)) + after


PROGRAMS = {
    "python3": _repeated(_PYTHON, "from collections import deque\n"),
    "javascript": _repeated(_JAVASCRIPT),
    "typescript": _repeated(_TYPESCRIPT),
    "java": _repeated(_JAVA, "import java.util.*;\n\nclass Words {", "}\n"),
    "go": _repeated(_GO, 'package main\n\nimport "fmt"\n'),
    "cpp": _repeated(_CPP, "#include <map>\n"),
    "csharp": _repeated(_CSHARP, "using System;\n\nclass Words {", "}\n"),
    "rust": _repeated(_RUST, "use std::collections::HashMap;\n"),
}
