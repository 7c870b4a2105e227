;;; sluice.el --- Rule files of Suricata's language, with the language server of Sluice  -*- lexical-binding: t -*-

;; Emacs 29 and later has eglot; (load "/path/to/sluice.el") in your init file is all. With lsp-mode instead of eglot the last form
;; registers the same server. See docs/editors.md.

;;; Code:

(defcustom sluice-command '("sluice" "lsp")
  "What starts the language server."
  :type '(repeat string)
  :group 'languages)

(define-derived-mode suricata-mode prog-mode "Suricata"
  "Rules in Suricata's language."
  (setq-local comment-start "# ")
  (setq-local comment-end ""))

(add-to-list 'auto-mode-alist '("\\.rules\\'" . suricata-mode))

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs `(suricata-mode . ,sluice-command)))
(when (fboundp 'eglot-ensure)
  (add-hook 'suricata-mode-hook #'eglot-ensure))

(with-eval-after-load 'lsp-mode
  (when (fboundp 'lsp-register-client)
    (add-to-list 'lsp-language-id-configuration '(suricata-mode . "suricata"))
    (lsp-register-client
     (make-lsp-client :new-connection (lsp-stdio-connection sluice-command)
                      :activation-fn (lsp-activate-on "suricata")
                      :server-id 'sluice))))

(provide 'sluice)
;;; sluice.el ends here
