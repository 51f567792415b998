# Sourced by bin/test: a PostgreSQL and a Chromium, from the system's packages for root, else what is there.

apt_updated=
apt_install() {
    command -v apt-get >/dev/null || return 1
    echo "Installing $* ..." >&2
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    if { [ -n "$apt_updated" ] || apt-get update -qq; } >"$log" 2>&1 </dev/null &&
        apt_updated=yes && apt-get install -y -qq --no-install-recommends "$@" >>"$log" 2>&1 </dev/null; then
        rm -f "$log"
        return 0
    fi
    tail -n 3 "$log" >&2
    rm -f "$log"
    return 1
}

has_postgres() {
    for program in /usr/lib/postgresql/*/bin/postgres; do
        [ -x "$program" ] && return 0
    done
    command -v postgres >/dev/null && command -v initdb >/dev/null
}

need_postgres() {
    has_postgres && return
    if [ "$(id -u)" -eq 0 ] && apt_install postgresql; then
        return
    fi
    make_environment requirements.txt requirements-dev.txt requirements-postgres.txt
}

has_chromium() {
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null
}

need_browser() {
    browser_missing=
    without_browser=
    if [ "${BROWSER:-}" = none ]; then
        without_browser="--without-browser"
        return
    fi
    has_chromium && return
    if [ "$(id -u)" -eq 0 ] && apt_install chromium; then
        return
    fi
    browser_missing="Install Chromium with: apt-get install chromium (as root), or say BROWSER=none bin/test"
    without_browser="--without-browser"
}
