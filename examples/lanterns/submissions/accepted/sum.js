const [, ...drops] = require('fs').readFileSync(0, 'utf8').trim().split(/\s+/).map(Number);
console.log(drops.reduce((total, x) => total + x, 0));
