-- Counts every single drop: fine for a thimble, hopeless for ten to the twelve.
local n = io.read("n")
local total = 0
for _ = 1, n do
  for _ = 1, io.read("n") do
    for _ = 1, 40 do end -- and looks at it for a while
    total = total + 1
  end
end
print(total)
