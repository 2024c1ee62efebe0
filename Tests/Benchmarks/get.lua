-- wrk: GET the path of the command line, and a result that a program can read.
function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        "result requests=%d seconds=%.3f p50=%.3f p90=%.3f p99=%.3f errors=%d\n", summary.requests,
        summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(90) / 1e3, latency:percentile(99) / 1e3,
        errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
