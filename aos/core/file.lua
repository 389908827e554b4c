-- Acknowledge entries that were filed, and count each where it is acknowledged, in one atomic step.
-- KEYS: 1 stream, 2 stream totals (hash), then one ledger (hash) per connector of the batch
-- ARGV: 1 group, 2 counter to raise ('filed' or 'moved'; '' for none), then per entry: its id, the number of its ledger in KEYS
-- Answers how many were acknowledged now; one acknowledged before counts nothing, so that a repeat is harmless.
local acked, counts = 0, {}
for i = 3, #ARGV, 2 do
  if redis.call('XACK', KEYS[1], ARGV[1], ARGV[i]) == 1 then
    acked = acked + 1
    local ledger = tonumber(ARGV[i + 1])
    counts[ledger] = (counts[ledger] or 0) + 1
  end
end
if ARGV[2] ~= '' then
  for ledger, count in pairs(counts) do
    redis.call('HINCRBY', KEYS[ledger], ARGV[2], count)
    redis.call('HINCRBY', KEYS[ledger], 'pending', -count)
  end
end
if acked > 0 then redis.call('HINCRBY', KEYS[2], 'acked', acked) end
return acked
