const [n, ...names] = require('fs').readFileSync(0, 'utf8').split('\n');
// Spreading a string walks over code points, not over UTF-16 units.
for (const name of names.slice(0, Number(n))) console.log([...name].reverse().join(''));
