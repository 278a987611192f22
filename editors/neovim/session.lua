-- A session of the language server in Neovim, from the first document to the exit code:
--
--     PREAUTH=target/debug/preauth nvim --headless -u NONE -S editors/neovim/session.lua
--
-- It works on a copy of a fixture, prints each result, and exits with 1 at the first unexpected result.

local program = vim.fn.fnamemodify(os.getenv("PREAUTH") or "preauth", ":p")
local here = vim.fn.fnamemodify(vim.fn.expand("<sfile>:p"), ":h:h:h")
local root = vim.fn.resolve(vim.fn.tempname())
vim.fn.system({ "cp", "-r", here .. "/fixtures/trees/acme", root })
local apps = root .. "/force-app/main/default/connectedApps/"
local sets = root .. "/force-app/main/default/permissionsets/"
local PATIENCE = 20000

local function fail(message)
  io.stderr:write("FAILED: " .. message .. "\n")
  vim.cmd("cquit 1")
end

local function check(ok, message)
  io.stdout:write((ok and "ok      " or "NOT OK  ") .. message .. "\n")
  if not ok then
    fail(message)
  end
end

local exit_code
local published = {}
local client_id = vim.lsp.start_client({
  name = "preauth",
  cmd = { program, "lsp", "--as-of", "2026-01-01" },
  root_dir = root,
  workspace_folders = { { uri = vim.uri_from_fname(root), name = "acme" } },
  handlers = {
    ["textDocument/publishDiagnostics"] = function(err, result, ctx, config)
      published[vim.uri_to_fname(result.uri)] = result.diagnostics
      vim.lsp.diagnostic.on_publish_diagnostics(err, result, ctx, config)
    end,
  },
  on_exit = function(code)
    exit_code = code
  end,
})

local function open(path)
  vim.cmd("edit " .. vim.fn.fnameescape(path))
  local buffer = vim.api.nvim_get_current_buf()
  vim.lsp.buf_attach_client(buffer, client_id)
  return buffer
end

local function text_of(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, true), "\n") .. "\n"
end

local function codes(path)
  local found = {}
  for _, diagnostic in ipairs(published[path] or {}) do
    found[diagnostic.code] = diagnostic
  end
  return found
end

local function eventually(condition, message)
  check(vim.wait(PATIENCE, condition, 10), message)
end

local function replace(buffer, old, new)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, true)) do
    local from, to = line:find(old, 1, true)
    if from then
      vim.api.nvim_buf_set_text(buffer, number - 1, from - 1, number - 1, to, { new })
      return
    end
  end
  fail("no " .. old)
end

-- Puts the cursor on the first character of some text.
local function go(text)
  vim.fn.cursor(1, 1)
  if vim.fn.search("\\V" .. text, "c") == 0 then
    fail("no " .. text)
  end
end

local function ask(buffer, method, more)
  local params = vim.tbl_extend("force", vim.lsp.util.make_position_params(0, "utf-16"), more or {})
  local answers = vim.lsp.buf_request_sync(buffer, method, params, PATIENCE)
  return answers[client_id].result
end

local deploy = apps .. "CI_Deploy.connectedApp-meta.xml"
local buffer = open(deploy)
eventually(function()
  return codes(deploy)["refresh-token-jwt-bearer"] ~= nil
end, "open: refresh-token-jwt-bearer is shown")
check(#vim.diagnostic.get(buffer) > 0, "open: " .. #vim.diagnostic.get(buffer) .. " diagnostics in the buffer")

replace(buffer, "infinite", "zero")
eventually(function()
  return codes(deploy)["refresh-token-jwt-bearer"] == nil
end, "edit: refresh-token-jwt-bearer is removed")
replace(buffer, ">zero<", ">infinite<")
eventually(function()
  return codes(deploy)["refresh-token-jwt-bearer"] ~= nil
end, "edit: refresh-token-jwt-bearer is back")

go("isAdminApproved>")
local hover = ask(buffer, "textDocument/hover")
check(hover.contents.value:find("Admin approved users are pre%-authorized") ~= nil, "hover: in the words of Setup")
go("User</permissionSetName>")
local definition = ask(buffer, "textDocument/definition")
check(definition[1].uri:find("Integration_User") ~= nil, "definition: the permission set Integration_User")
local references = ask(buffer, "textDocument/references", { context = { includeDeclaration = false } })
check(#references >= 2, "references: " .. #references .. " apps name it")
local items = ask(buffer, "textDocument/completion")
check(vim.tbl_contains(vim.tbl_map(function(item)
  return item.label
end, items), "Deployment Robot"), "completion: names of permission sets")

local range = { start = { line = 0, character = 0 }, ["end"] = { line = 9999, character = 0 } }
local actions = ask(buffer, "textDocument/codeAction", {
  range = range,
  context = { diagnostics = {}, only = { "source.fixAll" } },
})
vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16")
vim.fn.system({ program, "check", "--fix", "--as-of", "2026-01-01", deploy })
local written = table.concat(vim.fn.readfile(deploy), "\n") .. "\n"
check(text_of(buffer) == written, "code action: the buffer equals the file that `preauth check --fix` writes")

local set = open(sets .. "Integration_User.permissionset-meta.xml")
local payroll = apps .. "Payroll_Bridge.connectedApp-meta.xml"
eventually(function()
  return published[payroll] ~= nil
end, "other files: Payroll_Bridge has diagnostics without being open")
replace(set, "<label>Integration User", "<label>Night Watch")
eventually(function()
  for code in pairs(codes(payroll)) do
    if code:find("^grant%-") then
      return true
    end
  end
end, "rename of a label: the app that uses it has a finding")

local config = open(root .. "/preauth.yaml")
local shipping = apps .. "Shipping_Labels.connectedApp-meta.xml"
check(codes(shipping)["refresh-token-never-expires"] ~= nil, "configuration: refresh-token-never-expires is on")
replace(config, "{ severity: error }", "off")
eventually(function()
  return codes(shipping)["refresh-token-never-expires"] == nil
end, "configuration: refresh-token-never-expires is off after an edit of the buffer")

vim.lsp.stop_client(client_id)
eventually(function()
  return exit_code ~= nil
end, "shutdown: the server has ended")
check(exit_code == 0, "shutdown: with exit code " .. tostring(exit_code))
vim.fn.delete(root, "rf")
vim.cmd("qall!")
