# Sourced by scripts/demo and scripts/test: finds a Python and keeps a virtual environment of
# the repository's own. Needs bash; expects ROOT to be set.

# A Python from elsewhere must not leak into the environment.
unset PYTHONPATH PYTHONHOME
export PIP_NO_INPUT=1 PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1

# say TEXT: for the person at the terminal.
say() { printf '%s\n' "$*" >&2; }

# find_python: prints a Python from 3.11 on that can make environments. PYTHON, if set, is the
# only one tried. Versions for which every dependency is built come before newer ones.
find_python() {
    local candidates="${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14 python}"
    local candidate condition found=""
    for condition in '(3, 11) <= sys.version_info < (3, 14)' 'sys.version_info >= (3, 11)'; do
        for candidate in $candidates; do
            "$candidate" -c "import sys; sys.exit(not ($condition))" 2>/dev/null || continue
            found="$candidate"
            if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
                printf '%s\n' "$candidate"
                return 0
            fi
        done
    done
    if [ -n "$found" ]; then
        say "$found cannot make virtual environments: its modules venv and ensurepip are missing."
        say "On Debian and Ubuntu: sudo apt install python3-venv"
    else
        say "No Python from 3.11 on was found (tried: $candidates)."
        say "Install one from https://www.python.org/downloads/, or name it: PYTHON=/path/to/python3.12 $0"
    fi
    return 2
}

# installed_as PYTHON SPEC: what an environment must have been made from to be used again.
installed_as() {
    "$1" - "$ROOT" "$2" <<'PY'
import hashlib, json, pathlib, sys, tomllib
root, spec = sys.argv[1:]
settings = tomllib.loads((pathlib.Path(root) / "pyproject.toml").read_text("utf-8"))
project = settings["project"]
extras = project.pop("optional-dependencies")
deciding = [project[name] for name in ("version", "requires-python", "dependencies", "scripts")]
deciding = json.dumps([deciding, extras if spec else None], sort_keys=True)
print(root, spec, sys.version.split()[0], hashlib.sha256(deciding.encode()).hexdigest())
PY
}

# ensure_environment FOLDER EXTRAS: a virtual environment with graphkit from this folder, as it
# is being edited, and with the extras ("[dev]" or nothing). Left alone, with no network, while
# what pyproject.toml asks for stays the same.
ensure_environment() {
    local folder="$1" extras="$2" python log stamp="$1/graphkit-installed"
    if [ -f "$stamp" ] && [ -x "$folder/bin/python" ] \
        && [ "$(cat "$stamp")" = "$(installed_as "$folder/bin/python" "$extras" 2>/dev/null)" ]; then
        return 0
    fi
    python="$(find_python)" || return $?
    say "Installing graphkit and what it needs into $folder …"
    # One that was made here is brought up to date; one that was moved or not finished is made anew.
    case "$([ ! -f "$stamp" ] || cat "$stamp")" in
        "$ROOT "*) "$folder/bin/python" -m pip --version >/dev/null 2>&1 || rm -f "$stamp" ;;
        *) rm -f "$stamp" ;;
    esac
    if [ ! -f "$stamp" ]; then
        "$python" -m venv --clear "$folder" || return 2
    fi
    log="$folder/install.log"
    if ! "$folder/bin/python" -m pip install --quiet --retries 2 --editable "$ROOT$extras" \
        >"$log" 2>&1; then
        if grep -qiE 'connection|network|name resolution|timed out|proxy|ssl|no matching distribution' "$log"
        then
            say "PyPI could not be reached, or does not have what is needed. The first run needs it;"
            say "later runs work offline. All that was said is in $log:"
            { grep -E '^ *ERROR:' "$log" || tail -n 3 "$log"; } | sed 's/^ */  /' | sort -u >&2
            return 3
        fi
        say "The installation failed. The end of $log:"
        tail -n 20 "$log" >&2
        return 2
    fi
    installed_as "$folder/bin/python" "$extras" >"$stamp"
}
