# Sourced by the programs of this folder: finds a Python, makes the environment in .venv, and leaves its interpreter in $python.
# Wants $root (the checkout) and takes the names of the requirements files as arguments of make_environment.

PATH=${PATH:-/usr/local/bin:/usr/bin:/bin}
export PATH

# Relative to where the person stands, not to the checkout.
case ${STORE_DIR:-/} in
    /*) ;;
    *) STORE_DIR=$PWD/$STORE_DIR; export STORE_DIR ;;
esac

find_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    found=$(python3 --version 2>/dev/null) || found="no python3"
    echo "The shop needs Python 3.11 or newer; this machine has $found. On Debian 12: apt-get install python3 python3-venv" >&2
    return 1
}

make_environment() {
    found_python=$(find_python) || exit 1
    environment=$("$found_python" "$root/bin/start/environment.py" "$@") || exit 1
    python=$environment/bin/python
    PATH=$environment/bin:$PATH
}
