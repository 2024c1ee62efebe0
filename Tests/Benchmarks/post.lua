-- wrk: POST orders, each with a reference number of its own. Arguments: path, token, body, mean pause in milliseconds, the status
-- that is right (201).
-- The body's word REFERENCE becomes the order's number, AMOUNT a whole amount of its own: the provider makes the amounts of open
-- deposits unique, and must not have to search.
local path, token, template, pause, right
local thread_count = 0

function setup(thread)
    thread:set("number", thread_count)
    thread_count = thread_count + 1
end

function init(arguments)
    path, token, template, pause = arguments[1], arguments[2], arguments[3], tonumber(arguments[4]) or 0
    right = tonumber(arguments[5]) or 201
    wrk.method = "POST"
    wrk.headers["Authorization"] = "Bearer " .. token
    wrk.headers["Content-Type"] = "application/json"
    count, start = 0, os.time()
    math.randomseed(start * 16 + number)
end

function request()
    count = count + 1
    local body = template:gsub("REFERENCE", start .. "-" .. number .. "-" .. count)
    body = body:gsub("AMOUNT", tostring(100 + (start * 7919 + 2 * count + number) % 1900000))
    return wrk.format(nil, path, nil, body)
end

-- Uniform around the mean, so that arrivals of many connections are near to random.
function delay()
    if pause == 0 then return 0 end
    return math.random(0, 2 * pause)
end

-- The first answer that is not as it should be is worth more than a count of them.
function response(status, headers, body)
    if status ~= right and not told then
        told = true
        io.stderr:write("answer: " .. status .. " " .. body .. "\n")
    end
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        "result requests=%d seconds=%.3f p50=%.3f p90=%.3f p99=%.3f errors=%d\n", summary.requests,
        summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(90) / 1e3, latency:percentile(99) / 1e3,
        errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
