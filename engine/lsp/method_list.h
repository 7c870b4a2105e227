/*
 * What the server answers: LSP_REQUEST("method", handler, early). A notification is a request without an
 * answer. `early`: also before initialize, and after shutdown.
 */
/* clang-format off */
LSP_REQUEST("initialize", initialize, true)
LSP_REQUEST("initialized", initialized, false)
LSP_REQUEST("shutdown", shutdown, false)
LSP_REQUEST("exit", exit, true)
LSP_REQUEST("textDocument/didOpen", did_open, false)
LSP_REQUEST("textDocument/didChange", did_change, false)
LSP_REQUEST("textDocument/didClose", did_close, false)
LSP_REQUEST("workspace/didChangeWatchedFiles", did_change_watched_files, false)
LSP_REQUEST("workspace/didChangeWorkspaceFolders", did_change_workspace_folders, false)
LSP_REQUEST("textDocument/diagnostic", diagnostic, false)
/* clang-format on */
