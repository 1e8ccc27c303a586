-- The right search, but "%d" insists on an integer: a run-time error wherever the answer is not one.
local n = io.read("n")
local xs, ys = {}, {}
for i = 1, n do xs[i], ys[i] = io.read("n", "n") end

local function pipe_m(place)
  local total = 0
  for i = 1, n do total = total + math.sqrt((xs[i] - place) ^ 2 + ys[i] ^ 2) end
  return total
end

local west, east = -10000.0, 10000.0
for _ = 1, 80 do
  local third = (east - west) / 3
  if pipe_m(west + third) < pipe_m(east - third) then east = east - third else west = west + third end
end
print(string.format("%d", pipe_m(west)))
