// @EXPECTED_RESULTS@: MEMORY-LIMIT
// Makes a table with one entry for every tenth of a millimetre of the lane: 1.6 GB.
const lines = require('fs').readFileSync(0, 'utf8').trim().split('\n').slice(1);
const houses = lines.map((line) => line.split(' ').map(Number));
const table = [];
let best = Infinity;
for (let metre = -10000; metre < 10000; metre++) {
  const pipes = new Float64Array(10000).fill(metre);
  table.push(pipes);
}
for (const pipes of table) {
  for (let i = 0; i < pipes.length; i++) {
    const place = pipes[i] + i / 10000;
    best = Math.min(best, houses.reduce((total, [x, y]) => total + Math.hypot(x - place, y), 0));
  }
}
console.log(best);
