#!/bin/sh
# Turns the fresh namespaces that unshare made into the sandbox, then runs the command as their first child. It runs as
# process 1 of the namespace: when it ends, the kernel ends everything else in there and waits for it.
#
#   unshare-setup.sh TMPFS_BYTES WORKING_DIRECTORY (-h HIDDEN | -t TMPFS | -w WRITABLE | -r READABLE)... -- COMMAND...
#
# Paths are absolute, without symbolic links, parents before children. Everything comes as a positional parameter;
# nothing is ever evaluated as text. File descriptor 3 hears `ready` once the sandbox stands: until then nothing of the
# command has run. An exit before that is a failure of the sandbox.
set -eu
umask 022
tmpfs_bytes=$1
working_directory=$2
shift 2
stage=/sys # covered below, and needed by nothing until the command runs

# each ACTION OPTION PATH ... : calls ACTION with every pair up to `--`.
each() {
  action=$1
  shift
  while [ "$1" != -- ]; do
    "$action" "$1" "$2"
    shift 2
  done
}

# Mount flags are per mount, so every one of them is made read-only on its own. Only a mount that we could write to
# and cannot make read-only ends the setup; one that we cannot even reach does no harm.
make_all_read_only() {
  mounts=$(cat /proc/self/mountinfo)
  while read -r _id _parent _device _root point options _rest; do
    case $options in
      rw*)
        case $point in *\\*) point=$(printf '%b' "$point") ;; esac # spaces are written as \040
        if ! mount -o "remount,bind,ro${options#rw}" "$point" 2>/dev/null && [ -w "$point" ]; then
          echo "sandbox: $point cannot be made read-only" >&2
          exit 125
        fi
        ;;
    esac
  done <<EOF
$mounts
EOF
}

# Only harmless devices, and those of graphics processors: with user 0 the others would be open to raw reading.
stage_devices() {
  mkdir "$stage/dev"
  for name in null zero full random urandom tty; do
    : >"$stage/dev/$name"
    mount --bind "/dev/$name" "$stage/dev/$name"
  done
  for device in /dev/nvidia* /dev/kfd; do
    if [ -c "$device" ]; then
      : >"$stage$device"
      mount --bind "$device" "$stage$device"
    fi
  done
  ln -s /proc/self/fd "$stage/dev/fd"
  ln -s /proc/self/fd/0 "$stage/dev/stdin"
  ln -s /proc/self/fd/1 "$stage/dev/stdout"
  ln -s /proc/self/fd/2 "$stage/dev/stderr"
  mkdir "$stage/dev/shm"
  mount --rbind "$stage/dev" /dev
}

# A path that stays visible is held in the stage while its parents are covered.
stage_path() {
  case $1 in
    -w | -r)
      mkdir -p "$stage/kept${2%/*}"
      if [ -d "$2" ]; then mkdir -p "$stage/kept$2"; else : >"$stage/kept$2"; fi
      mount --bind "$2" "$stage/kept$2"
      ;;
  esac
}

cover_or_restore() {
  case $1 in
    -h | -t)
      if [ -e "$2" ] && [ ! -d "$2" ]; then
        mount --bind /dev/null "$2"
      else
        # Missing: a parent has been covered already.
        if [ ! -d "$2" ]; then mkdir -p "$2"; fi
        mode=1777
        if [ "$1" = -h ]; then mode=755; fi
        mount -t tmpfs -o "nosuid,nodev,mode=$mode,size=$tmpfs_bytes" tmpfs "$2"
      fi
      ;;
    -w | -r)
      if [ -d "$stage/kept$2" ]; then
        if [ ! -d "$2" ]; then mkdir -p "$2"; fi
      elif [ ! -e "$2" ]; then
        mkdir -p "${2%/*}"
        : >"$2"
      fi
      mount --bind "$stage/kept$2" "$2"
      if [ "$1" = -w ]; then mount -o remount,bind,rw,nosuid,nodev "$2"; fi
      ;;
  esac
}

# A covering file system was writable while the mount points inside it were made.
seal() {
  if [ "$1" = -h ] && [ -d "$2" ]; then mount -o remount,bind,ro,nosuid,nodev "$2"; fi
}

make_all_read_only
mount -t tmpfs -o mode=755,nosuid tmpfs "$stage"
mkdir "$stage/kept"
each stage_path "$@"
stage_devices
each cover_or_restore "$@"
each seal "$@"
mount -o remount,bind,ro,nosuid /dev
umount -l "$stage"
cd "$working_directory"
while [ "$1" != -- ]; do shift 2; done
shift
echo ready >&3
exec 3>&-
set +e
"$@"
exit $?
