"""Where a program had an opportunity to do well or badly, by competency. Pure.

A program without a thread or an await says nothing of how its author goes about concurrency. A site is a node
of a kind, or a name, that belongs to the matter; how many there are is no measure of anything, but none is.
"""

from collections import Counter
from collections.abc import Iterable

from assay.analysis.syntax import Syntax
from assay.domain.finding import Finding


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_KINDS = {
    "error_handling": _words(
        """try_statement try_with_resources_statement try_expression catch_clause except_clause
        raise_statement throw_statement throw_expression"""
    ),
    "concurrency": _words(
        """await await_expression go_statement select_statement send_statement channel_type async_block
        synchronized_statement lock_statement"""
    ),
    "resource_management": _words(
        """with_statement try_with_resources_statement using_statement defer_statement new_expression
        delete_expression"""
    ),
}
_NAMES = {
    "error_handling": _words(
        """open connect urlopen requests fetch axios readFile writeFile readFileSync writeFileSync Result
        unwrap expect err error catch HttpClient File Open ReadFile parseInt stoi Atoi ParseInt Parse"""
    ),
    "concurrency": _words(
        """async asyncio threading Thread thread concurrent multiprocessing Lock RLock Mutex mutex RwLock
        ReentrantLock synchronized volatile ExecutorService CompletableFuture Executors Runnable Promise
        Worker WaitGroup sync atomic lock_guard unique_lock jthread future Task Monitor Interlocked spawn
        tokio Arc mpsc"""
    ),
    "resource_management": _words(
        """open close Close socket File FileReader FileWriter FileInputStream FileOutputStream BufferedReader
        Scanner fopen malloc calloc unique_ptr shared_ptr ifstream ofstream fstream StreamReader StreamWriter
        FileStream IDisposable createReadStream createWriteStream Connection Drop"""
    ),
}


def sites(syntax: Syntax, findings: Iterable[Finding]) -> dict[str, float]:
    """`<competency>_sites` for each competency that not every program shows. What was found to be wrong was
    an opportunity, too."""
    kinds = Counter(step.kind for step in syntax.steps if step.node.is_named)
    leaves = Counter(
        syntax.text[step.node.start_byte : step.node.end_byte].decode(errors="replace")
        for step in syntax.steps
        if step.node.child_count == 0
    )
    found = Counter(finding.competency for finding in findings)
    return {
        f"{competency}_sites": float(
            max(
                sum(kinds[kind] for kind in _KINDS[competency])
                + sum(leaves[name] for name in _NAMES[competency]),
                found[competency],
            )
        )
        for competency in _KINDS
    }
