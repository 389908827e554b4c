-- One batch of a sidecar as one atomic step: fence, records, refused lines, cursor, counters.
-- KEYS: 1 live stream, 2 quarantine stream, 3 cursor (hash), 4 ledger of the connector (hash), 5 stream totals (hash),
--       6 names of all ledgers (set)
-- ARGV: 1 position this batch starts behind ('' where no cursor stands yet), 2 position it leads to,
--       3 lines received, 4 keep-alives, 5 value to resume with ('' for none), 6 wall clock in ms,
--       7 the connector, then per entry: a tag (one letter and eight hex digits of CRC-32) and its data;
--       letters: c clean, r repaired, q refused (followed by its description, JSON)
-- Answers {'OK', lag} or {'FENCED', position}. Everything is checked before the first write,
-- since a script that fails half-way is not rolled back.
local function kind(key, wanted)
  local found = redis.call('TYPE', key).ok
  if found ~= 'none' and found ~= wanted then
    return redis.error_reply('WRONGTYPE ' .. key .. ' holds a ' .. found .. ', not a ' .. wanted)
  end
end
local wrong = kind(KEYS[1], 'stream') or kind(KEYS[2], 'stream')
  or kind(KEYS[3], 'hash') or kind(KEYS[4], 'hash') or kind(KEYS[5], 'hash') or kind(KEYS[6], 'set')
if wrong then return wrong end

local stands = redis.call('HGET', KEYS[3], 'position') or ''
if stands ~= ARGV[1] then return {'FENCED', stands} end

local names = {'received', 'keepalives', 'clean', 'repaired', 'quarantined', 'published', 'pending'}
for i, count in ipairs(redis.call('HMGET', KEYS[4], unpack(names))) do
  if count and not tonumber(count) then
    return redis.error_reply('WRONGTYPE ' .. KEYS[4] .. ' holds no number as ' .. names[i])
  end
end

local clean, repaired, refused = 0, 0, 0
local i, last = 8, #ARGV
while i <= last do
  local letter, crc = string.sub(ARGV[i], 1, 1), string.sub(ARGV[i], 2)
  if letter == 'q' then
    redis.call('XADD', KEYS[2], '*', 'data', ARGV[i + 1], 'crc', crc, 'meta', ARGV[i + 2])
    refused = refused + 1
    i = i + 3
  else
    redis.call('XADD', KEYS[1], '*', 'data', ARGV[i + 1], 'crc', crc)
    if letter == 'r' then repaired = repaired + 1 else clean = clean + 1 end
    i = i + 2
  end
end
redis.call('HSET', KEYS[3], 'position', ARGV[2], 'resume', ARGV[5], 'at', ARGV[6])
if stands == '' then redis.call('SADD', KEYS[6], ARGV[7]) end
redis.call('HINCRBY', KEYS[4], 'received', ARGV[3])
redis.call('HINCRBY', KEYS[4], 'keepalives', ARGV[4])
if clean > 0 then redis.call('HINCRBY', KEYS[4], 'clean', clean) end
if repaired > 0 then redis.call('HINCRBY', KEYS[4], 'repaired', repaired) end
if refused > 0 then redis.call('HINCRBY', KEYS[4], 'quarantined', refused) end
if clean + repaired > 0 then
  redis.call('HINCRBY', KEYS[4], 'published', clean + repaired)
  redis.call('HINCRBY', KEYS[4], 'pending', clean + repaired)
end
local moved = redis.call('HMGET', KEYS[5], 'acked', 'trimmed')
local kept = tonumber(moved[1] or 0) - tonumber(moved[2] or 0)
return {'OK', redis.call('XLEN', KEYS[1]) - kept}
