-- For wrk: every request head is another one, as those of real clients are.
-- Arguments: a file of paths, the place to begin in it, then header lines.

local starts, rest, paths = {}, "", 0
local place, count = 0, 0

function init(arguments)
  for path in io.lines(arguments[1]) do
    paths = paths + 1
    starts[paths] = "GET " .. path .. " HTTP/1.1\r\n"
  end
  place = tonumber(arguments[2]) % paths
  rest = "Host: " .. wrk.host .. ":" .. wrk.port .. "\r\n"
  for index = 3, #arguments do
    rest = rest .. arguments[index] .. "\r\n"
  end
  rest = rest .. "User-Agent: reader/"
end

function request()
  place = place % paths + 1
  count = count + 1
  return starts[place] .. rest .. count .. "\r\n\r\n"
end

function done(summary, latency, requests)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    '\n{"requests": %d, "seconds": %f, "bytes": %d, "refused": %d, "lost": %d, ' ..
    '"p50_ms": %f, "p99_ms": %f}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, errors.status, lost,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
