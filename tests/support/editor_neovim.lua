-- Drives the client of Neovim through what a person does, and writes what came of it as JSON to $SLUICE_RESULT.
local result = {}

local function until_true(what)
  return vim.wait(20000, what, 20)
end

local function codes(buffer)
  local list = {}
  for _, d in ipairs(vim.diagnostic.get(buffer)) do
    table.insert(list, d.code)
  end
  table.sort(list)
  return list
end

local function ask(buffer, method, line, character, more)
  local params = vim.tbl_extend('force', {
    textDocument = { uri = vim.uri_from_bufnr(buffer) },
    position = { line = line, character = character },
  }, more or {})
  local answers = vim.lsp.buf_request_sync(buffer, method, params, 20000)
  for _, answer in pairs(answers or {}) do
    return answer.result
  end
end

local function text(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, true), '\n')
end

local ok, message = pcall(function()
  vim.cmd('edit ' .. vim.env.SLUICE_FILE)
  local buffer = vim.api.nvim_get_current_buf()
  result.filetype = vim.bo[buffer].filetype
  until_true(function() return #codes(buffer) > 0 end)
  result.opened = codes(buffer)

  -- One types: the misspelled keyword is mended letter by letter, in a buffer whose lines have characters of two units.
  local at = vim.api.nvim_buf_get_lines(buffer, 0, 1, true)[1]:find('contnet', 1, true) - 1
  vim.api.nvim_buf_set_text(buffer, 0, at + 4, 0, at + 7, { 'ent' })
  until_true(function() return not vim.tbl_contains(codes(buffer), 'unknown-keyword') end)
  result.mended = codes(buffer)

  local line = vim.api.nvim_buf_get_lines(buffer, 0, 1, true)[1]
  local function character(word)
    return vim.str_utfindex(line, line:find(word, 1, true) + 1) + 0
  end
  local hover = ask(buffer, 'textDocument/hover', 0, character('nocase'))
  result.hover = hover and hover.contents.value
  vim.api.nvim_buf_set_lines(buffer, -1, -1, true, { 'alert http any any -> any any (http.u' })
  local last = vim.api.nvim_buf_line_count(buffer) - 1
  local completion = ask(buffer, 'textDocument/completion', last, 37)
  result.completion = vim.tbl_map(function(item) return item.label end, completion.items)
  vim.api.nvim_buf_set_lines(buffer, last, last + 1, true, {})

  local edit = ask(buffer, 'textDocument/rename', 0, character('seen.it'), { newName = 'was.seen' })
  vim.lsp.util.apply_workspace_edit(edit, 'utf-16')
  result.renamed = text(buffer)
  line = vim.api.nvim_buf_get_lines(buffer, 0, 1, true)[1]
  local definition = ask(buffer, 'textDocument/definition', 0, character('was.seen'))
  result.definition = definition
  local edits = ask(buffer, 'textDocument/formatting', 0, 0, { options = { tabSize = 4, insertSpaces = true } })
  vim.lsp.util.apply_text_edits(edits, buffer, 'utf-16')
  result.formatted = text(buffer)
  local symbols = ask(buffer, 'textDocument/documentSymbol', 0, 0)
  result.symbols = vim.tbl_map(function(s) return s.name end, symbols)
end)
if not ok then
  result.error = message
end
local file = io.open(vim.env.SLUICE_RESULT, 'w')
file:write(vim.json and vim.json.encode(result) or vim.fn.json_encode(result))
file:close()
vim.cmd('qall!')
