# shellcheck shell=bash
# Go to the project's folder, make the environment if it is missing or out of date, and put its programs first on PATH.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
scripts/setup --quiet
export VIRTUAL_ENV=${VENV_DIR:-${UV_PROJECT_ENVIRONMENT:-.venv}}
case "$VIRTUAL_ENV" in /*) ;; *) VIRTUAL_ENV=$PWD/$VIRTUAL_ENV ;; esac
export PATH=$VIRTUAL_ENV/bin:$PATH
