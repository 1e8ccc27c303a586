-- Submissions of many users, one after the other, each of wrk's threads to one of the doors.
-- Arguments: the requests' body with %s for the user, the number of users, then host and port of each door.

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(arguments)
  local doors = (#arguments - 2) / 2
  local host = arguments[3 + 2 * (number % doors)]
  local port = arguments[4 + 2 * (number % doors)]
  wrk.thread.addr = wrk.lookup(host, port)[1]
  requests = {}
  for user = 1, tonumber(arguments[2]) do
    local body = string.format(arguments[1], "u" .. user)
    requests[user] = wrk.format("POST", "/api/v1/submissions", { ["Host"] = host .. ":" .. port,
      ["Content-Type"] = "application/json" }, body)
  end
  -- Neighbours in a batch are not to be the same users on all threads.
  turn = number * 7
end

function request()
  turn = turn + 1
  return requests[turn % #requests + 1]
end

function done(summary, latency, _)
  local lost = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format('{"answered": %d, "refused": %d, "lost": %d, "seconds": %f, "p50": %f, "p95": %f, "p99": %f}\n',
    summary.requests, summary.errors.status, lost, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3))
end
