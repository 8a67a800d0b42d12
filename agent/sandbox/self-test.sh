#!/bin/sh
# Runs inside a sandbox and says, one `name=value` a line, what it could do there:
#   self-test.sh FILE_OUTSIDE HIDDEN_FILE FILE_IN_TMP
# Only shell built-ins, so that it says the same wherever there is a shell.
yes_no() { if "$@" 2>/dev/null; then echo yes; else echo no; fi; }
can_write() { (: >"$1") 2>/dev/null; }
has_interface() {
  while read -r name _rest; do
    case $name in lo:* | Inter-* | face) ;; *) return 0 ;; esac
  done </proc/net/dev
  return 1
}
echo "writes-outside=$(yes_no can_write "$1")"
echo "sees-hidden=$(yes_no test -e "$2")"
echo "sees-shared-tmp=$(yes_no test -e "$3")"
echo "writes-own=$(yes_no can_write ./own)"
echo "has-network=$(yes_no has_interface)"
