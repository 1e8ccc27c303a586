local n = tonumber(io.read("l"))
for _ = 1, n do
  local characters = {}
  for _, code in utf8.codes(io.read("l")) do
    table.insert(characters, 1, utf8.char(code))
  end
  print(table.concat(characters))
end
