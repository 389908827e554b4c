-- Note how far everything is acknowledged, and drop entries up to a given id, but only what every group acknowledged.
-- KEYS: 1 stream, 2 stream totals (hash)   ARGV: 1 id of the last acknowledged entry, 2 id of the last that may go or ''
-- Answers how many went. A full memory refuses the note; that must not stop the trim.
local function parts(id)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(seq)
end
local function before(a, b)
  local ams, aseq = parts(a)
  local bms, bseq = parts(b)
  return ams < bms or (ams == bms and aseq < bseq)
end
local gone = 0
if ARGV[2] ~= '' then
  local ms, seq = parts(ARGV[2])
  local bound = string.format('%.0f-%.0f', ms, seq + 1)
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    local facts = {}
    for i = 1, #group, 2 do facts[group[i]] = group[i + 1] end
    local read_ms, read_seq = parts(facts['last-delivered-id'])
    local unread = string.format('%.0f-%.0f', read_ms, read_seq + 1)
    if before(unread, bound) then bound = unread end
    if facts['pending'] > 0 then
      local oldest = redis.call('XPENDING', KEYS[1], facts['name'])[2]
      if before(oldest, bound) then bound = oldest end
    end
  end
  gone = redis.call('XTRIM', KEYS[1], 'MINID', bound)
  if gone > 0 then redis.call('HINCRBY', KEYS[2], 'trimmed', gone) end
end
redis.pcall('HSET', KEYS[2], 'done', ARGV[1])
return gone
