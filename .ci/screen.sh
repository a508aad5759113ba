#!/usr/bin/env bash
# What the desktop application needs of the system, and a screen for it.
#
#   .ci/screen.sh install              installs Debian's packages for Qt on X11, and Xvfb, where they are missing
#   .ci/screen.sh run COMMAND...       runs a command on a screen of 1280 by 800 that exists only for it
set -euo pipefail

fail() { echo "screen.sh: $*" >&2; exit 1; }

packages=(
    xvfb xauth fonts-dejavu-core libdbus-1-3 libegl1 libfontconfig1 libgl1 libglib2.0-0 libxkbcommon-x11-0
    libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0
    libxcb-xinerama0 libxcb-xkb1
)

missing() { for package in "${packages[@]}"; do dpkg -s "$package" > /dev/null 2>&1 || echo "$package"; done; }

install() {
    local wanted
    command -v dpkg > /dev/null || { command -v Xvfb > /dev/null && return; fail "install Xvfb and Qt's xcb libraries"; }
    wanted=$(missing)
    [ -n "$wanted" ] || return 0
    [ "$(id -u)" -eq 0 ] || fail "packages are missing; install them with: apt-get install" $wanted
    # shellcheck disable=SC2086
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $wanted; } > /dev/null
}

case "${1:-}" in
    install) install ;;
    run)
        shift
        QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 1280x800x24 -dpi 96" "$@"
        ;;
    *) fail "usage: screen.sh install | run COMMAND..." ;;
esac
