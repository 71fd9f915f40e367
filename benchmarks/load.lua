-- For wrk: every request head is another one, as those of real clients are.
-- Arguments: a file of paths, the place to begin in it, a file of bodies, one on a line, which are
-- posted in turn ("-": all are read by GET), then header lines.

local starts, endings, rest, paths = {}, {"\r\n\r\n"}, "", 0
local place, count = 0, 0

function init(arguments)
  local method = "GET "
  if arguments[3] ~= "-" then
    endings = {}
    for body in io.lines(arguments[3]) do
      endings[#endings + 1] = "\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
    end
    method = "POST "
  end
  for path in io.lines(arguments[1]) do
    paths = paths + 1
    starts[paths] = method .. path .. " HTTP/1.1\r\n"
  end
  place = tonumber(arguments[2]) % paths
  rest = "Host: " .. wrk.host .. ":" .. wrk.port .. "\r\n"
  for index = 4, #arguments do
    rest = rest .. arguments[index] .. "\r\n"
  end
  rest = rest .. "User-Agent: reader/"
end

function request()
  place = place % paths + 1
  count = count + 1
  return starts[place] .. rest .. count .. endings[count % #endings + 1]
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
