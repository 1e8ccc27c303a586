"""The words of the languages that programs are written in, and ways to read the values into a list."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Words:
    """A language's words. `{}` are what they are about."""

    comment: str
    number: str
    series: str
    function: str
    parameter: str
    declared: str
    empty: str
    filled: str
    first: str
    length: str
    append: str
    get: str
    put: str
    print: str
    head: str
    main: str
    tail: str
    reading: tuple[str, ...]
    equal: str = "=="
    unequal: str = "!="
    each: str = ""


_JAVA_READING = (
    """Scanner in = new Scanner(System.in);
int count = in.nextInt();
for (int i = 0; i < count; i++) {
    values.add(in.nextInt());
}""",
    """BufferedReader reader = new BufferedReader(new InputStreamReader(System.in));
reader.readLine();
for (String word : reader.readLine().trim().split(" ")) {
    values.add(Integer.parseInt(word));
}""",
    """StreamTokenizer words = new StreamTokenizer(System.in);
words.nextToken();
int left = (int) words.nval;
while (left > 0) {
    words.nextToken();
    values.add((int) words.nval);
    left--;
}""",
)
_CPP_READING = (
    """int count;
cin >> count;
for (int i = 0; i < count; i++) {
    int value;
    cin >> value;
    values.push_back(value);
}""",
    """int count, value;
cin >> count;
while (cin >> value)
    values.push_back(value);""",
    """int count;
if (scanf("%d", &count) != 1)
    return 1;
values.resize(count);
for (int &value : values)
    scanf("%d", &value);""",
)
_JAVASCRIPT_READING = (
    r"""const lines = fs.readFileSync(0, 'utf8').split('\n');
for (const word of lines[1].trim().split(' ')) {
    values.push(Number(word));
}""",
    r"""const words = fs.readFileSync('/dev/stdin').toString().split(/\s+/);
let left = parseInt(words[0]);
let at = 1;
while (left-- > 0) {
    values.push(parseInt(words[at++]));
}""",
    r"""const text = fs.readFileSync(0, 'utf8');
values = text.trim().split(/\s+/).slice(1).map((word) => +word);""",
)
PYTHON_READING = (
    """input()
values = [int(word) for word in input().split()]""",
    """count = int(input())
values = list(map(int, input().split()))[:count]""",
    """words = sys.stdin.read().split()
for position in range(int(words[0])):
    values.append(int(words[position + 1]))""",
)
JAVA = Words(
    comment="// {}",
    number="int",
    series="ArrayList<Integer>",
    function="static {type} {name}({parameters})",
    parameter="{type} {name}",
    declared="{type} {name} = {value};",
    empty="new ArrayList<>()",
    filled="new ArrayList<>(Collections.nCopies({count}, {value}))",
    first="new ArrayList<>(Arrays.asList({value}))",
    length="{name}.size()",
    append="{name}.add({value});",
    get="{name}.get({at})",
    put="{name}.set({at}, {value});",
    print="System.out.println({});",
    head="import java.util.*;\nimport java.io.*;\n\npublic class Main {",
    main="public static void main(String[] args) throws IOException",
    tail="}",
    each="for (int {name} : {series})",
    reading=_JAVA_READING,
)
CPP = Words(
    comment="// {}",
    number="int",
    series="vector<int>",
    function="{type} {name}({parameters})",
    parameter="{type} {name}",
    declared="{type} {name} = {value};",
    empty="vector<int>()",
    filled="vector<int>({count}, {value})",
    first="vector<int>(1, {value})",
    length="(int) {name}.size()",
    append="{name}.push_back({value});",
    get="{name}[{at}]",
    put="{name}[{at}] = {value};",
    print='cout << {} << "\\n";',
    head="#include <cstdio>\n#include <iostream>\n#include <vector>\n\nusing namespace std;",
    main="int main()",
    tail="",
    each="for (int {name} : {series})",
    reading=_CPP_READING,
)
JAVASCRIPT = Words(
    comment="// {}",
    number="let",
    series="let",
    function="function {name}({parameters})",
    parameter="{name}",
    declared="{type} {name} = {value};",
    empty="[]",
    filled="new Array({count}).fill({value})",
    first="[{value}]",
    length="{name}.length",
    append="{name}.push({value});",
    get="{name}[{at}]",
    put="{name}[{at}] = {value};",
    print="console.log({});",
    head="const fs = require('fs');",
    main="function main()",
    tail="main();",
    each="for (const {name} of {series})",
    equal="===",
    unequal="!==",
    reading=_JAVASCRIPT_READING,
)
