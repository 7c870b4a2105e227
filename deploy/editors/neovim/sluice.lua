-- Sluice in Neovim 0.7 and later, with its own client: put this file into ~/.config/nvim/plugin/.
--
-- vim.g.sluice_command names the command, if it is not found by "sluice"; vim.g.sluice_options are its
-- initializationOptions ({ config = "/etc/suricata/suricata.yaml" }). See docs/editors.md.
local function root(buffer)
  local name = vim.api.nvim_buf_get_name(buffer)
  local folder = vim.fn.fnamemodify(name, ':p:h')
  local git = vim.fn.finddir('.git', folder .. ';')
  return git ~= '' and vim.fn.fnamemodify(git, ':p:h:h') or folder
end

local clients = {} -- of Neovim 0.7, by folder

local function attach(buffer)
  local folder = root(buffer)
  local config = {
    name = 'sluice',
    cmd = vim.g.sluice_command or { 'sluice', 'lsp' },
    root_dir = folder,
    workspace_folders = { { uri = vim.uri_from_fname(folder), name = folder } },
    init_options = vim.g.sluice_options or vim.empty_dict(),
  }
  if vim.lsp.start then
    vim.lsp.start(config, { bufnr = buffer })
    return
  end
  config.on_exit = function()
    clients[folder] = nil
  end
  clients[folder] = clients[folder] or vim.lsp.start_client(config)
  vim.lsp.buf_attach_client(buffer, clients[folder])
end

local group = vim.api.nvim_create_augroup('sluice', {})
vim.api.nvim_create_autocmd({ 'BufRead', 'BufNewFile' }, {
  group = group,
  pattern = '*.rules',
  callback = function(args)
    vim.bo[args.buf].filetype = 'suricata'
  end,
})
vim.api.nvim_create_autocmd('FileType', {
  group = group,
  pattern = 'suricata',
  callback = function(args)
    vim.bo[args.buf].commentstring = '# %s'
    attach(args.buf)
  end,
})
