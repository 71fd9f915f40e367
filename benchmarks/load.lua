-- For wrk: every request head is another one, as those of real clients are.
-- Arguments: a file of paths, the place to begin in it, a file of what is posted to each ("-": all
-- are read by GET), then header lines.

local starts, rest, ending, paths = {}, "", "\r\n\r\n", 0
local place, count = 0, 0

function init(arguments)
  local method = "GET "
  if arguments[3] ~= "-" then
    local file = assert(io.open(arguments[3], "rb"))
    local body = file:read("*a")
    file:close()
    method = "POST "
    ending = ending .. body
    rest = "Content-Length: " .. #body .. "\r\n"
  end
  for path in io.lines(arguments[1]) do
    paths = paths + 1
    starts[paths] = method .. path .. " HTTP/1.1\r\n"
  end
  place = tonumber(arguments[2]) % paths
  rest = rest .. "Host: " .. wrk.host .. ":" .. wrk.port .. "\r\n"
  for index = 4, #arguments do
    rest = rest .. arguments[index] .. "\r\n"
  end
  rest = rest .. "User-Agent: reader/"
end

function request()
  place = place % paths + 1
  count = count + 1
  return starts[place] .. rest .. count .. ending
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
