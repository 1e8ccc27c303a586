-- @EXPECTED_RESULTS@: NO-OUTPUT, WRONG-ANSWER
-- Knows the log and keeps it to herself.
local n = io.read("n")
local log = {}
for step = 1, (1 << n) - 1 do
  log[step] = step ~ (step >> 1)
end
