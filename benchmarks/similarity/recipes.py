"""Small tasks on a list of whole numbers, each with several ways to do it that differ in more than wording.

They are written in a few words of Python (functions of `list` and `int`, loops, ifs, assignments), which
habits.py rewrites and writing.py writes in several languages. All ways of one task give the same result for
the same values, which tests/unit/analysis/similarity holds them to. The function named as the task does it;
others are its helpers.
"""

TASKS: dict[str, tuple[str, ...]] = {
    "total": (
        """
def total(values: list) -> int:
    result: int = 0
    for value in values:
        result += value
    return result
""",
        """
def total(values: list) -> int:
    return total_of_part(values, 0, len(values))

def total_of_part(values: list, start: int, end: int) -> int:
    if end - start == 0:
        return 0
    if end - start == 1:
        return values[start]
    middle: int = (start + end) // 2
    return total_of_part(values, start, middle) + total_of_part(values, middle, end)
""",
        """
def total(values: list) -> int:
    left: int = 0
    right: int = len(values) - 1
    result: int = 0
    while left < right:
        result += values[left] + values[right]
        left += 1
        right -= 1
    if left == right:
        result += values[left]
    return result
""",
    ),
    "spread": (
        """
def spread(values: list) -> int:
    low: int = values[0]
    high: int = values[0]
    for value in values:
        if value < low:
            low = value
        if value > high:
            high = value
    return high - low
""",
        """
def spread(values: list) -> int:
    ordered: list = []
    for value in values:
        ordered.append(value)
    for i in range(1, len(ordered)):
        j: int = i
        while j > 0 and ordered[j - 1] > ordered[j]:
            kept: int = ordered[j]
            ordered[j] = ordered[j - 1]
            ordered[j - 1] = kept
            j -= 1
    return ordered[len(ordered) - 1] - ordered[0]
""",
        """
def spread(values: list) -> int:
    best: int = 0
    for i in range(len(values)):
        for j in range(len(values)):
            if values[i] - values[j] > best:
                best = values[i] - values[j]
    return best
""",
    ),
    "distinct": (
        """
def distinct(values: list) -> int:
    seen: list = []
    for value in values:
        known: int = 0
        for other in seen:
            if other == value:
                known = 1
                break
        if known == 0:
            seen.append(value)
    return len(seen)
""",
        """
def distinct(values: list) -> int:
    count: int = 0
    for i in range(len(values)):
        j: int = i + 1
        while j < len(values) and values[j] != values[i]:
            j += 1
        if j == len(values):
            count += 1
    return count
""",
        """
def distinct(values: list) -> int:
    highest: int = 0
    for value in values:
        if value > highest:
            highest = value
    marks: list = [0] * (highest + 1)
    for value in values:
        marks[value] = 1
    count: int = 0
    for mark in marks:
        count += mark
    return count
""",
    ),
    "best_part": (
        """
def best_part(values: list, shift: int) -> int:
    best: int = values[0] - shift
    current: int = 0
    for value in values:
        current += value - shift
        if current > best:
            best = current
        if current < 0:
            current = 0
    return best
""",
        """
def best_part(values: list, shift: int) -> int:
    best: int = values[0] - shift
    for start in range(len(values)):
        sum: int = 0
        for end in range(start, len(values)):
            sum += values[end] - shift
            if sum > best:
                best = sum
    return best
""",
        """
def best_part(values: list, shift: int) -> int:
    sums: list = [0]
    for value in values:
        sums.append(sums[len(sums) - 1] + value - shift)
    lowest: int = sums[0]
    best: int = sums[1]
    i: int = 1
    while i < len(sums):
        if sums[i] - lowest > best:
            best = sums[i] - lowest
        if sums[i] < lowest:
            lowest = sums[i]
        i += 1
    return best
""",
    ),
    "pairs": (
        """
def pairs(values: list, wanted: int) -> int:
    count: int = 0
    for i in range(len(values)):
        for j in range(i + 1, len(values)):
            if values[i] + values[j] == wanted:
                count += 1
    return count
""",
        """
def pairs(values: list, wanted: int) -> int:
    tally: list = [0] * (wanted + 1)
    count: int = 0
    for value in values:
        if value <= wanted:
            count += tally[wanted - value]
            tally[value] += 1
    return count
""",
        """
def pairs(values: list, wanted: int) -> int:
    if len(values) < 2:
        return 0
    first: int = values[0]
    rest: list = []
    found: int = 0
    position: int = 1
    while position < len(values):
        rest.append(values[position])
        if first == wanted - values[position]:
            found += 1
        position += 1
    return found + pairs(rest, wanted)
""",
    ),
    "divisor": (
        """
def divisor(values: list) -> int:
    result: int = 0
    for value in values:
        a: int = result
        b: int = value
        while b != 0:
            rest: int = a % b
            a = b
            b = rest
        result = a
    return result
""",
        """
def common(a: int, b: int) -> int:
    if b == 0:
        return a
    return common(b, a % b)

def divisor(values: list) -> int:
    result: int = values[0]
    for i in range(1, len(values)):
        result = common(result, values[i])
    return result
""",
        """
def divisor(values: list) -> int:
    candidate: int = values[0]
    for value in values:
        if value < candidate:
            candidate = value
    while candidate > 1:
        fits: int = 1
        for value in values:
            if value % candidate != 0:
                fits = 0
        if fits == 1:
            return candidate
        candidate -= 1
    return 1
""",
    ),
    "primes": (
        """
def is_prime(number: int) -> int:
    if number < 2:
        return 0
    divisor: int = 2
    while divisor * divisor <= number:
        if number % divisor == 0:
            return 0
        divisor += 1
    return 1

def primes(values: list) -> int:
    count: int = 0
    for value in values:
        count += is_prime(value)
    return count
""",
        """
def primes(values: list) -> int:
    highest: int = 2
    for value in values:
        if value > highest:
            highest = value
    crossed: list = [0] * (highest + 1)
    crossed[0] = 1
    crossed[1] = 1
    for i in range(2, highest + 1):
        if crossed[i] == 0:
            multiple: int = i * i
            while multiple <= highest:
                crossed[multiple] = 1
                multiple += i
    count: int = 0
    for value in values:
        if crossed[value] == 0:
            count += 1
    return count
""",
        """
def primes(values: list) -> int:
    found: int = 0
    for value in values:
        divisors: int = 0
        for candidate in range(1, value + 1):
            if value % candidate == 0:
                divisors += 1
        if divisors == 2:
            found += 1
    return found
""",
    ),
    "rising": (
        """
def rising(values: list) -> int:
    lengths: list = [1] * len(values)
    best: int = 0
    for i in range(len(values)):
        for j in range(i):
            if values[j] < values[i] and lengths[j] + 1 > lengths[i]:
                lengths[i] = lengths[j] + 1
        if lengths[i] > best:
            best = lengths[i]
    return best
""",
        """
def rising(values: list) -> int:
    tails: list = []
    for value in values:
        low: int = 0
        high: int = len(tails)
        while low < high:
            middle: int = (low + high) // 2
            if tails[middle] < value:
                low = middle + 1
            else:
                high = middle
        if low == len(tails):
            tails.append(value)
        else:
            tails[low] = value
    return len(tails)
""",
        """
def rising_from(values: list, at: int, last: int) -> int:
    if at == len(values):
        return 0
    without: int = rising_from(values, at + 1, last)
    if values[at] <= last:
        return without
    taken: int = 1 + rising_from(values, at + 1, values[at])
    if taken > without:
        return taken
    return without

def rising(values: list) -> int:
    return rising_from(values, 0, 0 - 1)
""",
    ),
    "digits": (
        """
def digits(values: list) -> int:
    sum: int = 0
    for value in values:
        rest: int = value
        while rest > 0:
            sum += rest % 10
            rest = rest // 10
    return sum
""",
        """
def digit_sum(number: int) -> int:
    if number < 10:
        return number
    return number % 10 + digit_sum(number // 10)

def digits(values: list) -> int:
    answer: int = 0
    for i in range(len(values)):
        answer += digit_sum(values[i])
    return answer
""",
        """
def digits(values: list) -> int:
    answer: int = 0
    power: int = 1
    going: int = 1
    while going == 1:
        going = 0
        for value in values:
            if value >= power:
                going = 1
                answer += value // power % 10
        power *= 10
    return answer
""",
    ),
    "turns": (
        """
def turns(values: list) -> int:
    count: int = 0
    for i in range(1, len(values) - 1):
        if values[i] > values[i - 1] and values[i] > values[i + 1]:
            count += 1
        elif values[i] < values[i - 1] and values[i] < values[i + 1]:
            count += 1
    return count
""",
        """
def turns(values: list) -> int:
    steps: list = []
    for i in range(1, len(values)):
        steps.append(values[i] - values[i - 1])
    count: int = 0
    for i in range(1, len(steps)):
        if steps[i] * steps[i - 1] < 0:
            count += 1
    return count
""",
        """
def direction(a: int, b: int) -> int:
    if a < b:
        return 1
    if a > b:
        return 0 - 1
    return 0

def turns(values: list) -> int:
    found: int = 0
    position: int = 2
    while position < len(values):
        before: int = direction(values[position - 2], values[position - 1])
        after: int = direction(values[position - 1], values[position])
        if before != 0 and after == 0 - before:
            found += 1
        position += 1
    return found
""",
    ),
    "ways": (
        """
def ways(values: list, wanted: int) -> int:
    table: list = [0] * (wanted + 1)
    table[0] = 1
    for value in values:
        amount: int = wanted
        while amount >= value:
            table[amount] += table[amount - value]
            amount -= 1
    return table[wanted]
""",
        """
def ways_from(values: list, at: int, left: int) -> int:
    if at == len(values):
        if left == 0:
            return 1
        return 0
    count: int = ways_from(values, at + 1, left)
    if values[at] <= left:
        count += ways_from(values, at + 1, left - values[at])
    return count

def ways(values: list, wanted: int) -> int:
    return ways_from(values, 0, wanted)
""",
        """
def ways(values: list, wanted: int) -> int:
    reached: list = [0]
    for value in values:
        size: int = len(reached)
        for i in range(size):
            if reached[i] + value <= wanted:
                reached.append(reached[i] + value)
    hits: int = 0
    for sum in reached:
        if sum == wanted:
            hits += 1
    return hits
""",
    ),
    "inversions": (
        """
def inversions(values: list) -> int:
    count: int = 0
    for i in range(len(values)):
        for j in range(i):
            if values[j] > values[i]:
                count += 1
    return count
""",
        """
def inversions(values: list) -> int:
    row: list = []
    for value in values:
        row.append(value)
    swaps: int = 0
    moved: int = 1
    while moved == 1:
        moved = 0
        for i in range(len(row) - 1):
            if row[i] > row[i + 1]:
                held: int = row[i]
                row[i] = row[i + 1]
                row[i + 1] = held
                swaps += 1
                moved = 1
    return swaps
""",
        """
def inversions(values: list) -> int:
    if len(values) < 2:
        return 0
    pivot: int = values[0]
    below: list = []
    above: list = []
    jumps: int = 0
    for i in range(1, len(values)):
        if values[i] < pivot:
            below.append(values[i])
            jumps += 1 + len(above)
        else:
            above.append(values[i])
    return jumps + inversions(below) + inversions(above)
""",
    ),
}
